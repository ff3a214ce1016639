//! Refresh tokens.

use fapi::requirement::rfc6749::{
    CLIENT_AUTHENTICATES, CONFIDENTIAL_AUTHENTICATES, INVALID_GRANT, INVALID_REQUEST, NO_REPEATED_PARAMETER,
    REFRESH_BOUND_TO_CLIENT, REFRESH_SCOPE, SCOPE_SYNTAX, UNAUTHORIZED_CLIENT,
};
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use fapi::requirement::{rfc8705, rfc9449, rfc9700};
use serde_json::{Value, json};

use super::super::common::{CLIENT, NOW};
use super::super::exchange::{self, Request, SECRET, certificate, proof, redeem, told};
use super::{OTHER_SECRET, authorization, code, own_token, second};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

mod retry;

const NAMES: &[&str] = &["access_token", "expires_in", "scope", "token_type"];
const GIVES: &[(&str, &str)] = &[("refresh_token", "refresh_token"), ("access_token", "access_token")];

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let mut groups = vec![confidential(), rotated(), bound_to_key(keys), bound_to_certificate(keys)];
    groups.extend(ended());
    groups.extend(retry::groups(keys));
    groups
}

fn token(request: Request) -> Value {
    exchange::at(NOW - 5, exchange::step("token_endpoint", request, GIVES))
}

fn of(more: &[Value]) -> Group {
    let mut before = vec![second(json!({})), code(authorization()), token(redeem())];
    before.extend_from_slice(more);
    exchange::group(&[], json!({})).gives("before", before)
}

