//! Clients that authenticate by their certificate ([RFC 8705 §2](https://www.rfc-editor.org/rfc/rfc8705#section-2)).

use super::Client;
use super::keys::{KeySet, look_up};
use crate::exchange::{Pause, Turn};
use crate::policy::AuthenticationMethod;
use crate::refusal::ErrorCode::InvalidClient;
use crate::requirement::rfc8705;
use crate::sender::certificate::Certificate;
use crate::sender::{ClientCertificate, SubjectMember, verify_chain};
use crate::server::AuthorizationServer;

pub(super) fn check(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    client: &Client,
    shown: &ClientCertificate,
) -> Result<(), Pause> {
    match client.metadata.token_endpoint_auth_method {
        AuthenticationMethod::TlsClientAuth => issued_by_known_authority(server, turn, client, shown),
        _ => registered(turn, client, shown),
    }
}

/// `tls_client_auth`: a chain to one of our anchors, and the one subject member the client registered.
fn issued_by_known_authority(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    client: &Client,
    shown: &ClientCertificate,
) -> Result<(), Pause> {
    if !shown.chain_verified {
        let chain: Vec<_> = shown.chain.iter().map(Vec::as_slice).collect();
        let verified = verify_chain(&chain, &server.settings.trust_anchors, turn.context.now().seconds(), turn.primitives);
        rfc8705::CERTIFICATE_SUBJECT.require(verified.is_ok(), InvalidClient)?;
    }
    let certificate = shown.leaf().and_then(|leaf| Certificate::parse(leaf).ok());
    let certificate = rfc8705::CERTIFICATE_SUBJECT.demand(certificate, InvalidClient)?;
    let member = rfc8705::CERTIFICATE_OF_CLIENT.demand(subject_member(client), InvalidClient)?;
    let matches = member.matches(&certificate);
    let basis = match member {
        SubjectMember::SubjectDn(_) => &rfc8705::DISTINGUISHED_NAME_MATCH,
        SubjectMember::SanIp(_) => &rfc8705::IP_ADDRESS_BINARY,
        _ => &rfc8705::CERTIFICATE_SUBJECT,
    };
    let mut mismatch = basis.refuse(InvalidClient);
    mismatch.basis.extend([&rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_SUBJECT]);
    if basis.broken_unless(matches) { Err(mismatch.into()) } else { Ok(()) }
}

/// `self_signed_tls_client_auth`: the very certificate that one of the client's keys holds.
fn registered(turn: &Turn<'_>, client: &Client, shown: &ClientCertificate) -> Result<(), Pause> {
    let leaf = rfc8705::CERTIFICATE_OF_CLIENT.demand(shown.leaf(), InvalidClient)?;
    let look = |set: &KeySet, _: &str| {
        let holds = set.as_ref().is_ok_and(|set| set.keys().iter().any(|key| key.x5c().next() == Some(leaf)));
        if holds { Ok(()) } else { Err(()) }
    };
    // A set that does not hold it is fetched once more, for a client that has renewed.
    let holds = look_up(turn, client, look, |()| true)? == Some(Ok(()));
    let mut mismatch = rfc8705::CERTIFICATE_REGISTERED.refuse(InvalidClient);
    mismatch.basis.push(&rfc8705::CERTIFICATE_OF_CLIENT);
    if rfc8705::CERTIFICATE_REGISTERED.broken_unless(holds) { Err(mismatch.into()) } else { Ok(()) }
}

/// The one member a client registered; none or several is no registration.
pub(super) fn subject_member(client: &Client) -> Option<SubjectMember> {
    let metadata = &client.metadata;
    let values = [
        &metadata.tls_client_auth_subject_dn,
        &metadata.tls_client_auth_san_dns,
        &metadata.tls_client_auth_san_uri,
        &metadata.tls_client_auth_san_ip,
        &metadata.tls_client_auth_san_email,
    ];
    let members = SubjectMember::MEMBERS.into_iter().zip(values);
    let mut registered = members.filter_map(|(member, value)| Some((member, value.as_deref()?)));
    match (registered.next(), registered.next()) {
        (Some((member, value)), None) => SubjectMember::parse(member, value).ok(),
        _ => None,
    }
}
