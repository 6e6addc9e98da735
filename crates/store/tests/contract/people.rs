use store::{Agent, StoreError, Token};

use super::{
    bench::Bench,
    build::{at, fresh},
};

on_both! {
    agents_tokens_and_sessions_are_kept
    a_setting_is_taken_once
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
