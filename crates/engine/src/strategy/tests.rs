//! Laws that hold for every conversation, whatever is said in it.

use domain::{conversation::Owner, recommendation::Trigger, turn::ReplyKind, understanding::intent};

use crate::turn::scene::Scene;

/// A small generator of numbers, so that the walks are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

const TEXTS: &[&str] = &[
    "呢",
    "[P001](product:P001)呢",
    "[P001](product:P001) [20台](quantity:20台)",
    "[P007](product:P007) [3](quantity:3)",
    "[P002](product:P002)和[P005](product:P005)",
    "不要[P002](product:!P002)",
    "[P999](product:?)",
    "[机器人](product:P001|P008)",
    "[500](quantity:500)",
    "我们是[汽配](industry:automotive_parts)行业",
    r#"[八折](percent:{"percent_off":20})"#,
    "",
];

#[test]
fn random_conversations_keep_the_laws() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let mut scene = Scene::new();
        if dice.below(3) == 0 {
            scene = scene.bought(&[("P001", "2026-01-01"), ("P006", "2026-05-01"), ("P006", "2026-08-01")]);
        }
        if dice.below(6) == 0 {
            scene = scene.vip();
        }
        scene.worded = seed % 10 == 0;
        let (mut opted_out, mut score, mut offers) = (false, 0, 0);
        for round in 1..=14 {
            let first = intent::ALL[dice.below(intent::ALL.len())];
            let second = intent::ALL[dice.below(intent::ALL.len())];
            let intents = if dice.below(3) == 0 { format!("{first} {second}") } else { first.to_owned() };
            scene.confidence = [0.9, 0.5, 0.3][dice.below(3)];
            let before = scene.conversation.owner;
            let epoch = scene.conversation.owner_epoch;
            let taken = scene.say(&intents, TEXTS[dice.below(TEXTS.len())]);
            let turn = &taken.turn;
            let context = format!("seed {seed} round {round}: {intents}");
            opted_out |= intents.contains(intent::UNSUBSCRIBE);
            if let Some(recommendation) = &turn.recommendation {
                assert!((1..=3).contains(&recommendation.items.len()), "{context}");
                assert_eq!(before, Owner::Assistant, "{context}");
                assert!(turn.handoff.is_none(), "{context}");
                if !matches!(recommendation.trigger, Trigger::Asked | Trigger::NewProducts) {
                    assert!(round >= 5 && !opted_out, "{context}");
                    offers += 1;
                }
            }
            assert!(offers <= 1, "within a quarter of an hour: {context}");
            let points = taken.lead.as_ref().map_or(0, |lead| lead.score);
            assert!((score..=100).contains(&points), "{context}");
            score = points;
            assert_eq!(turn.handoff, scene.conversation.memory.handoff, "{context}");
            assert_eq!(turn.handoff.is_some(), scene.conversation.owner == Owner::Waiting, "{context}");
            let changed = before != scene.conversation.owner;
            assert_eq!(scene.conversation.owner_epoch, epoch + i64::from(changed), "{context}");
            assert_eq!(turn.profile.message_count, round, "{context}");
            assert_ne!(turn.reply.kind, ReplyKind::Silent, "{context}");
            assert_eq!(turn.reply.text.is_empty(), !scene.worded, "{context}");
            assert!(turn.strategy.passed_over.len() <= 12, "{context}");
        }
    }
}
