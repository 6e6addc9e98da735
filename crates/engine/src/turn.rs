//! One turn: remember, decide, issue facts, compose, assemble. Every stage is a pure function, so that the desk can time each.
//!
//! ```text
//! remember ─► decide ─► facts::issue ─► reply::compose ─► assemble
//! ```

use domain::{
    Timestamp,
    approval::Approval,
    contact::Contact,
    conversation::{Conversation, Owner, RecentTurn, Status},
    fact::{Fact, FactBody},
    id::{ApprovalId, LeadId, ProductId, TurnId},
    language::Language,
    lead::Lead,
    negotiation::Parameter,
    promise::Offer,
    quote::QuoteChange,
    recommendation::{Recommendation, Trigger},
    turn::{LeadView, ProfileView, Reply, ReplyKind, Timings, Turn},
    understanding::Understanding,
};

use crate::{
    authority::{self, autonomy, judge},
    facts, follow_up,
    knowledge::Knowledge,
    lead,
    plan::{Plan, Remembered},
    profile::{self, introduction, wording::Wording},
    quote::{self, QuoteMeans},
    recommendation, reply, requirement, routing, search,
    situation::Situation,
    stage,
    strategy::{self, Choice, circumstances::Circumstances, light, question},
};

/// So many offers are remembered, so that a memory does not grow with its conversation.
const MAX_OFFERED: usize = 60;

/// Ids that the turn may need. The lead's is used only where a new lead is opened, an approval's only where one is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnIds {
    pub turn: TurnId,
    pub lead: LeadId,
    /// One for each kind of request that a person may have to decide.
    pub approvals: [ApprovalId; Parameter::ALL.len()],
}

/// All that a turn changes, for one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenTurn {
    /// With the timings at zero.
    pub turn: Turn,
    /// With its new memory; its owner is `waiting` where a person is newly asked for.
    pub conversation: Conversation,
    /// With its new profile and requirement.
    pub contact: Contact,
    /// The contact's open lead, new or known.
    pub lead: Option<Lead>,
    /// The lead reached the threshold in this turn, and nobody was told before.
    pub lead_reached_threshold: bool,
    /// Of these one gets the lead that is new, the first unless another has less to do. Empty where somebody has it.
    pub lead_candidates: Vec<String>,
    /// Asked for in this turn.
    pub approvals: Vec<Approval>,
    /// What the buyer was told he can have beyond the list.
    pub offers: Vec<Offer>,
    /// A quote that was made or accepted.
    pub quote: Option<QuoteChange>,
    /// When the conversation has to be looked at again although nobody writes: for a follow-up, or because nobody took it over.
    pub wake_at: Option<Timestamp>,
}

impl TakenTurn {
    /// The same with what the turn does about quotes; the requirement remembers a new one.
    #[must_use]
    pub fn with_quote(mut self, change: Option<QuoteChange>) -> Self {
        self.quote = change.map(|change| match change {
            QuoteChange::Insert(mut quote) => {
                quote.turn = Some(self.turn.id);
                self.contact.requirement.quote = Some(quote.id);
                QuoteChange::Insert(quote)
            }
            accepted @ QuoteChange::Accept(_) => accepted,
        });
        self
    }
}

/// Runs all stages; `means` are asked for only where a quote is made.
pub fn take_turn(
    situation: &Situation<'_>,
    understanding: &Understanding,
    ids: &TurnIds,
    public_url: &str,
    means: impl FnOnce() -> QuoteMeans,
) -> TakenTurn {
    let remembered = remember(situation, understanding);
    let plan = decide(situation, understanding, &remembered, ids);
    let Issued { facts, quote } = issue(situation, understanding, &remembered, &plan, public_url, means);
    let reply = reply::compose(situation, understanding, &remembered, &plan, facts);
    assemble(situation, understanding, remembered, plan, reply, ids).with_quote(quote)
}

/// What may be said, and what the turn does about quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued {
    pub facts: Vec<Fact>,
    pub quote: Option<QuoteChange>,
}

/// Issues the facts of the plan; `means` are asked for only where a quote is made.
pub fn issue(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
    public_url: &str,
    means: impl FnOnce() -> QuoteMeans,
) -> Issued {
    let mut facts = facts::issue(situation, understanding, remembered, plan);
    let quoting = quote::quote(situation, understanding, remembered, plan, &facts, public_url, means);
    let quote = quoting.and_then(|quoting| {
        facts.push(quoting.fact);
        quoting.change
    });
    Issued { facts, quote }
}