fn refresh() -> Request {
    Request::of(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", "{refresh_token}"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ])
}

fn confidential() -> Group {
    let answer = |scope: &str| told(200, NAMES, json!({ "token_type": "Bearer", "scope": scope }));
    let mut group = of(&[])
        .valid("Good", "a refresh token", refresh())
        .output(answer("accounts payments"))
        .valid("Scope", "a narrower scope", refresh().with("scope", "payments"))
        .output(answer("payments"))
        .valid("Scope", "the same scope in another order", refresh().with("scope", "payments accounts"))
        .output(answer("payments accounts"))
        .valid("Missing", "an empty scope, which counts as absent, with a refresh token", refresh().with("scope", ""))
        .output(answer("accounts payments"))
        .valid(
            "Unknown",
            "a redirect_uri, which a refresh token does not need",
            refresh().with("redirect_uri", "https://x.example"),
        )
        .output(answer("accounts payments"))
        .valid("Time", "a refresh token after 29 days", refresh().set("at", NOW + 29 * 86_400))
        .output(answer("accounts payments"))
        .invalid(&INVALID_GRANT, "Time", "a refresh token after 31 days", refresh().set("at", NOW + 31 * 86_400))
        .error("invalid_grant");
    for (what, scope) in [
        ("one more than was granted", "accounts payments openid"),
        ("another", "profile"),
        ("an unknown one", "accounts admin"),
        ("one in another case", "Accounts"),
    ] {
        group = group.invalid(&REFRESH_SCOPE, "Scope", format!("scope of a refresh: {what}"), refresh().with("scope", scope));
    }
    for (what, scope) in
        [("two spaces", "accounts  payments"), ("a quotation mark", "accounts\""), ("a tab", "accounts\tpayments")]
    {
        group = group.invalid(&SCOPE_SYNTAX, "Scope", format!("scope of a refresh: {what}"), refresh().with("scope", scope));
    }
    group = group.errors("invalid_scope");
    for (what, value) in [
        ("that was never issued", "tGzv3JOkF0XG5Qx2TlKWIA"),
        ("with one more character", "{refresh_token}A"),
        ("that is an access token", "{access_token}"),
        ("that is a code", "{code}"),
    ] {
        group = group.invalid(&INVALID_GRANT, "Grant", format!("a refresh token {what}"), refresh().with("refresh_token", value));
        group = group.error("invalid_grant");
    }
    group
        .invalid(&INVALID_REQUEST, "Missing", "no refresh_token", refresh().without("refresh_token"))
        .error("invalid_request")
        .invalid(&INVALID_REQUEST, "Missing", "an empty refresh_token", refresh().with("refresh_token", ""))
        .error("invalid_request")
        .invalid(&NO_REPEATED_PARAMETER, "Repeated", "refresh_token twice", refresh().twice("refresh_token"))
        .error("invalid_request")
        .invalid(&NO_REPEATED_PARAMETER, "Repeated", "scope twice", refresh().and("scope", "accounts").and("scope", "payments"))
        .error("invalid_request")
        .invalid(&CLIENT_AUTHENTICATES, "Client", "another secret, with a refresh token", {
            refresh().with("client_secret", OTHER_SECRET)
        })
        .error("invalid_client")
        .invalid(&CONFIDENTIAL_AUTHENTICATES, "Client", "no secret, with a refresh token", refresh().without("client_secret"))
        .error("invalid_client")
        .invalid(&REFRESH_BOUND_TO_CLIENT, "Client", "the refresh token of another client", {
            refresh().with("client_id", "client-2").with("client_secret", OTHER_SECRET)
        })
        .error("invalid_grant")
        .invalid(
            &RESOURCE_KNOWN,
            "Resource",
            "a refresh for another resource",
            refresh().with("resource", "https://other.example"),
        )
        .error("invalid_target")
}

/// Changes that end a refresh token or reduce it.
fn ended() -> Vec<Group> {
    let revoke = Request::of(&[("token", "{refresh_token}"), ("client_id", CLIENT), ("client_secret", SECRET)]);
    let client = |client: Value| json!({ "client": client, "client_secret": SECRET });
    let others = |group: Group, when: &str| own_token(group, "client-2", OTHER_SECRET, when);
    vec![
        others(of(&[exchange::step("revocation_endpoint", revoke, &[])]), "after another's refresh token was revoked")
            .invalid(&INVALID_GRANT, "Changed", "a refresh token that was revoked", refresh())
            .error("invalid_grant"),
        others(of(&[json!({ "subject_revoked": "alice", "at": NOW - 3 })]), "after the logins behind another's token were ended")
            .invalid(&INVALID_GRANT, "Changed", "a refresh token of a user whose logins were ended", refresh())
            .error("invalid_grant"),
        others(
            of(&[client(json!({ "grant_types": ["authorization_code"] }))]),
            "after refresh tokens were withdrawn from another",
        )
        .invalid(&UNAUTHORIZED_CLIENT, "GrantType", "refresh tokens are no longer the client's", refresh())
        .error("unauthorized_client"),
        others(of(&[client(json!({ "scope": "openid" }))]), "after the scope of another was narrowed")
            .invalid(&REFRESH_SCOPE, "Changed", "nothing is left of the scope", refresh())
            .error("invalid_scope"),
    ]
}

fn public(more: Value) -> Value {
    let mut client = json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"] });
    for (name, value) in more.as_object().into_iter().flatten() {
        client[name] = value.clone();
    }
    client
}

/// The refresh token of a public client without sender constraint is replaced at each use.
fn rotated() -> Group {
    let redeem = redeem().without("client_secret");
    let refresh = || refresh().without("client_secret");
    let renewed = exchange::at(NOW - 3, exchange::step("token_endpoint", refresh(), &[("next", "refresh_token")]));
    exchange::group(&[], public(json!({})))
        .gives("before", json!([code(authorization()), token(redeem), renewed]))
        .valid("Replay", "the refresh token that took another's place", refresh().with("refresh_token", "{next}"))
        .output(told(200, &["access_token", "expires_in", "refresh_token", "scope", "token_type"], json!({})))
        .shows(&rfc9700::PUBLIC_REFRESH)
        .invalid(&rfc9700::REFRESH_REPLAY, "Replay", "a refresh token that was replaced", refresh())
        .error("invalid_grant")
}

fn bound_to_key(keys: &Keys) -> Group {
    let by = |key: &str, algorithm: &str, jti: &str| proof(keys, key, algorithm, jti, "/token");
    let redeem = redeem().without("client_secret").header("dpop", by("sender-es256", "ES256", "p1"));
    let refresh = || refresh().without("client_secret");
    exchange::group(&[], public(json!({})))
        .gives("before", json!([code(authorization()), token(redeem)]))
        .valid("Binding", "a refresh token with a proof by its key", refresh().header("dpop", by("sender-es256", "ES256", "p2")))
        .output(told(200, NAMES, json!({ "token_type": "DPoP" })))
        .invalid(&rfc9449::PUBLIC_REFRESH_BOUND, "Binding", "a refresh token with a proof by another key", {
            refresh().header("dpop", by("stranger-es256", "ES256", "p2"))
        })
        .error("invalid_grant")
        .invalid(&rfc9449::PUBLIC_REFRESH_BOUND, "Binding", "a refresh token without proof", refresh())
        .error("invalid_grant")
        .invalid(&rfc9449::PROOF_ONCE, "Binding", "a refresh token with the proof that came with the code", {
            refresh().header("dpop", by("sender-es256", "ES256", "p1"))
        })
        .error("invalid_dpop_proof")
}

fn bound_to_certificate(keys: &Keys) -> Group {
    let redeem = redeem().without("client_secret").set("certificate", certificate(keys, "client-1"));
    let refresh = || refresh().without("client_secret");
    let client = public(json!({ "tls_client_certificate_bound_access_tokens": true }));
    exchange::group(&[], client)
        .gives("before", json!([code(authorization()), token(redeem)]))
        .valid("Binding", "a refresh token over its certificate", refresh().set("certificate", certificate(keys, "client-1")))
        .output(told(200, NAMES, json!({ "token_type": "Bearer" })))
        .invalid(&rfc8705::PUBLIC_REFRESH_BOUND, "Binding", "a refresh token over another certificate", {
            refresh().set("certificate", certificate(keys, "another"))
        })
        .error("invalid_grant")
        .invalid(&rfc8705::TOKENS_ALWAYS_BOUND, "Binding", "a refresh token without certificate", refresh())
        .error("invalid_request")
}
