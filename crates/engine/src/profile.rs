//! What is remembered of a buyer: who he is and how he buys, each fact with the message that says so.
//!
//! To remember something new, add a step to [`learn`]; its key belongs to the list of [`domain::profile::ProfileFact`] and to [`edit`].

pub mod edit;
pub(crate) mod introduction;
pub(crate) mod scale;
pub(crate) mod wording;

use domain::{
    catalog::Term,
    decimal::format_scaled,
    language::Language,
    profile::{CustomerType, Evidence, INFERRED, Profile, ProfileFact, STATED},
    quantity::Quantity,
    requirement::Comparator,
    understanding::{EntityKind, EntityValue, MoneyRole, Understanding, intent},
};
use serde_json::Value;

use crate::{requirement, situation::Situation};
use wording::{Wording, find, find_whole, has_any};

/// Prefix of the fact that the buyer wants none of a product.
pub(crate) const OBJECTION: &str = "objection:";
/// Prefix of what the buyer would rather have, by the attribute.
const PREFERENCE: &str = "preference:";
/// Prefix of the fact that he named a rival.
const RIVAL: &str = "rival:";

/// The profile with what the turn's messages tell.
pub(crate) fn learn(situation: &Situation<'_>, understanding: &Understanding, wording: &Wording) -> Profile {
    let mut learner = Learner { situation, profile: situation.contact.profile.clone() };
    learner.count();
    // Who sells to us tells of his own business, not of a buyer's.
    let introduces = introduction::is_introduction(understanding, &situation.text());
    if understanding.primary() == intent::SOLICITATION && !introduces {
        return learner.profile;
    }
    learner.industry(understanding, wording);
    learner.amounts(understanding, wording);
    learner.contact_details(understanding);
    learner.region(understanding);
    learner.role(wording);
    learner.urgency(wording);
    learner.objections(understanding, wording);
    learner.preferences(understanding);
    learner.rivals(wording);
    if understanding.has_intent(intent::UNSUBSCRIBE) {
        learner.add("opt_out", Value::Bool(true), STATED, 0);
    }
    learner.language(understanding);
    learner.profile
}

/// Whether the buyer asked to be left alone with offers.
pub(crate) fn opted_out(profile: &Profile) -> bool {
    profile.fact("opt_out").is_some_and(|fact| fact.value == Value::Bool(true))
}

/// What can be counted on: the buyer's own fact, else what a verified colleague told of their company, as long as it has not faded. What a
/// person took away from the buyer's profile does not come back by a colleague.
pub(crate) fn known<'f>(
    situation: &Situation<'f>,
    profile: &'f Profile,
    key: &str,
) -> Option<&'f ProfileFact> {
    let stands = |fact: &&ProfileFact| !fact.has_faded(situation.now);
    let told = || situation.company_facts.iter().find(|fact| fact.key == key && !profile.is_removed(key));
    profile.fact(key).filter(stands).or_else(|| told().filter(stands))
}

/// The industry's id, if it is known.
pub(crate) fn industry<'f>(situation: &Situation<'f>, profile: &'f Profile) -> Option<&'f str> {
    known(situation, profile, "industry").and_then(|fact| fact.value.as_str())
}

struct Learner<'s> {
    situation: &'s Situation<'s>,
    profile: Profile,
}

