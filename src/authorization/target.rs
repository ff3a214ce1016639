//! The only maker of redirect targets: a function that has none cannot redirect.

use crate::client::Client;
use crate::form::Form;
use crate::policy::Policy;
use crate::redirect_uri::RedirectUri;
use crate::refusal::ErrorCode::InvalidRequest;
use crate::refusal::{RedirectTarget, Refusal};
use crate::requirement::{oidcc, rfc6749, rfc9126};
use crate::server::AuthorizationServer;

/// Where the response to these parameters goes, if the client registered that
/// ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)).
pub(super) fn target(
    server: &AuthorizationServer,
    policy: &Policy,
    client: &Client,
    form: &Form,
) -> Result<RedirectTarget, Refusal> {
    let sent = form.get("redirect_uri");
    policy.redirect_uri_sent.require(&sent.is_some(), InvalidRequest)?;
    let registered = &client.metadata.redirect_uris;
    let uri = match (sent, &registered[..]) {
        (Some(sent), _) => sent,
        (None, [only]) => only,
        (None, _) => return Err(rfc6749::NO_REDIRECT_ON_DOUBT.refuse(InvalidRequest)),
    };
    let known = registered.iter().any(|known| RedirectUri::parse(known).is_ok_and(|known| known.matches(uri)));
    let mut unknown = rfc6749::REDIRECT_EXACT.refuse(InvalidRequest);
    unknown.basis.extend([&rfc6749::REDIRECT_REGISTERED, &rfc6749::NO_REDIRECT_ON_DOUBT, &rfc9126::PUSH_VALIDATED]);
    if rfc6749::REDIRECT_EXACT.broken_unless(known) {
        return Err(unknown);
    }
    policy.redirect_uri.require(uri, InvalidRequest)?;
    // Without the mode nobody knows how the client expects its answer.
    let mode = form.get("response_mode").unwrap_or("query");
    oidcc::RESPONSE_MODE_SUPPORTED.require(mode == "query", InvalidRequest)?;
    let state = form.get("state");
    let printable = state.is_none_or(|state| state.bytes().all(|octet| (0x20..=0x7e).contains(&octet)));
    rfc6749::STATE_SYNTAX.require(printable, InvalidRequest)?;
    Ok(RedirectTarget::checked(uri.to_owned(), state.map(str::to_owned), server.settings.issuer.clone()))
}
