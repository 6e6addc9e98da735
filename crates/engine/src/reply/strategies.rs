//! What each strategy says.

use domain::{
    conversation::Owner,
    fact::FactBody,
    recommendation::Recommendation,
    understanding::{EntityKind, intent},
};

use super::{Composer, Weight, format};
use crate::{
    facts::{self, Target},
    profile::introduction::is_introduction,
    requirement,
    strategy::light,
};

mod choice;

/// So many topics are offered where there is no answer.
const TOPICS: usize = 4;

impl<'c> Composer<'c> {
    /// The body of the reply.
    pub(super) fn answer(&mut self) {
        match self.strategy() {
            "greet" => self.greet(),
            "closing" => _ = self.say("closing", &[], Weight::Main),
            "opt_out" => _ = self.say("opt_out", &[], Weight::Main),
            "small_talk" => self.small_talk(),
            "clarify" => self.clarify(),
            "dont_know" => self.dont_know(),
            "attachment_received" => _ = self.say("attachment_received", &[], Weight::Main),
            "apology_escalation" => self.apologise(),
            "human_handoff" | "order_intake" if self.quote_accepted() => {}
            "human_handoff" => self.facts_asked_for(),
            "ask_requirement" => self.ask_requirement(),
            "detailed_introduction" => self.introduction(),
            "comparison" => self.comparison(),
            "negotiation" => self.negotiation(),
            "quote" => self.quote(),
            "order_intake" => self.then("order.next"),
            "reorder" => self.reorder(),
            "order_status" => self.order_status(),
            "company_answer" => {
                self.company_lines();
                if !self.has_faq() {
                    self.script(true);
                }
            }
            "contact_exchange" => self.contact(),
            "partnership" => self.faq_or_script("partnership"),
            "document" => self.faq_or_script("document"),
            "support_steps" => self.faq_or_script("support_steps"),
            "faq_answer" => {
                self.faq_line();
                self.product_lines();
                self.terms_lines();
            }
            "order_change" => self.noted("order.change"),
            "payment_check" => self.noted("payment_check"),
            "return_support" => {
                self.faq_line();
                self.noted("return_support");
            }
            "personalized_recommendation" => self.recommendation(),
            "price_answer" | "spec_answer" | "terms_answer" => self.facts_and_script(),
            own => self.own_strategy(own),
        }
    }

    /// What became of the buyer's table, where he sent one.
    fn inquiry(&mut self) {
        let facts = self.facts;
        let count = |wanted: &str| {
            facts.iter().find_map(|fact| match &fact.body {
                FactBody::Derived { name, value, .. } if name == wanted => Some(value.as_str()),
                _ => None,
            })
        };
        let (Some(lines), Some(matched)) = (count("inquiry_lines"), count("inquiry_matched")) else { return };
        let key = if lines == matched { "inquiry.all" } else { "inquiry.some" };
        self.say(key, &[("lines", lines), ("matched", matched)], Weight::Main);
        if let Some(most) = count("inquiry_most") {
            self.say("inquiry.beyond", &[("most", most)], Weight::Main);
        }
    }

    /// Everything that was issued for the questions of the message.
    pub(super) fn facts_asked_for(&mut self) {
        self.inquiry();
        self.last_price_lines();
        self.product_lines();
        if self.has_intent(intent::ORDER_STATUS) && self.strategy() != "order_status" {
            self.order_lines();
        }
        self.terms_lines();
        if self.faq_is_asked_for() {
            self.faq_line();
        }
    }

    /// A FAQ stands for what was asked where no fact of a product does.
    fn faq_is_asked_for(&self) -> bool {
        let by_facts = [
            intent::PRICE_INQUIRY,
            intent::WARRANTY_INQUIRY,
            intent::CERTIFICATION_INQUIRY,
            intent::LEAD_TIME_INQUIRY,
            intent::SPEC_INQUIRY,
        ];
        let primary = self.intents.first().copied().unwrap_or_default();
        !by_facts.contains(&primary) || self.targets.is_empty()
    }

    fn facts_and_script(&mut self) {
        self.facts_asked_for();
        self.settled_before();
        if self.has_intent(intent::CUSTOMIZATION_REQUEST) && !self.has_faq() {
            self.say("customization", &[], Weight::Main);
        }
        let complete = self.targets.iter().any(|target| target.quantity.is_some());
        // A script about the goods' performance is no answer to customs.
        let for_customs = facts::asks_customs(self.knowledge(), &self.situation.text());
        if !self.has_faq() && !for_customs {
            self.script_beyond(!complete, &["{lead_time_days}", "{moq}", "{warranty_months}"]);
        }
    }

    /// A script, unless a person has been asked for or asks already.
    fn script(&mut self, may_ask: bool) {
        self.script_beyond(may_ask, &[]);
    }

    fn script_beyond(&mut self, may_ask: bool, repeats: &[&str]) {
        let alone = self.situation.conversation.owner == Owner::Assistant && !self.plan.handoff_is_new;
        if alone {
            self.say_script(may_ask && self.plan.question.is_none(), repeats);
        }
    }

