//! Pushed requests and the authorization endpoint, checked by half.

use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc9126};
use serde_json::Value;

use super::pkce::{as_s256, some_challenge};
use super::sides::{client_ids, field, queried, set_query, values};
use super::{Check, Comparison, Excuse, Lapse, Scope, Sides};
use crate::mutant::opened::{Compact, Opened};
use crate::nearly::{self, Way};

/// The ways to compare a word that the specifications define.
pub(super) const WORD: &[&Way] = &[&nearly::BEGINNING, &nearly::SHORTENED, &nearly::END, &nearly::WITHIN, &nearly::CASE];

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "redirect_uri",
        requirement: &rfc6749::REDIRECT_EXACT,
        sides: |request| field(request, "par", "redirect_uri", vec![request.client()?.redirect_uri.clone()]),
        ways: nearly::URL,
        excuse: Excuse::Put(|request, right| request.set("redirect_uri", right)),
    },
    Comparison {
        value: "client_id",
        requirement: &rfc9126::REQUEST_URI_BOUND_TO_CLIENT,
        sides: |request| {
            let owner = request.memory.pushed.get(queried(request, "request_uri").first()?)?.clone();
            let sent = presented(request, "client_id")?;
            (!client_ids(request).contains(&sent)).then_some(Sides { sent, right: vec![owner] })
        },
        ways: nearly::NAME,
        excuse: Excuse::Put(|request, right| set_query(request, "client_id", right)),
    },
    Comparison {
        value: "request_uri",
        requirement: &rfc9126::REQUEST_URI_LIVE,
        sides: |request| {
            let right = request.memory.requests.iter().rev().map(|asked| asked.request_uri.clone()).collect();
            Some(Sides { sent: presented(request, "request_uri")?, right })
        },
        ways: REQUEST_URI,
        excuse: Excuse::Put(|request, right| set_query(request, "request_uri", right)),
    },
    Comparison {
        value: "response_type",
        requirement: &rfc6749::RESPONSE_TYPE_PRESENT,
        sides: |request| field(request, "par", "response_type", vec!["code".into()]),
        ways: WORD,
        excuse: Excuse::Put(|request, right| request.set("response_type", right)),
    },
    Comparison {
        value: "claims-sub",
        requirement: &oidcc::ONLY_THE_ASKED_SUBJECT,
        sides: |request| {
            let claims: Value = serde_json::from_str(request.field("claims").filter(|_| request.endpoint() == "par")?).ok()?;
            let sent = claims.pointer("/id_token/sub/value")?.as_str()?.to_owned();
            Some(Sides { sent, right: request.memory.subjects.clone() })
        },
        ways: nearly::NAME,
        excuse: Excuse::Put(|request, _| request.remove("claims")),
    },
];