/// What is known once the messages are taken in.
pub fn remember(situation: &Situation<'_>, understanding: &Understanding) -> Remembered {
    let wording = Wording::new(&situation.text());
    let mut memory = situation.conversation.memory.clone();
    memory.rounds = memory.rounds.saturating_add(1);
    let messages = u32::try_from(situation.messages.len()).unwrap_or(u32::MAX);
    memory.messages = memory.messages.saturating_add(messages);
    // A model number, an emoji or a foreign phrase does not change the language of the conversation.
    let language = situation.language(understanding.language);
    if matches!(language, Language::Zh | Language::En) || memory.language.is_none() {
        memory.language = Some(language);
    }
    let intents = light::intents(situation, understanding);
    // Whether the assistant follows does not matter while a person talks.
    let follows = situation.conversation.owner == Owner::Person
        || light::is_understood(situation, understanding, &intents);
    memory.misunderstood = if follows { 0 } else { memory.misunderstood.saturating_add(1) };
    let mut profile = profile::learn(situation, understanding, &wording);
    let asked = situation.conversation.memory.question.as_ref();
    recommendation::take_up(&mut profile, understanding, &intents, asked);
    Remembered {
        profile,
        requirement: requirement::update(situation, understanding, &intents, &wording),
        memory,
    }
}

/// What to do.
pub fn decide(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    ids: &TurnIds,
) -> Plan {
    let intents = light::intents(situation, understanding);
    let stage = stage::stage(situation, remembered, &intents);
    let circumstances = Circumstances::new(situation, understanding, remembered, intents, stage);
    let grade = judge::grade(&remembered.profile);
    let autonomy =
        autonomy::level(&situation.knowledge.authority, situation.inbox, &circumstances.intents, grade);
    let choice = strategy::choose(&circumstances, autonomy);
    let dealings = authority::plan::deal(&circumstances, &choice, &ids.approvals);
    let proposed = recommendation::recommend(&circumstances, &choice, autonomy);
    // What a search finds is the answer to the wish to be shown something; the same goods again beside it would be none.
    let recommendation = proposed.recommendation.filter(|offer| {
        let searched = || {
            choice.strategy.name == "detailed_introduction"
                && search::for_message(situation, understanding).is_some_and(|hits| !hits.is_empty())
        };
        offer.trigger != Trigger::Asked || !searched()
    });
    let question = question::question(&circumstances, &choice, recommendation.as_ref())
        .or_else(|| question::of_deal(&circumstances).filter(|_| proposed.asks));
    let handoff_is_new = choice.reason.is_some()
        && situation.conversation.owner == Owner::Assistant
        && situation.conversation.status == Status::Open;
    let handoff = match choice.reason {
        Some(reason) if handoff_is_new => Some(routing::handoff(&circumstances, reason)),
        _ => remembered.memory.handoff.clone(),
    };
    let lead = lead::score(&circumstances, ids.lead);
    let is_new = lead.as_ref().is_some_and(|lead| lead.id == ids.lead);
    let lead_candidates = match &lead {
        Some(lead) if is_new => routing::lead_candidates(&circumstances, &lead.needs),
        _ => Vec::new(),
    };
    Plan {
        stage,
        kind: kind(&choice, handoff_is_new, recommendation.as_ref()),
        strategy: choice.strategy,
        order_amount: circumstances.order_amount,
        recommendation,
        moment: proposed.moment,
        handoff,
        handoff_is_new,
        question,
        autonomy,
        requests: dealings.requests,
        offers: dealings.offers,
        approvals: dealings.approvals,
        lead,
        lead_candidates,
    }
}

/// Puts the parts together: the turn for the record, and what it changes.
pub fn assemble(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: Remembered,
    mut plan: Plan,
    mut reply: Reply,
    ids: &TurnIds,
) -> TakenTurn {
    let now = situation.now;
    reply.draft |= autonomy::is_beyond(plan.autonomy, &plan, &reply);
    if let Some(contradiction) = authority::ledger::contradiction(situation, &reply.facts) {
        reply.draft = true;
        plan.strategy.why.push(contradiction);
    }
    let mut lead = plan.lead.take();
    let lead_reached_threshold =
        lead.as_mut().is_some_and(|lead| lead::notify(situation, lead, plan.order_amount.as_ref()));

    let mut memory = remembered.memory;
    memory.push(RecentTurn {
        intents: light::intents(situation, understanding).into_iter().map(str::to_owned).collect(),
        topic: introduction::topic(understanding, &situation.text()).map(str::to_owned),
        strategy: plan.strategy.name.clone(),
        priced: priced(situation, understanding, &plan, &reply),
    });
    if let Some(listed) = listed(&plan, &reply.facts, situation.knowledge) {
        memory.listed = listed;
    }
    memory.question = plan.question.take();
    let offers = authority::plan::promises(situation, &plan, &reply, ids.turn);
    authority::plan::remember(&mut memory, situation, &plan, &offers);
    let approvals = authority::plan::views(&plan);
    memory.disclosed |= !reply.text.is_empty();
    if let Some(recommendation) = &plan.recommendation {
        memory.last_offer_at = Some(now);
        for item in &recommendation.items {
            if !memory.offered.contains(&item.product) {
                memory.offered.push(item.product.clone());
            }
        }
        let forgotten = memory.offered.len().saturating_sub(MAX_OFFERED);
        memory.offered.drain(..forgotten);
    }
    let mut conversation = situation.conversation.clone();
    conversation.memory = memory;
    if let Some(message) = situation.messages.last() {
        conversation.last_message_at = conversation.last_message_at.max(message.at);
    }
    if plan.handoff_is_new
        && let Some(handoff) = plan.handoff.clone()
    {
        // It is new only where the conversation is open and the assistant's, so that this cannot fail.
        let asked = conversation.request_person(handoff);
        debug_assert_eq!(asked, Ok(()), "an open conversation can ask for a person");
    }

    let mut contact = situation.contact.clone();
    contact.profile = remembered.profile;
    if let Some(recommendation) = &plan.recommendation {
        contact.profile.remember_offer(recommendation::shown(recommendation, now));
    }
    contact.requirement = remembered.requirement;
    contact.updated_at = now;

    let after =
        Situation { conversation: &conversation, contact: &contact, lead: lead.as_ref(), ..*situation };
    let wake_at = follow_up::wake_at(&after, plan.stage);

    let turn = Turn {
        id: ids.turn,
        conversation: situation.conversation.id,
        contact: Some(contact.id).filter(|id| *id != situation.conversation.contact),
        message_ids: situation.messages.iter().map(|message| message.id).collect(),
        understanding: understanding.clone(),
        profile: ProfileView {
            facts: contact.profile.facts.clone(),
            company_facts: situation.company_facts.to_vec(),
            customer_type: contact.profile.customer_type,
            tier: contact.profile.tier.clone(),
            message_count: contact.profile.message_count,
        },
        stage: plan.stage,
        strategy: plan.strategy,
        recommendation: plan.recommendation,
        moment: plan.moment,
        lead: lead.as_ref().map(|lead| view(situation, lead)),
        handoff: plan.handoff,
        colleagues: if plan.handoff_is_new { situation.colleagues.to_vec() } else { Vec::new() },
        approvals,
        reply,
        revision: situation.knowledge.revision,
        seed: situation.seed,
        at: now,
        timings: Timings::default(),
    };
    TakenTurn {
        turn,
        conversation,
        contact,
        lead,
        lead_reached_threshold,
        lead_candidates: plan.lead_candidates,
        approvals: plan.approvals,
        offers,
        quote: None,
        wake_at,
    }
}