    fn greet(&mut self) {
        let shop = self.knowledge().shop.name.get(self.language);
        let key = match (self.situation.conversation.memory.disclosed, shop.is_empty()) {
            (true, _) => "greet.again",
            (false, true) => "greet.plain",
            (false, false) => "greet.first",
        };
        self.say(key, &[("shop", shop)], Weight::Main);
    }

    fn small_talk(&mut self) {
        if light::asks_who_answers(self.situation) {
            let shop = self.knowledge().shop.name.get(self.language);
            self.say("small_talk.assistant", &[("shop", shop)], Weight::Main);
            return;
        }
        let key = match self.intents.first().copied() {
            Some(intent::AFFIRM) => "small_talk.affirm",
            Some(intent::DENY) => "small_talk.deny",
            Some(intent::SOLICITATION) => "small_talk.solicitation",
            _ => "small_talk.other",
        };
        if self.plan.question.is_none() || key != "small_talk.affirm" {
            self.say(key, &[], Weight::Main);
        }
    }

    fn clarify(&mut self) {
        let choices = self.plan.question.as_ref().is_some_and(|question| !question.choices.is_empty());
        if !choices {
            self.say("clarify", &[], Weight::Main);
        }
    }

    fn dont_know(&mut self) {
        if requirement::names_unknown_product(self.understanding) {
            self.say("dont_know.product", &[], Weight::Main);
        } else {
            self.say("dont_know", &[], Weight::Main);
        }
        self.topics();
    }

    /// What the shop can be asked about: categories of the nearest products, else all.
    fn topics(&mut self) {
        let knowledge = self.knowledge();
        let near = knowledge.product_search.find(knowledge, &self.situation.text());
        let near: Vec<&str> = near.iter().filter_map(|product| product.category.as_deref()).collect();
        let mut names: Vec<String> = Vec::new();
        let all = knowledge.categories.iter().map(|term| term.id.as_str());
        for id in near.into_iter().chain(all) {
            let name = knowledge.category(id).map(|term| term.name.get(self.language).to_owned());
            names.extend(name.filter(|name| !name.is_empty() && !names.contains(name)));
            if names.len() == TOPICS {
                break;
            }
        }
        if !names.is_empty() {
            let topics = format::list(&names, self.language);
            self.say("dont_know.topics", &[("topics", &topics)], Weight::Detail);
        }
    }

    fn apologise(&mut self) {
        // The hand-over says sorry itself where it is new.
        if !self.plan.handoff_is_new {
            self.say("apology", &[], Weight::Main);
        }
        if self.has_intent(intent::ORDER_STATUS) {
            self.order_lines();
        }
    }

    fn ask_requirement(&mut self) {
        if requirement::names_unknown_product(self.understanding) {
            self.say("dont_know.product", &[], Weight::Main);
        }
        let introduction = is_introduction(self.understanding, &self.situation.text());
        if introduction {
            self.say("introduction.noted", &[], Weight::Main);
        }
        self.facts_asked_for();
        if self.plan.question.is_some() || (introduction && self.plan.recommendation.is_some()) {
            return;
        }
        let chosen = self.remembered.requirement.focus().is_some();
        // What was asked is answered for each of those shown.
        if !chosen && self.parts.iter().any(|part| part.is_answer) {
            return;
        }
        let key = match (self.targets.is_empty() || !chosen, introduction) {
            (true, _) => "question.product",
            (false, true) => "introduction.next",
            (false, false) => "question.use",
        };
        self.say(key, &[("choices", "")], Weight::Main);
    }

    fn introduction(&mut self) {
        if self.targets.is_empty() {
            self.found();
        }
        for index in 0..self.targets.len() {
            let target = self.targets[index];
            self.introduce_product(&target);
        }
        self.product_lines_beyond_introduction();
        self.terms_lines();
        // Beside a choice of products, words about one kind of them are out of place.
        if !self.targets.is_empty() {
            self.script(true);
        }
    }

    fn introduce_product(&mut self, target: &Target<'c>) {
        let product = format::product_label(target.product, self.language);
        let description = self.of_product(target).find_map(|body| match body {
            FactBody::Derived { name, value, .. } if name == "description" => {
                Some(format::without_stop(value).to_owned())
            }
            _ => None,
        });
        let specs = format::list(&self.spec_items(target), self.language);
        let specs = self.words("introduction.specs", &[("specs", &specs)]).filter(|_| !specs.is_empty());
        match (description, specs) {
            (Some(description), specs) => {
                let values = [("product", product.as_str()), ("description", &description)];
                self.say("introduction.description", &values, Weight::Main);
                self.add(specs.unwrap_or_default(), Weight::Detail, "introduction.specs");
            }
            (None, Some(specs)) => {
                let line = self.words("about_product", &[("product", &product), ("line", &specs)]);
                self.add(line.unwrap_or(specs), Weight::Main, "introduction.specs");
            }
            (None, None) => _ = self.say("found.item", &[("product", &product)], Weight::Main),
        }
    }

