//! Refreshed grants.

use fapi::requirement::ocp::acc::{CEILING, EMPTY, GRANT_NEEDED, REFRESH_EXCEPTED};
use fapi::requirement::ocp::api::ROLES;
use fapi::requirement::ocp::rt::SCOPE_OMITTED;
use fapi::requirement::ocp::scp::MIXED;
use fapi::requirement::rfc6749::{REFRESH_SCOPE, UNAUTHORIZED_CLIENT};
use serde_json::{Value, json};

use super::{ACCOUNTS, PAYMENTS, STRICT, granted, grants, left, of_user, server, without};
use crate::vectors::file::Group;

const TWO: &str = "read:payments write:payments";

/// A refresh of a grant for the API with roles, by a client with these grants.
fn refresh(original: &str, permissions: &str, scopes: impl Into<Value>) -> Value {
    let terms = grants(&[granted(PAYMENTS, "user", scopes)]);
    let more = json!({ "original": original, "permissions": permissions, "terms": terms });
    without(of_user(PAYMENTS, "", more), "scope")
}

fn narrowed(mut input: Value, scope: &str) -> Value {
    input["scope"] = scope.into();
    input
}

pub(super) fn group() -> Group {
    let gone = |terms: Value| {
        let more = json!({ "original": TWO, "permissions": TWO, "terms": terms });
        without(of_user(PAYMENTS, "", more), "scope")
    };
    let accounts = |original: &str| without(of_user(ACCOUNTS, "", json!({ "original": original })), "scope");
    let strict = without(of_user(STRICT, "", json!({ "original": "openid offline_access read:strict" })), "scope");
    let hook = |scope: Option<&str>| {
        let more = json!({ "original": "openid write:accounts", "customized": "write:accounts" });
        let input = of_user(ACCOUNTS, scope.unwrap_or_default(), more);
        if scope.is_some() { input } else { without(input, "scope") }
    };
    server()
        .valid("Refresh", "no scope: what was granted", refresh(TWO, TWO, "all"))
        .output(left(TWO, &[]))
        .shows(&SCOPE_OMITTED)
        .valid("Refresh", "no scope, although there is a client grant", refresh("read:payments", TWO, json!(["read:payments"])))
        .output(left("read:payments", &[]))
        .shows(&REFRESH_EXCEPTED)
        .valid("Refresh", "narrower", narrowed(refresh(TWO, TWO, "all"), "read:payments"))
        .output(left("read:payments", &[]))
        .valid("Refresh", "the same scope in another order", narrowed(refresh(TWO, TWO, "all"), "write:payments read:payments"))
        .output(left("write:payments read:payments", &[]))
        .invalid(
            &REFRESH_SCOPE,
            "Refresh",
            "wider, although everything else allows it",
            narrowed(refresh("read:payments", TWO, "all"), TWO),
        )
        .error("invalid_scope")
        .invalid(
            &REFRESH_SCOPE,
            "Refresh",
            "openid, which was not granted",
            narrowed(accounts("read:accounts"), "openid read:accounts"),
        )
        .error("invalid_scope")
        .invalid(&REFRESH_SCOPE, "Refresh", "a scope that nobody defines", narrowed(accounts("read:accounts"), "admin"))
        .error("invalid_scope")
        .valid("Refresh", "a permission was withdrawn", refresh(TWO, "write:payments", "all"))
        .output(left("write:payments", &[(&ROLES, "read:payments")]))
        .valid("Refresh", "a permission was added", refresh("read:payments", TWO, "all"))
        .output(left("read:payments", &[]))
        .valid("Refresh", "the client grant was narrowed", refresh(TWO, TWO, json!(["read:payments"])))
        .output(left("read:payments", &[(&CEILING, "write:payments")]))
        .valid(
            "Refresh",
            "the client grant was widened",
            refresh("read:payments", TWO, json!(["read:payments", "write:payments"])),
        )
        .output(left("read:payments", &[]))
        .invalid(&GRANT_NEEDED, "Refresh", "the client grant was deleted", gone(json!({})))
        .error("unauthorized_client")
        .invalid(&EMPTY, "Refresh", "the client grant was emptied", gone(grants(&[granted(PAYMENTS, "user", json!([]))])))
        .error("unauthorized_client")
        .valid("Refresh", "a scope that the API does not define any more", accounts("read:accounts old:accounts"))
        .output(left("read:accounts", &[(&MIXED, "old:accounts")]))
        .valid("Refresh", "the client registered less", {
            let mut input = accounts("read:accounts write:accounts");
            input["client"] = json!({ "scope": "write:accounts" });
            input
        })
        .output(left("write:accounts", &[(&UNAUTHORIZED_CLIENT, "read:accounts")]))
        .valid("Offline", "at a refresh, allowed", accounts("offline_access read:accounts"))
        .output(left("offline_access read:accounts", &[]))
        .valid("Offline", "at a refresh, with consent, which was asked then", strict)
        .output(left("openid offline_access read:strict", &[]))
        .valid("Hook", "at a refresh without scope", hook(None))
        .output(left("openid write:accounts", &[]))
        .valid("Hook", "at a refresh with a narrower scope", hook(Some("openid")))
        .output(left("openid", &[]))
}
