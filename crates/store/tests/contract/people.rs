use domain::handoff::{Handoff, HandoffReason};
use store::{Agent, ConversationChange, StoreError, Token};

use super::{
    bench::Bench,
    build::{accept, at, fresh, inbox, incoming},
};

on_both! {
    agents_tokens_and_sessions_are_kept
    a_setting_is_taken_once
    who_is_there_and_has_how_much_is_counted
    writing_can_be_proven
}

async fn agents_tokens_and_sessions_are_kept(bench: Bench) {
    let store = bench.open().await;
    let agent = Agent {
        id: fresh!(AgentId),
        name: "小李".into(),
        role: "admin".into(),
        machine: false,
        created_at: at(0),
    };
    store.insert_agent(&agent).await.unwrap();
    assert_eq!(store.agents().await.unwrap(), std::slice::from_ref(&agent));
    assert_eq!(store.agent(agent.id).await.unwrap(), Some(agent.clone()));
    assert_eq!(store.agent(fresh!(AgentId)).await.unwrap(), None);

    let token = Token {
        id: fresh!(TokenId),
        name: "shop".into(),
        role: "admin".into(),
        agent: agent.id,
        hash: "ab12".into(),
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
    };
    store.insert_token(&token).await.unwrap();
    let twice = store.insert_token(&Token { id: fresh!(TokenId), ..token.clone() }).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    assert_eq!(store.token_by_hash("ab12").await.unwrap(), Some(token.clone()));
    assert_eq!(store.token_by_hash("other").await.unwrap(), None);
    assert!(store.revoke_token(token.id, at(1)).await.unwrap());
    assert!(!store.revoke_token(token.id, at(2)).await.unwrap());
    assert_eq!(store.tokens().await.unwrap(), [Token { revoked_at: Some(at(1)), ..token.clone() }]);
    assert!(!format!("{token:?}").contains("ab12"));

    store.insert_session("h1", agent.id, at(10)).await.unwrap();
    store.insert_session("h2", agent.id, at(20)).await.unwrap();
    assert_eq!(store.session_by_hash("h1").await.unwrap(), Some((agent.id, at(10))));
    assert_eq!(store.delete_expired_sessions(at(10)).await.unwrap(), 1);
    assert_eq!(store.session_by_hash("h1").await.unwrap(), None);
    store.delete_session("h2").await.unwrap();
    assert_eq!(store.session_by_hash("h2").await.unwrap(), None);
    store.close().await;
}

async fn a_setting_is_taken_once(bench: Bench) {
    let store = bench.open().await;
    store.set_setting("setup", "old").await.unwrap();
    store.set_setting("setup", "new").await.unwrap();
    assert_eq!(store.setting("setup").await.unwrap().as_deref(), Some("new"));
    let takers = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.take_setting("setup").await.unwrap() })
    });
    let mut taken = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        taken.extend(taker.await.unwrap());
    }
    assert_eq!(taken, ["new"]);
    assert_eq!(store.setting("setup").await.unwrap(), None);
    store.close().await;
}

async fn writing_can_be_proven(bench: Bench) {
    let store = bench.open().await;
    store.ready().await.unwrap();
    store.close().await;
    assert!(matches!(store.ready().await, Err(StoreError::Unavailable(_))));
}

async fn who_is_there_and_has_how_much_is_counted(bench: Bench) {
    let store = bench.open().await;
    let agent = |name: &str| Agent {
        id: fresh!(AgentId),
        name: name.into(),
        role: "agent".into(),
        machine: false,
        created_at: at(0),
    };
    let (chen, lin, twin) = (agent("陈晓"), agent("林佳怡"), agent("陈晓"));
    for agent in [&chen, &lin, &twin] {
        store.insert_agent(agent).await.unwrap();
    }
    let seen = async |since: i64| -> Vec<(String, bool, u32)> {
        let colleagues = store.colleagues(at(since)).await.unwrap();
        colleagues.into_iter().map(|one| (one.name, one.online, one.conversations)).collect()
    };
    assert_eq!(seen(0).await, []);
    store.set_seen(chen.id, Some(at(10))).await.unwrap();
    store.set_seen(twin.id, Some(at(5))).await.unwrap();
    assert_eq!(seen(10).await, [("陈晓".to_owned(), true, 0)]);
    assert_eq!(seen(11).await, [], "it is too long ago");
    // One conversation waits for 沈工, one is 林佳怡's, one was hers and is resolved.
    let inbox = inbox(&store).await;
    let waiting = accept(&store, incoming(inbox, "waits", None, at(1))).await.conversation;
    let mut handoff = Handoff::new(HandoffReason::Vip, "要人".into(), at(1));
    handoff.assigned_to = Some("沈工".into());
    assert!(
        store.request_person(waiting, handoff, fresh!(OutboxId), at(1), [fresh!(EventId)]).await.unwrap()
    );
    for (name, resolved) in [("hers", false), ("done", true)] {
        let id = accept(&store, incoming(inbox, name, None, at(1))).await.conversation;
        store
            .change_conversation(id, ConversationChange::TakeOver(lin.id), at(2), [fresh!(EventId)])
            .await
            .unwrap();
        if resolved {
            store
                .change_conversation(id, ConversationChange::Resolve, at(3), [fresh!(EventId)])
                .await
                .unwrap();
        }
    }
    let expected =
        [("林佳怡".to_owned(), false, 1), ("沈工".to_owned(), false, 1), ("陈晓".to_owned(), true, 0)];
    let mut counted = seen(10).await;
    counted.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(counted, expected);
    store.set_seen(chen.id, None).await.unwrap();
    assert!(seen(0).await.iter().all(|(name, online, _)| name == "陈晓" || !online), "he signed out");
    assert_eq!(seen(6).await.len(), 2);
    store.close().await;
}
