//! The second use of a refresh token that was replaced: a retry after a lost reply, or a replay.

use fapi::requirement::{fapi2_sp, rfc9700};
use serde_json::{Value, json};

use super::super::super::common::NOW;
use super::super::super::exchange::{self, Request, proof, redeem, told};
use super::super::{authorization, code};
use super::{public, refresh, token};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

const RENEWED: &[&str] = &["access_token", "expires_in", "refresh_token", "scope", "token_type"];
/// The time of the first use.
const FIRST: i64 = NOW - 3;
const WINDOW: i64 = 10;

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![unproven(keys), proven(keys), continued(), forked()]
}

/// A public client whose first refresh token was used once, by this request; the first use gives `next`.
fn used(first_use: Request, more: &[Value]) -> Group {
    let redeem = redeem().without("client_secret");
    let mut before = vec![code(authorization()), token(redeem), renewal(FIRST, first_use, "next")];
    before.extend_from_slice(more);
    exchange::group(&[], public(json!({}))).gives("lifetimes", json!({ "refresh_retry_window": WINDOW })).gives("before", before)
}

fn renewal(at: i64, request: Request, gives: &str) -> Value {
    exchange::at(at, exchange::step("token_endpoint", request, &[(gives, "refresh_token")]))
}

fn first() -> Request {
    refresh().without("client_secret")
}

fn other(name: &str) -> Request {
    first().with("refresh_token", name)
}

fn unproven(keys: &Keys) -> Group {
    let key = proof(keys, "sender-es256", "ES256", "p2", "/token");
    used(first(), &[])
        .valid("Retry", "a refresh token that was replaced, again in time", first())
        .output(told(200, RENEWED, json!({ "token_type": "Bearer" })))
        .shows(&fapi2_sp::ROTATION_RETRY)
        .valid("Retry", "a refresh token that was replaced, again in the last second", first().set("at", FIRST + WINDOW - 1))
        .output(told(200, RENEWED, json!({})))
        .valid("Retry", "the refresh token that took another's place, within the time for retries", other("{next}"))
        .output(told(200, RENEWED, json!({})))
        .valid("Retry", "the refresh token that took another's place, after the time for retries", {
            other("{next}").set("at", FIRST + WINDOW)
        })
        .output(told(200, RENEWED, json!({})))
        .invalid(&rfc9700::REFRESH_REPLAY, "Retry", "a refresh token that was replaced, again too late", {
            first().set("at", FIRST + WINDOW)
        })
        .error("invalid_grant")
        .invalid(&rfc9700::REFRESH_REPLAY, "Retry", "a refresh token that was replaced, again with a proof, first without", {
            first().header("dpop", key)
        })
        .error("invalid_grant")
}

/// The client proves a key that its refresh token is not bound to.
fn proven(keys: &Keys) -> Group {
    let by = |key: &str, jti: &str| first().header("dpop", proof(keys, key, "ES256", jti, "/token"));
    used(by("sender-es256", "p1"), &[])
        .valid("Retry", "a refresh token that was replaced, again with a proof by the same key", by("sender-es256", "p2"))
        .output(told(200, RENEWED, json!({ "token_type": "DPoP" })))
        .invalid(&rfc9700::REFRESH_REPLAY, "Retry", "a refresh token that was replaced, again with a proof by another key", {
            by("stranger-es256", "p2")
        })
        .error("invalid_grant")
        .invalid(
            &rfc9700::REFRESH_REPLAY,
            "Retry",
            "a refresh token that was replaced, again without proof, first with one",
            first().set("at", NOW + 2),
        )
        .error("invalid_grant")
}

/// The next token was used, too.
fn continued() -> Group {
    used(first(), &[renewal(NOW - 2, other("{next}"), "last")])
        .valid("Retry", "the second refresh token that was replaced, again in time", other("{next}"))
        .output(told(200, RENEWED, json!({})))
        .valid("Retry", "the third refresh token of a sequence", other("{last}"))
        .output(told(200, RENEWED, json!({})))
        .invalid(
            &rfc9700::REFRESH_REPLAY,
            "Retry",
            "a refresh token that was replaced, again after the next one was used",
            first().set("at", NOW + 1),
        )
        .error("invalid_grant")
}

/// A retry and the first use each gave a token, and one of the two was used.
fn forked() -> Group {
    used(first(), &[renewal(NOW - 2, first(), "sibling"), renewal(NOW - 1, other("{next}"), "last")])
        .valid("Retry", "the refresh token of the one that was used of two", other("{last}"))
        .output(told(200, RENEWED, json!({})))
        .invalid(
            &rfc9700::REFRESH_REPLAY,
            "Retry",
            "the other of two refresh tokens for one, of which one was used",
            other("{sibling}"),
        )
        .error("invalid_grant")
}
