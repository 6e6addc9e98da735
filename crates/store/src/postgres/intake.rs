//! Takes in what has queued up as one set: a few statements and one commit, however many messages there are.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use domain::{
    contact::CompanyLink,
    conversation::Memory,
    id::{ContactId, IdentityId},
    profile::Profile,
    requirement::Requirement,
};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
};

use super::{ATTEMPTS, Connection, may_retry, pause, pool::Pool};
use crate::{
    error::StoreError,
    intake::{
        Accepted, Incoming, MERGE_DEPTH,
        plan::{Known, KnownContact, Loaded, Open, Plan},
    },
    keys,
    sql::intake_sets as sql,
    tx::Statement,
    value::{Param, Row, json},
};

/// The most messages in one set.
const SET: usize = 256;
/// While one writer waits for the disk, the other one prepares.
pub(super) const WRITERS: usize = 2;

/// A message and who waits for it to be durable.
pub(super) struct Delivery {
    pub(super) incoming: Incoming,
    pub(super) answer: oneshot::Sender<Result<Accepted, StoreError>>,
}

pub(super) fn start(
    queue: mpsc::Receiver<Delivery>,
    pool: &Arc<Pool>,
    node: &str,
    committed: &Arc<Notify>,
) -> Vec<JoinHandle<()>> {
    let queue = Arc::new(tokio::sync::Mutex::new(queue));
    let node: Arc<str> = node.into();
    (0..WRITERS)
        .map(|_| {
            let writer = Writer {
                queue: Arc::clone(&queue),
                pool: Arc::clone(pool),
                node: Arc::clone(&node),
                committed: Arc::clone(committed),
            };
            tokio::spawn(writer.run())
        })
        .collect()
}

struct Writer {
    queue: Arc<tokio::sync::Mutex<mpsc::Receiver<Delivery>>>,
    pool: Arc<Pool>,
    node: Arc<str>,
    committed: Arc<Notify>,
}

impl Writer {
    async fn run(self) {
        loop {
            let mut set = Vec::new();
            {
                let mut queue = self.queue.lock().await;
                if queue.recv_many(&mut set, SET).await == 0 {
                    return;
                }
                metrics::gauge!("store_queue_depth").set(queue.len() as f64);
            }
            set.retain(|delivery| !delivery.answer.is_closed());
            if !set.is_empty() {
                self.take_in(set).await;
            }
        }
    }

    async fn take_in(&self, set: Vec<Delivery>) {
        metrics::histogram!("store_group_size").record(set.len() as f64);
        let (incoming, answers): (Vec<_>, Vec<_>) =
            set.into_iter().map(|delivery| (delivery.incoming, delivery.answer)).unzip();
        let together = self.commit(&incoming).await;
        let results: Vec<_> = match together {
            Ok(accepted) => accepted.into_iter().map(Ok).collect(),
            // What fails a set may be one of it: each for itself, so that it fails alone.
            Err(error) if incoming.len() > 1 && !may_pass(&error) => {
                let mut results = Vec::with_capacity(incoming.len());
                for one in incoming.chunks(1) {
                    let alone = self.commit(one).await;
                    results
                        .push(alone.and_then(|accepted| accepted.into_iter().next().ok_or_else(unanswered)));
                }
                results
            }
            Err(error) => answers.iter().map(|_| Err(error.clone())).collect(),
        };
        self.committed.notify_one();
        for (answer, result) in answers.into_iter().zip(results) {
            // Whoever asked may have gone away; what is committed stays committed.
            let _gone = answer.send(result);
        }
    }

    async fn commit(&self, set: &[Incoming]) -> Result<Vec<Accepted>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.try_commit(set).await {
                Err(error) if attempt < ATTEMPTS && may_retry(&error) => pause(attempt).await,
                result => return result,
            }
            attempt += 1;
        }
    }

    /// Running it again is safe even where the answer to a commit was lost: messages with an id are recognised, and those without one
    /// have their own id, which is unique.
    async fn try_commit(&self, set: &[Incoming]) -> Result<Vec<Accepted>, StoreError> {
        let mut pooled = self.pool.get().await?;
        let connection = pooled.get()?;
        connection.run("BEGIN").await?;
        let result = match write(connection, set, &self.node).await {
            Ok(accepted) => {
                let started = Instant::now();
                let committed = connection.run("COMMIT").await;
                metrics::histogram!("store_commit_seconds").record(started.elapsed().as_secs_f64());
                committed.map(|()| accepted)
            }
            Err(error) => connection.run("ROLLBACK").await.and(Err(error.clone())).map_err(|_| error),
        };
        pooled.give_back();
        result
    }
}