impl Learner<'_> {
    /// `at` is the code point that says so.
    fn add(&mut self, key: &str, value: Value, confidence: f64, at: usize) {
        let message = self.situation.message_at(at);
        self.profile.learn(ProfileFact {
            key: key.to_owned(),
            value,
            confidence,
            evidence: Evidence::Message(message.id),
            at: message.at,
        });
    }

    fn count(&mut self) {
        let situation = self.situation;
        let messages = u32::try_from(situation.messages.len()).unwrap_or(u32::MAX);
        self.profile.message_count = self.profile.message_count.saturating_add(messages);
        if situation.conversation.memory.rounds == 0 {
            self.profile.conversation_count = self.profile.conversation_count.saturating_add(1);
        }
        self.profile.last_active = situation.messages.last().map(|message| message.at);
        self.profile.customer_type =
            if situation.orders.is_empty() { CustomerType::New } else { CustomerType::Existing };
        let tier = situation.contact.attributes.get("tier").map(|tier| tier.trim());
        if let Some(tier) = tier.filter(|tier| !tier.is_empty()) {
            self.profile.tier = Some(tier.to_owned());
        }
    }

    fn industry(&mut self, understanding: &Understanding, wording: &Wording) {
        for entity in understanding.entities_of(EntityKind::Industry).filter(|entity| !entity.negated) {
            let EntityValue::Text(id) = &entity.value else { continue };
            let clause = wording.clause(entity.start..entity.end);
            let about_himself = has_any(wording.part(&clause), INDUSTRY_CUES)
                || entity.text.chars().count() + 4 > clause.len();
            // 用什么物流发货 names an industry by chance.
            if !about_himself
                && understanding.intents.iter().any(|found| NO_INDUSTRY.contains(&found.name.as_str()))
            {
                continue;
            }
            let confidence = if about_himself { STATED } else { INFERRED };
            let said_at = self.situation.message_at(entity.start).at;
            let known = self.profile.fact("industry").map_or(0.0, |fact| fact.confidence_at(said_at));
            if about_himself || known <= confidence {
                self.add("industry", Value::from(id.as_str()), confidence, entity.start);
            }
        }
        // A firm's name says nothing new of what a person took away.
        if self.profile.fact("industry").is_some() || self.profile.is_removed("industry") {
            return;
        }
        let named = understanding.entities_of(EntityKind::Company).next();
        let industries = &self.situation.knowledge.industries;
        let found = named
            .and_then(|entity| Some((industry_of(industries, &entity.text)?, entity.start)))
            .or_else(|| Some((industry_of(industries, company_name(self.situation)?)?, 0)))
            .map(|(id, at)| (id.to_owned(), at));
        if let Some((id, at)) = found {
            self.add("industry", Value::from(id), STATED, at);
        }
    }

    fn amounts(&mut self, understanding: &Understanding, wording: &Wording) {
        for entity in understanding.entities_of(EntityKind::Quantity).filter(|entity| !entity.negated) {
            if let Some(period) = scale::period(wording, understanding, entity)
                && let Some(value) = scale::value(&entity.value, period)
            {
                self.add("purchase_scale", value, STATED, entity.start);
            }
        }
        let currency = self.situation.knowledge.shop.currency;
        for entity in understanding.entities_of(EntityKind::Money) {
            let key = match requirement::money_role(entity, understanding) {
                Some(MoneyRole::Budget) => "budget",
                Some(MoneyRole::TargetPrice) => "target_price",
                Some(MoneyRole::Price) | None => continue,
            };
            if let Some(money) = requirement::money(&entity.value, currency)
                && let Ok(value) = serde_json::to_value(money)
            {
                self.add(key, value, STATED, entity.start);
            }
        }
    }

    fn contact_details(&mut self, understanding: &Understanding) {
        const KEYS: [(EntityKind, &str); 5] = [
            (EntityKind::Person, "person"),
            (EntityKind::Company, "company"),
            (EntityKind::Phone, "phone"),
            (EntityKind::Email, "email"),
            (EntityKind::WechatId, "wechat_id"),
        ];
        for (kind, key) in KEYS {
            if let Some(entity) = understanding.entities_of(kind).last() {
                self.add(key, Value::from(requirement::text_of(entity)), STATED, entity.start);
            }
        }
    }

    fn region(&mut self, understanding: &Understanding) {
        if let Some(entity) = understanding.entities_of(EntityKind::Region).last() {
            self.add("region", Value::from(requirement::text_of(entity)), INFERRED, entity.start);
        } else if self.profile.fact("region").is_none()
            && !self.profile.is_removed("region")
            && let Some(region) = self.situation.contact.attributes.get("region")
        {
            self.add("region", Value::from(region.as_str()), STATED, 0);
        }
    }

    fn role(&mut self, wording: &Wording) {
        let letters = wording.all();
        for (role, words) in &ROLES {
            let said = words.iter().find_map(|word| {
                let found = find(letters, word)?;
                let clause = wording.clause(found.clone());
                has_any(wording.part(&(clause.start..found.start)), ROLE_CUES).then_some(found.start)
            });
            if let Some(at) = said {
                self.add("role", Value::from(*role), INFERRED, at);
                return;
            }
        }
    }

    fn urgency(&mut self, wording: &Wording) {
        let letters = wording.all();
        let place =
            |words: &[&str]| words.iter().find_map(|word| find(letters, word)).map(|found| found.start);
        if let Some(at) = place(NO_HURRY) {
            self.add("urgency", Value::from("low"), INFERRED, at);
        } else if let Some(at) = place(HURRY) {
            self.add("urgency", Value::from("high"), INFERRED, at);
        }
    }

    fn objections(&mut self, understanding: &Understanding, wording: &Wording) {
        let place =
            |words: &[&str]| words.iter().find_map(|word| find(wording.all(), word)).map(|found| found.start);
        if let Some(at) = place(TOO_DEAR) {
            self.add("objection:price", Value::Bool(true), INFERRED, at);
        }
        if let Some(at) = place(TOO_SLOW) {
            self.add("objection:lead_time", Value::Bool(true), INFERRED, at);
        }
        for entity in understanding.entities_of(EntityKind::Product) {
            let EntityValue::Product(product) = &entity.value else { continue };
            let key = format!("{OBJECTION}{product}");
            if entity.negated {
                self.add(&key, Value::Bool(true), STATED, entity.start);
            } else if self.profile.fact(&key).is_some() {
                // He speaks of it again: the refusal is over.
                self.add(&key, Value::Bool(false), STATED, entity.start);
            }
        }
    }
}