/// The products whose price stands in the reply as an answer: not in passing, beside a recommendation.
fn priced(
    situation: &Situation<'_>,
    understanding: &Understanding,
    plan: &Plan,
    reply: &Reply,
) -> Vec<ProductId> {
    let language = situation.reply_language(understanding.language);
    let recommended = |id: &ProductId| {
        plan.recommendation.iter().flat_map(|offer| &offer.items).any(|item| item.product == *id)
    };
    let mut priced: Vec<ProductId> = Vec::new();
    for fact in &reply.facts {
        if let FactBody::Price { product, unit_price, .. } = &fact.body
            && !priced.contains(product)
            && !recommended(product)
            && reply.text.contains(&reply::format::unit_price(situation.knowledge, unit_price, language))
        {
            priced.push(product.clone());
        }
    }
    priced
}

/// The products that the reply shows side by side, if it does: what it recommends, what it asks about, else what it found.
fn listed(plan: &Plan, facts: &[Fact], knowledge: &Knowledge) -> Option<Vec<ProductId>> {
    let recommended = plan.recommendation.iter().flat_map(|recommendation| &recommendation.items);
    let recommended: Vec<ProductId> = recommended.map(|item| item.product.clone()).collect();
    let choices = plan.question.iter().flat_map(|question| &question.choices);
    let choices = choices.map(|choice| ProductId::from(choice.as_str()));
    let choices: Vec<ProductId> = choices.filter(|id| knowledge.product(id).is_some()).collect();
    let mut named: Vec<ProductId> = Vec::new();
    for fact in facts {
        if let FactBody::Product { product, .. } = &fact.body
            && !named.contains(product)
        {
            named.push(product.clone());
        }
    }
    // One alone is pointed at as well, once it was asked about: "yes, that one".
    let asked =
        choices.len() == 1 && plan.question.as_ref().is_some_and(|question| question.about == "offer");
    [recommended, choices, named]
        .into_iter()
        .find(|products| products.len() > 1 || (asked && products.len() == 1))
}

fn kind(choice: &Choice, handoff_is_new: bool, recommendation: Option<&Recommendation>) -> ReplyKind {
    if choice.silent {
        return ReplyKind::Silent;
    }
    match choice.strategy.name.as_str() {
        _ if handoff_is_new => ReplyKind::Handoff,
        "human_handoff" | "apology_escalation" => ReplyKind::Handoff,
        "personalized_recommendation" if recommendation.is_some() => ReplyKind::Recommendation,
        "ask_requirement" | "clarify" | "personalized_recommendation" => ReplyKind::Question,
        "quote" => ReplyKind::Quote,
        _ => ReplyKind::Answer,
    }
}

fn view(situation: &Situation<'_>, lead: &Lead) -> LeadView {
    LeadView {
        learned: lead::explained(situation, lead),
        id: lead.id,
        score: f64::from(lead.score) / 100.0,
        signals: lead.signals.clone(),
        status: lead.status,
        assigned_to: lead.assigned_to.clone(),
    }
}

#[cfg(test)]
pub(crate) mod scene;
#[cfg(test)]
mod tests;
