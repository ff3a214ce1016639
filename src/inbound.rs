//! An inbound request. It is parsed once, and only for syntax; checks that a clause demands beyond syntax belong to the
//! decision.

use crate::detail::{Ours, words};
use crate::entropy::{BrowserHandle, SessionHandle};
use crate::error_code::ErrorCode;
use crate::form::{Form, FormLimits};
use crate::reason::Reason;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, local, rfc6749};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use rustls_pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An inbound request and the host's knowledge of its connection. It does not outlive the entry point.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Admission, ClientCertificates, EndpointAddress, Inbound};
///
/// # let request = post("grant_type=client_credentials");
/// let inbound = Inbound::new(&request)
///     .at(EndpointAddress::Canonical)
///     .certificates(ClientCertificates::None)
///     .admission(Admission::Admitted);
/// # let _ = inbound;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Inbound<'a> {
    request: &'a http::Request<Bytes>,
    endpoint: EndpointAddress<'a>,
    certificates: ClientCertificates<'a>,
    session: Option<&'a SessionHandle>,
    browser: Option<&'a BrowserHandle>,
    admission: Admission,
}

/// The configured address at which an endpoint was called. The host states it, because the peer controls the `Host` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointAddress<'a> {
    /// The address in the metadata.
    Canonical,
    /// The address in `mtls_endpoint_aliases` ([RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)).
    MtlsAlias,
    /// A protected resource, with its URL as its callers know it.
    Resource(&'a str),
}

/// The client certificate of the connection, and the party that validated it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ClientCertificates<'a> {
    /// The client presented no certificate.
    None,
    /// The TLS handshake proved possession of the first certificate's key. The chain was not validated.
    Unverified {
        /// The certificate of the end entity, then the others in the order in which they were sent.
        chain: &'a [CertificateDer<'a>],
    },
    /// A proxy that terminates TLS proved possession of the key and validated the chain. It reports the certificate in a
    /// header, and removes that header from requests that come from outside
    /// ([RFC 8705 §6.5](https://www.rfc-editor.org/rfc/rfc8705#section-6.5)).
    VerifiedBy {
        /// The certificate of the end entity.
        leaf: &'a CertificateDer<'a>,
    },
}

/// The decision of the host's rate limiter. The library answers as the requirement demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Admission {
    /// The request may proceed.
    #[default]
    Admitted,
    /// There are too many requests; the answer is 429.
    Limited {
        /// The seconds after which the client may try again.
        retry_after: u32,
    },
}

/// The size limits of a request. A larger request is refused before it is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestLimits {
    /// The maximum length of a body, in octets.
    pub body: usize,
    /// The maximum length of a query, in octets.
    pub query: usize,
    /// The maximum length of one header value, in octets.
    pub header: usize,
    /// The limits for the parameters of a form or query.
    pub form: FormLimits,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { body: 64 * 1024, query: 16 * 1024, header: 16 * 1024, form: FormLimits::default() }
    }
}

/// Shows neither headers nor body, because they may contain secrets.
impl fmt::Debug for Inbound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbound({} {})", self.request.method(), self.request.uri().path())
    }
}

impl<'a> Inbound<'a> {
    /// Creates a request to the canonical address of an endpoint, without certificate, session and browser.
    pub fn new(request: &'a http::Request<Bytes>) -> Self {
        Self {
            request,
            endpoint: EndpointAddress::Canonical,
            certificates: ClientCertificates::None,
            session: None,
            browser: None,
            admission: Admission::Admitted,
        }
    }

    /// Sets the address at which the request arrived.
    #[must_use]
    pub fn at(self, endpoint: EndpointAddress<'a>) -> Self {
        Self { endpoint, ..self }
    }

    /// Sets the client certificate of the connection.
    #[must_use]
    pub fn certificates(self, certificates: ClientCertificates<'a>) -> Self {
        Self { certificates, ..self }
    }

    /// Sets the session cookie of the request.
    #[must_use]
    pub fn session(self, session: Option<&'a SessionHandle>) -> Self {
        Self { session, ..self }
    }

    /// Sets the browser cookie of the request.
    #[must_use]
    pub fn browser(self, browser: Option<&'a BrowserHandle>) -> Self {
        Self { browser, ..self }
    }

    /// Sets the decision of the host's rate limiter.
    #[must_use]
    pub fn admission(self, admission: Admission) -> Self {
        Self { admission, ..self }
    }

