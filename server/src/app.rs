//! The state of a running server, and the execution of exchanges.

use crate::admission::{Limiter, Throttle};
use crate::clock::Clock;
use crate::config::{AllowedOrigins, Config, Limits, Ports};
use crate::cookies::Cookies;
use crate::host::ServerHost;
use crate::keys::{KeyError, fresh_secret};
use crate::listener::{ListenerKind, Peer};
use crate::nonces::nonces;
use crate::options::Observer;
use crate::pages::{OUR_SIDE, TRY_AGAIN, notice};
use crate::users::Users;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use fapi::scope::Scope;
use fapi::{
    Admission, AuthorizationServer, BrowserHandle, ClientCertificates, Context, Disposition, EndpointAddress, Entropy, Inbound,
    Outcome, Reply, RequiredAccess, ResourceServer, Response, SessionHandle, Step, drive_async, run_to_end,
};
use http::header::{CONTENT_LENGTH, EXPECT};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;
use tracing::Instrument;

/// A header of the conformance suite; it is read only if there is an observer.
const EXCHANGE: &str = "conformance-exchange";
/// A body that is too long is read up to this many times the limit.
const EXCESS: usize = 16;

/// The state of a running server.
pub(crate) struct App {
    pub(crate) server: Arc<AuthorizationServer>,
    /// One per API, in the order of the settings; at least one.
    pub(crate) resources: Vec<Arc<ProtectedResource>>,
    pub(crate) ports: Ports,
    pub(crate) host: ServerHost,
    pub(crate) users: Arc<Users>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) limiter: Option<Limiter>,
    pub(crate) throttle: Throttle,
    pub(crate) cookies: Cookies,
    pub(crate) limits: Limits,
    pub(crate) allowed_origins: AllowedOrigins,
    pub(crate) dpop_nonces: bool,
    pub(crate) auto_approve: bool,
    pub(crate) acr_values: Vec<String>,
    /// The path of the issuer without a trailing slash.
    pub(crate) base_path: String,
    #[cfg(fapi_waive)]
    pub(crate) waived: &'static [&'static str],
    /// Closes after everything else, the store included: fields are dropped in their order.
    pub(crate) _alive: Sender<Infallible>,
}

/// The protected resource of an API.
pub(crate) struct ProtectedResource {
    pub(crate) server: Arc<ResourceServer>,
    pub(crate) needed: RequiredAccess,
    /// Its path below the base of a listener.
    pub(crate) path: String,
    /// The URLs at the main listener and at that of the mTLS aliases.
    pub(crate) url: String,
    pub(crate) mtls_url: Option<String>,
}

impl ProtectedResource {
    /// The resource of every API. It requires what its configuration says, or one of the scopes of the API; that of a server without
    /// registered APIs requires the first of its scopes.
    pub(crate) fn all(server: &AuthorizationServer, config: &Config, issuer: &str, mtls_base: Option<&str>) -> Vec<Arc<Self>> {
        let of = |server: &Arc<ResourceServer>, needed, path: String| {
            let (url, mtls_url) = (format!("{issuer}{path}"), mtls_base.map(|base| format!("{base}{path}")));
            Arc::new(Self { server: server.clone(), needed, path, url, mtls_url })
        };
        if config.apis.is_empty() {
            let first = config.resource.scopes.iter().next().and_then(|token| Scope::parse(token).ok());
            let needed = first.map_or_else(RequiredAccess::token, RequiredAccess::scope);
            return server.apis().iter().map(|server| of(server, needed.clone(), "/resource".into())).collect();
        }
        let resources = config.apis.iter().enumerate().map(|(index, api)| (api.required_access(), api.path_below(issuer, index)));
        server.apis().iter().zip(resources).map(|(server, (needed, path))| of(server, needed, path)).collect()
    }
}

/// A request with its body, its peer and its cookies.
pub(crate) struct Received {
    pub(crate) request: Request<Bytes>,
    pub(crate) peer: Arc<Peer>,
    pub(crate) browser: Option<BrowserHandle>,
    session: Option<SessionHandle>,
    admission: Admission,
    exchange: Option<String>,
    oversized: bool,
}