    /// What else the message asks of the products that were just introduced.
    fn product_lines_beyond_introduction(&mut self) {
        let asked = [
            intent::PRICE_INQUIRY,
            intent::LEAD_TIME_INQUIRY,
            intent::MOQ_INQUIRY,
            intent::STOCK_INQUIRY,
            intent::SAMPLE_REQUEST,
            intent::WARRANTY_INQUIRY,
            intent::CERTIFICATION_INQUIRY,
            intent::PACKING_INQUIRY,
        ];
        if asked.iter().any(|name| self.has_intent(name)) {
            self.product_lines();
        }
    }

    fn negotiation(&mut self) {
        match self.plan.question.as_ref().map(|question| question.about.as_str()) {
            // Which one?
            Some("product") => return,
            // The price stands above; said again word for word it would be no answer.
            Some("target_price") => {
                self.say("negotiation.hold", &[], Weight::Main);
                return;
            }
            Some("person") => {
                self.say("negotiation.noted", &[], Weight::Main);
                return;
            }
            _ => {}
        }
        self.product_lines();
        if self.settled_before() {
            return;
        }
        let moved = self.facts.iter().any(|fact| {
            matches!(
                fact.body,
                FactBody::Concession { .. } | FactBody::TierHint { .. } | FactBody::WithinBudget { .. }
            )
        });
        let before = self.parts.len();
        self.script(true);
        if !moved && self.parts.len() == before && self.plan.question.is_none() {
            self.say("negotiation.person", &[], Weight::Main);
        }
    }

    /// Facts, then the next step.
    pub(super) fn then(&mut self, next: &str) {
        self.facts_asked_for();
        self.settled_before();
        if self.plan.question.is_none() {
            let before = self.parts.len();
            self.script(true);
            if self.parts.len() == before && !self.plan.handoff_is_new {
                self.say(next, &[], Weight::Main);
            }
        }
    }

    fn reorder(&mut self) {
        if self.order_lines() {
            self.product_lines();
            if self.plan.question.is_none() {
                self.say("order.repeat", &[], Weight::Main);
            }
        } else {
            self.then("order.next");
        }
    }

    fn order_status(&mut self) {
        if self.order_lines() {
            self.facts_of_other_questions();
            return;
        }
        let named = self.understanding.entities_of(EntityKind::OrderNumber).next().is_some();
        if named {
            self.say("order.not_found", &[], Weight::Main);
        } else if self.plan.question.is_none() {
            self.say("order.none", &[], Weight::Main);
        }
        self.facts_of_other_questions();
    }

    fn facts_of_other_questions(&mut self) {
        if self.intents.len() > 1 {
            self.facts_asked_for();
        }
    }

    fn contact(&mut self) {
        if !self.plan.handoff_is_new {
            self.say("contact.call_back", &[], Weight::Main);
        }
        self.contact_lines();
    }

    fn faq_or_script(&mut self, otherwise: &str) {
        if self.faq_line() {
            return;
        }
        let before = self.parts.len();
        self.script(true);
        if self.parts.len() == before {
            self.noted(otherwise);
        }
        self.facts_of_other_questions();
    }

    fn noted(&mut self, key: &str) {
        self.say(key, &[], Weight::Main);
    }

    fn recommendation(&mut self) {
        let Some(recommendation) = &self.plan.recommendation else {
            if self.plan.question.is_none() {
                self.say("question.use", &[("choices", "")], Weight::Main);
            }
            return;
        };
        let items = self.recommended_items(recommendation);
        self.say("recommendation.intro", &[], Weight::Main);
        for item in items {
            self.add(item, Weight::Main, "recommendation.item");
        }
    }

    /// Each product with its price, if it has one, and the reason.
    pub(super) fn recommended_items(&self, recommendation: &Recommendation) -> Vec<String> {
        recommendation
            .items
            .iter()
            .filter_map(|item| {
                let product = self.knowledge().product(&item.product)?;
                let label = format::product_label(product, self.language);
                let price = self.facts.iter().find_map(|fact| match &fact.body {
                    FactBody::Price { product, unit_price, .. } if product == &item.product => {
                        Some(self.unit_price(unit_price))
                    }
                    _ => None,
                });
                let reason = format::without_stop(&item.reason);
                match price {
                    Some(price) => {
                        let values =
                            [("product", label.as_str()), ("unit_price", &price), ("reason", reason)];
                        self.words("recommendation.item_priced", &values)
                    }
                    None => self.words("recommendation.item", &[("product", &label), ("reason", reason)]),
                }
            })
            .collect()
    }

    /// A strategy that the shop named itself: its template, else its script, and what was asked.
    fn own_strategy(&mut self, name: &str) {
        let product = self.targets.first().map(|target| format::product_label(target.product, self.language));
        let shop = self.knowledge().shop.name.get(self.language);
        let mut values = vec![("shop", shop)];
        values.extend(product.as_deref().map(|product| ("product", product)));
        let words = self.words(name, &values);
        let said = words.is_some_and(|words| self.add(words, Weight::Main, name));
        if !said {
            self.script(true);
        }
        self.facts_asked_for();
    }
}
