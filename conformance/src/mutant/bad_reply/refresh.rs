//! Responses to refresh requests.

use fapi::requirement::{fapi2_sp, oidcc, rfc6749};
use serde_json::json;

use super::draft::Draft;
use super::{Place, Slip, slip};

const TOKENS: Place = Place::served(&["/token"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("rotated", "Every refresh returns a new refresh token.", &fapi2_sp::NO_REFRESH_ROTATION, TOKENS, |draft| {
        if refreshes(draft) {
            draft.set("refresh_token", crate::keys::random());
        }
    }),
    slip("less-scope", "The scope is lost after a refresh.", &rfc6749::REFRESH_SCOPE_KEPT, TOKENS, |draft| {
        if refreshes(draft) {
            draft.set("scope", "openid");
        }
    }),
    slip("sub", "The refreshed ID token has another sub.", &oidcc::REFRESHED_ID_TOKEN, TOKENS, |draft| {
        refreshed(draft, "sub", |_| json!("bob"));
    }),
    slip("auth-time", "auth_time is the time of the refresh.", &oidcc::REFRESHED_ID_TOKEN, TOKENS, |draft| {
        refreshed(draft, "auth_time", |_| json!(1_600_000_000));
    }),
    slip("nonce-invented", "The refreshed ID token has a nonce of its own.", &oidcc::REFRESHED_NONCE_SAME, TOKENS, |draft| {
        refreshed(draft, "nonce", |_| json!("n-0S6_WzA2Mj-n-0S6_WzA2Mj"));
    }),
    slip("old-iat", "The refreshed ID token has an old iat.", &oidcc::REFRESHED_ID_TOKEN, TOKENS, |draft| {
        refreshed(draft, "iat", |iat| json!(iat.as_i64().unwrap_or_default() - 60));
    }),
];

fn refreshes(draft: &Draft<'_>) -> bool {
    draft.asked("grant_type").as_deref() == Some("refresh_token")
}

/// Changes a claim of a refreshed ID token.
fn refreshed(draft: &mut Draft<'_>, name: &str, edit: impl FnOnce(&serde_json::Value) -> serde_json::Value) {
    if refreshes(draft) {
        draft.id_token(|claims| {
            let value = edit(claims.get(name).unwrap_or(&serde_json::Value::Null));
            claims.insert(name.to_owned(), value);
        });
    }
}