/// Whether it is the server that fails, and not one of the set.
const fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::Overloaded | StoreError::DiskFull | StoreError::Unavailable(_))
}

fn unanswered() -> StoreError {
    StoreError::unavailable("the message was not taken in")
}

async fn write(connection: &Connection, set: &[Incoming], node: &str) -> Result<Vec<Accepted>, StoreError> {
    let mut loaded = load(connection, set).await?;
    let mut plan = Plan::default();
    let accepted =
        set.iter().map(|incoming| plan.take_in(&mut loaded, incoming)).collect::<Result<Vec<_>, _>>()?;
    connection.batch(&writes(&loaded, &plan, node)?).await?;
    Ok(accepted)
}

/// Everything that the set refers to. Identities are locked first and in order, so that two sets never wait for each other.
async fn load(connection: &Connection, set: &[Incoming]) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    let senders: BTreeMap<_, _> = set
        .iter()
        .map(|incoming| ((incoming.inbox, incoming.contact.external_id.as_str()), incoming))
        .collect();
    let inboxes = texts(senders.keys().map(|(inbox, _)| inbox.to_string()));
    let external_ids = texts(senders.keys().map(|(_, external_id)| (*external_id).to_owned()));
    let mut identities = Vec::new();
    for row in connection.query(sql::LOCK_IDENTITIES, &[inboxes, external_ids]).await? {
        let external_id = row.text("external_id")?;
        identities.push(Known::new(row.id("id")?, row.id("inbox_id")?, &external_id, row.id("contact_id")?));
    }
    if !identities.is_empty() {
        load_known(connection, set, identities, &mut loaded).await?;
    }
    for incoming in set {
        if loaded.get(incoming).is_none() {
            loaded.insert_fresh(incoming);
        }
    }
    load_companies(connection, set, &mut loaded).await?;
    Ok(loaded)
}

async fn load_known(
    connection: &Connection,
    set: &[Incoming],
    identities: Vec<Known>,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let by_sender: BTreeMap<_, IdentityId> =
        identities.iter().map(|known| ((known.inbox, known.external_id.as_str()), known.identity)).collect();
    let messages: Vec<(IdentityId, &String)> = set
        .iter()
        .filter_map(|incoming| {
            let identity = by_sender.get(&(incoming.inbox, incoming.contact.external_id.as_str()))?;
            Some((*identity, incoming.message.external_id.as_ref()?))
        })
        .collect();
    let contact_ids = texts(identities.iter().map(|known| known.own_contact.to_string()));
    // Conversations are locked before contacts, as a turn's commit does.
    let found = connection
        .query_batch(&[
            set_of(
                sql::OPEN_CONVERSATIONS,
                vec![texts(identities.iter().map(|known| known.identity.to_string()))],
            ),
            set_of(sql::LOCK_CONTACTS, vec![contact_ids]),
            set_of(
                sql::KNOWN_MESSAGES,
                vec![
                    texts(messages.iter().map(|(identity, _)| identity.to_string())),
                    texts(messages.iter().map(|(_, id)| (*id).clone())),
                ],
            ),
        ])
        .await?;
    let [conversations, contacts, messages] = found.as_slice() else { return Err(unanswered()) };
    let contacts = follow_merges(connection, contacts).await?;
    let mut open: BTreeMap<IdentityId, Open> = BTreeMap::new();
    for row in conversations {
        open.insert(row.id("identity_id")?, Open::read(row)?);
    }
    for row in messages {
        loaded.remember(row)?;
    }
    for mut known in identities {
        let contact = contacts.get(&known.own_contact);
        let missing = || StoreError::corrupt(format!("contact {} is missing", known.own_contact));
        let person = contact.cloned().ok_or_else(missing)?;
        known.person = person.id;
        known.conversation = open.remove(&known.identity);
        loaded.insert(known, person);
    }
    Ok(())
}

