//! A shop's knowledge as one immutable revision.
//!
//! It is swapped whole: no answer mixes two revisions, and each turn records the number of the one that decided it.

use std::collections::{BTreeMap, HashMap};

use domain::{
    catalog::{BusinessHours, Calendar, Faq, Product, Routing, Rule, Script, Shop, ShopIntent, Term, Tier},
    fact::Tax,
    follow_up::Reason,
    id::ProductId,
    language::LocalizedText,
    money::{Currency, Money},
    stage::Stage,
    trade::{Incoterm, InvoicePrice},
};

use crate::{
    authority::{Authority, Costs},
    expression::Expression,
    pricing::{Place, Places, PriceIndex},
    reply::{self, check::Licence},
    search::{FaqIndex, ProductIndex, attribute_words::AttributeWords},
};

mod advertising;
mod authority;
mod difference;
mod follow_ups;
mod load;
mod price_list;
mod product;
mod quotes;
mod references;
mod rule;
mod settings;
mod share;
mod shop;
mod table;
mod talk;
mod terms;
mod trade;
mod validity;

pub use difference::{Difference, differences};
pub use load::{Loaded, SourceFile, load, load_on};
pub use rule::STRATEGIES;

/// Who decides whether something is offered that nobody asked for, where the rules allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    #[default]
    Rules,
    /// What was learned from enough offers; until then the rules.
    Learned,
}

/// How recommendations are timed. All numbers are the owner's to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendationSettings {
    /// `false` stops offers that nobody asked for.
    pub proactive: bool,
    /// No proactive offer before this round.
    pub min_rounds: u32,
    /// This many last turns on one topic allow an offer.
    pub same_topic_turns: usize,
    /// A purchase intent within this many last turns allows an offer.
    pub intent_window: usize,
    pub max_items: usize,
    /// Hours between two proactive offers to one contact.
    pub cooldown_hours: i64,
    pub timing: Timing,
    /// Percent of the moments for an offer that pass without one, by lot, so that it can be told what offers bring.
    pub hold_out: u32,
}

impl Default for RecommendationSettings {
    fn default() -> Self {
        Self {
            proactive: true,
            min_rounds: 5,
            same_topic_turns: 3,
            intent_window: 3,
            max_items: 3,
            cooldown_hours: 24,
            timing: Timing::Rules,
            hold_out: 0,
        }
    }
}

/// Of which leads somebody is told, once won and lost leads tell enough; until then by points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Told {
    /// The points reach the threshold.
    #[default]
    Points,
    /// The chance reaches the threshold.
    Chance,
    /// The chance times the deal's amount reaches so much, in whole units of the shop's currency.
    Value(i64),
    /// The best, so many a week.
    Capacity(u32),
}

/// Points per signal and the threshold at which somebody is told, in integer hundredths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadSettings {
    pub threshold: u32,
    pub told: Told,
    pub points: BTreeMap<String, u32>,
    /// Working minutes within which somebody has to take up a lead that reached the threshold; none: nobody is pressed.
    pub take_up_within_minutes: Option<i64>,
    /// Days of silence after which a lead is proposed to be lost.
    pub lost_after_days: i64,
}

impl Default for LeadSettings {
    fn default() -> Self {
        use domain::lead::signal;
        let points = [
            (signal::ASKED_PRICE, 20),
            (signal::ASKED_DELIVERY, 15),
            (signal::ASKED_DISCOUNT, 25),
            (signal::FIVE_MESSAGES, 20),
        ];
        Self {
            threshold: 80,
            told: Told::Points,
            points: points.into_iter().map(|(name, points)| (name.to_owned(), points)).collect(),
            take_up_within_minutes: None,
            lost_after_days: 30,
        }
    }
}

/// How quotes are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteSettings {
    /// Days that a quote holds, the day it is made not counted.
    pub valid_days: i64,
    /// From this total on a person approves before anything is sent; none: the assistant quotes any total that it may sell at.
    pub approval_from: Option<Money>,
    /// Capital letters that quote numbers begin with.
    pub number_prefix: String,
    pub port_of_loading: Option<LocalizedText>,
    pub shipping_marks: Option<String>,
    /// Further lines on the paper.
    pub notes: Vec<LocalizedText>,
}

