//! HTTP requests, as the files represent them.
//!
//! `method` is POST, and GET at the authorization and userinfo endpoints, unless it is given. `parameters` are names and values
//! in order, for the form or for the query of a GET; `query` and `body` are raw octets. A form has its content type unless
//! `headers` has another. `{name}` stands for the value that an earlier step provided under this name.

use super::Otherwise;
use super::group::{array, base64, maybe, object, octets};
use bytes::Bytes;
use fapi::jose::{Json, Object};
use fapi::{Admission, ClientCertificates, EndpointAddress, Inbound, SessionHandle};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method};
use rustls_pki_types::CertificateDer;
use std::collections::BTreeMap;

/// The values that earlier steps provided, by name.
pub(super) type Given = BTreeMap<String, String>;

/// A request and the properties of its connection.
pub(super) struct Sent {
    request: http::Request<Bytes>,
    certificate: Option<CertificateDer<'static>>,
    /// True if a proxy has validated the chain.
    verified: bool,
    url: Option<String>,
    retry_after: Option<u32>,
    /// True if the browser sends its session cookie.
    in_session: bool,
}

impl Sent {
    /// Reads a request. `method` is the default of the endpoint.
    pub(super) fn parse(written: &Object, method: Method, given: &Given) -> Result<Self, Otherwise> {
        let method = match maybe(written, "method") {
            Some(method) => method.parse().map_err(Otherwise::unjudged)?,
            None => method,
        };
        let parameters = parameters(written, given)?;
        let mut query = maybe(written, "query").map(|query| replaced(query, given));
        let mut body = written.get("body").map(octets).transpose()?;
        if let (Some(Json::String(text)), Some(body)) = (written.get("body"), &mut body) {
            *body = replaced(text, given).into_bytes();
        }
        match parameters {
            Some(parameters) if method == Method::GET => query = Some(parameters),
            Some(parameters) => body = Some(parameters.into_bytes()),
            None => {}
        }
        let mut request = http::Request::new(Bytes::from(body.clone().unwrap_or_default()));
        if let Some(query) = query {
            *request.uri_mut() = format!("/?{query}").parse().map_err(Otherwise::unjudged)?;
        }
        if body.is_some() {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        }
        *request.method_mut() = method;
        headers(&mut request, written, given)?;
        let certificate = maybe(written, "certificate").map(base64).transpose()?.map(CertificateDer::from);
        let retry_after = written.get("limited").and_then(Json::as_integer).and_then(|seconds| u32::try_from(seconds).ok());
        let flag = |name: &str| written.get(name).and_then(Json::as_bool).unwrap_or_default();
        let (verified, in_session) = (flag("verified"), flag("session"));
        Ok(Self { request, certificate, verified, url: maybe(written, "url").map(str::to_owned), retry_after, in_session })
    }

    /// The request in the form that the library takes.
    pub(super) fn inbound<'a>(&'a self, session: Option<&'a SessionHandle>) -> Inbound<'a> {
        let mut inbound = Inbound::new(&self.request).session(session.filter(|_| self.in_session));
        if let Some(url) = &self.url {
            inbound = inbound.at(EndpointAddress::Resource(url));
        }
        if let Some(certificate) = &self.certificate {
            inbound = inbound.certificates(match self.verified {
                true => ClientCertificates::VerifiedBy { leaf: certificate },
                false => ClientCertificates::Unverified { chain: std::slice::from_ref(certificate) },
            });
        }
        match self.retry_after {
            Some(retry_after) => inbound.admission(Admission::Limited { retry_after }),
            None => inbound,
        }
    }
}

/// Replaces the placeholders in a text by the values that earlier steps provided.
pub(super) fn replaced(text: &str, given: &Given) -> String {
    given.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn parameters(written: &Object, given: &Given) -> Result<Option<String>, Otherwise> {
    let Some(_) = written.get("parameters") else { return Ok(None) };
    let mut form = form_urlencoded::Serializer::new(String::new());
    for pair in array(written, "parameters")? {
        match pair.as_strings().as_deref() {
            Some([name, value]) => form.append_pair(name, &replaced(value, given)),
            _ => return Err(Otherwise::Unjudged(format!("{pair} is not a pair of name and value"))),
        };
    }
    Ok(Some(form.finish()))
}

/// Sets header fields. A list has the values of several fields; null removes a default field.
fn headers(request: &mut http::Request<Bytes>, written: &Object, given: &Given) -> Result<(), Otherwise> {
    for (name, value) in written.get("headers").map(object).transpose()?.into_iter().flat_map(Object::iter) {
        let name: HeaderName = name.parse().map_err(Otherwise::unjudged)?;
        let values: Vec<&str> = match value {
            Json::Array(values) => values.iter().filter_map(Json::as_str).collect(),
            value => value.as_str().into_iter().collect(),
        };
        request.headers_mut().remove(&name);
        for value in values {
            let value = HeaderValue::from_bytes(replaced(value, given).as_bytes()).map_err(Otherwise::unjudged)?;
            request.headers_mut().append(name.clone(), value);
        }
    }
    Ok(())
}
