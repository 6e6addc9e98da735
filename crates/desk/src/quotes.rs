//! What people and buyers do with quotes, and the papers that are drawn of them.

use domain::{
    Timestamp,
    contact::Company,
    handoff::{Handoff, HandoffReason},
    id::{AgentId, OutboxId, QuoteId},
    language::ReplyLanguage,
    money::Currency,
    quote::{InvalidQuoteMove, Quote, QuoteContent, QuoteStatus, document::Document},
};
use engine::{
    authority,
    quote::{Customer, QuoteMeans, RevisionProblem, is_within},
};
use store::{ChangeError, QuoteMove, StoreError};
use understanding::{Context, Listed};

pub use engine::quote::{RevisedCharge, RevisedLine, Revision};

use crate::{Desk, agents::Role, knowledge::Published, ports::RenderError};

/// Quotes that expire in one look of the sweep.
const BATCH: usize = 100;
/// A quote has fewer versions than this; more would be a circle.
const MAX_VERSIONS: usize = 1_000;

/// Why a quote was not revised.
#[derive(Debug, thiserror::Error)]
pub enum ReviseError {
    #[error(transparent)]
    Problem(RevisionProblem),
    #[error(transparent)]
    Change(ChangeError),
}

impl From<StoreError> for ReviseError {
    fn from(error: StoreError) -> Self {
        Self::Change(ChangeError::Store(error))
    }
}

/// Why a quote was not approved or sent.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error("this quote lies beyond what a {0} may grant; somebody with more authority approves it")]
    BeyondAuthority(&'static str),
    #[error(transparent)]
    Change(ChangeError),
}

impl From<StoreError> for ReleaseError {
    fn from(error: StoreError) -> Self {
        Self::Change(ChangeError::Store(error))
    }
}

/// Why a quote could not be given as a file.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error(transparent)]
    Render(RenderError),
    /// The task that drew it was lost.
    #[error("the document could not be drawn")]
    Lost,
}

/// The forms in which a quote leaves as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Pdf,
    Xlsx,
}

impl Form {
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
        }
    }
}

impl Desk {
    /// Whether papers in Chinese can be drawn: by which font, or what is missing.
    pub fn renderer_ready(&self) -> Result<String, RenderError> {
        self.inner.renderer.ready()
    }

    pub(crate) fn quote_means(&self, now: Timestamp) -> QuoteMeans {
        let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
        let secret = self.inner.ids.secret();
        let token = secret.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        QuoteMeans { id: QuoteId::from_ulid(self.ulid(now)), token }
    }

    /// The newest version of a quote: people may have made one since.
    pub async fn newest_version(&self, id: QuoteId) -> Result<Option<Quote>, StoreError> {
        let Some(mut quote) = self.inner.store.quote(id).await? else { return Ok(None) };
        for _ in 0..MAX_VERSIONS {
            if quote.status != QuoteStatus::Superseded {
                break;
            }
            match self.inner.store.quote_after(quote.id).await? {
                Some(next) => quote = next,
                None => break,
            }
        }
        Ok(Some(quote))
    }

    /// The page of a quote, for the buyer.
    pub fn quote_url(&self, quote: &Quote) -> String {
        engine::quote::page_url(&self.inner.options.public_url, &quote.token)
    }

    /// The number as it is shown, with its version from the second on.
    pub fn quote_label(&self, quote: &Quote) -> String {
        engine::quote::label(quote)
    }

    /// The quote that a link opens, in whatever state; `None` for a text that is no secret of ours.
    pub async fn quote_by_token(&self, token: &str) -> Result<Option<Quote>, StoreError> {
        let is_secret =
            token.len() == 64 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_secret {
            return Ok(None);
        }
        self.inner.store.quote_by_token(token.to_owned()).await
    }

    /// The approval of somebody who may grant what people set on the quote: what waited may be sent, and the shop's seal stands on the
    /// paper.
    pub async fn approve_quote(&self, id: QuoteId, role: Role) -> Result<Quote, ReleaseError> {
        self.check_limits(id, role, QuoteStatus::approve).await?;
        self.move_quote(id, QuoteMove::Approve).await.map_err(ReleaseError::Change)
    }

