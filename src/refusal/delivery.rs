//! Where an error is told, and the only mapping from a refusal to the wire.

use super::ErrorCode;
use crate::exchange::Response;
use crate::redirect_uri::with_parameters;
use crate::requirement::{Requirement, rfc6750};
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, StatusCode};
use serde::{Deserialize, Serialize};

/// Where an error is told: a position in the flow, never a property of the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// To the client, as JSON (RFC 6749 §5.2).
    Direct(AuthenticationChallenge),
    /// To the user, as a page (RFC 6749 §4.1.2.1).
    Page,
    /// To the client, through the browser (RFC 6749 §4.1.2.1). Needs a target, and only `authorization` can make one.
    Redirect(Box<RedirectTarget>),
    /// To the caller of a protected resource, as a challenge (RFC 6750 §3, RFC 9449 §7.1).
    Resource(ResourceChallenge),
}

/// What failed client authentication answers with (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthenticationChallenge {
    /// Credentials were in the body, or absent: 400.
    Body,
    /// Credentials were in the Authorization header, or belong there: 401 with this challenge.
    Header(String),
}

/// What a protected resource answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceChallenge {
    /// The scheme that was used, or both where none was.
    pub(crate) bearer: bool,
    pub(crate) dpop: bool,
    /// Acceptable proof algorithms, separated by spaces (RFC 9449 §7.1).
    pub(crate) algorithms: String,
    /// What the resource asks for.
    pub(crate) scope: Option<String>,
}

/// A redirect URI that was checked against its client, with what every authorization response carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RedirectTarget {
    pub(in crate::refusal) uri: String,
    pub(in crate::refusal) state: Option<String>,
    pub(in crate::refusal) issuer: String,
}

