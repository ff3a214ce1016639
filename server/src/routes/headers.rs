//! Headers that are the same for all endpoints of a kind.

use crate::keys::fresh_secret;
use crate::pages::notice;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CONNECTION, HOST, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri, Version};
use tracing::Span;
use uuid::Builder;

const INTERACTION: HeaderName = HeaderName::from_static("x-fapi-interaction-id");

/// Refuses a request whose host is missing, repeated or malformed, and adds the headers of every response.
pub(super) async fn common(request: Request, next: Next, hsts: Option<u32>) -> Response {
    // hyper removes a Content-Length beside Transfer-Encoding, so it cannot be told here that there was one. Such a connection is
    // closed after the response (RFC 9112 §6.1), and with it every one whose request was chunked.
    let close = request.version() == Version::HTTP_11 && request.headers().contains_key(TRANSFER_ENCODING);
    let mut response = if names_one_host(request.version(), request.uri(), request.headers()) {
        next.run(request).await
    } else {
        let text = "A request names its host exactly once: in one valid Host header, or in :authority (RFC 9112, section 3.2).";
        notice(StatusCode::BAD_REQUEST, "Invalid host", text).map(Into::into)
    };
    let headers = response.headers_mut();
    if close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(Ok(value)) = hsts.map(|seconds| HeaderValue::try_from(format!("max-age={seconds}"))) {
        headers.insert(STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

/// Returns the `x-fapi-interaction-id` of the request as it came, or a new UUID, as
/// [FAPI 1.0 Part 1 §6.2.1](https://openid.net/specs/openid-financial-api-part-1-1_0.html#protected-resources-provisions) demands
/// of resources; every log line of the exchange has it. A client's value that is no UUID comes back too: the clause makes no
/// exception.
pub(super) async fn interaction_id(request: Request, next: Next) -> Response {
    let sent: Vec<_> = request.headers().get_all(INTERACTION).iter().cloned().collect();
    let ids = if sent.is_empty() { new_id().into_iter().collect() } else { sent };
    // The peer chose these texts: recorded as a string, they are quoted and escaped.
    let text = ids.iter().map(|id| String::from_utf8_lossy(id.as_bytes())).collect::<Vec<_>>().join(", ");
    Span::current().record("interaction_id", text.as_str());
    let mut response = next.run(request).await;
    response.headers_mut().remove(INTERACTION);
    for id in ids {
        response.headers_mut().append(INTERACTION, id);
    }
    response
}

fn new_id() -> Option<HeaderValue> {
    let secret = fresh_secret().ok()?;
    let random = secret.first_chunk()?;
    HeaderValue::try_from(Builder::from_random_bytes(*random).into_uuid().to_string()).ok()
}

/// True if the request names its host as its version demands. HTTP/1.0 has no Host, and HTTP/2 has `:authority` in its place
/// ([RFC 9113 §8.3.1](https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1)).
fn names_one_host(version: Version, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host_of(host).is_some_and(|host| {
            let authority = uri.authority().filter(|_| version == Version::HTTP_2);
            authority.is_none_or(|authority| authority.host().eq_ignore_ascii_case(host.host()))
        }),
        (None, _) => version < Version::HTTP_11 || (version > Version::HTTP_11 && uri.authority().is_some()),
        (Some(_), Some(_)) => false,
    }
}

/// The value of a Host header: `uri-host [ ":" port ]`, where the host of an http URI is not empty.
fn host_of(value: &HeaderValue) -> Option<Authority> {
    let authority = Authority::try_from(value.as_bytes()).ok()?;
    let port = authority.as_str().strip_prefix(authority.host())?;
    let port_fits = match port.strip_prefix(':') {
        Some(digits) => digits.is_empty() || digits.bytes().all(|digit| digit.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    (port_fits && !authority.host().is_empty()).then_some(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_with_or_without_a_port() {
        for host in ["as.example", "AS.example:9443", "as.example:", "127.0.0.1:1", "[::1]", "[::1]:9443", "a_b.example"] {
            assert!(host_of(&HeaderValue::from_static(host)).is_some(), "{host:?}");
        }
        for host in [
            "",
            ":9443",
            "user@as.example",
            "as.example:port",
            "as.example:+1",
            "as.example:65536",
            "as.example:1:2",
            "as.example/",
            "as.example?a",
            "as example",
            "as.example, other.example",
            "https://as.example",
            "[::1",
            "as.example\\",
            "<as.example>",
        ] {
            assert!(host_of(&HeaderValue::from_static(host)).is_none(), "{host:?}");
        }
        assert!(host_of(&HeaderValue::from_bytes(b"as\xff.example").unwrap()).is_none());
    }
}
