//! A client that keeps one connection and does no more than it must.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request,
    client::conn::http1::{self, SendRequest},
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::server::TOKEN;

/// The longest wait for one answer: more than the server waits for a turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text, as far as it is text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Why there is no answer. Whether the server did what it was asked is unknown.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("no connection to {0}")]
    Connect(SocketAddr, #[source] std::io::Error),
    #[error("the connection broke")]
    Broken(#[source] hyper::Error),
    #[error("the request could not be made")]
    Request(#[source] hyper::http::Error),
    #[error("no answer within {} s", PATIENCE.as_secs())]
    TimedOut,
}

/// One keep-alive connection, made anew when it is gone.
pub struct Client {
    address: SocketAddr,
    host: HeaderValue,
    authorization: HeaderValue,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let text =
            |text: String| HeaderValue::try_from(text).expect("addresses and the token are plain text");
        Self {
            address,
            host: text(address.to_string()),
            authorization: text(format!("Bearer {TOKEN}")),
            sender: None,
        }
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, NoAnswer> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    /// One buyer's message.
    pub async fn message(&mut self, body: Bytes) -> Result<Answer, NoAnswer> {
        self.send(Method::POST, "/api/v1/messages", body).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer, NoAnswer> {
        let exchange = self.exchange(method, path, body);
        let answered = tokio::time::timeout(PATIENCE, exchange).await.unwrap_or(Err(NoAnswer::TimedOut));
        if answered.is_err() {
            self.sender = None;
        }
        answered
    }

    async fn exchange(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer, NoAnswer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(body))
            .map_err(NoAnswer::Request)?;
        let mut kept = self.sender.take();
        if let Some(sender) = &mut kept
            && sender.ready().await.is_err()
        {
            kept = None;
        }
        let mut sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let response = sender.send_request(request).await.map_err(NoAnswer::Broken)?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(NoAnswer::Broken)?.to_bytes();
        self.sender = Some(sender);
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, NoAnswer> {
        let failed = |error| NoAnswer::Connect(self.address, error);
        let stream = TcpStream::connect(self.address).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(NoAnswer::Broken)?;
        // Its end shows itself to whoever sends next.
        tokio::spawn(connection);
        Ok(sender)
    }
}