impl Learner<'_> {
    /// Figures that the goods must have, each under its attribute. Whether a product that is spoken of has one is a question, not a wish.
    fn preferences(&mut self, understanding: &Understanding) {
        let only_asks = understanding.intents.iter().all(|found| found.name == intent::SPEC_INQUIRY);
        let is_of_product =
            understanding.products().next().is_some() || self.situation.contact.requirement.focus().is_some();
        if only_asks && is_of_product {
            return;
        }
        for entity in understanding.entities_of(EntityKind::Spec).filter(|entity| !entity.negated) {
            let EntityValue::Object(value) = &entity.value else { continue };
            let Some(wanted) = requirement::specification(value, None) else { continue };
            let sign = match wanted.comparator {
                Comparator::Equal => "",
                Comparator::AtLeast => "≥ ",
                Comparator::AtMost => "≤ ",
            };
            let number = format_scaled(wanted.number.0, Quantity::DIGITS);
            let figure = format!("{sign}{number} {}", wanted.unit);
            let key = format!("{PREFERENCE}{}", wanted.attribute);
            self.add(&key, Value::from(figure.trim_end()), STATED, entity.start);
        }
    }

    /// Others whom the buyer names, as the shop lists them.
    fn rivals(&mut self, wording: &Wording) {
        for rival in &self.situation.knowledge.rivals {
            let named =
                rival.words().filter_map(|word| find_whole(wording.all(), &word.to_ascii_lowercase()));
            if let Some(at) = named.map(|found| found.start).min() {
                self.add(&format!("{RIVAL}{}", rival.id), Value::Bool(true), STATED, at);
            }
        }
    }

    /// In which he writes. One message in another language, a phrase or a forwarded text, changes nothing; the next one does.
    fn language(&mut self, understanding: &Understanding) {
        let language = self.situation.language(understanding.language);
        let settled = self.profile.fact("language").is_none()
            || self.situation.conversation.memory.language == Some(language);
        if settled && matches!(language, Language::Zh | Language::En) {
            self.add("language", Value::from(language.code()), STATED, 0);
        }
    }
}