const REQUEST_URI: &[&Way] = &[
    &nearly::BEGINNING,
    &nearly::SHORTENED,
    &nearly::END,
    &nearly::WITHIN,
    &nearly::CASE,
    &nearly::TRIMMED,
    &nearly::DECODED,
    &nearly::PADDED,
    &nearly::LENGTH,
];

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "response_type/first-of-several",
        habit: "looks only at the first word of the response type",
        requirement: &fapi2_sp::RESPONSE_TYPE_CODE,
        when: |request| words(request, "response_type").is_some_and(|words| words.len() > 1 && words[0] == "code"),
        excuse: Excuse::Mend(for_a_code),
    },
    Lapse {
        name: "response_type/any-of-several",
        habit: "looks for code among the words of the response type",
        requirement: &fapi2_sp::RESPONSE_TYPE_CODE,
        when: |request| {
            words(request, "response_type").is_some_and(|words| words.first() != Some(&"code") && words.contains(&"code"))
        },
        excuse: Excuse::Mend(for_a_code),
    },
    Lapse {
        name: "response_type/absent",
        habit: "takes code for granted where no response type is named",
        requirement: &rfc6749::RESPONSE_TYPE_PRESENT,
        when: |request| request.endpoint() == "par" && request.field("response_type").is_none(),
        excuse: Excuse::Mend(for_a_code),
    },
    Lapse {
        name: "redirect_uri/absent",
        habit: "takes the registered redirect URI for granted",
        requirement: &fapi2_sp::REDIRECT_URI_SENT,
        when: |request| request.endpoint() == "par" && request.field("redirect_uri").is_none(),
        excuse: Excuse::Mend(registered_redirect_uri),
    },
    Lapse {
        name: "client_id/absent",
        habit: "compares the client with that of the pushed request only if it is named",
        requirement: &rfc9126::PUSHED_REQUEST_VALIDATED,
        when: |request| presented(request, "request_uri").is_some() && presented(request, "client_id").is_none(),
        excuse: Excuse::Mend(as_its_owner),
    },
    Lapse {
        name: "client_id/of-another-client",
        habit: "accepts any client's id beside a pushed request",
        requirement: &rfc9126::REQUEST_URI_BOUND_TO_CLIENT,
        when: |request| presented(request, "client_id").is_some_and(|id| client_ids(request).contains(&id)),
        excuse: Excuse::Mend(as_its_owner),
    },
    Lapse {
        name: "client_id/unknown",
        habit: "compares the client with that of the pushed request only if it knows the client",
        requirement: &rfc9126::REQUEST_URI_BOUND_TO_CLIENT,
        when: |request| presented(request, "client_id").is_some_and(|id| !client_ids(request).contains(&id)),
        excuse: Excuse::Mend(as_its_owner),
    },
    Lapse {
        name: "request_uri/random-part",
        habit: "takes the random part for the whole value",
        requirement: &rfc9126::REQUEST_URI_LIVE,
        when: |request| whole(request).is_some(),
        excuse: Excuse::Mend(|request| {
            if let Some(uri) = whole(request) {
                set_query(request, "request_uri", &uri);
            }
        }),
    },
    Lapse {
        name: "request_uri/once-per-process",
        habit: "remembers that a pushed request led to a code in the memory of one of two processes",
        requirement: &rfc9126::REQUEST_URI_ONCE,
        when: |request| match presented(request, "request_uri") {
            Some(uri) => request.memory.attempts.get(&uri).is_some_and(|before| *before >= 2),
            None => request.request.url.path().contains("/interaction/"),
        },
        excuse: Excuse::Again(|request| {
            let uri = presented(request, "request_uri");
            let page = request.request.url.path().contains("/interaction/");
            (page || uri.is_some())
                .then(|| format!("{} {} {}", request.request.method, request.request.url.path(), uri.unwrap_or_default()))
        }),
    },
    Lapse {
        name: "repeated/equal-at-par",
        habit: "accepts a repeated parameter of a pushed request if its values are equal",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| request.endpoint() == "par" && repeated(&request.fields).is_some_and(|equal| equal),
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/first-at-par",
        habit: "takes the first of different values of a repeated parameter of a pushed request",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| request.endpoint() == "par" && repeated(&request.fields).is_some_and(|equal| !equal),
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/last-at-par",
        habit: "takes the last of different values of a repeated parameter of a pushed request",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| request.endpoint() == "par" && repeated(&request.fields).is_some_and(|equal| !equal),
        excuse: Excuse::Mend(last_of_each),
    },
    Lapse {
        name: "repeated/redirect_uri",
        habit: "accepts a repeated redirect_uri in a pushed request",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| request.endpoint() == "par" && values(request, "redirect_uri").len() > 1,
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/code_challenge",
        habit: "accepts a repeated code_challenge in a pushed request",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| request.endpoint() == "par" && values(request, "code_challenge").len() > 1,
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/scope",
        habit: "accepts a repeated scope in a pushed request",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| request.endpoint() == "par" && values(request, "scope").len() > 1,
        excuse: Excuse::Mend(first_of_each),
    },
    Lapse {
        name: "repeated/client_id-at-authorization",
        habit: "takes the first of different clients at the authorization endpoint",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| differ(&queried(request, "client_id")),
        excuse: Excuse::Mend(|request| first_in_query(request, "client_id")),
    },
    Lapse {
        name: "repeated/equal-client_id-at-authorization",
        habit: "accepts a repeated client at the authorization endpoint if both are equal",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| {
            let sent = queried(request, "client_id");
            sent.len() > 1 && !differ(&sent)
        },
        excuse: Excuse::Mend(|request| first_in_query(request, "client_id")),
    },
    Lapse {
        name: "repeated/request_uri-at-authorization",
        habit: "takes the first of several pushed requests",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| queried(request, "request_uri").len() > 1,
        excuse: Excuse::Mend(|request| first_in_query(request, "request_uri")),
    },
    Lapse {
        name: "repeated/last-request_uri-at-authorization",
        habit: "takes the last of several pushed requests",
        requirement: &rfc6749::NO_REPEATED_PARAMETER,
        when: |request| queried(request, "request_uri").len() > 1,
        excuse: Excuse::Mend(|request| {
            if let Some(last) = queried(request, "request_uri").pop() {
                set_query(request, "request_uri", &last);
            }
        }),
    },
    Lapse {
        name: "hint/alg-none",
        habit: "accepts an unsigned id_token_hint",
        requirement: &oidcc::HINT_IS_OURS,
        when: |request| hinted(request, |jwt| jwt.header.get("alg").is_some_and(|alg| alg == "none")),
        excuse: Excuse::Mend(|request| request.remove("id_token_hint")),
    },
    Lapse {
        name: "hint/signature-absent",
        habit: "verifies the signature of an id_token_hint only if there is one",
        requirement: &oidcc::HINT_IS_OURS,
        when: |request| hinted(request, |jwt| jwt.parts.get(2).is_none_or(String::is_empty)),
        excuse: Excuse::Mend(|request| request.remove("id_token_hint")),
    },
    Lapse {
        name: "hint/signature-zero",
        habit: "accepts an id_token_hint whose signature is zeros",
        requirement: &oidcc::HINT_IS_OURS,
        when: |request| {
            hinted(request, |jwt| jwt.signature().is_some_and(|it| !it.is_empty() && it.iter().all(|octet| *octet == 0)))
        },
        excuse: Excuse::Mend(|request| request.remove("id_token_hint")),
    },
    Lapse {
        name: "hint/unknown-kid",
        habit: "does not verify an id_token_hint whose kid it does not know",
        requirement: &oidcc::HINT_IS_OURS,
        when: |request| {
            hinted(request, |jwt| jwt.header.get("kid").and_then(Value::as_str).is_some_and(|kid| kid.starts_with("unknown-")))
        },
        excuse: Excuse::Mend(|request| request.remove("id_token_hint")),
    },
    Lapse {
        name: "prompt/login-alone",
        habit: "honours prompt=login only if there is no other value",
        requirement: &oidcc::LOGIN_AGAIN,
        when: |request| words(request, "prompt").is_some_and(|words| words.len() > 1 && words.contains(&"login")),
        excuse: Excuse::Mend(|request| request.remove("prompt")),
    },
    Lapse {
        name: "max_age/zero-alone",
        habit: "honours max_age only if it is zero",
        requirement: &oidcc::MAX_AGE,
        when: |request| {
            let age = request.field("max_age").and_then(|age| age.parse::<u32>().ok());
            request.endpoint() == "par" && age.is_some_and(|age| (1..100).contains(&age))
        },
        excuse: Excuse::Mend(|request| request.set("max_age", "86400")),
    },
];

