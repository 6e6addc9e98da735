//! What is said of a quote: that it is there and where, that a colleague looks at it first, that the buyer's yes was heard.

use domain::{fact::FactBody, money::Money, quote::QuoteStatus};

use super::{Composer, Weight, format};

/// A quote fact's values.
struct Quoted<'f> {
    number: &'f str,
    total: &'f Money,
    valid_until: &'f str,
    status: Option<QuoteStatus>,
    url: Option<&'f str>,
}

impl<'c> Composer<'c> {
    fn quoted(&self) -> Option<Quoted<'c>> {
        self.facts.iter().find_map(|fact| match &fact.body {
            FactBody::Quote { number, total, valid_until, status, url, .. } => Some(Quoted {
                number,
                total,
                valid_until,
                status: QuoteStatus::from_name(status),
                url: url.as_deref(),
            }),
            _ => None,
        })
    }

    /// The facts, then the quote with its link; without one the next step towards it.
    pub(super) fn quote(&mut self) {
        let Some(quoted) = self.quoted() else { return self.then("quote.next") };
        let Some(url) = quoted.url else {
            self.facts_asked_for();
            self.say("quote.waiting", &[("number", quoted.number)], Weight::Main);
            return;
        };
        self.facts_asked_for();
        let total = format::money(quoted.total, self.language);
        let date = format::date(quoted.valid_until, self.language);
        let values = [("number", quoted.number), ("total", &total), ("date", &date)];
        self.say("quote.sent", &values, Weight::Main);
        self.say("quote.link", &[("url", url)], Weight::Main);
    }

    /// The buyer's yes to a quote, if this turn heard it; says whether it did.
    pub(super) fn quote_accepted(&mut self) -> bool {
        let accepted = self.quoted().filter(|quoted| quoted.status == Some(QuoteStatus::Accepted));
        let Some(quoted) = accepted else { return false };
        let total = format::money(quoted.total, self.language);
        self.say("quote.accepted", &[("number", quoted.number), ("total", &total)], Weight::Main);
        if self.situation.contact.company_name.is_none() {
            self.say("order.next", &[], Weight::Main);
        }
        true
    }
}
