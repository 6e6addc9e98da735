//! What the rules may ask about one turn.

use std::cell::OnceCell;

use domain::{
    catalog::Product,
    money::Money,
    quantity::Thousandths,
    stage::Stage,
    understanding::{Understanding, intent},
};

use super::{light, upset};
use crate::{
    authority::judge::{self, Judged},
    clock,
    expression::{Name, Names, Outcomes, Value},
    facts,
    plan::Remembered,
    pricing::{self, Terms},
    profile::{self, introduction, scale::Period},
    requirement,
    routing::{self, ShopTime},
    situation::Situation,
};

/// Everything that an expression can name, computed when it is asked for.
pub(crate) struct Circumstances<'c> {
    pub situation: &'c Situation<'c>,
    pub understanding: &'c Understanding,
    pub remembered: &'c Remembered,
    /// In the light of what the assistant asked last; the primary one first.
    pub intents: Vec<&'c str>,
    pub stage: Stage,
    pub order_amount: Option<Money>,
    terms: OnceCell<Terms<'c>>,
    faq: OnceCell<bool>,
    time: OnceCell<ShopTime>,
    date: OnceCell<String>,
    judged: OnceCell<Vec<Judged>>,
    purchase_scale: OnceCell<Option<Thousandths>>,
    understood: OnceCell<bool>,
    introduction: OnceCell<bool>,
    outcomes: Outcomes,
}

impl<'c> Circumstances<'c> {
    pub(crate) fn new(
        situation: &'c Situation<'c>,
        understanding: &'c Understanding,
        remembered: &'c Remembered,
        intents: Vec<&'c str>,
        stage: Stage,
    ) -> Self {
        let mut circumstances = Self {
            situation,
            understanding,
            remembered,
            intents,
            stage,
            order_amount: None,
            terms: OnceCell::new(),
            faq: OnceCell::new(),
            time: OnceCell::new(),
            date: OnceCell::new(),
            judged: OnceCell::new(),
            purchase_scale: OnceCell::new(),
            understood: OnceCell::new(),
            introduction: OnceCell::new(),
            outcomes: Outcomes::new(situation.knowledge.rules.tests),
        };
        // Most messages are about no deal and need no terms.
        let requirement = &remembered.requirement;
        if requirement.lines.iter().any(|line| line.quantity.is_some()) {
            circumstances.order_amount = requirement::order_amount(circumstances.terms(), requirement);
        }
        circumstances
    }

    /// What prices depend on in this turn.
    pub(crate) fn terms(&self) -> &Terms<'c> {
        self.terms.get_or_init(|| Terms::of(self.situation, self.remembered))
    }

    pub(crate) fn intent(&self) -> &'c str {
        self.intents.first().copied().unwrap_or(intent::OUT_OF_SCOPE)
    }

    /// The product spoken of, unless the message is about one that the shop does not have.
    pub(crate) fn product(&self) -> Option<&'c Product> {
        if requirement::names_unknown_product(self.understanding) {
            return None;
        }
        self.situation.knowledge.product(&self.remembered.requirement.focus()?.product.value)
    }

    /// How much is wanted of it, in its own unit.
    pub(crate) fn quantity(&self) -> Option<Thousandths> {
        let product = self.product()?;
        let said = &self.remembered.requirement.focus()?.quantity.as_ref()?.value;
        pricing::base_quantity(self.situation.knowledge, product, said)
    }

    /// What the messages ask for beyond the list, with what may be said to it.
    pub(crate) fn judged(&self) -> &[Judged] {
        self.judged.get_or_init(|| judge::judge(self))
    }

    pub(crate) fn to_blocked_destination(&self) -> bool {
        self.remembered.requirement.destination.is_some() && self.terms().is_blocked()
    }

    fn in_faq(&self) -> bool {
        *self.faq.get_or_init(|| facts::faq(self.situation).is_some())
    }

    fn time(&self) -> ShopTime {
        *self.time.get_or_init(|| routing::shop_time(self.situation.knowledge, self.situation.now))
    }

    /// The day where the shop is, an ISO date.
    pub(crate) fn date(&self) -> &str {
        self.date.get_or_init(|| clock::date(self.situation.knowledge, self.situation.now).to_string())
    }

    fn is_understood(&self) -> bool {
        let understood = || light::is_understood(self.situation, self.understanding, &self.intents);
        *self.understood.get_or_init(understood)
    }

    fn is_introduction(&self) -> bool {
        let introduces = || introduction::is_introduction(self.understanding, &self.situation.text());
        self.intents == [intent::AFFIRM] && *self.introduction.get_or_init(introduces)
    }

    /// Per year, whatever the period that the buyer named.
    fn purchase_scale(&self) -> Option<Thousandths> {
        *self.purchase_scale.get_or_init(|| self.read_purchase_scale())
    }

    fn read_purchase_scale(&self) -> Option<Thousandths> {
        let scale = &profile::known(self.situation, &self.remembered.profile, "purchase_scale")?.value;
        let number: Thousandths = serde_json::from_value(scale.get("number")?.clone()).ok()?;
        let times = scale.get("period").and_then(|period| period.as_str()).map_or(1, Period::per_year);
        Some(Thousandths(number.0.saturating_mul(times)))
    }
}

