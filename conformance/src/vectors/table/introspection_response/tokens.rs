//! What a caller is told.

use fapi::requirement::rfc9701::{AUDIENCE_DETERMINED, INACTIVE_ALONE, RESPONSE_AUD, RESPONSE_IAT, SCOPE_NARROWED};
use serde_json::{Value, json};

use super::super::common::{CLIENT, ISSUER, NOW};
use super::super::exchange::{self, Request, SECRET, at, proof, redeem, step};
use super::{CONCERNS, Group, Keys, NAMES, RESOURCE, WHOLE, active, ask, header, inactive, jwt, jwt_for, listed, of};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![callers(), after_access(), after_refresh(), ended(), bound(keys)]
}

const REFRESH: &[&str] = &["active", "client_id", "exp", "iss", "scope", "sub"];

fn refresh() -> Value {
    let values = json!({ "active": true, "client_id": CLIENT, "exp": NOW - 10 + 2_592_000, "iss": ISSUER, "scope": WHOLE, "sub": "alice" });
    listed(REFRESH, values)
}

fn callers() -> Group {
    let mut group = of(&[], json!({}))
        .valid(
            "Token",
            "an access token, for a resource",
            ask(RESOURCE, "{access_token}").with("token_type_hint", "access_token"),
        )
        .shows(&SCOPE_NARROWED)
        .output(jwt(active(CONCERNS)))
        .valid("Token", "an access token, for its client", ask(CLIENT, "{access_token}"))
        .shows(&RESPONSE_AUD)
        .output(jwt_for(CLIENT, header(), NOW, active(WHOLE)))
        .valid("Token", "a refresh token, for its client", ask(CLIENT, "{refresh_token}"))
        .output(jwt_for(CLIENT, header(), NOW, refresh()))
        .valid("Token", "a wrong hint", ask(RESOURCE, "{access_token}").with("token_type_hint", "refresh_token"))
        .output(jwt(active(CONCERNS)))
        .valid("Token", "an unknown hint", ask(RESOURCE, "{access_token}").with("token_type_hint", "colour"))
        .output(jwt(active(CONCERNS)))
        .valid("Token", "an unknown parameter", ask(RESOURCE, "{access_token}").with("colour", "blue"))
        .output(jwt(active(CONCERNS)));
    for later in [1, 100, 289] {
        let input = ask(RESOURCE, "{access_token}").set("at", NOW + later);
        let told = jwt_for(RESOURCE, header(), NOW + later, active(CONCERNS));
        group = group.valid("Token", format!("an access token after {later} seconds"), input).shows(&RESPONSE_IAT).output(told);
    }
    for later in [290, 291, 100_000] {
        let input = ask(RESOURCE, "{access_token}").set("at", NOW + later);
        let told = jwt_for(RESOURCE, header(), NOW + later, inactive());
        group =
            group.valid("Inactive", format!("an access token after {later} seconds"), input).shows(&INACTIVE_ALONE).output(told);
    }
    for (what, token) in [
        ("that was never issued", "unknown"),
        ("with one more character", "{access_token}A"),
        ("that is a code", "{code}"),
        ("that looks like a JWT", "a.b.c"),
        ("that is an unsigned JWT", "eyJhbGciOiJub25lIn0.eyJhY3RpdmUiOnRydWV9."),
        ("of spaces", "   "),
        ("beyond ASCII", "\u{1f511}"),
    ] {
        let told = jwt(inactive());
        group = group.valid("Inactive", format!("a token {what}"), ask(RESOURCE, token)).shows(&INACTIVE_ALONE).output(told);
    }
    group
        .valid("Inactive", "a refresh token, for a resource", ask(RESOURCE, "{refresh_token}"))
        .shows(&AUDIENCE_DETERMINED)
        .output(jwt(inactive()))
        .valid("Inactive", "an access token, for another resource", ask("resource-2", "{access_token}"))
        .shows(&AUDIENCE_DETERMINED)
        .output(jwt_for("resource-2", header(), NOW, inactive()))
        .valid("Inactive", "a refresh token, for another resource", ask("resource-2", "{refresh_token}"))
        .shows(&AUDIENCE_DETERMINED)
        .output(jwt_for("resource-2", header(), NOW, inactive()))
}

fn revoke(token: &str) -> Value {
    step("revocation_endpoint", Request::of(&[("token", token), ("client_id", CLIENT), ("client_secret", SECRET)]), &[])
}

/// The group of [`of`] with more steps.
fn with_steps(more: &[Value]) -> Group {
    let mut group = of(&[], json!({}));
    if let Some(steps) = group.members.get_mut("before").and_then(Value::as_array_mut) {
        steps.extend_from_slice(more);
    }
    group
}

fn after_access() -> Group {
    let what = "the access token was revoked";
    with_steps(&[revoke("{access_token}")])
        .valid("Inactive", format!("an access token after {what}"), ask(RESOURCE, "{access_token}"))
        .shows(&INACTIVE_ALONE)
        .output(jwt(inactive()))
        .valid("Token", format!("a refresh token after {what}"), ask(CLIENT, "{refresh_token}"))
        .output(jwt_for(CLIENT, header(), NOW, refresh()))
}

fn after_refresh() -> Group {
    let what = "the refresh token was revoked";
    with_steps(&[revoke("{refresh_token}")])
        .valid("Inactive", format!("an access token after {what}"), ask(RESOURCE, "{access_token}"))
        .output(jwt(inactive()))
        .valid("Inactive", format!("a refresh token after {what}"), ask(CLIENT, "{refresh_token}"))
        .output(jwt_for(CLIENT, header(), NOW, inactive()))
}

fn ended() -> Group {
    let what = "the logins of the user were ended";
    with_steps(&[at(NOW - 1, json!({ "subject_revoked": "alice" }))])
        .valid("Inactive", format!("an access token after {what}"), ask(RESOURCE, "{access_token}"))
        .output(jwt(inactive()))
        .valid("Inactive", format!("a refresh token after {what}"), ask(CLIENT, "{refresh_token}"))
        .output(jwt_for(CLIENT, header(), NOW, inactive()))
}

/// A token that is bound to a key.
fn bound(keys: &Keys) -> Group {
    let mut group = of(&[], json!({}));
    if let Some(steps) = group.members.get_mut("before").and_then(Value::as_array_mut) {
        steps.truncate(2);
        let asked = exchange::authorization("openid accounts payments").set("user", json!({}));
        steps.push(at(NOW - 12, step("authorization_endpoint", asked, &[("code", "code")])));
        let redeemed = redeem().header("dpop", proof(keys, "sender-es256", "ES256", "introspected", "/token"));
        steps.push(at(NOW - 10, step("token_endpoint", redeemed, exchange::TOKENS)));
    }
    let values = json!({
        "active": true, "client_id": CLIENT, "scope": CONCERNS, "token_type": "DPoP", "cnf": { "jkt": keys.thumbprint("sender-es256") },
    });
    group
        .valid("Token", "a token that is bound to a key", ask(RESOURCE, "{access_token}"))
        .output(jwt(listed(&[NAMES, &["cnf"]].concat(), values)))
}