/// Requests of which a server overlooks a part.
pub(super) const OVERLOOKED: &[Lapse] = &[
    Lapse {
        name: "essential-acr/value",
        habit: "looks for an essential acr only in `values`",
        requirement: &oidcc::ESSENTIAL_ACR,
        when: |request| acr(request, "value").is_some(),
        excuse: Excuse::Mend(|request| request.remove("claims")),
    },
    Lapse {
        name: "essential-acr/first-of-several",
        habit: "looks for an essential acr only if one class is listed",
        requirement: &oidcc::ESSENTIAL_ACR,
        when: |request| acr(request, "values").and_then(|values| Some(values.as_array()?.len() > 1)).unwrap_or_default(),
        excuse: Excuse::Mend(|request| request.remove("claims")),
    },
    Lapse {
        name: "scope/trimmed",
        habit: "removes spaces around a scope",
        requirement: &rfc6749::SCOPE_SYNTAX,
        when: |request| scope(request).is_some_and(|scope| scope.trim_matches(' ') != scope),
        excuse: Excuse::Mend(with_single_spaces),
    },
    Lapse {
        name: "scope/several-spaces",
        habit: "takes several spaces in a scope for one",
        requirement: &rfc6749::SCOPE_SYNTAX,
        when: |request| scope(request).is_some_and(|scope| scope.contains("  ")),
        excuse: Excuse::Mend(with_single_spaces),
    },
    Lapse {
        name: "scope/any-white-space",
        habit: "separates the words of a scope by tabs and line feeds too",
        requirement: &rfc6749::SCOPE_SYNTAX,
        when: |request| scope(request).is_some_and(|scope| scope.contains(['\t', '\n'])),
        excuse: Excuse::Mend(with_single_spaces),
    },
];

pub(super) const SECOND_CLIENT: &[Scope] = &[Scope {
    name: "of-second-client",
    habit: "for the second client",
    holds: |request| request.client().is_some_and(|client| request.clients.get(1).is_some_and(|second| second.id == client.id)),
}];

