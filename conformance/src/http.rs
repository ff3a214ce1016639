//! The suite's HTTP client. It sends requests unchanged, follows no redirects, and records everything.
//!
//! Headers and form fields may repeat, any method and body is sent as given, each [`Identity`] has its own connections, every
//! exchange has a number (`Conformance-Exchange`), and everything has a time limit.

mod connection;
mod exchange;
mod failure;
pub mod hello;
mod identity;
mod middleware;
mod patience;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use url::Url;

pub use connection::{Connector, Trust};
pub use exchange::{Answer, Grant, HttpExchange, Lost, Outcome, Reply};
pub use identity::{Identity, Unusable};
pub use middleware::Middleware;
pub use patience::Patience;

use crate::finding::{Finding, Stop};
use patience::AGAIN;

/// The request header that carries the exchange's number.
pub const EXCHANGE_HEADER: &str = "conformance-exchange";

/// The purpose of the requests that a browser makes.
pub const USER_AGENT: &str = "user agent";

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// The client of one scenario. It shares connections with other scenarios of the target, but has its own record.
#[derive(Clone)]
pub struct Http {
    connector: Connector,
    record: Arc<Mutex<Vec<Arc<HttpExchange>>>>,
}

/// A request to send.
#[derive(Clone)]
pub struct Request {
    /// The purpose of the request, for people who read the report.
    pub purpose: String,
    /// The method; any token is allowed.
    pub method: String,
    /// The URL to send it to.
    pub url: Url,
    /// Header fields in order; names may repeat.
    pub headers: Vec<(String, String)>,
    /// The body, sent unchanged.
    pub body: Bytes,
    /// How a response says that it grants what is asked for.
    pub grant: Grant,
    /// The client certificate to present.
    pub identity: Option<Arc<Identity>>,
    /// Sends header names in Title-Case instead of lower case.
    pub title_case: bool,
}

/// An exchange without a response.
#[derive(Debug, Clone)]
pub struct Unanswered(pub Arc<HttpExchange>);

impl Unanswered {
    /// Returns true if the server ended the connection, with a TLS alert or by closing it, rather than timing out or not
    /// listening.
    pub fn is_hung_up(&self) -> bool {
        matches!(self.0.answer, Answer::Nothing(Lost::Alert | Lost::Closed | Lost::Stale, _))
    }
}

impl Http {
    /// Makes a client with an empty record.
    pub fn new(connector: Connector) -> Self {
        Self { connector, record: Arc::default() }
    }