impl Default for QuoteSettings {
    fn default() -> Self {
        Self {
            valid_days: 15,
            approval_from: None,
            number_prefix: "QT".into(),
            port_of_loading: None,
            shipping_marks: None,
            notes: Vec::new(),
        }
    }
}

/// When the assistant writes again by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpSettings {
    pub enabled: bool,
    /// Minutes of the day between which nobody is written to where the buyer is; from 20:00 to 9:00 goes over midnight.
    pub quiet: Option<(u16, u16)>,
    /// Whether Saturdays and Sundays count as days to write on.
    pub weekends: bool,
    /// Follow-ups to one contact within any seven days.
    pub max_per_week: usize,
    /// Follow-ups without an answer, after which nothing more is sent until the buyer writes.
    pub max_in_a_row: usize,
    /// Hours between two of them.
    pub rest_hours: i64,
    /// By inbox: hours after the buyer's last message within which its channel takes messages.
    pub windows: BTreeMap<String, i64>,
    /// In the owner's order.
    pub steps: Vec<FollowUpStep>,
}

impl Default for FollowUpSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            quiet: Some((20 * 60, 9 * 60)),
            weekends: false,
            max_per_week: 2,
            max_in_a_row: 3,
            rest_hours: 20,
            windows: BTreeMap::new(),
            steps: Vec::new(),
        }
    }
}

/// One kind of message to a buyer who fell silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpStep {
    pub id: String,
    pub reason: Reason,
    /// Journey stages in which it is taken; any where there is none.
    pub stages: Vec<Stage>,
    /// Milliseconds of silence before it; before the last day of a quote where that is the reason.
    pub after_millis: i64,
    /// Percent of the usual interval between two orders.
    pub cycle_percent: i64,
    /// Instead of the template of the reason.
    pub text: Option<LocalizedText>,
}

/// A rule whose `when` is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledRule {
    pub rule: Rule,
    /// What the owner says it is for.
    pub note: Option<LocalizedText>,
    pub expression: Expression,
    /// The intents that `when` compares with; none where it is about any.
    pub intents: Vec<String>,
    /// The buyers that it is tried on; none: every one.
    pub slice: Option<Slice>,
}

/// The buyers that fall to one rule of a test: each buyer has a place from 0 to [`Slice::PLACES`] in a test, whatever its rules are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    pub test: String,
    pub from: u32,
    /// Not included.
    pub until: u32,
}

impl Slice {
    /// One for each hundredth of a percent.
    pub const PLACES: u32 = 10_000;

    pub fn holds(&self, place: u32) -> bool {
        (self.from..self.until).contains(&place)
    }
}

/// The rules that are in force, those of the shop over the default pack's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleBook {
    /// By falling priority; of equal ones the shop's stand first, then file order decides. Disabled rules are not here.
    pub rules: Vec<CompiledRule>,
    /// How many different tests their conditions are made of.
    pub tests: usize,
}

/// A script whose conditions are compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledScript {
    pub script: Script,
    /// All of its conditions; `None` where it has none.
    pub condition: Option<Expression>,
}

/// The price of one product in a price list, in millionths of the list's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceListItem {
    pub product: ProductId,
    pub price: i64,
    /// By rising `min`.
    pub tiers: Vec<Tier>,
    /// Figures of their own for a kind of invoice.
    pub invoice_prices: Vec<InvoicePrice>,
}

/// Prices for some buyers or some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    pub id: String,
    /// Whom it is for; a list that names nobody is for everybody.
    pub company: Option<String>,
    pub grade: Option<String>,
    /// Any of them; towns, provinces or countries.
    pub regions: Vec<String>,
    pub currency: Currency,
    /// ISO dates, both included.
    pub from: Option<String>,
    pub until: Option<String>,
    /// Only for goods that leave the country.
    pub export: bool,
    /// How tax stands in it; none: as in the shop's other prices, and without tax abroad or in foreign money.
    pub tax: Option<Tax>,
    /// The Incoterm that its prices hold for; none: EXW.
    pub incoterm: Option<Incoterm>,
    pub place: Option<LocalizedText>,
    pub items: Vec<PriceListItem>,
}

