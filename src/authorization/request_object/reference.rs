//! Request objects by reference ([RFC 9101 §5.2](https://www.rfc-editor.org/rfc/rfc9101#section-5.2)).

use crate::client::ClientTurn;
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidRequestUri;
use crate::exchange::{DocumentRequest, Pause};
use crate::key_source::is_https;
use crate::requirement::{oidcc, rfc9101};

/// The media types of a request object ([RFC 9101 §4](https://www.rfc-editor.org/rfc/rfc9101#section-4)).
const MEDIA_TYPES: [&str; 2] = ["application/oauth-authz-req+jwt", "application/jwt"];

/// The request object at this address, which the client registered. It is fetched for each request, since it may be another one
/// each time; the fragment of the address says that, and is not part of what is fetched.
pub(super) fn fetched(turn: &ClientTurn<'_>, request_uri: &str) -> Result<String, Pause> {
    oidcc::REQUEST_URI_HTTPS.require(
        is_https(request_uri),
        InvalidRequestUri,
        "request_uri is neither one that this server gave out nor an https URL.",
    )?;
    oidcc::REQUEST_URI_REGISTERED.require(
        turn.client.metadata.has_request_uri(request_uri),
        InvalidRequestUri,
        "request_uri is none of the registered request_uris of the client.",
    )?;
    let address = request_uri.split('#').next().unwrap_or_default();
    let document = turn.facts.document(DocumentRequest::request_object(address).not_before(turn.now()))?;
    let document = oidcc::REQUEST_URI_FETCHED.demand(
        document.ok(),
        InvalidRequestUri,
        "The request object at request_uri cannot be fetched.",
    )?;
    let media_type = document.content_type.as_deref().unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    rfc9101::FETCH_GUARDED.require(
        MEDIA_TYPES.iter().any(|known| media_type.eq_ignore_ascii_case(known)),
        InvalidRequestUri,
        "The document at request_uri has another media type than application/oauth-authz-req+jwt or application/jwt.",
    )?;
    let longest = turn.settings().limits.form.value;
    rfc9101::FETCH_GUARDED.require(
        document.body.len() <= longest,
        InvalidRequestUri,
        words!("The document at request_uri is longer than {} octets.", longest),
    )?;
    let text = std::str::from_utf8(&document.body).ok();
    let text = oidcc::REQUEST_URI_FETCHED.demand(text, InvalidRequestUri, "The document at request_uri is no text.")?;
    Ok(text.trim_ascii().to_owned())
}
