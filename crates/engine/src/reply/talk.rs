//! Whole replies in tests: the demo shop or a small one, one buyer, hand-made understandings.

use std::sync::LazyLock;

use domain::{
    Timestamp,
    fact::Fact,
    id::{self, ApprovalId, LeadId, MessageId, TurnId},
    language::Language,
    message::{Author, Message, MessageKind},
    turn::Reply,
    understanding::{ScoredIntent, Understanding},
};

use crate::{
    facts,
    knowledge::{self, Knowledge, SourceFile},
    models::Learned,
    reply::{compose_for_wording, wording::Wording},
    situation::Situation,
    turn::{
        TurnIds, decide, remember,
        scene::{self, Scene, without_quote},
    },
};

/// The demo shop as its owner would copy it.
pub(crate) fn demo() -> Knowledge {
    static DEMO: LazyLock<Knowledge> = LazyLock::new(|| {
        shop(&[
            ("faqs.yaml", include_str!("../../../../knowledge/demo/faqs.yaml")),
            (
                "products/collaborative_robot.yaml",
                include_str!("../../../../knowledge/demo/products/collaborative_robot.yaml"),
            ),
            ("products/conveyor.yaml", include_str!("../../../../knowledge/demo/products/conveyor.yaml")),
            ("products/gripper.yaml", include_str!("../../../../knowledge/demo/products/gripper.yaml")),
            (
                "products/industrial_robot.yaml",
                include_str!("../../../../knowledge/demo/products/industrial_robot.yaml"),
            ),
            ("products/plc_hmi.yaml", include_str!("../../../../knowledge/demo/products/plc_hmi.yaml")),
            ("products/sensor.yaml", include_str!("../../../../knowledge/demo/products/sensor.yaml")),
            ("products/servo.yaml", include_str!("../../../../knowledge/demo/products/servo.yaml")),
            ("products/vision.yaml", include_str!("../../../../knowledge/demo/products/vision.yaml")),
            ("prices.yaml", include_str!("../../../../knowledge/demo/prices.yaml")),
            ("rules.yaml", include_str!("../../../../knowledge/demo/rules.yaml")),
            ("scripts.yaml", include_str!("../../../../knowledge/demo/scripts.yaml")),
            ("shop.yaml", include_str!("../../../../knowledge/demo/shop.yaml")),
        ])
    });
    DEMO.clone()
}

/// Loads files; any error fails the test.
pub(crate) fn shop(files: &[(&str, &str)]) -> Knowledge {
    let files: Vec<SourceFile> =
        files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() }).collect();
    let loaded = knowledge::load(&files);
    let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    loaded.knowledge.unwrap_or_else(|| panic!("{}", problems.join("\n")))
}

/// One buyer's talk; every turn runs through all engines.
pub(crate) struct Talk {
    pub scene: Scene,
}

impl Talk {
    pub(crate) fn in_demo() -> Self {
        Self::in_shop(demo())
    }

    pub(crate) fn in_shop(mut knowledge: Knowledge) -> Self {
        knowledge.revision = 3;
        let mut scene = Scene::new();
        scene.knowledge = knowledge;
        // Monday 2026-11-23, 10:00 in Shanghai.
        scene.now = Timestamp::parse("2026-11-23T02:00:00Z").expect("a time");
        Self { scene }
    }

    pub(crate) fn english(mut self) -> Self {
        self.scene.language = Language::En;
        self
    }

    /// The assistant introduced itself before.
    pub(crate) fn met(mut self) -> Self {
        self.scene.conversation.memory.disclosed = true;
        self
    }

    /// One message with marked entities (see the scene) and its intents; the turn becomes the talk's state.
    pub(crate) fn say(&mut self, intents: &str, marked: &str) -> Reply {
        let taken = self.hear(intents, marked, |situation, understanding, now| {
            let raw = id::compose(now, 7);
            let ids = TurnIds {
                turn: TurnId::from_ulid(raw),
                lead: LeadId::from_ulid(raw),
                approvals: [ApprovalId::from_ulid(raw); 6],
            };
            without_quote(situation, understanding, &ids)
        });
        self.scene.conversation = taken.conversation;
        self.scene.contact = taken.contact;
        self.scene.lead = taken.lead;
        taken.turn.reply
    }

    /// What a model may word of the reply to one message, without the message being taken in.
    pub(crate) fn wording(&mut self, intents: &str, marked: &str) -> Option<Wording> {
        self.hear(intents, marked, |situation, understanding, now| {
            let raw = id::compose(now, 7);
            let ids = TurnIds {
                turn: TurnId::from_ulid(raw),
                lead: LeadId::from_ulid(raw),
                approvals: [ApprovalId::from_ulid(raw); 6],
            };
            let remembered = remember(situation, understanding);
            let plan = decide(situation, understanding, &remembered, &ids);
            let facts = facts::issue(situation, understanding, &remembered, &plan);
            compose_for_wording(situation, understanding, &remembered, &plan, facts).1
        })
    }

    /// The intent that the knowledge cannot answer.
    pub(crate) fn lacks(&mut self, intents: &str, marked: &str) -> Option<String> {
        self.hear(intents, marked, |situation, understanding, _| {
            let remembered = remember(situation, understanding);
            facts::lacks(situation, understanding, &remembered).map(str::to_owned)
        })
    }

    fn hear<T>(
        &mut self,
        intents: &str,
        marked: &str,
        then: impl Fn(&Situation<'_>, &Understanding, Timestamp) -> T,
    ) -> T {
        let (text, entities) = scene::read(marked);
        let scene = &mut self.scene;
        let scored = |name: &str| ScoredIntent { name: name.to_owned(), confidence: scene.confidence };
        let understanding = Understanding {
            language: scene.language,
            intents: intents.split(' ').map(scored).collect(),
            entities,
            topic: scene.topic.map(str::to_owned),
            undecided: scene.undecided(),
            ..Understanding::default()
        };
        scene.now = scene.now.plus_millis(1_000);
        let message = Message {
            id: MessageId::from_ulid(id::compose(scene.now, 7)),
            conversation: scene.conversation.id,
            seq: 1,
            author: Author::Buyer,
            external_id: None,
            kind: MessageKind::Text,
            text,
            attachments: Vec::new(),
            turn: None,
            draft: false,
            at: scene.now,
        };
        let messages = [message];
        let situation = Situation {
            now: scene.now,
            seed: 0,
            knowledge: &scene.knowledge,
            inbox: &scene.inbox,
            conversation: &scene.conversation,
            contact: &scene.contact,
            company: scene.company.as_ref(),
            company_facts: &scene.company_facts,
            orders: &scene.orders,
            promises: &scene.promises,
            lead: scene.lead.as_ref(),
            quote: scene.quote.as_ref(),
            colleagues: &scene.colleagues,
            learned: Learned::default(),
            messages: &messages,
        };
        then(&situation, &understanding, scene.now)
    }
}

/// The types of facts in order, each once.
pub(crate) fn types(facts: &[Fact]) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for fact in facts {
        let json = serde_json::to_value(fact).expect("facts serialise");
        let name = json["type"].as_str().expect("a type").to_owned();
        if !types.contains(&name) {
            types.push(name);
        }
    }
    types
}