impl RedirectTarget {
    /// For `authorization/target.rs` alone, which checks what it is given.
    pub(crate) fn checked(uri: String, state: Option<String>, issuer: String) -> Self {
        Self { uri, state, issuer }
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// A response in the query, with `state` and `iss` (RFC 9207 §2), by 303 (RFC 9700 §4.12).
    pub(crate) fn respond(&self, parameters: &[(&str, &str)]) -> Response {
        let mut all = parameters.to_vec();
        all.extend(self.state.as_deref().map(|state| ("state", state)));
        all.push(("iss", &self.issuer));
        let mut response = empty(StatusCode::SEE_OTHER);
        let location = with_parameters(&self.uri, &all);
        if let Ok(location) = HeaderValue::try_from(location) {
            response.headers_mut().insert(LOCATION, location);
        }
        no_store(&mut response);
        response
    }
}

/// The only mapping of errors to the wire.
pub(crate) fn render(code: ErrorCode, basis: &[&'static Requirement], delivery: &Delivery) -> Response {
    let described = describe(basis);
    // Without a token there is no error to tell (RFC 6750 §3.1).
    let told = basis.first().is_none_or(|first| **first != rfc6750::TOKEN_PRESENT);
    let mut response = match delivery {
        Delivery::Redirect(target) => {
            let mut parameters = vec![("error", code.name())];
            parameters.extend(described.as_deref().map(|text| ("error_description", text)));
            target.respond(&parameters)
        }
        Delivery::Page => page(code, described.as_deref()),
        Delivery::Direct(challenge) => direct(code, described, challenge),
        Delivery::Resource(challenge) => resource(code, described, told, challenge),
    };
    match code {
        ErrorCode::MethodNotAllowed(allow) => set(&mut response, ALLOW, allow),
        ErrorCode::TooManyRequests(seconds) => set(&mut response, RETRY_AFTER, &seconds.to_string()),
        // A redirect with it would make the browser wait (RFC 9110 §10.2.3).
        ErrorCode::TemporarilyUnavailable if !matches!(delivery, Delivery::Redirect(_)) => set(&mut response, RETRY_AFTER, "1"),
        _ => {}
    }
    response
}

/// Cites the clause; made of ids only, so it stays within the characters RFC 6749 §5.2 allows.
fn describe(basis: &[&'static Requirement]) -> Option<String> {
    let first = basis.first()?;
    let ids: Vec<_> = basis.iter().map(|requirement| requirement.id).collect();
    Some(format!("{} section {} ({})", first.document, first.clause, ids.join(", ")))
}

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
}

fn direct(code: ErrorCode, described: Option<String>, challenge: &AuthenticationChallenge) -> Response {
    let status = match (code, challenge) {
        (ErrorCode::InvalidClient, AuthenticationChallenge::Header(_)) => StatusCode::UNAUTHORIZED,
        // At back-channel endpoints nobody was forbidden anything: these are the codes of RFC 6749 §5.2.
        (ErrorCode::AccessDenied | ErrorCode::InvalidToken, _) => StatusCode::BAD_REQUEST,
        _ => code.status(),
    };
    let mut response = json(status, &ErrorBody { error: code.name(), error_description: described });
    if let (ErrorCode::InvalidClient, AuthenticationChallenge::Header(challenge)) = (code, challenge) {
        set(&mut response, WWW_AUTHENTICATE, challenge);
    }
    response
}

fn resource(code: ErrorCode, described: Option<String>, told: bool, challenge: &ResourceChallenge) -> Response {
    let status = match code {
        ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce => StatusCode::UNAUTHORIZED,
        _ => code.status(),
    };
    let error = ErrorBody { error: code.name(), error_description: described };
    let mut response = if told { json(status, &error) } else { empty(status) };
    no_store(&mut response);
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST) {
        let mut common = vec![];
        if told {
            common.push(format!("error=\"{}\"", error.error));
            common.extend(error.error_description.iter().map(|text| format!("error_description=\"{text}\"")));
        }
        if let (ErrorCode::InsufficientScope, Some(scope)) = (code, &challenge.scope) {
            common.push(format!("scope=\"{scope}\""));
        }
        let dpop: Vec<_> = common.iter().cloned().chain([format!("algs=\"{}\"", challenge.algorithms)]).collect();
        let bearer: Vec<_> = if common.is_empty() { vec!["realm=\"fapi\"".to_owned()] } else { common };
        for (wanted, scheme, parameters) in [(challenge.dpop, "DPoP", dpop), (challenge.bearer, "Bearer", bearer)] {
            if let (true, Ok(value)) = (wanted, HeaderValue::try_from(format!("{scheme} {}", parameters.join(", ")))) {
                response.headers_mut().append(WWW_AUTHENTICATE, value);
            }
        }
    }
    response
}

/// A plain page that any browser shows; a host that has a better one looks at the event.
fn page(code: ErrorCode, described: Option<&str>) -> Response {
    let status = if code == ErrorCode::AccessDenied { StatusCode::BAD_REQUEST } else { code.status() };
    let why = match code.blames_peer() {
        true => "The application that sent you here made a request that was refused",
        false => "It is not your fault, nor that of the application that sent you here; please try again",
    };
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Request refused</title>\
         <h1>This request cannot be answered</h1><p>{why}: <code>{}</code>.</p><p>{}</p></html>",
        code.name(),
        described.unwrap_or_default(),
    );
    let mut response = http::Response::new(Bytes::from(text));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, http::header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(&mut response, http::header::X_FRAME_OPTIONS, "DENY");
    set(&mut response, http::header::REFERRER_POLICY, "no-referrer");
    no_store(&mut response);
    response
}

/// A JSON body that must not be cached.
pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    // A struct of strings, numbers and lists cannot fail to serialize.
    let mut response = http::Response::new(Bytes::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "application/json");
    no_store(&mut response);
    response
}

pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

pub(crate) fn no_store(response: &mut Response) {
    set(response, CACHE_CONTROL, "no-store");
}

pub(crate) fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_other_places_are_bad_requests_at_the_back_channel() {
        let status = |code| render(code, &[], &Delivery::Direct(AuthenticationChallenge::Body)).status();
        assert_eq!(status(ErrorCode::AccessDenied), StatusCode::BAD_REQUEST);
        assert_eq!(status(ErrorCode::InvalidToken), StatusCode::BAD_REQUEST);
        assert_eq!(status(ErrorCode::ServerError), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