impl Names for Circumstances<'_> {
    fn value(&self, name: Name) -> Value<'_> {
        let remembered = self.remembered;
        let known = |number: Option<Thousandths>| number.map_or(Value::Null, Value::thousandths);
        match name {
            Name::Intent => Value::Text(self.intent()),
            Name::Intents => Value::List(&self.intents),
            Name::Language => Value::Text(self.situation.language(self.understanding.language).code()),
            Name::Stage => Value::Text(self.stage.name()),
            Name::OrderAmount => self.order_amount.map_or(Value::Null, Value::money),
            Name::TimeHour => Value::integer(self.time().hour),
            Name::TimeWeekday => Value::integer(self.time().weekday),
            Name::TimeOpen => Value::Bool(self.time().open),
            Name::ContactType => Value::Text(remembered.profile.customer_type.name()),
            Name::ContactTier => Value::text(remembered.profile.tier.as_deref()),
            Name::ContactMessageCount => Value::integer(remembered.profile.message_count),
            Name::ProfileIndustry => Value::text(profile::industry(self.situation, &remembered.profile)),
            Name::ProfilePurchaseScale => known(self.purchase_scale()),
            Name::CompanyVerified => Value::Bool(self.situation.contact.is_verified()),
            Name::ConversationRounds => Value::integer(remembered.memory.rounds),
            Name::ConversationMisunderstood => Value::integer(remembered.memory.misunderstood),
            Name::ConversationOwner => Value::Text(self.situation.conversation.owner.name()),
            Name::RequirementProduct => Value::text(self.product().map(|product| product.id.as_str())),
            Name::RequirementQuantity => known(self.quantity()),
            Name::RequirementDestination => {
                Value::text(remembered.requirement.destination.as_ref().map(|slot| slot.value.as_str()))
            }
            Name::Faq => Value::Bool(self.in_faq()),
            Name::Understood => Value::Bool(self.is_understood()),
            Name::Confidence => Value::probability(self.understanding.confidence()),
            Name::MessageAttachment => Value::Bool(light::is_attachment_only(self.situation)),
            Name::MessageIntroduction => Value::Bool(self.is_introduction()),
            Name::MessageUpset => Value::Bool(upset::is_upset(&self.situation.text())),
            Name::Entity(kind) => {
                Value::Bool(self.understanding.entities_of(kind).any(|entity| !entity.negated))
            }
        }
    }

    fn outcomes(&self) -> Option<&Outcomes> {
        Some(&self.outcomes)
    }
}
