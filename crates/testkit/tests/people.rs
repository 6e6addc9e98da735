//! To whom a conversation is handed: who is signed in to the console, who has how much, and that replay knows it.

use std::{num::NonZero, sync::Arc, time::Duration};

use desk::{
    Overrides,
    agents::Role,
    knowledge,
    receive::Received,
    replay::{ReplayOptions, replay},
};
use domain::turn::Turn;
use engine::knowledge::SourceFile;
use testkit::TestDesk;

const SHOP: &str = "
products: [{id: P001, name: 六轴机器人, category: robot, price: 50000, unit: 台}]
routing:
  teams: [{id: sales, name: 销售部, members: [陈晓, 林佳怡, 沈工]}]
  handoff: {default: sales}
  accept_within_minutes: 15
";

fn files() -> Vec<SourceFile> {
    vec![SourceFile { path: "shop.yaml".into(), text: SHOP.as_bytes().to_vec() }]
}

/// Signs somebody in as the console does; gives the secret of the session.
async fn sign_in(test: &TestDesk, name: &str) -> String {
    let (_, token) = test.desk.create_token(name, Role::Agent).await.expect("a token");
    let session = test.desk.sign_in_with_token(token.reveal()).await.expect("signs in");
    let secret = session.secret.reveal().to_owned();
    show(test, &secret).await;
    secret
}

/// What every request of the console does, and its live feed while it is open.
async fn show(test: &TestDesk, secret: &str) {
    let principal = test.desk.principal_of_session(secret).await.expect("reads");
    assert!(principal.is_some(), "the session stands");
}

async fn say(test: &TestDesk, buyer: &str, text: &str) -> Turn {
    let received = Received {
        inbox: "web".into(),
        contact_external_id: buyer.to_owned(),
        text: text.to_owned(),
        ..Received::default()
    };
    let receipt = test.desk.receive(received, Some(Duration::from_secs(30))).await.expect("it is taken");
    receipt.turn.expect("it is answered")
}

/// Who is asked when this buyer wants a person, and the reply that names him.
async fn asked_for(test: &TestDesk, buyer: &str) -> String {
    let turn = say(test, buyer, "转人工").await;
    let name = turn.handoff.and_then(|handoff| handoff.assigned_to).expect("somebody is asked");
    assert!(turn.reply.text.contains(&name), "the buyer hears who comes: {}", turn.reply.text);
    name
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_line_is_asked_first_and_of_several_who_has_the_least_to_do() {
    let test = testkit::open(files()).await.expect("the desk opens");
    let look = async || test.desk.look_for_colleagues().await.expect("it is looked up");
    assert_eq!(asked_for(&test, "1").await, "陈晓", "nobody is there: the first one");
    let lin = sign_in(&test, "林佳怡").await;
    look().await;
    assert_eq!(asked_for(&test, "2").await, "林佳怡");
    sign_in(&test, "沈工").await;
    look().await;
    assert_eq!(asked_for(&test, "3").await, "沈工", "one waits for 林佳怡");
    // Without looking again both have one: the first of equals, and then the other.
    assert_eq!(asked_for(&test, "4").await, "林佳怡");
    assert_eq!(asked_for(&test, "5").await, "沈工");
    // Three minutes on only she is still there.
    test.clock.advance_millis(4 * 60_000);
    show(&test, &lin).await;
    look().await;
    assert_eq!(asked_for(&test, "6").await, "林佳怡");
    // Nobody accepts in time: whoever is there then is asked.
    let waiting = say(&test, "6", "在吗").await.conversation;
    test.clock.advance_millis(16 * 60_000);
    sign_in(&test, "沈工").await;
    look().await;
    test.desk.follow_up_now(waiting).await.expect("it is looked after");
    let conversation = test.desk.store().conversation(waiting).await.expect("reads").expect("it is there");
    let handoff = conversation.memory.handoff.expect("a person is asked for");
    assert_eq!(
        (handoff.assigned_to.as_deref(), &handoff.asked[..]),
        (Some("沈工"), &["林佳怡".to_owned()][..])
    );
    // She signs out.
    show(&test, &lin).await;
    test.desk.sign_out(&lin).await.expect("signs out");
    look().await;
    let colleagues = test.desk.store().colleagues(test.desk.now()).await.expect("reads");
    let online: Vec<&str> = colleagues.iter().filter(|one| one.online).map(|one| one.name.as_str()).collect();
    assert_eq!(online, ["沈工"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_asks_whom_the_turn_asked() {
    let test = testkit::open(files()).await.expect("the desk opens");
    sign_in(&test, "林佳怡").await;
    test.desk.look_for_colleagues().await.expect("it is looked up");
    test.clock.advance_millis(60_000);
    assert_eq!(asked_for(&test, "1").await, "林佳怡");
    let options = ReplayOptions {
        since: None,
        conversations: 10,
        threads: NonZero::new(1),
        examples: 3,
        public_url: testkit::PUBLIC_URL.to_owned(),
    };
    let same = Arc::new(knowledge::prepare(&files(), &Overrides::default()).expect("it passes the check"));
    let report = replay(test.desk.store(), test.desk.published(), same, options).await.expect("replays");
    // Her name stands in the reply: the turn is the same only where she is asked again.
    assert_eq!((report.reproduced.of, report.reproduced.exactly), (1, 1));
}
