//! Codes, refresh tokens and grants that are checked by half.

use fapi::requirement::{fapi2_sp, rfc6749, rfc7636};

use super::front::{WORD, first_of_each, last_of_each, repeated};
use super::sides::{asked, field};
use super::{Check, Comparison, Excuse, Lapse, Sides};
use crate::mutant::memory::{Issued, Kind};
use crate::mutant::opened::Opened;
use crate::nearly::{self, Way};

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "code",
        requirement: &rfc6749::INVALID_GRANT,
        sides: |request| field(request, "token", "code", own_codes(request)),
        ways: nearly::RANDOM,
        excuse: Excuse::Put(|request, right| request.set("code", right)),
    },
    Comparison {
        value: "redirect_uri-at-token",
        requirement: &rfc6749::REDIRECT_URI_IDENTICAL,
        sides: |request| field(request, "token", "redirect_uri", vec![asked(request)?.field("redirect_uri")?.to_owned()]),
        ways: nearly::URL,
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "refresh_token",
        requirement: &rfc6749::INVALID_GRANT,
        sides: |request| {
            let id = &request.client()?.id;
            let own = request.memory.issued.iter().rev().filter(|issued| issued.kind == Kind::Refresh && issued.client_id == *id);
            field(request, "token", "refresh_token", own.map(|issued| issued.token.clone()).collect())
        },
        ways: nearly::RANDOM,
        excuse: Excuse::Put(|request, right| request.set("refresh_token", right)),
    },
    Comparison {
        value: "grant_type",
        requirement: &rfc6749::GRANT_TYPE_SERVED,
        sides: |request| field(request, "token", "grant_type", GRANTS.iter().map(|grant| (*grant).to_owned()).collect()),
        ways: WORD,
        excuse: Excuse::Put(|request, right| request.set("grant_type", right)),
    },
    Comparison {
        value: "scope",
        requirement: &rfc6749::UNAUTHORIZED_CLIENT,
        sides: |request| {
            let own = request.client()?.client_scope.clone()?;
            (request.field("grant_type") == Some("client_credentials")).then(|| foreign_word(request, &own))?
        },
        ways: SCOPE,
        excuse: Excuse::Grant(|request| {
            if let Some(own) = request.client().and_then(|client| client.client_scope.clone()) {
                request.set("scope", own);
            }
        }),
    },
    Comparison {
        value: "scope-of-refresh",
        requirement: &rfc6749::REFRESH_SCOPE,
        sides: |request| {
            let own = request.client()?.scope.clone();
            (request.field("grant_type") == Some("refresh_token")).then(|| foreign_word(request, &own))?
        },
        ways: SCOPE,
        excuse: Excuse::Grant(|request| request.remove("scope")),
    },
];

const GRANTS: &[&str] = &["authorization_code", "refresh_token", "client_credentials"];
const SCOPE: &[&Way] = &[&nearly::BEGINNING, &nearly::SHORTENED, &nearly::END, &nearly::WITHIN, &nearly::CASE];

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "grant_type/absent",
        habit: "takes the grant type from the other parameters if it is not named",
        requirement: &rfc6749::INVALID_REQUEST,
        when: |request| request.endpoint() == "token" && request.field("grant_type").is_none(),
        excuse: Excuse::Mend(|request| {
            let grant_type = if request.field("code").is_some() { GRANTS[0] } else { GRANTS[2] };
            request.set("grant_type", grant_type);
        }),
    },
    Lapse {
        name: "grant_type/token-exchange",
        habit: "also issues tokens for the grant type of token exchange",
        requirement: &rfc6749::GRANT_TYPE_SERVED,
        when: |request| request.field("grant_type").is_some_and(|grant| grant.ends_with(":token-exchange")),
        excuse: Excuse::Mend(for_itself),
    },
    Lapse {
        name: "grant_type/jwt-bearer",
        habit: "also issues tokens for an assertion as a grant",
        requirement: &rfc6749::GRANT_TYPE_SERVED,
        when: |request| request.field("grant_type").is_some_and(|grant| grant.ends_with(":jwt-bearer")),
        excuse: Excuse::Mend(for_itself),
    },
    Lapse {
        name: "redirect_uri-at-token/absent",
        habit: "compares the redirect URI of a token request only if it is there",
        requirement: &rfc6749::REDIRECT_URI_IDENTICAL,
        when: |request| asked(request).is_some() && request.field("redirect_uri").is_none(),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code/of-another-client-unnamed",
        habit: "compares the client of a code only if client_id is sent",
        requirement: &rfc6749::CODE_BOUND_TO_CLIENT,
        when: |request| {
            let own = request.client().map(|client| client.id.as_str());
            request.field("client_id").is_none() && asked(request).is_some_and(|asked| Some(asked.client_id.as_str()) != own)
        },
        excuse: Excuse::Mend(|request| {
            let owner = asked(request).map(|asked| asked.client_id.clone());
            if let Some(owner) = request.clients.iter().find(|client| Some(&client.id) == owner.as_ref()) {
                request.authenticate_as(owner);
            }
        }),
    },
    Lapse {
        name: "code/once-per-process",
        habit: "remembers redeemed codes in the memory of one of two processes",
        requirement: &rfc6749::CODE_ONCE,
        when: |request| attempts(request) >= 2,
        excuse: Excuse::Again(|request| request.field("code").map(|code| format!("code {code}"))),
    },
    Lapse {
        name: "code/once-per-client",
        habit: "remembers redeemed codes by client",
        requirement: &rfc6749::CODE_ONCE,
        when: |request| {
            let own = request.client().map(|client| client.id.as_str());
            asked(request).is_some_and(|asked| Some(asked.client_id.as_str()) != own)
        },
        excuse: Excuse::Again(|request| request.field("code").map(|code| format!("code {code}"))),
    },
    Lapse {
        name: "replay/refresh-token-stays",
        habit: "revokes only the access token if a code is presented again",
        requirement: &rfc6749::CODE_REPLAY_REVOKES,
        when: |request| {
            let token = request.field("refresh_token").filter(|_| request.endpoint() == "token");
            token.and_then(|token| issued(request, token)).is_some_and(|issued| is_replayed(request, &issued.code))
        },
        excuse: Excuse::WaiveAll(&[&rfc6749::INVALID_GRANT]),
    },
    Lapse {
        name: "replay/access-token-stays",
        habit: "revokes only the refresh token if a code is presented again",
        requirement: &rfc6749::CODE_REPLAY_REVOKES,
        when: |request| stays(request, Kind::Access),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "replay/refreshed-token-stays",
        habit: "leaves the access tokens of refreshes if a code is presented again",
        requirement: &rfc6749::CODE_REPLAY_REVOKES,
        when: |request| stays(request, Kind::Refreshed),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "repeated/equal-at-token",
        habit: "accepts a repeated parameter of a token request if its values are equal",
        requirement: &rfc6749::NO_REPEATED_TOKEN_PARAMETER,
        when: |request| request.endpoint() == "token" && repeated(&request.fields).is_some_and(|equal| equal),
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/first-at-token",
        habit: "takes the first of different values of a repeated parameter of a token request",
        requirement: &rfc6749::NO_REPEATED_TOKEN_PARAMETER,
        when: |request| request.endpoint() == "token" && repeated(&request.fields).is_some_and(|equal| !equal),
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/last-at-token",
        habit: "takes the last of different values of a repeated parameter of a token request",
        requirement: &rfc6749::NO_REPEATED_TOKEN_PARAMETER,
        when: |request| request.endpoint() == "token" && repeated(&request.fields).is_some_and(|equal| !equal),
        excuse: Excuse::Mend(last_of_each),
    },
    Lapse {
        name: "refresh_token/of-second-client",
        habit: "compares the client of a refresh token only for the first client's tokens",
        requirement: &rfc6749::REFRESH_BOUND_TO_CLIENT,
        when: |request| {
            let token = request.field("refresh_token").and_then(|token| issued(request, token));
            token.is_some_and(|token| request.clients.get(1).is_some_and(|second| second.id == token.client_id))
        },
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "refresh_token/of-first-client",
        habit: "compares the client of a refresh token only for the second client's tokens",
        requirement: &rfc6749::REFRESH_BOUND_TO_CLIENT,
        when: |request| {
            let token = request.field("refresh_token").and_then(|token| issued(request, token));
            token.is_some_and(|token| request.clients.first().is_some_and(|first| first.id == token.client_id))
        },
        excuse: Excuse::Waive,
    },
];

