//! A conversation in a test: a small shop, one buyer, turns with hand-made understandings.
//!
//! Entities are marked in the text: `[P001](product:P001) [20台](quantity:20台)多少钱`. Kinds other than `product`, `quantity` and
//! plain texts take JSON. `!` before a product's id excludes it; `?` alone is a name that the shop does not know; `P001|P002` fits
//! both.

use std::sync::{Arc, LazyLock};

use domain::{
    Timestamp,
    colleague::Colleague,
    contact::{Company, CompanyLink, Contact},
    conversation::{Conversation, Memory, Owner, Status},
    id::{
        self, ApprovalId, CompanyId, ContactId, ConversationId, IdentityId, InboxId, LeadId, MessageId,
        OrderId, ProductId, PromiseId, TurnId,
    },
    inbox::{Autonomy, Inbox, InboxKind},
    language::Language,
    lead::Lead,
    message::{Author, Message, MessageKind},
    order::{Order, OrderLine},
    profile::ProfileFact,
    promise::Promise,
    quantity::Quantity,
    quote::Quote,
    turn::{Reply, ReplyKind, WordedBy},
    understanding::{Entity, EntityKind, EntityValue, ScoredIntent, Understanding},
};

use super::{TakenTurn, TurnIds, assemble, decide, remember};
use crate::{
    knowledge::{self, Knowledge, SourceFile},
    models::{Learned, Models},
    situation::Situation,
};

const SHOP: &str = r"
shop: {name: 甬启自动化, blocked_destinations: [Atlantis]}
categories:
- {id: industrial_robot, name: {zh: 工业机器人, en: industrial robots}}
- {id: gripper, name: {zh: 夹爪, en: grippers}}
- {id: servo, name: {zh: 伺服, en: servos}}
industries:
- {id: automotive_parts, name: {zh: 汽车零部件, en: automotive parts}, aliases: [汽配, car parts]}
- {id: food, name: {zh: 食品, en: food}, aliases: [食品厂]}
- {id: logistics, name: {zh: 物流, en: logistics}}
rivals:
- {id: fanuc, name: {zh: 发那科, en: FANUC}}
- {id: abb, name: ABB}
products:
- {id: P001, name: {zh: 六轴工业机器人, en: six-axis robot}, category: industrial_robot, price: 50000, unit: 台,
   tiers: [{min: 10, price: 48000}], packages: [{unit: 箱, contains: 4}], specs: {payload: 20 kg}, sample: {fee: 200}, related_products: [P002, P003, P004], industries: [automotive_parts]}
- {id: P002, name: {zh: 电动夹爪, en: electric gripper}, category: gripper, price: 6800, unit: 只, stock: 5, related_products: [P001]}
- {id: P003, name: {zh: 真空吸盘, en: vacuum gripper}, category: gripper, price: 5200, unit: 套, stock: 0}
- {id: P004, name: {zh: 旧款夹爪, en: old gripper}, category: gripper, price: 900, discontinued: true}
- {id: P005, name: {zh: 伺服电机, en: servo motor}, category: servo, price: 1200, industries: [automotive_parts], new_since: 2026-10-01}
- {id: P006, name: {zh: 驱动器, en: drive}, category: servo, price: 800, new_since: 2026-09-15, related_products: [P005]}
- {id: P007, name: {zh: 定制工作站, en: custom cell}, category: industrial_robot}
- {id: P008, name: {zh: 重载机器人, en: heavy robot}, category: industrial_robot, price: 90000, unit: 台}
routing:
  teams:
  - {id: sales, name: 销售部, members: [陈晓, 林佳怡], intents: [price_inquiry, price_negotiation, product_inquiry]}
  - {id: service, name: 售后部, members: [], intents: [complaint, technical_support]}
  handoff: {complaint: service, default: sales}
authority:
  assistant: {max_discount_percent: 3}
faqs:
- {id: noise, questions: [机器人噪音大吗, how loud is the robot], answer: {zh: 噪音很小。, en: It is quiet.}}
";

