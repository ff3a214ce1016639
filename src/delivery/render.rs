//! The only mapping of errors to the wire.

use super::describe::describe;
use super::{AuthenticationChallenge, Delivery, ErrorPage, ResourceChallenge};
use crate::detail::Detail;
use crate::error_code::ErrorCode;
use crate::requirement::{Requirement, rfc6750};
use crate::response::{Response, empty, json, no_store, set};
use http::StatusCode;
use http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;

/// An error at its place.
pub(crate) enum Rendered {
    /// For a client or a caller.
    Response(Response),
    /// For the user.
    Page(Box<ErrorPage>),
}

/// An error as it is told at its place. A redirect is encoded by its target, which may have to sign it; here it would be a page.
pub(crate) fn render(code: ErrorCode, basis: &[&'static Requirement], detail: Option<&Detail>, delivery: &Delivery) -> Rendered {
    let described = describe(basis, detail);
    // A request without a token gets no error code (RFC 6750 §3.1).
    let reported = basis.first().is_none_or(|first| **first != rfc6750::TOKEN_PRESENT);
    let mut response = match delivery {
        Delivery::Redirect(_) | Delivery::Page => return Rendered::Page(Box::new(ErrorPage::new(code, basis, detail))),
        Delivery::Direct(challenge) => direct(code, described, challenge),
        Delivery::Resource(challenge) => resource(code, described, reported, challenge),
    };
    match code {
        ErrorCode::MethodNotAllowed(allow) => set(&mut response, ALLOW, allow),
        ErrorCode::TooManyRequests(seconds) => set(&mut response, RETRY_AFTER, &seconds.to_string()),
        ErrorCode::TemporarilyUnavailable => set(&mut response, RETRY_AFTER, "1"),
        _ => {}
    }
    Rendered::Response(response)
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
        // Back-channel endpoints forbid nothing: RFC 6749 §5.2 answers these codes with 400.
        (ErrorCode::AccessDenied | ErrorCode::InvalidToken, _) => StatusCode::BAD_REQUEST,
        _ => code.status(),
    };
    let mut response = json(status, &ErrorBody { error: code.name(), error_description: described });
    if let (ErrorCode::InvalidClient, AuthenticationChallenge::Header(challenge)) = (code, challenge) {
        set(&mut response, WWW_AUTHENTICATE, challenge);
    }
    response
}

fn resource(code: ErrorCode, described: Option<String>, reported: bool, challenge: &ResourceChallenge) -> Response {
    let status = match code {
        ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce => StatusCode::UNAUTHORIZED,
        _ => code.status(),
    };
    let error = ErrorBody { error: code.name(), error_description: described };
    let mut response = if reported { json(status, &error) } else { empty(status) };
    no_store(&mut response);
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST) {
        let mut common = vec![];
        if reported {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_other_places_are_bad_requests_at_the_back_channel() {
        let status = |code| match render(code, &[], None, &Delivery::Direct(AuthenticationChallenge::Body)) {
            Rendered::Response(response) => response.status(),
            Rendered::Page(page) => panic!("{page:?}"),
        };
        assert_eq!(status(ErrorCode::AccessDenied), StatusCode::BAD_REQUEST);
        assert_eq!(status(ErrorCode::InvalidToken), StatusCode::BAD_REQUEST);
        assert_eq!(status(ErrorCode::ServerError), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
