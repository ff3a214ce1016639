//! Clients that authenticate by their certificate ([RFC 8705 §2](https://www.rfc-editor.org/rfc/rfc8705#section-2)).

use super::{ClientMetadata, ClientTurn};
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClient;
use crate::exchange::{KeyOrigin, Pause};
use crate::key_source::KeySet;
use crate::policy::AuthenticationMethod;
use crate::reason::Reason;
use crate::refusal::Also;
use crate::requirement::rfc8705;
use crate::sender::certificate::Certificate;
use crate::sender::{ClientCertificate, SubjectMember, verify_chain};

/// Checks the certificate by the method that the client registered.
pub(super) fn check(turn: &ClientTurn<'_>, shown: &ClientCertificate) -> Result<(), Pause> {
    match turn.client.metadata.token_endpoint_auth_method {
        AuthenticationMethod::TlsClientAuth => issued_by_known_authority(turn, shown),
        _ => registered(turn, shown),
    }
}

/// `tls_client_auth`: a chain to one of our anchors, and the one subject member the client registered.
fn issued_by_known_authority(turn: &ClientTurn<'_>, shown: &ClientCertificate) -> Result<(), Pause> {
    if !shown.chain_verified {
        let chain: Vec<_> = shown.chain.iter().map(Vec::as_slice).collect();
        let verified = verify_chain(&chain, &turn.settings().trust_anchors, turn.now().seconds(), turn.primitives);
        if let Err(error) = verified {
            rfc8705::CERTIFICATE_SUBJECT.require(false, InvalidClient, error.about("Client certificate"))?;
        }
    }
    let certificate = shown.leaf().and_then(|leaf| Certificate::parse(leaf).ok());
    let certificate =
        rfc8705::CERTIFICATE_SUBJECT.demand(certificate, InvalidClient, "The client certificate cannot be read.")?;
    let member = rfc8705::CERTIFICATE_OF_CLIENT.demand(
        subject_member(&turn.client.metadata),
        InvalidClient,
        "The client has not registered exactly one subject for its certificate.",
    )?;
    let matches = member.matches(&certificate);
    let basis = match member {
        SubjectMember::SubjectDn(_) => &rfc8705::DISTINGUISHED_NAME_MATCH,
        SubjectMember::SanIp(_) => &rfc8705::IP_ADDRESS_BINARY,
        _ => &rfc8705::CERTIFICATE_SUBJECT,
    };
    let checked =
        basis.require(matches, InvalidClient, words!("The client certificate does not have the registered {}.", member.name()));
    Ok(checked.also(&rfc8705::CERTIFICATE_OF_CLIENT).also(&rfc8705::CERTIFICATE_SUBJECT)?)
}

/// `self_signed_tls_client_auth`: exactly the certificate that one of the client's keys contains.
fn registered(turn: &ClientTurn<'_>, shown: &ClientCertificate) -> Result<(), Pause> {
    let leaf = rfc8705::CERTIFICATE_OF_CLIENT.demand(shown.leaf(), InvalidClient, "The client certificate is empty.")?;
    let look = |set: &KeySet, _: KeyOrigin| {
        let holds = set.as_ref().is_ok_and(|set| set.keys().iter().any(|key| key.x5c().next() == Some(leaf)));
        if holds { Ok(()) } else { Err(()) }
    };
    // A set that does not contain it is fetched once more, because the client may have renewed its certificate.
    let holds = turn.keys().look_up(turn, look, |()| true)? == Some(Ok(()));
    Ok(rfc8705::CERTIFICATE_REGISTERED
        .require(holds, InvalidClient, "The client certificate is not in the x5c of any of the client's keys.")
        .also(&rfc8705::CERTIFICATE_OF_CLIENT)?)
}

/// The one member a client registered; none or several are not a valid registration.
pub(crate) fn subject_member(metadata: &ClientMetadata) -> Option<SubjectMember> {
    let members = SubjectMember::MEMBERS.into_iter().zip(values(metadata));
    let mut registered = members.filter_map(|(member, value)| Some((member, value.as_deref()?)));
    match (registered.next(), registered.next()) {
        (Some((member, value)), None) => SubjectMember::parse(member, value).ok(),
        _ => None,
    }
}

/// The first value that a client registered for the subject of its certificate.
pub(super) fn registered_subject(metadata: &ClientMetadata) -> Option<&str> {
    values(metadata).into_iter().find_map(|value| value.as_deref())
}

fn values(metadata: &ClientMetadata) -> [&Option<String>; 5] {
    [
        &metadata.tls_client_auth_subject_dn,
        &metadata.tls_client_auth_san_dns,
        &metadata.tls_client_auth_san_uri,
        &metadata.tls_client_auth_san_ip,
        &metadata.tls_client_auth_san_email,
    ]
}