/// Checked tables of one revision, with the indexes that turns need.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// 0 until it is published.
    pub revision: i64,
    /// Of the files that it was read from: the same files give the same digest.
    pub digest: String,
    pub shop: Shop,
    pub calendar: Calendar,
    pub business_hours: Option<BusinessHours>,
    pub units: Vec<Term>,
    pub industries: Vec<Term>,
    /// Others who sell such goods, as buyers name them.
    pub rivals: Vec<Term>,
    pub categories: Vec<Term>,
    pub attributes: Vec<Term>,
    pub products: Vec<Product>,
    pub(crate) product_index: HashMap<ProductId, usize>,
    pub faqs: Vec<Faq>,
    pub faq_index: FaqIndex,
    pub product_search: ProductIndex,
    pub(crate) attribute_words: AttributeWords,
    /// What the shop's own names state (`3C电子`), so that a reply may use them.
    pub(crate) name_licence: Licence,
    pub scripts: Vec<CompiledScript>,
    pub rules: RuleBook,
    pub price_lists: Vec<PriceList>,
    /// Some answer or certificate has a last day.
    pub(crate) expires: bool,
    pub(crate) price_index: PriceIndex,
    pub(crate) places: Places,
    /// Where the shop does not sell to.
    pub(crate) blocked_places: Vec<Place>,
    /// The places of each row of the shop's freight, in its order.
    pub(crate) freight_places: Vec<Vec<Place>>,
    /// Wordings by key; the shop's stand over the default pack's.
    pub templates: BTreeMap<String, LocalizedText>,
    pub authority: Authority,
    /// Read by [`crate::authority`] only.
    pub(crate) costs: Costs,
    pub routing: Routing,
    pub recommendation: RecommendationSettings,
    pub leads: LeadSettings,
    pub quotes: QuoteSettings,
    pub follow_ups: FollowUpSettings,
    pub intents: Vec<ShopIntent>,
}

impl Knowledge {
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.product_index.get(id).map(|&index| &self.products[index])
    }

    /// Builds the indexes from the tables; called once, when they are complete.
    pub(crate) fn index(&mut self) {
        self.product_index =
            self.products.iter().enumerate().map(|(index, product)| (product.id.clone(), index)).collect();
        self.faq_index = FaqIndex::build(&self.faqs);
        self.product_search = ProductIndex::build(self);
        self.attribute_words = AttributeWords::build(&self.attributes);
        self.name_licence = reply::name_licence(self);
        self.expires = self.faqs.iter().any(|faq| faq.valid_until.is_some())
            || self.products.iter().any(|product| !product.certificates_until.is_empty());
        self.index_prices();
    }

    /// The part of it that prices need.
    pub(crate) fn index_prices(&mut self) {
        let places = Places::build();
        let shop = &self.shop;
        self.blocked_places = shop.blocked_destinations.iter().map(|name| places.place(name)).collect();
        let named = |freight: &domain::trade::Freight| {
            let names = freight.place.iter().flat_map(LocalizedText::all);
            names.chain(freight.aliases.iter().map(String::as_str)).map(|name| places.place(name)).collect()
        };
        self.freight_places = shop.trade.freight.iter().map(named).collect();
        self.price_index = PriceIndex::build(self, &places);
        self.places = places;
    }

    /// Whether messages mean the same by its words as by the other's: products and their names, units, terms, own intents, and the zone
    /// that dates are read in.
    pub fn is_understood_like(&self, other: &Self) -> bool {
        let named = |knowledge: &Self| {
            let products = knowledge.products.iter();
            let named = products.map(|product| {
                let Product { id, name, aliases, category, unit, packages, .. } = product.clone();
                (id, name, aliases, category, unit, packages)
            });
            named.collect::<Vec<_>>()
        };
        (&self.units, &self.industries, &self.categories, &self.attributes, &self.intents)
            == (&other.units, &other.industries, &other.categories, &other.attributes, &other.intents)
            && self.shop.timezone == other.shop.timezone
            && named(self) == named(other)
    }

    pub fn category(&self, id: &str) -> Option<&Term> {
        self.categories.iter().find(|term| term.id == id)
    }
}

#[cfg(test)]
mod tests;