/// The length of a body as its request declares it; hyper refuses malformed and contradictory lengths in HTTP/1.
fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl Received {
    /// True if the body is longer than the limit, or was declared to be.
    pub(crate) fn is_oversized(&self) -> bool {
        self.oversized
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let query = self.request.uri().query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

impl App {
    /// Reads a request. Of a body that is too long it keeps one octet more than the limit, so that the library refuses it. A body
    /// whose declared length is above the limit is not waited for: the library refuses the declaration.
    pub(crate) async fn receive(&self, request: Request<Body>) -> Result<Received, Response> {
        let (parts, body) = request.into_parts();
        let declared = declared_length(&parts.headers);
        let oversized = declared.is_some_and(|length| length > self.limits.body as u64);
        let body = if oversized { self.discard(body, &parts.headers) } else { body };
        let body = timeout(self.limits.body_timeout, self.read(body)).await;
        let body = body.map_err(|_| {
            notice(StatusCode::REQUEST_TIMEOUT, "Request timed out", "The request did not arrive in time. Please try again.")
        })?;
        let body = body.map_err(|_| {
            notice(
                StatusCode::BAD_REQUEST,
                "Incomplete request",
                "The connection was closed before the end of the request. Please try again.",
            )
        })?;
        let unknown = || notice(StatusCode::INTERNAL_SERVER_ERROR, OUR_SIDE, TRY_AGAIN);
        let peer = parts.extensions.get::<Arc<Peer>>().cloned().ok_or_else(unknown)?;
        let headers = &parts.headers;
        let exchange = self.observer.is_some().then(|| headers.get(EXCHANGE)?.to_str().ok().map(str::to_owned)).flatten();
        Ok(Received {
            session: self.cookies.session(headers),
            browser: self.cookies.browser(headers),
            admission: self.limiter.as_ref().map_or(Admission::Admitted, |limiter| limiter.admit(peer.address)),
            exchange,
            oversized: oversized || body.len() > self.limits.body,
            peer,
            request: Request::from_parts(parts, body),
        })
    }

    /// Reads and drops some of a body after its request was refused: a client that is still sending would not read the response.
    /// A client that waits for permission to send gets none, since hyper grants it with the first read. Returns an empty body.
    fn discard(&self, mut body: Body, headers: &HeaderMap) -> Body {
        if headers.contains_key(EXPECT) {
            return Body::empty();
        }
        let most = self.limits.body.saturating_mul(EXCESS);
        let discarded = timeout(self.limits.body_timeout, async move {
            let mut total = 0;
            while let Some(Ok(frame)) = body.frame().await {
                total += frame.data_ref().map_or(0, Bytes::len);
                if total > most {
                    return;
                }
            }
        });
        tokio::spawn(discarded);
        Body::empty()
    }

    async fn read(&self, mut body: Body) -> Result<Bytes, axum::Error> {
        let (mut read, mut total) = (BytesMut::new(), 0);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            total += data.len();
            // A client that is still sending would not read the response, so some of the excess is read and dropped.
            if total > self.limits.body.saturating_mul(EXCESS) {
                break;
            }
            let room = (self.limits.body + 1).saturating_sub(read.len());
            read.extend_from_slice(&data[..data.len().min(room)]);
        }
        Ok(read.freeze())
    }

    /// The request as the library sees it, at an endpoint of the authorization server, with the context of a new exchange.
    #[expect(clippy::result_large_err, reason = "the error is the response")]
    pub(crate) fn inbound<'a>(&self, received: &'a Received) -> Result<(Inbound<'a>, Context), Response> {
        let address = match received.peer.listener_kind {
            ListenerKind::Main => EndpointAddress::Canonical,
            ListenerKind::MtlsAlias => EndpointAddress::MtlsAlias,
        };
        let chain = received.peer.certificates.as_slice();
        let certificates = if chain.is_empty() { ClientCertificates::None } else { ClientCertificates::Unverified { chain } };
        let inbound = Inbound::new(&received.request)
            .at(address)
            .certificates(certificates)
            .session(received.session.as_ref())
            .browser(received.browser.as_ref())
            .admission(received.admission);
        let no_randomness = |_| notice(StatusCode::INTERNAL_SERVER_ERROR, OUR_SIDE, TRY_AGAIN);
        let context = self.context().map_err(no_randomness)?;
        #[cfg(fapi_waive)]
        let context = context.waiving(crate::waived::with_named(self.waived, &received.request));
        Ok((inbound, context))
    }

    /// Completes an exchange and records it, even if the client closes the connection.
    pub(crate) async fn complete<R: Reply>(self: &Arc<Self>, received: &Received, step: Step<R>) -> Result<Outcome<R>, Response> {
        self.complete_logged(received, step, |outcome| crate::log::event(&outcome.event)).await
    }

    /// The same with a log line of the caller's.
    pub(crate) async fn complete_logged<R: Reply>(
        self: &Arc<Self>,
        received: &Received,
        step: Step<R>,
        log: impl FnOnce(&Outcome<R>) + Send + 'static,
    ) -> Result<Outcome<R>, Response> {
        let (app, exchange) = (self.clone(), received.exchange.clone());
        let exchange = async move {
            let outcome = drive_async(&app.host, step).await;
            log(&outcome);
            app.observe(&outcome, exchange.as_deref());
            outcome
        };
        // The task outlives the request's future, and its lines belong to the request all the same.
        let ended = run_to_end(exchange.in_current_span(), |task| drop(tokio::spawn(task))).await;
        ended.ok_or_else(|| notice(StatusCode::INTERNAL_SERVER_ERROR, OUR_SIDE, TRY_AGAIN))
    }

    /// Completes an exchange that prepares another one. It is recorded only if it was not accepted, since no other one follows then.
    pub(crate) async fn complete_preparation<R: Reply>(&self, received: &Received, step: Step<R>) -> Outcome<R> {
        let outcome = drive_async(&self.host, step).await;
        if outcome.event.disposition != Disposition::Accepted {
            self.record(&outcome, received.exchange.as_deref());
        }
        outcome
    }

    /// The time, fresh randomness, and the DPoP nonces if they are required.
    pub(crate) fn context(&self) -> Result<Context, KeyError> {
        let seed = fresh_secret()?;
        let now = self.clock.now();
        let context = Context::new(now, Entropy::new(*seed));
        #[cfg(fapi_waive)]
        let context = context.waiving(self.waived);
        Ok(if self.dpop_nonces { context.dpop_nonces(nonces(&self.host.keyring, now)) } else { context })
    }

    /// Logs the event of an exchange, and passes it to the observer.
    pub(crate) fn record<R>(&self, outcome: &Outcome<R>, exchange: Option<&str>) {
        crate::log::event(&outcome.event);
        self.observe(outcome, exchange);
    }

    fn observe<R>(&self, outcome: &Outcome<R>, exchange: Option<&str>) {
        if let Some(observer) = &self.observer {
            observer.observed(&outcome.event, exchange);
        }
    }
}