/// Each contact with the one that it is merged into, or itself.
async fn follow_merges(
    connection: &Connection,
    rows: &[Row],
) -> Result<BTreeMap<ContactId, KnownContact>, StoreError> {
    let mut found = BTreeMap::new();
    // Where each contact asked for has been followed to.
    let mut open: Vec<(ContactId, ContactId)> = Vec::new();
    let mut take = |asked: &[ContactId], row: &Row, open: &mut Vec<_>| -> Result<(), StoreError> {
        let target: Option<ContactId> = row.optional_id("merged_into")?;
        for asked in asked {
            match target {
                Some(target) => open.push((*asked, target)),
                None => drop(found.insert(*asked, KnownContact::read(row)?)),
            }
        }
        Ok(())
    };
    for row in rows {
        take(&[row.id("id")?], row, &mut open)?;
    }
    for _ in 0..MERGE_DEPTH {
        if open.is_empty() {
            break;
        }
        let ids = texts(open.iter().map(|(_, target)| target.to_string()));
        let mut next = Vec::new();
        for row in connection.query(sql::LOCK_CONTACTS, &[ids]).await? {
            let id: ContactId = row.id("id")?;
            let asked: Vec<_> =
                open.iter().filter(|(_, target)| *target == id).map(|(asked, _)| *asked).collect();
            take(&asked, &row, &mut next)?;
        }
        open = next;
    }
    Ok(found)
}

async fn load_companies(
    connection: &Connection,
    set: &[Incoming],
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let mut wanted: BTreeMap<String, (&str, &Incoming)> = BTreeMap::new();
    for incoming in set {
        // Within a set a claim may follow another one: every company that is named may be needed.
        let named = incoming.contact.company.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let person = loaded.person(incoming);
        let known = person.and_then(|person| person.company_name.as_deref());
        let Some(name) = named.filter(|_| !loaded.is_duplicate(incoming)) else { continue };
        let wants = person.and_then(|person| person.wanted_company(incoming)).is_some();
        if wants || known != Some(name) {
            wanted.entry(keys::company_key(name)).or_insert((name, incoming));
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let new = vec![
        texts(wanted.values().map(|(_, incoming)| incoming.ids.company.to_string())),
        texts(wanted.values().map(|(name, _)| (*name).to_owned())),
        texts(wanted.keys().cloned()),
        integers(wanted.values().map(|(_, incoming)| incoming.now.millis())),
    ];
    connection.execute(sql::INSERT_COMPANIES, &new).await?;
    for row in connection.query(sql::COMPANIES, &[texts(wanted.keys().cloned())]).await? {
        loaded.companies.insert(row.text("name_key")?, row.id("id")?);
    }
    Ok(())
}

fn writes<'a>(loaded: &'a Loaded, plan: &'a Plan<'_>, node: &str) -> Result<Vec<Statement<'a>>, StoreError> {
    let mut list = Vec::new();
    let mut add = |sql: &'static str, columns: Vec<Param<'a>>| {
        let empty = match columns.first() {
            Some(Param::Texts(ids)) => ids.is_empty(),
            _ => true,
        };
        if !empty {
            list.push(set_of(sql, columns));
        }
    };
    let fresh: Vec<&Known> =
        loaded.known().filter(|known| known.is_new && known.conversation.is_some()).collect();
    let strangers: Vec<&KnownContact> =
        fresh.iter().filter_map(|known| loaded.contact(known.person)).collect();
    let mut columns = claims(&strangers)?;
    columns.push(Param::from(json(&Profile::default())?));
    columns.push(Param::from(json(&Requirement::default())?));
    add(sql::INSERT_CONTACTS, columns);
    add(
        sql::INSERT_IDENTITIES,
        vec![
            texts(fresh.iter().map(|known| known.identity.to_string())),
            texts(fresh.iter().map(|known| known.inbox.to_string())),
            texts(fresh.iter().map(|known| known.external_id.clone())),
            texts(fresh.iter().map(|known| known.own_contact.to_string())),
        ],
    );
    let new: BTreeSet<ContactId> = fresh.iter().map(|known| known.person).collect();
    let changed = loaded.contacts().filter(|contact| contact.changed && !new.contains(&contact.id));
    add(sql::UPDATE_CLAIMS, claims(&changed.collect::<Vec<_>>())?);
    let lapsed: Vec<_> = loaded.known().flat_map(|known| &known.lapsed).collect();
    add(
        sql::LAPSE,
        vec![
            texts(lapsed.iter().map(|(id, _)| id.to_string())),
            integers(lapsed.iter().map(|(_, at)| at.millis())),
        ],
    );
    let conversations = |is_new: bool| -> Vec<(&Known, &Open)> {
        loaded
            .known()
            .filter_map(|known| Some((known, known.conversation.as_ref()?)))
            .filter(|(_, open)| open.changed && open.is_new == is_new)
            .collect()
    };
    let lease_node = |open: &Open| open.leased.then(|| node.to_owned());
    let opened = conversations(true);
    add(
        sql::INSERT_CONVERSATIONS,
        vec![
            texts(opened.iter().map(|(_, open)| open.id.to_string())),
            texts(opened.iter().map(|(known, _)| known.inbox.to_string())),
            texts(opened.iter().map(|(known, _)| known.identity.to_string())),
            texts(opened.iter().map(|(known, _)| known.own_contact.to_string())),
            integers(opened.iter().map(|(_, open)| open.last_seq)),
            integers(opened.iter().map(|(_, open)| open.pending)),
            integers(opened.iter().map(|(_, open)| open.lease_token)),
            integers(opened.iter().map(|(_, open)| open.lease_until)),
            Param::Texts(opened.iter().map(|(_, open)| lease_node(open)).collect()),
            integers(opened.iter().map(|(_, open)| open.opened_at.millis())),
            integers(opened.iter().map(|(_, open)| open.last_message_at.millis())),
            Param::from(json(&Memory::default())?),
        ],
    );
    let known = conversations(false);
    add(
        sql::UPDATE_CONVERSATIONS,
        vec![
            texts(known.iter().map(|(_, open)| open.id.to_string())),
            integers(known.iter().map(|(_, open)| open.last_seq)),
            integers(known.iter().map(|(_, open)| open.pending)),
            integers(known.iter().map(|(_, open)| open.lease_token)),
            integers(known.iter().map(|(_, open)| open.lease_until)),
            Param::Texts(known.iter().map(|(_, open)| lease_node(open)).collect()),
            integers(known.iter().map(|(_, open)| open.last_message_at.millis())),
        ],
    );
    let messages = || plan.messages.iter().map(|taken| (taken, &taken.incoming.message));
    let attachments =
        messages().map(|(_, message)| json(&message.attachments).map(Some)).collect::<Result<_, _>>()?;
    add(
        sql::INSERT_MESSAGES,
        vec![
            texts(messages().map(|(taken, _)| taken.incoming.ids.message.to_string())),
            texts(messages().map(|(taken, _)| taken.conversation.to_string())),
            integers(messages().map(|(taken, _)| taken.seq)),
            texts(messages().map(|(taken, _)| taken.identity.to_string())),
            Param::Texts(messages().map(|(_, message)| message.external_id.clone()).collect()),
            texts(messages().map(|(_, message)| message.kind.name().to_owned())),
            texts(messages().map(|(_, message)| message.text.clone())),
            Param::Texts(attachments),
            integers(messages().map(|(taken, _)| taken.incoming.now.millis())),
        ],
    );
    let events = &plan.events;
    let data = events.iter().map(|event| json(&event.data).map(Some)).collect::<Result<_, _>>()?;
    add(
        sql::INSERT_EVENTS,
        vec![
            texts(events.iter().map(|event| event.id.to_string())),
            texts(events.iter().map(|event| event.kind.name().to_owned())),
            Param::Texts(events.iter().map(|event| event.conversation.map(|id| id.to_string())).collect()),
            Param::Texts(events.iter().map(|event| event.contact.map(|id| id.to_string())).collect()),
            Param::Texts(data),
            integers(events.iter().map(|event| event.at.millis())),
        ],
    );
    Ok(list)
}