/// The checks of a pushed request, each of which a server can forget for one client.
pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: &fapi2_sp::CHALLENGE_S256,
        fails: |request| {
            let lacking = request.field("code_challenge").is_none() || request.field("code_challenge_method") == Some("plain");
            request.endpoint() == "par" && lacking
        },
        excuse: Excuse::Mend(|request| match request.field("code_challenge") {
            Some(_) => as_s256(request),
            None => some_challenge(request),
        }),
    },
    Check {
        requirement: &fapi2_sp::RESPONSE_TYPE_CODE,
        fails: |request| words(request, "response_type").is_some_and(|words| words != ["code"]),
        excuse: Excuse::Mend(for_a_code),
    },
    Check {
        requirement: &fapi2_sp::REDIRECT_URI_SENT,
        fails: |request| request.endpoint() == "par" && request.field("redirect_uri").is_none(),
        excuse: Excuse::Mend(registered_redirect_uri),
    },
    Check {
        requirement: &rfc6749::REDIRECT_EXACT,
        fails: |request| {
            let registered = request.client().map(|client| client.redirect_uri.as_str());
            request.endpoint() == "par" && request.field("redirect_uri").is_some() && request.field("redirect_uri") != registered
        },
        excuse: Excuse::Mend(registered_redirect_uri),
    },
];

/// A parameter of the authorization endpoint's query.
fn presented(request: &Opened<'_>, name: &str) -> Option<String> {
    (request.endpoint() == "authorize").then(|| queried(request, name).into_iter().next())?
}

fn words<'a>(request: &'a Opened<'_>, name: &str) -> Option<Vec<&'a str>> {
    (request.endpoint() == "par").then(|| request.field(name))?.map(|value| value.split(' ').collect())
}

/// A member of the essential `acr` that a pushed request asks for.
fn acr(request: &Opened<'_>, name: &str) -> Option<Value> {
    let claims: Value = serde_json::from_str(request.field("claims").filter(|_| request.endpoint() == "par")?).ok()?;
    claims.pointer("/id_token/acr").filter(|acr| acr["essential"] == true)?.get(name).cloned()
}

/// The scope of a pushed request or of a token request.
fn scope<'a>(request: &'a Opened<'_>) -> Option<&'a str> {
    request.field("scope").filter(|_| matches!(request.endpoint(), "par" | "token"))
}

fn with_single_spaces(request: &mut Opened<'_>) {
    let words: Vec<_> = request.field("scope").unwrap_or_default().split_ascii_whitespace().collect();
    let scope = words.join(" ");
    request.set("scope", scope);
}

fn for_a_code(request: &mut Opened<'_>) {
    request.set("response_type", "code");
}

fn registered_redirect_uri(request: &mut Opened<'_>) {
    if let Some(client) = request.client() {
        request.set("redirect_uri", client.redirect_uri.clone());
    }
}

fn as_its_owner(request: &mut Opened<'_>) {
    let owner = presented(request, "request_uri").and_then(|uri| request.memory.pushed.get(&uri).cloned());
    if let Some(owner) = owner {
        set_query(request, "client_id", &owner);
    }
}

/// The `request_uri` of which only the random part was sent.
fn whole(request: &Opened<'_>) -> Option<String> {
    let sent = presented(request, "request_uri").filter(|sent| sent.len() > 20 && !sent.contains(':'))?;
    let known = request.memory.requests.iter().map(|asked| &asked.request_uri);
    known.into_iter().find(|uri| uri.ends_with(&sent)).cloned()
}

/// `Some` if a parameter is repeated: true if all its values are equal.
pub(super) fn repeated(fields: &[(String, String)]) -> Option<bool> {
    let others = |at: usize| fields[..at].iter().filter(move |(name, _)| *name == fields[at].0);
    let twice: Vec<usize> = (0..fields.len()).filter(|at| others(*at).next().is_some()).collect();
    (!twice.is_empty()).then(|| twice.iter().all(|at| others(*at).all(|(_, value)| *value == fields[*at].1)))
}

pub(super) fn first_of_each(request: &mut Opened<'_>) {
    let fields = std::mem::take(&mut request.fields);
    for (name, value) in fields {
        if !request.fields.iter().any(|(known, _)| *known == name) {
            request.fields.push((name, value));
        }
    }
}

pub(super) fn last_of_each(request: &mut Opened<'_>) {
    request.fields.reverse();
    first_of_each(request);
    request.fields.reverse();
}

fn first_in_query(request: &mut Opened<'_>, name: &str) {
    if let Some(first) = queried(request, name).first() {
        set_query(request, name, first);
    }
}

fn differ(values: &[String]) -> bool {
    values.iter().any(|value| *value != values[0])
}

fn hinted(request: &Opened<'_>, what: impl FnOnce(&Compact) -> bool) -> bool {
    request.endpoint() == "par" && request.field("id_token_hint").map(Compact::read).is_some_and(|jwt| what(&jwt))
}