    pub(crate) fn method(&self) -> &'a Method {
        self.request.method()
    }

    pub(crate) fn query_text(&self) -> &'a str {
        self.request.uri().query().unwrap_or_default()
    }

    pub(crate) fn headers(&self) -> &'a HeaderMap {
        self.request.headers()
    }

    pub(crate) fn endpoint(&self) -> EndpointAddress<'a> {
        self.endpoint
    }

    pub(crate) fn session_handle(&self) -> Option<&'a SessionHandle> {
        self.session
    }

    pub(crate) fn browser_handle(&self) -> Option<&'a BrowserHandle> {
        self.browser
    }

    pub(crate) fn client_certificates(&self) -> ClientCertificates<'a> {
        self.certificates
    }

    /// Applies the rate limiter's decision and the size limits, before anything is parsed.
    pub(crate) fn admit(&self, limits: &RequestLimits) -> Result<(), Refusal> {
        if let Admission::Limited { retry_after } = self.admission {
            return Err(local::ADMISSION.refuse(
                ErrorCode::TooManyRequests(retry_after),
                words!("There were too many requests; the next may come in {} s.", retry_after),
            ));
        }
        local::REQUEST_SIZE.require(
            self.body_length() <= limits.body as u64,
            ErrorCode::TooLarge,
            words!("The body is longer than {} octets.", limits.body),
        )?;
        let query = self.query_text();
        local::REQUEST_SIZE.require(
            query.len() <= limits.query,
            ErrorCode::TooLarge,
            words!("The query is longer than {} octets.", limits.query),
        )?;
        let fits = self.headers().values().all(|value| value.len() <= limits.header);
        local::REQUEST_SIZE.require(fits, ErrorCode::TooLarge, words!("A header is longer than {} octets.", limits.header))
    }

    /// Returns the length of the body, or the length that the request declares if that is greater. A host need not read a body that
    /// is declared to be too long.
    fn body_length(&self) -> u64 {
        let declared = self.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        declared.unwrap_or(0).max(self.request.body().len() as u64)
    }

    /// Returns the form of a POST. Other methods violate `post_only`, other media types violate `form_only`.
    pub(crate) fn posted(
        &self,
        limits: &RequestLimits,
        post_only: &'static Requirement,
        form_only: &'static Requirement,
    ) -> Result<Form, Refusal> {
        self.admit(limits)?;
        post_only.require(self.method() == Method::POST, ErrorCode::MethodNotAllowed("POST"), "The method is not POST.")?;
        self.no_secret_in_query()?;
        let form = form_only.require(self.is_form(), ErrorCode::InvalidRequest, NO_FORM);
        form.map_err(|mut refusal| {
            refusal.basis.push(&rfc6749::INVALID_REQUEST);
            refusal
        })?;
        parse(self.request.body(), limits)
    }

    /// Refuses credentials in the query, because URLs end up in logs
    /// ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
    fn no_secret_in_query(&self) -> Result<(), Refusal> {
        let mut names = form_urlencoded::parse(self.query_text().as_bytes()).map(|(name, _)| name);
        let found = names.any(|name| name == "client_secret" || name == "client_assertion");
        rfc6749::NO_SECRET_IN_QUERY.require(
            !found,
            ErrorCode::InvalidRequest,
            "The query contains client_secret or client_assertion; credentials never belong in an address.",
        )
    }

    /// Returns the parameters from the query of a GET or the form of a POST.
    pub(crate) fn navigated(&self, limits: &RequestLimits) -> Result<Form, Refusal> {
        self.admit(limits)?;
        // HEAD is refused: a request that only inspects the address must not open an interaction or use up a pushed request.
        let get = self.method() == Method::GET;
        let allowed = get || self.method() == Method::POST;
        crate::requirement::oidcc::GET_AND_POST.require(
            allowed,
            ErrorCode::MethodNotAllowed("GET, POST"),
            "The method is neither GET nor POST.",
        )?;
        if get {
            return parse(self.query_text().as_bytes(), limits);
        }
        rfc6749::FORM_IS_UTF8.require(self.is_form(), ErrorCode::InvalidRequest, NO_FORM)?;
        parse(self.request.body(), limits)
    }

    /// Returns the form in the body, or `None` if the body is not a form.
    pub(crate) fn form_body(&self, limits: &RequestLimits) -> Result<Option<Form>, Refusal> {
        if self.is_form() { parse(self.request.body(), limits).map(Some) } else { Ok(None) }
    }

    /// Returns the only value of a header. A second value violates `once`.
    pub(crate) fn one_header(
        &self,
        name: &HeaderName,
        once: &'static Requirement,
        code: ErrorCode,
    ) -> Result<Option<&'a HeaderValue>, Refusal> {
        let mut values = self.headers().get_all(name).iter();
        let value = values.next();
        once.require(values.next().is_none(), code, words!("The header {} is sent more than once.", Ours(name.as_str())))?;
        Ok(value)
    }

    fn is_form(&self) -> bool {
        let mut types = self.headers().get_all(CONTENT_TYPE).iter();
        let (Some(value), None) = (types.next(), types.next()) else { return false };
        let Ok(value) = value.to_str() else { return false };
        let (media_type, parameters) = value.split_once(';').unwrap_or((value, ""));
        let utf8 = parameters.split(';').filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        });
        media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") && utf8
    }
}

const NO_FORM: &str = "The body is not application/x-www-form-urlencoded in UTF-8, as Content-Type must say once.";

fn parse(octets: &[u8], limits: &RequestLimits) -> Result<Form, Refusal> {
    Form::parse(octets, limits.form).map_err(|error| error.refuse(ErrorCode::InvalidRequest, "The parameters cannot be read"))
}
