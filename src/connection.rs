//! Connections: the sources of users, and the clients that they may log in at.

use crate::client::ClientTerms;
use crate::error_code::ErrorCode::{AccessDenied, InvalidRequest};
use crate::refusal::Refusal;
use crate::requirement::ocp;
use crate::settings::Settings;

/// The connections that the users of a client may log in through; `None` if the server does not tell users apart by connections.
pub(crate) fn enabled<'s>(settings: &'s Settings, terms: &ClientTerms) -> Option<Vec<&'s str>> {
    if settings.connections.is_empty() {
        return None;
    }
    // A domain connection serves every third party (`OCP-CLI-10`); no list means all that there are, for new clients too
    // (`OCP-CLI-29`).
    let for_party = |is_domain: bool| !ocp::cli::THIRD_PARTY_CONNECTIONS.broken_unless(terms.first_party || is_domain);
    let named = |name: &str| terms.connections.as_ref().is_none_or(|named| named.iter().any(|known| known == name));
    let enabled = settings.connections.iter().filter(|known| for_party(known.is_domain_connection));
    Some(
        enabled
            .map(|known| known.name.as_str())
            .filter(|name| !ocp::cli::CONNECTION_ENABLED.broken_unless(named(name)))
            .collect(),
    )
}

/// The connections that a request offers: the one that it names, or each that is enabled.
pub(crate) fn offered<'s>(settings: &'s Settings, terms: &ClientTerms, asked: Option<&str>) -> Option<Vec<&'s str>> {
    let mut enabled = enabled(settings, terms)?;
    enabled.retain(|name| asked.is_none_or(|asked| asked == *name));
    Some(enabled)
}

/// Returns true if a login through this connection counts for such a request.
pub(crate) fn admits(settings: &Settings, terms: &ClientTerms, asked: Option<&str>, used: Option<&str>) -> bool {
    offered(settings, terms, asked).is_none_or(|offered| used.is_some_and(|used| offered.contains(&used)))
}

/// Checks the parameter `connection`. A server without connections does not read it.
pub(crate) fn requested(settings: &Settings, terms: &ClientTerms, sent: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(enabled) = enabled(settings, terms) else { return Ok(None) };
    ocp::cli::CONNECTION_ENABLED.require(!enabled.is_empty(), AccessDenied, "No connection is enabled for the client.")?;
    let Some(sent) = sent else { return Ok(None) };
    let known = settings.connections.iter().any(|known| known.name == sent);
    ocp::grt::CONNECTION.require(known, InvalidRequest, "connection is not one of this server.")?;
    ocp::cli::CONNECTION_ENABLED.require(enabled.contains(&sent), AccessDenied, "connection is not enabled for the client.")?;
    Ok(Some(sent.to_owned()))
}
