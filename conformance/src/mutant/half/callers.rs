//! Client authentication without an assertion, introspection and revocation, checked by half.

use data_encoding::BASE64;
use fapi::requirement::{fapi2_sp, rfc6749, rfc7009, rfc7523, rfc7662};

use super::sides::field;
use super::{Check, Comparison, Excuse, Lapse};
use crate::client::form::ASSERTION_TYPE;
use crate::mutant::memory::Kind;
use crate::mutant::opened::Opened;
use crate::nearly;

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "client_assertion_type",
        requirement: &rfc7523::ASSERTION_TYPE,
        sides: |request| {
            let sent = request.field("client_assertion_type").filter(|_| request.is_back_channel())?.to_owned();
            Some(super::Sides { sent, right: vec![ASSERTION_TYPE.to_owned()] })
        },
        ways: nearly::NAME,
        excuse: Excuse::Put(|request, right| request.set("client_assertion_type", right)),
    },
    Comparison {
        value: "introspected-token",
        requirement: &rfc7662::TOKEN_CHECKED,
        sides: |request| field(request, "introspect", "token", request.memory.tokens.iter().cloned().collect()),
        ways: nearly::TOKEN_IN_FORM,
        excuse: Excuse::Put(|request, right| request.set("token", right)),
    },
];

/// A server that takes `client_id` alone for a credential at one endpoint.
macro_rules! absent_at {
    ($name:literal, $endpoint:literal, $path:literal, $requirement:expr) => {
        Lapse {
            name: concat!("credential/absent-at-", $name),
            habit: concat!("takes client_id alone for a credential at the ", $endpoint, " endpoint"),
            requirement: $requirement,
            when: |request| bare(request, $path),
            excuse: Excuse::Authenticate,
        }
    };
}

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "client_assertion_type/absent",
        habit: "compares client_assertion_type only if it is there",
        requirement: &rfc7523::ASSERTION_TYPE,
        when: |request| request.field("client_assertion").is_some() && request.field("client_assertion_type").is_none(),
        excuse: Excuse::Mend(|request| request.set("client_assertion_type", ASSERTION_TYPE)),
    },
    absent_at!("par", "PAR", "par", &fapi2_sp::PUSH_AUTHENTICATED),
    absent_at!("token", "token", "token", &rfc6749::CONFIDENTIAL_AUTHENTICATES),
    absent_at!("introspection", "introspection", "introspect", &rfc7662::CALLER_AUTHORIZED),
    absent_at!("revocation", "revocation", "revoke", &rfc7009::REVOKED_BY_OWNER),
    Lapse {
        name: "credential/absent-at-refresh",
        habit: "takes client_id alone for a credential where a token is refreshed",
        requirement: &rfc6749::REFRESH_BOUND_TO_CLIENT,
        when: |request| bare(request, "token") && request.field("grant_type") == Some("refresh_token"),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "secret/empty-in-header",
        habit: "accepts Basic credentials with an empty secret",
        requirement: &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        when: |request| basic(request).is_some_and(|text| text.ends_with(':')),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "secret/scheme-in-lower-case",
        habit: "checks Basic credentials only if the scheme is written with a capital",
        requirement: &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        when: |request| request.header("authorization").is_some_and(|value| value.starts_with("basic ")),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "secret/access-token",
        habit: "takes an access token of the client for its secret",
        requirement: &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        when: |request| {
            let secret = basic(request).and_then(|text| Some(text.split_once(':')?.1.to_owned()));
            secret.is_some_and(|secret| request.memory.tokens.contains(&secret))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "revocation/refresh-token-of-another",
        habit: "looks at the client of access tokens only",
        requirement: &rfc7009::REVOKED_BY_OWNER,
        when: |request| revokes(request, Kind::Refresh),
        excuse: Excuse::Mend(by_its_owner),
    },
    Lapse {
        name: "revocation/access-token-of-another",
        habit: "looks at the client of refresh tokens only",
        requirement: &rfc7009::REVOKED_BY_OWNER,
        when: |request| revokes(request, Kind::Access),
        excuse: Excuse::Mend(by_its_owner),
    },
    Lapse {
        name: "revocation/of-another-with-hint",
        habit: "looks at the client of a token only if no hint is sent",
        requirement: &rfc7009::REVOKED_BY_OWNER,
        when: |request| request.endpoint() == "revoke" && request.field("token_type_hint").is_some(),
        excuse: Excuse::Mend(by_its_owner),
    },
    Lapse {
        name: "revocation/hint-believed",
        habit: "looks for a token only where the hint says",
        requirement: &rfc7009::HINT_IS_A_HINT,
        when: |request| {
            let hint = request.field("token_type_hint");
            revokes(request, Kind::Refresh) && hint.is_some_and(|hint| hint != "refresh_token")
        },
        excuse: Excuse::Mend(nothing),
    },
    Lapse {
        name: "revocation/hint-needed",
        habit: "looks for refresh tokens only if the hint says so",
        requirement: &rfc7009::REFRESH_TOKENS_REVOCABLE,
        when: |request| revokes(request, Kind::Refresh) && request.field("token_type_hint").is_none(),
        excuse: Excuse::Mend(nothing),
    },
];

/// The checks of a credential that is a secret, each of which a server can forget at one endpoint.
pub(super) const CHECKS: &[Check] = &[Check {
    requirement: &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
    fails: |request| {
        let in_body = request.field("client_secret").is_some();
        (in_body || basic(request).is_some()) && request.field("client_assertion").is_none()
    },
    excuse: Excuse::Authenticate,
}];

fn bare(request: &Opened<'_>, endpoint: &str) -> bool {
    request.endpoint() == endpoint && !request.has_credential() && request.client().is_some_and(|client| client.key.is_some())
}

/// The Basic credentials, decoded.
fn basic(request: &Opened<'_>) -> Option<String> {
    let (scheme, sent) = request.header("authorization").filter(|_| request.is_back_channel())?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("basic")
        .then(|| BASE64.decode(sent.as_bytes()).ok())?
        .and_then(|text| String::from_utf8(text).ok())
}

fn revokes(request: &Opened<'_>, kind: Kind) -> bool {
    let token = request.field("token").filter(|_| request.endpoint() == "revoke");
    request.memory.issued.iter().any(|issued| Some(issued.token.as_str()) == token && issued.kind == kind)
}

fn by_its_owner(request: &mut Opened<'_>) {
    let token = request.field("token").unwrap_or_default().to_owned();
    let owner = request.memory.issued.iter().find(|issued| issued.token == token).map(|issued| issued.client_id.clone());
    if let Some(owner) = request.clients.iter().find(|client| Some(&client.id) == owner.as_ref()) {
        request.authenticate_as(owner);
    }
}

fn nothing(request: &mut Opened<'_>) {
    request.set("token", crate::keys::random());
}
