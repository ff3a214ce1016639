//! A request as it came in. Parsing happens once and is syntax only: what has a clause behind it that is not syntax is decided.

use crate::entropy::{BrowserHandle, SessionHandle};
use crate::error_code::ErrorCode;
use crate::form::{Form, FormLimits};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, local, rfc6749};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use rustls_pki_types::CertificateDer;
use std::fmt;

/// One inbound request and what the host knows of its connection. Nothing of it outlives the entry point.
#[derive(Clone, Copy)]
pub struct Inbound<'a> {
    request: &'a http::Request<Bytes>,
    endpoint: EndpointAddress<'a>,
    certificates: ClientCertificates<'a>,
    session: Option<&'a SessionHandle>,
    browser: Option<&'a BrowserHandle>,
    admission: Admission,
}

/// At which of its configured addresses an endpoint was called. The `Host` header is the peer's to choose, so the host says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointAddress<'a> {
    /// The address in the metadata.
    Canonical,
    /// The address in `mtls_endpoint_aliases` ([RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)).
    MtlsAlias,
    /// A protected resource, by its URL as its callers know it.
    Resource(&'a str),
}

/// The client certificate of the connection, and who looked at it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ClientCertificates<'a> {
    /// None was shown.
    None,
    /// The TLS handshake proved possession of the first one's key; nobody looked at the chain.
    Unverified {
        /// The end entity's certificate, then the others in the order they were sent.
        chain: &'a [CertificateDer<'a>],
    },
    /// A proxy that terminates TLS proved possession and validated the chain, and strips the header it reports in from what
    /// comes from outside ([RFC 8705 §6.5](https://www.rfc-editor.org/rfc/rfc8705#section-6.5)).
    VerifiedBy {
        /// The end entity's certificate.
        leaf: &'a CertificateDer<'a>,
    },
}

/// What the host's rate limiter says; the library gives the clause's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Admission {
    /// Go on.
    #[default]
    Admitted,
    /// Too many requests: 429.
    Limited {
        /// Seconds until it is worth asking again.
        retry_after: u32,
    },
}

/// How large a request may be. What is larger is refused before it is parsed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RequestLimits {
    /// Octets of a body.
    pub body: usize,
    /// Octets of a query.
    pub query: usize,
    /// Octets of one header value.
    pub header: usize,
    /// Parameters of a form or query, and the octets of each.
    pub form: FormLimits,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { body: 64 * 1024, query: 16 * 1024, header: 16 * 1024, form: FormLimits::default() }
    }
}

/// Headers and body may hold secrets: they are not shown.
impl fmt::Debug for Inbound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbound({} {})", self.request.method(), self.request.uri().path())
    }
}

impl<'a> Inbound<'a> {
    /// A request to an endpoint's canonical address, without certificate, session and browser.
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

    /// It came in at this address.
    #[must_use]
    pub fn at(self, endpoint: EndpointAddress<'a>) -> Self {
        Self { endpoint, ..self }
    }

    /// Its connection showed this certificate.
    #[must_use]
    pub fn certificates(self, certificates: ClientCertificates<'a>) -> Self {
        Self { certificates, ..self }
    }

    /// It carried this session cookie.
    #[must_use]
    pub fn session(self, session: Option<&'a SessionHandle>) -> Self {
        Self { session, ..self }
    }

    /// It carried this browser cookie.
    #[must_use]
    pub fn browser(self, browser: Option<&'a BrowserHandle>) -> Self {
        Self { browser, ..self }
    }

    /// The host's rate limiter has an opinion.
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

    /// The rate limiter and the size limits, before anything is parsed.
    pub(crate) fn admit(&self, limits: &RequestLimits) -> Result<(), Refusal> {
        if let Admission::Limited { retry_after } = self.admission {
            return Err(local::ADMISSION.refuse(ErrorCode::TooManyRequests(retry_after)));
        }
        local::REQUEST_SIZE.require(self.request.body().len() <= limits.body, ErrorCode::TooLarge)?;
        let query = self.query_text();
        local::REQUEST_SIZE.require(query.len() <= limits.query, ErrorCode::TooLarge)?;
        let fits = self.headers().values().all(|value| value.len() <= limits.header);
        local::REQUEST_SIZE.require(fits, ErrorCode::TooLarge)
    }

    /// The form of a POST; `post_only` is the requirement that other methods break, `form_only` the one for other media types.
    pub(crate) fn posted(
        &self,
        limits: &RequestLimits,
        post_only: &'static Requirement,
        form_only: &'static Requirement,
    ) -> Result<Form, Refusal> {
        self.admit(limits)?;
        post_only.require(self.method() == Method::POST, ErrorCode::MethodNotAllowed("POST"))?;
        self.no_secret_in_query()?;
        let form = form_only.require(self.is_form(), ErrorCode::InvalidRequest);
        form.map_err(|mut refusal| {
            refusal.basis.push(&rfc6749::INVALID_REQUEST);
            refusal
        })?;
        parse(self.request.body(), limits)
    }

    /// Addresses end up in logs ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
    fn no_secret_in_query(&self) -> Result<(), Refusal> {
        let mut names = form_urlencoded::parse(self.query_text().as_bytes()).map(|(name, _)| name);
        let found = names.any(|name| name == "client_secret" || name == "client_assertion");
        rfc6749::NO_SECRET_IN_QUERY.require(!found, ErrorCode::InvalidRequest)
    }

    /// The parameters of a GET's query or a POST's form.
    pub(crate) fn navigated(&self, limits: &RequestLimits) -> Result<Form, Refusal> {
        self.admit(limits)?;
        // No HEAD: a look at the address must not open an interaction, or use up a request.
        let get = self.method() == Method::GET;
        let allowed = get || self.method() == Method::POST;
        crate::requirement::oidcc::GET_AND_POST.require(allowed, ErrorCode::MethodNotAllowed("GET, POST"))?;
        if get {
            return parse(self.query_text().as_bytes(), limits);
        }
        rfc6749::FORM_IS_UTF8.require(self.is_form(), ErrorCode::InvalidRequest)?;
        parse(self.request.body(), limits)
    }

    /// The body's form if it is one.
    pub(crate) fn form_body(&self, limits: &RequestLimits) -> Result<Option<Form>, Refusal> {
        if self.is_form() { parse(self.request.body(), limits).map(Some) } else { Ok(None) }
    }

    /// The one value of a header; `once` is the requirement that a second one breaks.
    pub(crate) fn one_header(
        &self,
        name: &HeaderName,
        once: &'static Requirement,
        code: ErrorCode,
    ) -> Result<Option<&'a HeaderValue>, Refusal> {
        let mut values = self.headers().get_all(name).iter();
        let value = values.next();
        once.require(values.next().is_none(), code)?;
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

fn parse(octets: &[u8], limits: &RequestLimits) -> Result<Form, Refusal> {
    Form::parse(octets, limits.form).map_err(|error| error.basis().refuse(ErrorCode::InvalidRequest))
}