/// The columns that a channel may set of a contact.
fn claims<'a>(list: &[&KnownContact]) -> Result<Vec<Param<'a>>, StoreError> {
    let contacts = || list.iter().copied();
    let attributes =
        contacts().map(|contact| json(&contact.attributes).map(Some)).collect::<Result<_, _>>()?;
    let search_key =
        |contact: &KnownContact| keys::search_key(contact.name.as_deref(), contact.company_name.as_deref());
    let link = |contact: &KnownContact| contact.link.map(|link: CompanyLink| link.name().to_owned());
    Ok(vec![
        texts(contacts().map(|contact| contact.id.to_string())),
        Param::Texts(contacts().map(|contact| contact.name.clone()).collect()),
        Param::Texts(contacts().map(|contact| contact.company.map(|id| id.to_string())).collect()),
        Param::Texts(contacts().map(|contact| contact.company_name.clone()).collect()),
        Param::Texts(contacts().map(link).collect()),
        Param::Texts(attributes),
        texts(contacts().map(search_key)),
        integers(contacts().map(|contact| contact.seen_at.millis())),
    ])
}

fn set_of<'a>(sql: &'static str, columns: Vec<Param<'a>>) -> Statement<'a> {
    (sql.into(), columns)
}

fn texts<'a>(values: impl Iterator<Item = String>) -> Param<'a> {
    Param::Texts(values.map(Some).collect())
}

fn integers<'a>(values: impl Iterator<Item = i64>) -> Param<'a> {
    Param::Integers(values.map(Some).collect())
}