/// 2026-11-22, a Sunday, 10:00 in Shanghai.
pub(crate) const START: i64 = 1_795_312_800_000;

pub(crate) struct Scene {
    pub knowledge: Knowledge,
    pub inbox: Inbox,
    pub conversation: Conversation,
    pub contact: Contact,
    pub company: Option<Company>,
    pub company_facts: Vec<ProfileFact>,
    pub colleagues: Vec<Colleague>,
    pub orders: Vec<Order>,
    pub promises: Vec<Promise>,
    pub lead: Option<Lead>,
    pub quote: Option<Quote>,
    pub models: Option<Arc<Models>>,
    pub seed: u64,
    pub now: Timestamp,
    /// Used where no product tells the topic.
    pub topic: Option<&'static str>,
    pub language: Language,
    pub confidence: f64,
    pub undecided: Vec<(&'static str, f64)>,
    pub attachment: bool,
    /// Whether facts are issued and the reply is worded; most tests are about decisions only.
    pub worded: bool,
    next: u128,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with_shop("")
    }

    /// The small shop with further sections.
    pub(crate) fn with_shop(more: &str) -> Self {
        static PLAIN: LazyLock<Knowledge> = LazyLock::new(|| load(""));
        Self::with_knowledge(if more.is_empty() { PLAIN.clone() } else { load(more) })
    }

    /// A shop of the test's own.
    pub(crate) fn of_shop(text: &str) -> Self {
        Self::with_knowledge(load_files(&[("shop.yaml", text)]))
    }

    /// A shop that was read before.
    pub(crate) fn with_knowledge(knowledge: Knowledge) -> Self {
        let now = Timestamp::from_millis(START);
        let raw = id::compose(now, 1);
        let contact = Contact::new(ContactId::from_ulid(raw), now);
        Self {
            knowledge,
            inbox: Inbox {
                id: InboxId::from_ulid(raw),
                name: "api".into(),
                kind: InboxKind::Api,
                autonomy: Autonomy::Sell,
            },
            conversation: Conversation {
                id: ConversationId::from_ulid(raw),
                inbox: InboxId::from_ulid(raw),
                identity: IdentityId::from_ulid(raw),
                contact: contact.id,
                status: Status::Open,
                owner: Owner::Assistant,
                owner_epoch: 0,
                assigned_to: None,
                memory: Memory::default(),
                opened_at: now,
                last_message_at: now,
                ended_at: None,
            },
            contact,
            company: None,
            company_facts: Vec::new(),
            colleagues: Vec::new(),
            orders: Vec::new(),
            promises: Vec::new(),
            lead: None,
            quote: None,
            models: None,
            seed: 0,
            now,
            topic: None,
            language: Language::Zh,
            confidence: 0.9,
            undecided: Vec::new(),
            attachment: false,
            worded: false,
            next: 10,
        }
    }

    pub(crate) fn vip(self) -> Self {
        self.graded("VIP")
    }

    pub(crate) fn graded(mut self, grade: &str) -> Self {
        self.contact.attributes.insert("tier".into(), grade.into());
        self
    }

    /// What was promised joins the ledger that the next turns see.
    pub(crate) fn promise(&mut self, taken: &TakenTurn) {
        for offer in &taken.offers {
            self.next += 1;
            self.promises.push(Promise {
                id: PromiseId::from_ulid(id::compose(self.now, self.next)),
                contact: self.contact.id,
                company: self.contact.company,
                conversation: self.conversation.id,
                offer: offer.clone(),
            });
        }
    }

    /// The buyer says that he is of a company, or it is proven.
    pub(crate) fn of_company(mut self, name: &str, link: CompanyLink) -> Self {
        let id = CompanyId::from_ulid(id::compose(self.now, 2));
        self.contact.company = Some(id);
        self.contact.company_name = Some(name.into());
        self.contact.company_link = Some(link);
        self.company = Some(Company {
            id,
            name: name.into(),
            merged_into: None,
            joined: Vec::new(),
            created_at: self.now,
        });
        self
    }