/// The industry whose words stand in a firm's name; the longest word tells most.
fn industry_of<'k>(industries: &'k [Term], company: &str) -> Option<&'k str> {
    let wording = Wording::new(company);
    industries
        .iter()
        .flat_map(|term| term.words().map(move |word| (term, word)))
        .filter(|(_, word)| {
            word.chars().count() > 1 && find(wording.all(), &word.to_ascii_lowercase()).is_some()
        })
        .max_by_key(|(_, word)| word.chars().count())
        .map(|(term, _)| term.id.as_str())
}

fn company_name<'s>(situation: &Situation<'s>) -> Option<&'s str> {
    situation
        .contact
        .company_name
        .as_deref()
        .or_else(|| situation.company.map(|company| company.name.as_str()))
}

/// The entity's text in these words means the buyer's own business.
const INDUSTRY_CUES: &[&str] = &[
    "我们",
    "我司",
    "我是",
    "我厂",
    "我公司",
    "本公司",
    "行业",
    "工厂",
    "公司",
    "厂里",
    "用在",
    "用于",
    "客户",
    "做",
    "we ",
    "we'",
    "our ",
    "i am",
    "i'm",
    "industry",
    "factory",
    "company",
    "plant",
    "business",
    "for the",
    "for our",
];

/// Where these are asked, an industry named without a cue is chance.
const NO_INDUSTRY: &[&str] = &[
    intent::SHIPPING_INQUIRY,
    intent::PACKING_INQUIRY,
    intent::ORDER_STATUS,
    intent::ORDER_CHANGE,
    intent::DOCUMENT_REQUEST,
    intent::COMPLAINT,
    intent::RETURN_REFUND,
    intent::OUT_OF_SCOPE,
];

const ROLE_CUES: &[&str] = &[
    "我是",
    "我们是",
    "我司是",
    "我在",
    "本人",
    "担任",
    "负责",
    "这边是",
    "这里是",
    "i am",
    "i'm",
    "we are",
    "we're",
    "as a",
    "as the",
    "my role",
    "this is",
];

const ROLES: [(&str, &[&str]); 6] = [
    ("purchasing", &["采购", "purchasing", "procurement", "buyer", "sourcing"]),
    (
        "plant_manager",
        &["厂长", "生产经理", "车间主任", "plant manager", "production manager", "factory manager"],
    ),
    ("engineering", &["工程师", "技术员", "技术主管", "设备部", "engineer", "technician"]),
    ("integrator", &["集成商", "integrator"]),
    (
        "distributor",
        &[
            "代理商",
            "经销商",
            "贸易商",
            "贸易公司",
            "分销商",
            "distributor",
            "dealer",
            "reseller",
            "trading company",
        ],
    ),
    ("owner", &["老板", "总经理", "法人", "创始人", "owner", "ceo", "founder", "managing director"]),
];

const HURRY: &[&str] = &[
    "很急",
    "比较急",
    "特别急",
    "急用",
    "急需",
    "急要",
    "着急",
    "加急",
    "尽快",
    "赶时间",
    "赶工期",
    "催得紧",
    "越快越好",
    "asap",
    "urgent",
    "as soon as possible",
    "right away",
    "in a hurry",
    "rush order",
];

const NO_HURRY: &[&str] =
    &["不急", "不着急", "不用急", "不是很急", "no hurry", "no rush", "not urgent", "not in a hurry"];

const TOO_DEAR: &[&str] = &[
    "太贵",
    "贵了",
    "有点贵",
    "价格高",
    "价格偏高",
    "too expensive",
    "too high",
    "pricey",
    "over budget",
    "over our budget",
];

const TOO_SLOW: &[&str] =
    &["太慢", "太久", "时间太长", "交期太长", "等不了", "too slow", "too long", "can't wait"];

#[cfg(test)]
mod tests;