    /// Sends a quote: the buyer gets a message with its link, in the person's name. What nobody approved he sends within his own limits.
    pub async fn send_quote(&self, id: QuoteId, agent: AgentId, role: Role) -> Result<Quote, ReleaseError> {
        let before = self.check_limits(id, role, QuoteStatus::send).await?;
        if before.status != QuoteStatus::Sent && self.now() < before.expires_at {
            let text = self.words_of_sending(&before);
            // First the message: who may not write here sends no quote. The same one is never told of twice, however often it is sent.
            let client_id = Some(format!("quote {}", before.id));
            let told = self.send_as_agent(before.conversation, agent, text, client_id);
            told.await.map_err(ReleaseError::Change)?;
        }
        self.move_quote(id, QuoteMove::Send).await.map_err(ReleaseError::Change)
    }

    /// The quote, if it is approved already or `role` may grant what people set on it. Its content never changes, so that what was
    /// looked at here is what is released.
    async fn check_limits(
        &self,
        id: QuoteId,
        role: Role,
        step: fn(QuoteStatus) -> Result<QuoteStatus, InvalidQuoteMove>,
    ) -> Result<Quote, ReleaseError> {
        let quote = self.inner.store.quote(id).await?;
        let quote = quote.ok_or(ReleaseError::Change(ChangeError::NotFound))?;
        step(quote.status).map_err(|reason| ReleaseError::Change(ChangeError::InvalidQuoteMove(reason)))?;
        if quote.sealed {
            return Ok(quote);
        }
        let published = self.published();
        let (grade, company) = self.customer(&quote).await?;
        let customer = Customer { company: company.as_ref(), grade: grade.as_deref() };
        let decider = authority::Role::from(role);
        if self.may_grant(&published, customer, decider, &quote.content) {
            Ok(quote)
        } else {
            Err(ReleaseError::BeyondAuthority(decider.name()))
        }
    }

    /// Whom the quote is for: his grade, and the company that was verified.
    async fn customer(&self, quote: &Quote) -> Result<(Option<String>, Option<Company>), StoreError> {
        let store = &self.inner.store;
        let contact = store.contact(quote.contact).await?;
        let company = match quote.company {
            Some(id) => store.firm(id).await?,
            None => None,
        };
        Ok((contact.and_then(|contact| contact.profile.tier), company))
    }

    fn may_grant(
        &self,
        published: &Published,
        customer: Customer<'_>,
        role: authority::Role,
        content: &QuoteContent,
    ) -> bool {
        let now = self.now();
        let knowledge = &published.knowledge;
        let context = Context {
            now,
            timezone: &knowledge.shop.timezone,
            question: None,
            focus: None,
            topic: None,
            listed: Listed::NONE,
            language: None,
        };
        let payment = content.payment.as_deref().unwrap_or_default();
        let payment = published.understander.entities(&context, payment, false);
        is_within(knowledge, customer, role, content, &payment, now)
    }

    fn words_of_sending(&self, quote: &Quote) -> String {
        let (number, url) = (engine::quote::label(quote), self.quote_url(quote));
        let until = &quote.content.valid_until;
        match quote.content.language {
            ReplyLanguage::Zh => {
                format!("您好，报价单{number}已出，有效期至{until}。查看、下载或确认下单请点 {url}")
            }
            ReplyLanguage::En => {
                format!(
                    "Hello, quotation {number} is ready and valid until {until}. View, download or accept it here: {url}"
                )
            }
        }
    }

    /// Withdrawn by a person, with the reason.
    pub async fn reject_quote(&self, id: QuoteId, reason: String) -> Result<Quote, ChangeError> {
        self.move_quote(id, QuoteMove::Reject { reason }).await
    }

    /// The buyer accepted, on the page or by another way: the order is handed to a person.
    pub async fn accept_quote(&self, id: QuoteId) -> Result<Quote, ChangeError> {
        let quote = self.inner.store.quote(id).await.map_err(ChangeError::Store)?;
        let quote = quote.ok_or(ChangeError::NotFound)?;
        let now = self.now();
        let handoff = Handoff {
            assigned_to: quote.content.seller.contact.clone(),
            ..Handoff::new(HandoffReason::OrderIntent, summary_of_order(&quote), now)
        };
        let outbox = OutboxId::from_ulid(self.ulid(now));
        let accepted = self.move_quote(id, QuoteMove::Accept { handoff, outbox }).await?;
        self.inner.live.wake_deliveries();
        Ok(accepted)
    }