    /// Gives each line of the past orders a price in yuan.
    pub(crate) fn paying(mut self, price: &str) -> Self {
        for line in self.orders.iter_mut().flat_map(|order| &mut order.lines) {
            line.unit_price = domain::money::UnitPrice::parse(price, domain::money::Currency::CNY, "").ok();
        }
        self
    }

    /// Past orders: product and ISO date.
    pub(crate) fn bought(mut self, orders: &[(&str, &str)]) -> Self {
        for (product, date) in orders {
            self.next += 1;
            self.orders.push(Order {
                id: OrderId::from_ulid(id::compose(self.now, self.next)),
                number: format!("SO{}", self.next),
                company: None,
                contact: Some(self.contact.id),
                date: (*date).into(),
                country: None,
                lines: vec![OrderLine {
                    product: ProductId::from(*product),
                    quantity: Quantity::whole(5),
                    unit_price: None,
                }],
                status: None,
            });
        }
        self.orders.sort_by(|a, b| b.date.cmp(&a.date));
        self
    }

    /// The intents that cannot be told apart.
    pub(crate) fn undecided(&self) -> Vec<ScoredIntent> {
        self.undecided.iter().map(|&(name, confidence)| scored(name, confidence)).collect()
    }

    /// One message; its turn becomes the scene's state. `intents` are separated by spaces.
    pub(crate) fn say(&mut self, intents: &str, marked: &str) -> TakenTurn {
        self.say_all(intents, &[marked])
    }

    /// Several messages answered by one turn.
    pub(crate) fn say_all(&mut self, intents: &str, marked: &[&str]) -> TakenTurn {
        let worded = self.worded;
        self.hear(intents, marked, |situation, understanding, ids| {
            if worded {
                return without_quote(situation, understanding, ids);
            }
            let remembered = remember(situation, understanding);
            let plan = decide(situation, understanding, &remembered, ids);
            let reply = unworded(plan.kind);
            assemble(situation, understanding, remembered, plan, reply, ids)
        })
    }

    /// The same by stages of the test's own.
    pub(crate) fn hear(
        &mut self,
        intents: &str,
        marked: &[&str],
        take: impl FnOnce(&Situation<'_>, &Understanding, &TurnIds) -> TakenTurn,
    ) -> TakenTurn {
        self.now = self.now.plus_millis(60_000);
        let (text, entities) = read(&marked.join("\n"));
        let topic = entities
            .iter()
            .find_map(|entity| match &entity.value {
                EntityValue::Product(id) => self.knowledge.product(id)?.category.clone(),
                _ => None,
            })
            .or_else(|| self.topic.map(str::to_owned));
        let understanding = Understanding {
            language: self.language,
            intents: intents.split(' ').map(|name| scored(name, self.confidence)).collect(),
            entities,
            topic,
            undecided: self.undecided(),
            assisted: None,
            ..Understanding::default()
        };
        let messages: Vec<Message> = text.split('\n').map(|text| self.message(text)).collect();
        self.next += 1;
        let raw = id::compose(self.now, self.next);
        let ids = TurnIds {
            turn: TurnId::from_ulid(raw),
            lead: LeadId::from_ulid(raw),
            approvals: std::array::from_fn(|index| {
                ApprovalId::from_ulid(id::compose(self.now, (self.next << 8) + index as u128))
            }),
        };
        let situation = Situation {
            now: self.now,
            seed: self.seed,
            knowledge: &self.knowledge,
            inbox: &self.inbox,
            conversation: &self.conversation,
            contact: &self.contact,
            company: self.company.as_ref(),
            company_facts: &self.company_facts,
            orders: &self.orders,
            promises: &self.promises,
            lead: self.lead.as_ref(),
            quote: self.quote.as_ref(),
            colleagues: &self.colleagues,
            learned: self.models.as_deref().map(Learned::of).unwrap_or_default(),
            messages: &messages,
        };
        let taken = take(&situation, &understanding, &ids);
        self.conversation = taken.conversation.clone();
        self.contact = taken.contact.clone();
        self.lead = taken.lead.clone();
        taken
    }

    fn message(&mut self, text: &str) -> Message {
        self.next += 1;
        Message {
            id: MessageId::from_ulid(id::compose(self.now, self.next)),
            conversation: self.conversation.id,
            seq: 1,
            author: Author::Buyer,
            external_id: None,
            kind: if self.attachment { MessageKind::Image } else { MessageKind::Text },
            text: text.into(),
            attachments: Vec::new(),
            turn: None,
            draft: false,
            at: self.now,
        }
    }
}

fn unworded(kind: ReplyKind) -> Reply {
    Reply {
        kind,
        text: String::new(),
        worded_by: WordedBy::Template,
        draft: false,
        facts: Vec::new(),
        withheld: Vec::new(),
    }
}

fn load(more: &str) -> Knowledge {
    load_files(&[("shop.yaml", SHOP), ("more.yaml", more)])
}

fn load_files(files: &[(&str, &str)]) -> Knowledge {
    let files: Vec<SourceFile> = files
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() })
        .collect();
    let loaded = knowledge::load(&files);
    let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    loaded.knowledge.unwrap_or_else(|| panic!("{}", problems.join("\n")))
}

