//! A caller may go away at any moment; the buyer is answered all the same.

use std::{path::Path, thread, time::Duration};

use desk::receive::Received;
use futures_util::poll;

fn hello(contact: &str) -> Received {
    Received {
        inbox: "api".into(),
        contact_external_id: contact.into(),
        text: "你好".into(),
        ..Received::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_leaves_no_conversation_claimed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let shop = testkit::open(demo).await.expect("the shop opens");
    for contact in 0..20 {
        let contact = format!("c-{contact}");
        let mut receiving = Box::pin(shop.desk.receive(hello(&contact), None));
        let _answered_at_once = poll!(&mut receiving);
        // Long enough that the message is stored and the claim is on its way back.
        thread::sleep(Duration::from_millis(2));
        drop(receiving);
        let wait = Some(Duration::from_secs(5));
        let receipt = shop.desk.receive(hello(&contact), wait).await.expect("the second message comes in");
        assert!(receipt.turn.is_some(), "the conversation of {contact} waits for a claim that nobody holds");
    }
}
