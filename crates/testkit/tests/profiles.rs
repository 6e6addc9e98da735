//! Profiles folded anew from what is stored: as they were learned message by message, and better where the knowledge reads more.

use std::{num::NonZero, time::Duration};

use desk::{
    DeskOptions,
    knowledge::publishing::{CONSOLE, Offered},
    receive::Received,
};
use domain::{
    Timestamp,
    id::{self, AgentId, ContactId},
    turn::Turn,
};
use engine::knowledge::SourceFile;
use serde_json::{Value, json};
use store::{ConversationChange, Page};
use testkit::TestDesk;

const SHOP: &str = "
industries:
- {id: automotive_parts, name: {zh: 汽车零部件, en: automotive parts}, aliases: [汽配]}
- {id: textiles, name: {zh: 纺织, en: textiles}}
products:
- {id: P001, name: {zh: 六轴机器人, en: six-axis robot}, price: 50000, unit: 台, lead_time_days: 15, related_products: [P002]}
- {id: P002, name: {zh: 电动夹爪, en: electric gripper}, price: 6800, unit: 只}
";

const TEXTS: [&str; 14] = [
    "你好",
    "我们是做汽配的",
    "我们是纺织厂,每年大概采购200台",
    "预算30万以内",
    "P001多少钱",
    "太贵了,不要P002",
    "推荐几款",
    "可以",
    "P002呢",
    "很急,月底要",
    "不急",
    "我是采购经理,在浙江",
    "别再给我推销了",
    "how long is the lead time for the gripper?",
];

fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { path: "shop.yaml".into(), text: text.as_bytes().to_vec() }]
}

async fn say(test: &TestDesk, who: &str, text: &str) -> Turn {
    test.clock.advance_millis(60_000);
    let received = Received {
        inbox: "chat".into(),
        contact_external_id: who.to_owned(),
        trusted: true,
        text: text.to_owned(),
        ..Received::default()
    };
    let receipt = test.desk.receive(received, Some(Duration::from_secs(30))).await.expect("it is taken");
    receipt.turn.expect("a turn")
}

async fn contact_of(test: &TestDesk, turn: &Turn) -> ContactId {
    let conversation = test.desk.store().conversation(turn.conversation).await.expect("reads");
    conversation.expect("it is there").contact
}

/// Any talk of three buyers, with edits, take-overs, merges and partings: at every point the stored past comes to the very profile that
/// was learned message by message.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_folded_anew_is_the_one_that_was_learned() {
    // A small generator, so that each run goes the same ways.
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % bound as u64).expect("small")
    };
    let never = DeskOptions { update_interval: NonZero::<u32>::MAX, ..testkit::options(files(SHOP)) };
    let test = testkit::open_with(never).await.expect("the desk opens");
    let (desk, store) = (&test.desk, test.desk.store());
    let agent = AgentId::from_ulid(id::compose(Timestamp::from_millis(1), 1));
    let mut talks = Vec::new();
    for who in ["a", "b", "c"] {
        let turn = say(&test, who, "在吗").await;
        talks.push((who, turn.conversation, contact_of(&test, &turn).await));
    }
    let mut edited = 0;
    let mut learned_as_another = 0;
    for _ in 0..150 {
        let (who, conversation, contact) = talks[below(3)];
        match below(12) {
            0 => {
                let values = [json!("textiles"), json!("automotive_parts"), Value::Null];
                let facts = [("industry".to_owned(), values[below(3)].clone())].into();
                desk.edit_profile(contact, agent, facts).await.expect("it is edited");
                edited += 1;
            }
            1 => drop(desk.merge_contacts(contact, talks[below(3)].2).await),
            2 => {
                // Parted at once where nothing was said in between, so that what was learned meanwhile stays with the family.
                let into = talks[below(3)].2;
                if desk.merge_contacts(contact, into).await.is_ok() {
                    desk.unmerge_contact(contact).await.expect("they are parted");
                }
            }
            3 => drop(desk.change_conversation(conversation, ConversationChange::TakeOver(agent)).await),
            4 => drop(desk.change_conversation(conversation, ConversationChange::ReturnToAssistant).await),
            _ => {
                let turn = say(&test, who, TEXTS[below(TEXTS.len())]).await;
                learned_as_another += u32::from(turn.contact.is_some());
            }
        }
        for (_, _, contact) in &talks {
            let id = store.merged_contact(*contact).await.expect("reads").expect("he is there");
            let known = store.contact(id).await.expect("reads").expect("he is there");
            let rebuilt = desk.rebuilt_profile(id).await.expect("reads");
            assert_eq!(rebuilt.as_ref(), Some(&known.profile), "{who}");
        }
    }
    assert!(edited > 5 && learned_as_another > 5, "{edited} edits, {learned_as_another} as another");
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_so_many_messages_the_past_is_read_by_todays_knowledge() {
    let every_fourth =
        DeskOptions { update_interval: NonZero::new(4).expect("four"), ..testkit::options(files(SHOP)) };
    let test = testkit::open_with(every_fourth).await.expect("the desk opens");
    let industry = |turn: &Turn| turn.profile.facts.iter().find(|fact| fact.key == "industry").cloned();
    let first = say(&test, "a", "P001多少钱,我们是陶瓷厂").await;
    assert_eq!(industry(&first), None);
    let agent = AgentId::from_ulid(id::compose(Timestamp::from_millis(1), 1));
    let contacts = test.desk.store().contacts(None, Page::first(1)).await.expect("reads");
    let facts = [("region".to_owned(), json!("广东"))].into();
    test.desk.edit_profile(contacts.items[0].id, agent, facts).await.expect("it is edited");

    let ceramics = "\n- {id: ceramics, name: {zh: 陶瓷, en: ceramics}}\nproducts:";
    let files = files(&SHOP.replace("\nproducts:", ceramics));
    let offered = Offered { files, origin: CONSOLE.into(), based_on: Some(1), insists: false };
    test.desk.apply_knowledge(&offered).await.expect("it is published");
    for text in ["P001多少钱", "P002多少钱"] {
        assert_eq!(industry(&say(&test, "a", text).await), None, "the fourth message is not there yet");
    }
    let fourth = say(&test, "a", "谢谢").await;
    let fact = industry(&fourth).expect("what the first message said is known now");
    assert_eq!((fact.value, fact.at), (json!("ceramics"), first.at));
    assert_eq!(fact.evidence.to_string(), first.message_ids[0].to_string());
    let region = fourth.profile.facts.iter().find(|fact| fact.key == "region").expect("the edit stands");
    assert_eq!((&region.value, region.is_edited()), (&json!("广东"), true));
    assert_eq!(fourth.profile.message_count, 4);
    test.desk.stop().await;
}
