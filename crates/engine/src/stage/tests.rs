use domain::stage::Stage;

use crate::turn::scene::Scene;

fn check(mut scene: Scene, talk: &[&str], expected: Stage) {
    let last = talk.iter().map(|intents| scene.say(intents, "呢").turn.stage).last();
    assert_eq!(last, Some(expected), "{talk:?}");
}

fn new(talk: &[&str], expected: Stage) {
    check(Scene::new(), talk, expected);
}

fn existing(talk: &[&str], expected: Stage) {
    check(Scene::new().bought(&[("P001", "2026-01-01")]), talk, expected);
}

#[test]
fn a_new_buyer_walks_the_journey_and_may_go_back() {
    new(&["greeting"], Stage::Awareness);
    new(&["product_inquiry"], Stage::Awareness);
    new(&["spec_inquiry"], Stage::Consideration);
    new(&["product_comparison"], Stage::Consideration);
    new(&["price_inquiry"], Stage::Decision);
    new(&["sample_request"], Stage::Decision);
    new(&["purchase"], Stage::Decision);
    new(&["price_inquiry", "greeting"], Stage::Decision);
    new(&["price_inquiry", "spec_inquiry"], Stage::Consideration);
    new(&["price_inquiry", "product_inquiry"], Stage::Consideration);
    new(&["order_status"], Stage::Fulfilment);
    new(&["complaint"], Stage::AfterSales);
    new(&["price_inquiry complaint"], Stage::AfterSales);
    new(&["product_inquiry price_inquiry"], Stage::Decision);
}

#[test]
fn a_customer_comes_back() {
    existing(&["greeting"], Stage::Repurchase);
    existing(&["new_products"], Stage::Repurchase);
    existing(&["reorder"], Stage::Repurchase);
    existing(&["price_inquiry"], Stage::Decision);
    existing(&["warranty_inquiry"], Stage::AfterSales);
    existing(&["technical_support"], Stage::AfterSales);
    existing(&["order_change", "greeting"], Stage::Fulfilment);
    let mut scene = Scene::new().bought(&[("P001", "2026-01-01")]);
    assert_eq!(scene.say("price_inquiry", "[P001](product:P001)多少钱").turn.stage, Stage::Repurchase);
    assert_eq!(scene.say("price_inquiry", "[P002](product:P002)多少钱").turn.stage, Stage::Decision);
}
