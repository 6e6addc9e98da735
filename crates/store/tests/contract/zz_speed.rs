use super::{bench::Bench, build::{self, at, incoming}};
on_both! { speed }
async fn speed(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let started = std::time::Instant::now();
    let clients: Vec<_> = (0..256).map(|c| { let store = store.clone(); tokio::spawn(async move {
        for n in 0..100 { store.accept(incoming(inbox, &format!("c-{c}"), Some(&format!("m{n}")), at(n))).await.unwrap(); }
    })}).collect();
    for c in clients { c.await.unwrap(); }
    println!("SPEED {} {:.0}/s", store.dialect_name(), 25600.0 / started.elapsed().as_secs_f64());
    store.close().await;
}
