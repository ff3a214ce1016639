//! Certificates that are compared by half: of clients that authenticate by them, and of tokens that are bound to them.

use std::sync::Arc;

use fapi::requirement::rfc8705;
use x509_parser::extensions::GeneralName;

use super::proof::is_resource;
use super::sides::token;
use super::{Check, Comparison, Excuse, Lapse, Scope, Sides};
use crate::http::Identity;
use crate::mutant::opened::Opened;
use crate::nearly;

pub(super) const COMPARISONS: &[Comparison] = &[Comparison {
    value: "certificate-name",
    requirement: &rfc8705::CERTIFICATE_SUBJECT,
    sides: |request| {
        let right = own(request).and_then(registered)?;
        let shown = request.request.identity.as_ref().and_then(names)?;
        let sent = shown.into_iter().find(|name| name.kind == right.kind)?;
        Some(Sides { sent: sent.value, right: vec![right.value] })
    },
    ways: nearly::SUBJECT,
    excuse: Excuse::Authenticate,
}];

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "certificate/name-elsewhere",
        habit: "looks for the registered name in any name of the certificate",
        requirement: &rfc8705::CERTIFICATE_SUBJECT,
        when: |request| {
            let right = own(request).and_then(registered);
            let shown = request.request.identity.as_ref().and_then(names).unwrap_or_default();
            right.is_some_and(|right| shown.iter().any(|name| name.value == right.value)) && is_by_right_authority(request)
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/one-name-of-several",
        habit: "compares only the common name of the subject",
        requirement: &rfc8705::CERTIFICATE_SUBJECT,
        when: |request| {
            let right = own(request).and_then(registered).filter(|right| right.kind == Kind::Common);
            let shown = request.request.identity.as_ref().and_then(names).unwrap_or_default();
            let common = shown.iter().find(|name| name.kind == Kind::Common);
            right.is_some_and(|right| common.is_some_and(|name| name.value == right.value)) && is_by_right_authority(request)
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/names-in-any-order",
        habit: "compares the names of a subject without their order",
        requirement: &rfc8705::CERTIFICATE_SUBJECT,
        when: |request| {
            let (right, shown) = (own(request).and_then(subject), request.request.identity.as_ref().and_then(subject));
            let sorted = |mut names: Vec<String>| {
                names.sort_unstable();
                names
            };
            let are_the_same = right.zip(shown).is_some_and(|(right, shown)| right != shown && sorted(right) == sorted(shown));
            are_the_same && is_by_right_authority(request)
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/more-names",
        habit: "looks for the registered names among those of the subject",
        requirement: &rfc8705::CERTIFICATE_SUBJECT,
        when: |request| {
            let (right, shown) = (own(request).and_then(subject), request.request.identity.as_ref().and_then(subject));
            let has_more = |right: Vec<String>, shown: Vec<String>| {
                right.len() > 1 && shown.len() > right.len() && right.iter().all(|name| shown.contains(name))
            };
            right.zip(shown).is_some_and(|(right, shown)| has_more(right, shown)) && is_by_right_authority(request)
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/any-authority",
        habit: "does not look at the authority of a certificate with the right name",
        requirement: &rfc8705::CERTIFICATE_SUBJECT,
        when: |request| {
            let right = own(request).and_then(registered);
            let shown = request.request.identity.as_ref().and_then(names).unwrap_or_default();
            right.is_some_and(|right| shown.iter().any(|name| name.kind == right.kind && name.value == right.value))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/any-of-right-authority",
        habit: "accepts every certificate of the client's authority",
        requirement: &rfc8705::CERTIFICATE_SUBJECT,
        when: |request| own(request).and_then(registered).is_some() && is_by_right_authority(request),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/self-signed-by-name",
        habit: "compares only the subject of a self-signed certificate",
        requirement: &rfc8705::CERTIFICATE_OF_CLIENT,
        when: |request| {
            let subject = |identity: &Arc<Identity>| parsed(identity, |own| own.subject().to_string());
            let right = own(request).filter(|own| is_self_signed(own)).and_then(subject);
            right.is_some() && request.request.identity.as_ref().and_then(subject) == right
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate/of-any-client",
        habit: "accepts the certificate of any client",
        requirement: &rfc8705::CERTIFICATE_OF_CLIENT,
        when: |request| {
            let shown = request.request.identity.as_ref().map(|identity| identity.thumbprint());
            let certificates = request.clients.iter().filter_map(|client| client.identity.as_ref());
            request.is_back_channel() && certificates.into_iter().any(|one| Some(one.thumbprint()) == shown)
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "certificate-token/of-same-key",
        habit: "compares only the key of the certificate that a token is bound to",
        requirement: &rfc8705::CERTIFICATE_MISMATCH,
        when: |request| with_bound(request, |bound, shown| key(bound) == key(shown)),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "certificate-token/of-same-subject",
        habit: "compares only the subject of the certificate that a token is bound to",
        requirement: &rfc8705::CERTIFICATE_MISMATCH,
        when: |request| {
            let subject = |identity: &Arc<Identity>| parsed(identity, |own| own.subject().to_string());
            with_bound(request, |bound, shown| subject(bound) == subject(shown))
        },
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "certificate-token/of-any-client",
        habit: "accepts a bound token with the certificate of any client",
        requirement: &rfc8705::CERTIFICATE_MISMATCH,
        when: |request| {
            let registered = |shown: &Arc<Identity>| {
                let mut clients = request.clients.iter().filter_map(|client| client.identity.as_ref());
                clients.any(|own| own.thumbprint() == shown.thumbprint())
            };
            with_bound(request, |_, shown| registered(shown))
        },
        excuse: Excuse::Serve,
    },
];

/// The endpoints at which certificates are compared.
pub(super) const PLACES: &[Scope] = &[
    Scope { name: "certificate-at-par", habit: "at the PAR endpoint", holds: |request| request.endpoint() == "par" },
    Scope { name: "certificate-at-token", habit: "at the token endpoint", holds: |request| request.endpoint() == "token" },
    Scope {
        name: "certificate-at-introspection",
        habit: "at the introspection endpoint",
        holds: |request| request.endpoint() == "introspect",
    },
    Scope {
        name: "certificate-at-revocation",
        habit: "at the revocation endpoint",
        holds: |request| request.endpoint() == "revoke",
    },
];

/// The checks of a client's certificate.
pub(super) const CHECKS: &[Check] = &[Check {
    requirement: &rfc8705::CERTIFICATE_OF_CLIENT,
    fails: |request| {
        let shown = request.request.identity.as_ref().map(|identity| identity.thumbprint());
        own(request).is_some_and(|own| shown != Some(own.thumbprint()))
    },
    excuse: Excuse::Authenticate,
}];

/// The places at which the certificate of a token is compared.
pub(super) const TOKEN_PLACES: &[Scope] = &[
    Scope { name: "certificate-at-resource", habit: "at the resource", holds: |request| request.endpoint() == "resource" },
    Scope {
        name: "certificate-at-userinfo",
        habit: "at the userinfo endpoint",
        holds: |request| request.endpoint() == "userinfo",
    },
];

/// The checks of the certificate that a token is bound to.
pub(super) const TOKEN_CHECKS: &[Check] = &[
    Check {
        requirement: &rfc8705::TOKEN_CERTIFICATE,
        fails: |request| request.request.identity.is_none() && is_bound(request),
        excuse: Excuse::Serve,
    },
    Check {
        requirement: &rfc8705::CERTIFICATE_MISMATCH,
        fails: |request| with_bound(request, |bound, shown| bound.thumbprint() != shown.thumbprint()),
        excuse: Excuse::Serve,
    },
];

/// A name in a certificate.
struct Name {
    kind: Kind,
    value: String,
}

/// The kind of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Common,
    Dns,
    Uri,
    Email,
    Address,
}

/// The certificate of the client that authenticates by certificate.
fn own<'a>(request: &Opened<'a>) -> Option<&'a Arc<Identity>> {
    request.is_back_channel().then_some(())?;
    request.client().filter(|client| client.key.is_none())?.identity.as_ref()
}

/// The registered name of a certificate that an authority issued: its alternative name, or else its common name.
fn registered(own: &Arc<Identity>) -> Option<Name> {
    let names = names(own).filter(|_| !is_self_signed(own))?;
    let alternative = names.iter().any(|name| name.kind != Kind::Common);
    names.into_iter().find(|name| !alternative || name.kind != Kind::Common)
}

fn names(identity: &Arc<Identity>) -> Option<Vec<Name>> {
    parsed(identity, |certificate| {
        let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
        let mut names: Vec<_> = common.map(|value| Name { kind: Kind::Common, value: value.to_owned() }).collect();
        let alternatives = certificate.subject_alternative_name().ok().flatten();
        names.extend(alternatives.iter().flat_map(|names| &names.value.general_names).filter_map(alternative));
        names
    })
}

/// The names of the subject, in the order of the certificate.
fn subject(identity: &Arc<Identity>) -> Option<Vec<String>> {
    parsed(identity, |own| {
        own.subject()
            .iter_attributes()
            .map(|name| format!("{}={}", name.attr_type(), name.as_str().unwrap_or_default()))
            .collect()
    })
}

fn alternative(name: &GeneralName<'_>) -> Option<Name> {
    let (kind, value) = match name {
        GeneralName::DNSName(value) => (Kind::Dns, (*value).to_owned()),
        GeneralName::URI(value) => (Kind::Uri, (*value).to_owned()),
        GeneralName::RFC822Name(value) => (Kind::Email, (*value).to_owned()),
        GeneralName::IPAddress(octets) => {
            let octets: Vec<_> = octets.iter().map(ToString::to_string).collect();
            (Kind::Address, octets.join("."))
        }
        _ => return None,
    };
    Some(Name { kind, value })
}

fn is_self_signed(identity: &Arc<Identity>) -> bool {
    parsed(identity, |own| own.subject().as_raw() == own.issuer().as_raw()).unwrap_or_default()
}

fn is_by_right_authority(request: &Opened<'_>) -> bool {
    let issuer = |identity: &Arc<Identity>| parsed(identity, |own| own.issuer().to_string());
    let right = own(request).and_then(issuer);
    right.is_some() && request.request.identity.as_ref().and_then(issuer) == right
}

fn key(identity: &Arc<Identity>) -> Option<Vec<u8>> {
    parsed(identity, |own| own.public_key().raw.to_vec())
}

fn parsed<T>(identity: &Arc<Identity>, read: impl FnOnce(&x509_parser::certificate::X509Certificate<'_>) -> T) -> Option<T> {
    let leaf = identity.chain.first()?;
    x509_parser::parse_x509_certificate(leaf).ok().map(|(_, certificate)| read(&certificate))
}

/// Returns true for a token that is bound to a certificate.
fn is_bound(request: &Opened<'_>) -> bool {
    is_resource(request)
        && token(request)
            .is_some_and(|sent| request.memory.certificates.contains_key(sent) && !request.memory.bound.contains_key(sent))
}

/// Compares the certificate that the token is bound to with the one that is shown.
fn with_bound(request: &Opened<'_>, compare: impl FnOnce(&Arc<Identity>, &Arc<Identity>) -> bool) -> bool {
    let bound = token(request).filter(|_| is_bound(request)).and_then(|sent| request.memory.certificates.get(sent));
    bound.zip(request.request.identity.as_ref()).is_some_and(|(bound, shown)| compare(bound, shown))
}