    /// The currency of a quote, in which what changes of it is given.
    pub async fn quote_currency(&self, id: QuoteId) -> Result<Currency, ChangeError> {
        let quote = self.inner.store.quote(id).await.map_err(ChangeError::Store)?;
        quote.map(|quote| quote.content.total.currency).ok_or(ChangeError::NotFound)
    }

    /// A new version by a person. Where it gives more than his role may, it waits for a manager's approval.
    pub async fn revise_quote(
        &self,
        id: QuoteId,
        revision: &Revision,
        role: Role,
    ) -> Result<Quote, ReviseError> {
        let quote = self.inner.store.quote(id).await?;
        let quote = quote.ok_or(ReviseError::Change(ChangeError::NotFound))?;
        quote
            .status
            .supersede()
            .map_err(|reason| ReviseError::Change(ChangeError::InvalidQuoteMove(reason)))?;
        let now = self.now();
        let published = self.published();
        let knowledge = &published.knowledge;
        let (grade, company) = self.customer(&quote).await?;
        let customer = Customer { company: company.as_ref(), grade: grade.as_deref() };
        let content = engine::quote::revise(knowledge, customer, &quote, revision, now)
            .map_err(ReviseError::Problem)?;
        let expires_at = engine::quote::end_of_day(knowledge, &content.valid_until)
            .ok_or_else(|| ReviseError::Problem(RevisionProblem::ValidUntil(content.valid_until.clone())))?;
        let may_grant = self.may_grant(&published, customer, role.into(), &content);
        let large = knowledge
            .quotes
            .approval_from
            .is_some_and(|from| from.currency != content.total.currency || content.total.minor >= from.minor);
        let beyond = !may_grant || (large && role < Role::Manager);
        let mut next = engine::quote::revised(&quote, content, expires_at, self.quote_means(now), now);
        if beyond {
            next.status = QuoteStatus::WaitingApproval;
        }
        let stored = self.inner.store.revise_quote(next, now, self.event_ids(now)).await;
        stored.map_err(ReviseError::Change)
    }

    async fn move_quote(&self, id: QuoteId, change: QuoteMove) -> Result<Quote, ChangeError> {
        let now = self.now();
        self.inner.store.change_quote(id, change, now, self.event_ids(now)).await
    }

    /// The paper in words of `language`; without one, in the language that it was quoted in.
    pub fn quote_document(&self, quote: &Quote, language: Option<ReplyLanguage>) -> Document {
        engine::quote::document(quote, language.unwrap_or(quote.content.language))
    }

    /// The quote as a file.
    pub async fn quote_file(
        &self,
        quote: &Quote,
        form: Form,
        language: Option<ReplyLanguage>,
    ) -> Result<Vec<u8>, PaperError> {
        let document = self.quote_document(quote, language);
        // The semaphore is never closed; if it were, drawing unbounded would still be right.
        let _turn = self.inner.drawing.acquire().await.ok();
        let renderer = self.inner.renderer.clone();
        let drawn = tokio::task::spawn_blocking(move || match form {
            Form::Pdf => renderer.pdf(&document),
            Form::Xlsx => renderer.xlsx(&document),
        });
        drawn.await.map_err(|_| PaperError::Lost)?.map_err(PaperError::Render)
    }

    pub(crate) async fn expire_quotes(&self) {
        match self.inner.store.expire_quotes(self.now(), BATCH).await {
            Ok(expired) if !expired.is_empty() => tracing::info!(quotes = expired.len(), "quotes expired"),
            Ok(_) => {}
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "quotes whose last day went by could not be closed");
            }
        }
    }
}

fn summary_of_order(quote: &Quote) -> String {
    let buyer = &quote.content.buyer;
    let who: Vec<&str> = [buyer.name.as_str(), buyer.contact.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    let (who, label, total) = (who.join(" "), engine::quote::label(quote), quote.content.total);
    match quote.content.language {
        ReplyLanguage::Zh => format!(
            "{who} 确认了报价单{label}，合计{} {}。下一步：核对报价单，准备合同。",
            total.currency,
            total.amount()
        ),
        ReplyLanguage::En => format!(
            "{who} accepted quotation {label}, {} {} in all. Next: check the quote and prepare the contract.",
            total.currency,
            total.amount()
        ),
    }
    .trim()
    .to_owned()
}