fn scored(name: &str, confidence: f64) -> ScoredIntent {
    ScoredIntent { name: name.to_owned(), confidence }
}

/// The plain text and its marked entities.
pub(crate) fn read(marked: &str) -> (String, Vec<Entity>) {
    let mut text = String::new();
    let mut entities = Vec::new();
    let mut rest = marked;
    while let Some((before, tail)) = rest.split_once('[') {
        text.push_str(before);
        let (words, tail) = tail.split_once("](").expect("a mark is [text](kind:value)");
        let (mark, tail) = tail.split_once(')').expect("a mark ends");
        let (kind, value) = mark.split_once(':').unwrap_or((mark, ""));
        let start = text.chars().count();
        text.push_str(words);
        entities.push(entity(kind, value, words, start..text.chars().count()));
        rest = tail;
    }
    text.push_str(rest);
    (text, entities)
}

fn entity(kind: &str, value: &str, words: &str, span: std::ops::Range<usize>) -> Entity {
    let kind = EntityKind::ALL.into_iter().find(|known| known.name() == kind).expect("a known kind");
    let product = |id: &str| EntityValue::Product(ProductId::from(id));
    let negated = value.starts_with('!');
    let value = value.trim_start_matches('!');
    let mut candidates = Vec::new();
    let value = match (kind, value) {
        (_, "?") => EntityValue::Unknown(()),
        (EntityKind::Product, several) if several.contains('|') => {
            candidates = several.split('|').map(product).collect();
            EntityValue::Unknown(())
        }
        (EntityKind::Product, id) => product(id),
        (EntityKind::Quantity, text) if !text.starts_with('{') => {
            let at = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
            let unit = Some(&text[at..]).filter(|unit| !unit.is_empty());
            EntityValue::Quantity(Quantity::parse(&text[..at], unit).expect("a quantity"))
        }
        (kind, json) if json.starts_with('{') => {
            let json = serde_json::from_str(json).expect("JSON");
            EntityValue::from_json(kind, json).expect("the form of its kind")
        }
        (EntityKind::Date, date) => EntityValue::Date(date.into()),
        (_, "") => EntityValue::Text(words.into()),
        (_, text) => EntityValue::Text(text.into()),
    };
    Entity {
        kind,
        text: words.into(),
        start: span.start,
        end: span.end,
        value,
        negated,
        candidates,
        generic: false,
    }
}

/// All stages of a turn that makes no quote.
pub(crate) fn without_quote(
    situation: &Situation<'_>,
    understanding: &Understanding,
    ids: &TurnIds,
) -> TakenTurn {
    let remembered = remember(situation, understanding);
    let plan = decide(situation, understanding, &remembered, ids);
    let facts = crate::facts::issue(situation, understanding, &remembered, &plan);
    let reply = crate::reply::compose(situation, understanding, &remembered, &plan, facts);
    assemble(situation, understanding, remembered, plan, reply, ids)
}
