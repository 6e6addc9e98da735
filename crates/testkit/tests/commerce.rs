//! Thirty buyers, from the first question to a requirement that can be quoted: what the first answer holds, and how long it takes.

use std::path::Path;

use domain::{fact::FactBody, requirement::Requirement, turn::Turn};
use engine::{
    knowledge::{Knowledge, load},
    pricing::Delivery,
    requirement::{delivery, needs},
};
use testkit::golden::{self, Step};

/// At least so many of a hundred first answers hold everything that the shop's knowledge has.
const WHOLE_ANSWERS_PERCENT: usize = 95;
/// And half of the buyers are through after so many turns.
const MEDIAN_TURNS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn first_answers_are_whole_and_requirements_soon_complete() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let knowledge = load(&demo).knowledge.expect("the demo shop loads");
    let files = golden::find(&[root.join("conversations/stable/commerce")]).expect("the scenarios");
    let is_buyer = |file: &Path| {
        file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("buyer_"))
    };
    let files: Vec<_> = files.into_iter().filter(|file| is_buyer(file)).collect();
    assert_eq!(files.len(), 30, "the scenarios are thirty");
    let (mut answered, mut lacking, mut turns) = (0, Vec::new(), Vec::new());
    for file in files {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let outcome = golden::run(&file, demo.clone()).await;
        if let Some(first) = outcome.steps.iter().find(|step| is_priced_question(step)) {
            answered += 1;
            let missing = lacks(&knowledge, first);
            if !missing.is_empty() {
                lacking.push(format!("{name} lacks {}: {}", missing.join(", "), first.turn.reply.text));
            }
        } else {
            let talk = outcome.transcript.join("\n  ");
            lacking.push(format!("{name} never came to a price with a quantity:\n  {talk}"));
            answered += 1;
        }
        let complete = |step: &Step| needs(&knowledge, &step.requirement).is_complete();
        // Who never gets there counts as the longest.
        let after = outcome.steps.iter().position(complete).map_or(usize::MAX, |at| at + 1);
        if after == usize::MAX {
            let last = outcome.steps.last().map(|step| needs(&knowledge, &step.requirement).required);
            lacking.push(format!("{name} stays incomplete: {last:?}\n  {}", outcome.transcript.join("\n  ")));
        }
        turns.push(after);
    }
    turns.sort_unstable();
    let median = turns[turns.len() / 2];
    let whole = answered - lacking.iter().filter(|line| !line.contains("stays incomplete")).count();
    eprintln!(
        "{whole} of {answered} first answers are whole; median turns to a complete requirement {median}; {turns:?}"
    );
    assert!(
        whole * 100 >= answered * WHOLE_ANSWERS_PERCENT,
        "{whole} of {answered}:\n{}",
        lacking.join("\n")
    );
    assert!(median <= MEDIAN_TURNS, "{median}: {turns:?}\n{}", lacking.join("\n"));
}

/// The buyer asks what a known quantity of a known product costs.
fn is_priced_question(step: &Step) -> bool {
    let asks = step.turn.understanding.intents.iter().any(|intent| {
        ["price_inquiry", "quote_request", "purchase", "out_of_scope"].contains(&intent.name.as_str())
    });
    let counted = |requirement: &Requirement| requirement.focus().is_some_and(|line| line.quantity.is_some());
    let sells =
        ["price_answer", "quote", "order_intake", "negotiation"].contains(&step.turn.strategy.name.as_str());
    (asks || sells) && counted(&step.requirement)
}

/// Which of the five facts the answer lacks, though the knowledge has them.
fn lacks(knowledge: &Knowledge, step: &Step) -> Vec<&'static str> {
    let Some(line) = step.requirement.focus() else { return vec!["product"] };
    let Some(product) = knowledge.product(&line.product.value) else { return vec!["product"] };
    let has = |test: &dyn Fn(&FactBody) -> bool| step.turn.reply.facts.iter().any(|fact| test(&fact.body));
    let priced = has(&|body| matches!(body, FactBody::Price { product: of, .. } if *of == product.id));
    let ready = has(&|body| matches!(body, FactBody::LeadTime { product: of, .. } if *of == product.id));
    let asks_place = step.question.as_ref().is_some_and(|question| {
        question.about.contains("destination") || question.about.contains("incoterm")
    });
    let carried = has(&|body| matches!(body, FactBody::Freight { .. })) || asks_place;
    let paid = has(&|body| matches!(body, FactBody::Payment { .. }));
    let mut missing = Vec::new();
    if product.price.is_some() && !(priced && says_total(&step.turn)) {
        missing.push("price");
    }
    if !product.lead_time.is_empty() && !ready {
        missing.push("lead time");
    }
    // What is shipped abroad the shop has no terms for.
    if !carried && delivery(knowledge, &step.requirement) != Delivery::Abroad {
        missing.push("freight");
    }
    if knowledge.shop.payment.is_some() && !paid {
        missing.push("payment");
    }
    // A person who will answer, named with his time, is a next step as well as a question is.
    let asks = step.question.is_some() || step.turn.reply.text.contains(['?', '\u{ff1f}']);
    if !asks && step.turn.handoff.is_none() {
        missing.push("next step");
    }
    missing
}

/// The total stands in the words, not only in the facts.
fn says_total(turn: &Turn) -> bool {
    turn.reply.facts.iter().any(|fact| match &fact.body {
        FactBody::Price { total, .. } => turn.reply.text.replace(',', "").contains(&total.amount()),
        _ => false,
    })
}