    /// Sends a request and reads the whole response. A GET without credentials is sent again if the server asks for a pause, or closed
    /// the connection before it read the request; anything else is sent once.
    pub async fn send(&self, request: Request) -> Result<Reply, Unanswered> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let patience = self.connector.patience();
        let mut attempt = 0;
        let answer = loop {
            patience.rest().await;
            let answer = self.answer(&request, number).await;
            patience.pauses(&answer, request.url.path());
            let has_credentials = request.headers.iter().any(|(name, _)| matches!(name.as_str(), "authorization" | "dpop"));
            let may_repeat = request.method == "GET" && !has_credentials;
            if !may_repeat || !(patience.is_limited(&answer) || is_unread(&answer)) {
                break answer;
            }
            if attempt == AGAIN {
                patience.gives_up(&answer, request.url.path());
                break answer;
            }
            attempt += 1;
        };
        let exchange = Arc::new(HttpExchange {
            number,
            purpose: request.purpose,
            method: request.method,
            url: request.url,
            identity: request.identity.as_ref().map(|identity| identity.name.clone()),
            headers: request.headers,
            body: request.body,
            grant: request.grant,
            answer,
            took: began.elapsed(),
        });
        self.note(exchange.recorded().map_or_else(|| exchange.clone(), Arc::new));
        match exchange.answer {
            Answer::Response { .. } => Ok(Reply(exchange)),
            Answer::Nothing(..) => Err(Unanswered(exchange)),
        }
    }

    async fn answer(&self, request: &Request, number: u64) -> Answer {
        match self.connector.middleware() {
            None => self.connector.exchange(request, number).await,
            Some(middleware) => {
                let carried = middleware.request(request.clone());
                middleware.answer(request, self.connector.exchange(&carried, number).await)
            }
        }
    }

    /// Records a response that another program received, as if this client had sent the request.
    pub fn record(&self, request: Request, status: u16, headers: Vec<(String, String)>, body: Bytes) -> Reply {
        let answer = Answer::Response { status, headers, body };
        self.connector.patience().pauses(&answer, request.url.path());
        let exchange = Arc::new(HttpExchange {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            purpose: request.purpose,
            method: request.method,
            url: request.url,
            identity: None,
            headers: request.headers,
            body: request.body,
            grant: request.grant,
            answer,
            took: Duration::ZERO,
        });
        self.note(exchange.recorded().map_or_else(|| exchange.clone(), Arc::new));
        Reply(exchange)
    }

    /// Sends a GET.
    pub async fn fetch(&self, purpose: &str, url: &Url) -> Result<Reply, Unanswered> {
        self.send(Request::new(purpose, "GET", url.clone()).header("accept", "application/json, */*;q=0.1")).await
    }

    /// Sends a request, and again if the server asks for a pause, or closed the connection before it read the request. `anew` makes the
    /// request anew, with an assertion and a proof of its own; it makes none if that is not possible.
    pub async fn send_or_repeat<E>(
        &self,
        mut request: Request,
        anew: impl Fn(&Request) -> Result<Option<Request>, E>,
    ) -> Result<Result<Reply, Unanswered>, E> {
        let patience = self.connector.patience();
        let mut attempt = 0;
        loop {
            let sent = self.send(request.clone()).await;
            let exchange = match &sent {
                Ok(Reply(exchange)) | Err(Unanswered(exchange)) => exchange,
            };
            if !is_unread(&exchange.answer) && !patience.asks(&exchange.answer) {
                return Ok(sent);
            }
            let Some(next) = anew(&request)? else { return Ok(sent) };
            if attempt == AGAIN {
                patience.gives_up(&exchange.answer, request.url.path());
                return Ok(sent);
            }
            (request, attempt) = (next, attempt + 1);
        }
    }

    /// Returns true if a response limits the rate of requests. The next request waits as long as it asks for.
    pub fn is_limited(&self, reply: &Reply) -> bool {
        self.connector.patience().is_limited(&reply.0.answer)
    }

    /// All recorded exchanges, in the order of completion.
    pub fn exchanges(&self) -> Vec<Arc<HttpExchange>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the recorded exchanges, for sessions that send so much that no one reads them.
    pub fn forget(&self) {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The connector, which the raw TLS probe needs to reach the target.
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    fn note(&self, exchange: Arc<HttpExchange>) {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}

impl Request {
    /// Makes a request without headers or body.
    pub fn new(purpose: &str, method: &str, url: Url) -> Self {
        Self {
            purpose: purpose.into(),
            method: method.into(),
            url,
            headers: Vec::new(),
            body: Bytes::new(),
            grant: Grant::Status,
            identity: None,
            title_case: false,
        }
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Presents a client certificate.
    #[must_use]
    pub fn shown_by(mut self, identity: Option<Arc<Identity>>) -> Self {
        self.identity = identity;
        self
    }

    /// Says how a response grants what is asked for.
    #[must_use]
    pub fn granted_by(mut self, grant: Grant) -> Self {
        self.grant = grant;
        self
    }

    /// Adds a body.
    #[must_use]
    pub fn carrying(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.headers.push(("content-type".into(), content_type.into()));
        self.body = body.into();
        self
    }
}

/// Returns true if the server closed a connection from an earlier request before it answered.
fn is_unread(answer: &Answer) -> bool {
    matches!(answer, Answer::Nothing(Lost::Stale, _))
}

impl From<Unanswered> for Stop {
    fn from(Unanswered(exchange): Unanswered) -> Self {
        let got = match &exchange.answer {
            Answer::Nothing(_, reason) => format!("no response: {reason}"),
            Answer::Response { status, .. } => format!("status {status}"),
        };
        let expected = format!("a response to {} {}", exchange.method, exchange.url);
        Finding::new(expected, got).shown_by(exchange.number).of_silence().into()
    }
}