/// The checks of a code, each of which a server can forget for one client.
pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: &rfc7636::VERIFIER_FITS,
        fails: |request| request.field("code_verifier").is_some(),
        excuse: Excuse::WaiveAll(&[&rfc7636::VERIFIER_FITS, &rfc7636::VERIFIER_SYNTAX]),
    },
    Check {
        requirement: &rfc7636::VERIFIER_PRESENT,
        fails: |request| asked(request).is_some() && request.field("code_verifier").is_none(),
        excuse: Excuse::Waive,
    },
    Check { requirement: &rfc6749::REDIRECT_URI_IDENTICAL, fails: |request| asked(request).is_some(), excuse: Excuse::Waive },
    Check {
        requirement: &fapi2_sp::CODE_ONCE,
        fails: |request| attempts(request) >= 1,
        excuse: Excuse::Again(|request| request.field("code").map(|code| format!("code {code}"))),
    },
];

/// The codes of the client that nobody has presented, the last one first.
fn own_codes(request: &Opened<'_>) -> Vec<String> {
    let Some(client) = request.client() else { return vec![] };
    let own = request.memory.requests.iter().rev().filter(|asked| asked.client_id == client.id);
    own.filter_map(|asked| asked.code.clone()).filter(|code| !request.memory.attempts.contains_key(code)).collect()
}

/// The first word of the scope that is not among these.
fn foreign_word(request: &Opened<'_>, own: &str) -> Option<Sides> {
    let right: Vec<String> = own.split(' ').map(str::to_owned).collect();
    let sent = request.field("scope").filter(|_| request.endpoint() == "token")?;
    let sent = sent.split(' ').find(|word| !right.iter().any(|known| known == word))?.to_owned();
    Some(Sides { sent, right })
}

fn for_itself(request: &mut Opened<'_>) {
    request.set("grant_type", "client_credentials");
}

/// The number of earlier token requests with the code.
fn attempts(request: &Opened<'_>) -> usize {
    let code = (request.endpoint() == "token").then(|| request.field("code")).flatten();
    code.and_then(|code| request.memory.attempts.get(code).copied()).unwrap_or_default()
}

fn issued<'a>(request: &'a Opened<'_>, token: &str) -> Option<&'a Issued> {
    request.memory.issued.iter().find(|issued| issued.token == token)
}

/// Returns true if a code was presented again.
fn is_replayed(request: &Opened<'_>, code: &str) -> bool {
    request.memory.attempts.get(code).is_some_and(|attempts| *attempts > 1)
}

/// Returns true for a resource request with a token of a replayed code.
fn stays(request: &Opened<'_>, kind: Kind) -> bool {
    let token = request.header("authorization").and_then(|header| header.split_once(' ')).map(|(_, token)| token);
    let token = token.filter(|_| request.endpoint() == "resource").and_then(|token| issued(request, token));
    token.is_some_and(|token| token.kind == kind && is_replayed(request, &token.code))
}
