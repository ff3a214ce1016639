//! Clients that act for users.

use fapi::requirement::ocp::acc::{ALL_SCOPES, CEILING, DENIED, EMPTY, EXPLICIT_SCOPE, GRANT_NEEDED, NEVER_OUTSIDE, OPEN};
use fapi::requirement::ocp::api::{HOOK_LAST, NO_ROLES, OFFLINE, ROLES};
use fapi::requirement::ocp::pipe::{ATTRIBUTE_SCOPES, OFFLINE_GRANTED};
use fapi::requirement::ocp::scp::{ANYBODY, LESS, MIXED, WITHOUT_ID_TOKEN};
use fapi::requirement::oidcc::OFFLINE_ACCESS;
use fapi::requirement::rfc6749::UNAUTHORIZED_CLIENT;
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use serde_json::json;

use super::{ACCOUNTS, CLOSED, PAYMENTS, STRICT, USERINFO, granted, grants, left, of_user, server, without};
use crate::vectors::file::Group;

const ALL: &str = "read:payments write:payments delete:payments";

pub(super) fn group() -> Group {
    audiences(hooks(consents(offline(roles(ceilings(policies(open(server()))))))))
}

/// An API whose users have no limits.
fn open(group: Group) -> Group {
    let none = || json!({});
    let two = "read:accounts write:accounts";
    group
        .valid("Defined", "every scope of the API", of_user(ACCOUNTS, two, none()))
        .output(left(two, &[]))
        .shows(&ANYBODY)
        .valid("Defined", "OpenID scopes and one of the API", of_user(ACCOUNTS, "openid email read:accounts", none()))
        .output(left("openid email read:accounts", &[]))
        .valid("Defined", "OpenID scopes alone", of_user(ACCOUNTS, "openid profile", none()))
        .output(left("openid profile", &[]))
        .valid("Defined", "no openid", of_user(ACCOUNTS, "read:accounts", none()))
        .output(left("read:accounts", &[]))
        .shows(&WITHOUT_ID_TOKEN)
        .valid("Defined", "a scope of another API", of_user(ACCOUNTS, "openid read:accounts read:payments", none()))
        .output(left("openid read:accounts", &[(&MIXED, "read:payments")]))
        .valid("Defined", "a scope that nobody defines", of_user(ACCOUNTS, "admin read:accounts", none()))
        .output(left("read:accounts", &[(&MIXED, "admin")]))
        .valid("Defined", "a scope in another case", of_user(ACCOUNTS, "openid READ:accounts", none()))
        .output(left("openid", &[(&MIXED, "READ:accounts")]))
        .valid("Defined", "the name of a claim", of_user(ACCOUNTS, "openid birthdate", none()))
        .output(left("openid", &[(&MIXED, "birthdate")]))
        .shows(&ATTRIBUTE_SCOPES)
        .invalid(&UNAUTHORIZED_CLIENT, "Defined", "only a scope that nobody defines", of_user(ACCOUNTS, "admin", none()))
        .error("invalid_scope")
        .valid("Omitted", "every scope of the API is meant", without(of_user(ACCOUNTS, "", none()), "scope"))
        .output(left(two, &[]))
        .valid("Registered", "less than requested", of_user(ACCOUNTS, two, json!({ "client": { "scope": "read:accounts" } })))
        .output(left("read:accounts", &[(&UNAUTHORIZED_CLIENT, "write:accounts")]))
        .valid(
            "Registered",
            "without openid",
            of_user(ACCOUNTS, "openid read:accounts", json!({ "client": { "scope": "read:accounts" } })),
        )
        .output(left("read:accounts", &[(&UNAUTHORIZED_CLIENT, "openid")]))
        .valid(
            "Registered",
            "more than the API defines",
            of_user(ACCOUNTS, "admin read:accounts", json!({ "client": { "scope": "admin read:accounts" } })),
        )
        .output(left("read:accounts", &[(&MIXED, "admin")]))
        .invalid(
            &UNAUTHORIZED_CLIENT,
            "Registered",
            "nothing that was requested",
            of_user(ACCOUNTS, "write:accounts", json!({ "client": { "scope": "read:accounts" } })),
        )
        .error("invalid_scope")
        .valid(
            "Roles",
            "permissions, and an API without roles",
            of_user(ACCOUNTS, two, json!({ "permissions": "read:accounts" })),
        )
        .output(left(two, &[]))
        .shows(&NO_ROLES)
}

fn policies(group: Group) -> Group {
    let narrow = granted(ACCOUNTS, "user", json!(["read:accounts"]));
    let empty = granted(ACCOUNTS, "user", json!([]));
    let closed = granted(CLOSED, "user", "all");
    let two = "read:accounts write:accounts";
    group
        .valid("Policy", "allow_all: a narrower grant", of_user(ACCOUNTS, two, json!({ "terms": grants(&[narrow]) })))
        .output(left(two, &[]))
        .shows(&OPEN)
        .valid("Policy", "allow_all: an empty grant", of_user(ACCOUNTS, two, json!({ "terms": grants(&[empty]) })))
        .output(left(two, &[]))
        .shows(&OPEN)
        .invalid(&DENIED, "Policy", "deny_all", of_user(CLOSED, "read:closed", json!({})))
        .error("access_denied")
        .invalid(&DENIED, "Policy", "deny_all: a grant", of_user(CLOSED, "read:closed", json!({ "terms": grants(&[closed]) })))
        .error("access_denied")
        .invalid(&DENIED, "Policy", "deny_all: openid alone", of_user(CLOSED, "openid", json!({})))
        .error("access_denied")
        .invalid(
            &DENIED,
            "Policy",
            "deny_all: a first-party client",
            of_user(CLOSED, "read:closed", json!({ "terms": { "first_party": true } })),
        )
        .error("access_denied")
}

fn ceilings(group: Group) -> Group {
    let terms = |scopes: &[&str]| grants(&[granted(PAYMENTS, "user", json!(scopes))]);
    let ask = |scope: &str, terms| of_user(PAYMENTS, scope, json!({ "permissions": ALL, "terms": terms }));
    let two = || terms(&["read:payments", "write:payments"]);
    let everything = || grants(&[granted(PAYMENTS, "user", "all")]);
    let refused = |basis, comment, input| (basis, comment, input);
    let mut group = group
        .valid("Grant", "everything within it", ask("read:payments write:payments", two()))
        .output(left("read:payments write:payments", &[]))
        .valid("Grant", "less than it has", ask("read:payments", two()))
        .output(left("read:payments", &[]))
        .valid("Grant", "more than it has", ask(ALL, two()))
        .output(left("read:payments write:payments", &[(&CEILING, "delete:payments")]))
        .shows(&NEVER_OUTSIDE)
        .valid("Grant", "OpenID scopes beside it", ask("openid email read:payments", two()))
        .output(left("openid email read:payments", &[]))
        .valid("Grant", "OpenID scopes alone", ask("openid", two()))
        .output(left("openid", &[]))
        .valid("Grant", "all scopes", ask(ALL, everything()))
        .output(left(ALL, &[]))
        .shows(&ALL_SCOPES)
        .valid("Grant", "all scopes, and one that the API does not define", ask("admin read:payments", everything()))
        .output(left("read:payments", &[(&MIXED, "admin")]))
        .valid("Grant", "a scope that the API does not define", ask("admin read:payments", terms(&["admin", "read:payments"])))
        .output(left("read:payments", &[(&MIXED, "admin")]))
        .valid(
            "Grant",
            "another one for the client itself, which is wider",
            ask(ALL, grants(&[granted(PAYMENTS, "client", "all"), granted(PAYMENTS, "user", json!(["read:payments"]))])),
        )
        .output(left("read:payments", &[(&CEILING, "write:payments delete:payments")]))
        .invalid(&UNAUTHORIZED_CLIENT, "Grant", "nothing that was requested", ask("delete:payments", two()))
        .error("invalid_scope");
    for (basis, comment, input) in [
        refused(&GRANT_NEEDED, "none", ask("read:payments", json!({}))),
        refused(&GRANT_NEEDED, "none, and openid alone", ask("openid", json!({}))),
        refused(
            &GRANT_NEEDED,
            "one for the client itself",
            ask("read:payments", grants(&[granted(PAYMENTS, "client", json!(["read:payments"]))])),
        ),
        refused(
            &GRANT_NEEDED,
            "one for another API",
            ask("read:payments", grants(&[granted(ACCOUNTS, "user", json!(["read:payments"]))])),
        ),
        refused(
            &GRANT_NEEDED,
            "one for an identifier with a slash",
            ask("read:payments", grants(&[granted("https://pay.example/", "user", json!(["read:payments"]))])),
        ),
        refused(&EMPTY, "one without scope", ask("read:payments", terms(&[]))),
        refused(&EMPTY, "one without scope, and openid alone", ask("openid", terms(&[]))),
        refused(&EMPTY, "one without scope, and none is requested", without(ask("", terms(&[])), "scope")),
    ] {
        group = group.invalid(basis, "Grant", comment, input).error("access_denied");
    }
    group
        .invalid(&EXPLICIT_SCOPE, "Omitted", "with a grant", without(ask("", two()), "scope"))
        .error("invalid_scope")
        .invalid(&EXPLICIT_SCOPE, "Omitted", "with a grant for all scopes", without(ask("", everything()), "scope"))
        .error("invalid_scope")
}

fn roles(group: Group) -> Group {
    let terms = || grants(&[granted(PAYMENTS, "user", "all")]);
    let ask = |scope: &str, permissions: &str| of_user(PAYMENTS, scope, json!({ "permissions": permissions, "terms": terms() }));
    let narrow = grants(&[granted(PAYMENTS, "user", json!(["read:payments"]))]);
    group
        .valid("Roles", "some of the requested scope", ask(ALL, "read:payments"))
        .output(left("read:payments", &[(&ROLES, "write:payments delete:payments")]))
        .shows(&ROLES)
        .valid("Roles", "more than requested", ask("read:payments", ALL))
        .output(left("read:payments", &[]))
        .valid("Roles", "a permission that the API does not define", ask("admin read:payments", "admin read:payments"))
        .output(left("read:payments", &[(&MIXED, "admin")]))
        .valid("Roles", "none, and OpenID scopes", ask("openid email read:payments", ""))
        .output(left("openid email", &[(&ROLES, "read:payments")]))
        .valid("Roles", "none of the requested scope", ask("read:payments", "write:payments"))
        .output(left("", &[(&ROLES, "read:payments")]))
        .invalid(&UNAUTHORIZED_CLIENT, "Roles", "a permission alone that the API does not define", ask("admin", "admin"))
        .error("invalid_scope")
        .valid(
            "Roles",
            "more than the client grant",
            of_user(PAYMENTS, ALL, json!({ "permissions": "read:payments write:payments", "terms": narrow })),
        )
        .output(left("read:payments", &[(&CEILING, "write:payments delete:payments")]))
        .shows(&CEILING)
        .valid(
            "Token",
            "all permissions are listed, requested or not",
            ask("openid read:payments", "delete:payments read:payments"),
        )
        .output(json!({
            "scope": "openid read:payments", "dropped": [],
            "token": {
                "aud": [PAYMENTS], "lifetime": 86400, "permissions": "delete:payments read:payments", "id_token": true,
                "refresh_token": false,
            },
        }))
}

fn offline(group: Group) -> Group {
    let payments = |scope: &str| {
        let terms = grants(&[granted(PAYMENTS, "user", "all")]);
        of_user(PAYMENTS, scope, json!({ "permissions": ALL, "terms": terms }))
    };
    let consent = || json!({ "prompt": "consent" });
    group
        .valid("Offline", "allowed", of_user(ACCOUNTS, "openid offline_access read:accounts", json!({})))
        .output(left("openid offline_access read:accounts", &[]))
        .shows(&OFFLINE_GRANTED)
        .valid("Offline", "allowed, without openid", of_user(ACCOUNTS, "offline_access read:accounts", json!({})))
        .output(left("offline_access read:accounts", &[]))
        .valid("Offline", "forbidden", payments("openid offline_access read:payments"))
        .output(left("openid read:payments", &[(&OFFLINE, "offline_access")]))
        .shows(&OFFLINE)
        .valid("Offline", "with consent: no prompt", of_user(STRICT, "openid offline_access read:strict", json!({})))
        .output(left("openid read:strict", &[(&OFFLINE_ACCESS, "offline_access")]))
        .valid("Offline", "with consent: prompt=consent", of_user(STRICT, "openid offline_access read:strict", consent()))
        .output(left("openid offline_access read:strict", &[]))
        .valid("Offline", "with consent: no prompt, and no openid", of_user(STRICT, "offline_access read:strict", json!({})))
        .output(left("offline_access read:strict", &[]))
        .valid("Token", "a refresh token", of_user(ACCOUNTS, "offline_access read:accounts write:accounts", json!({})))
        .output(json!({
            "scope": "offline_access read:accounts write:accounts", "dropped": [],
            "token": { "aud": [ACCOUNTS], "lifetime": 600, "permissions": null, "id_token": false, "refresh_token": true },
        }))
        .valid("Token", "no refresh token, because it was not requested", of_user(ACCOUNTS, "openid write:accounts", json!({})))
        .output(json!({
            "scope": "openid write:accounts", "dropped": [],
            "token": { "aud": [ACCOUNTS], "lifetime": 600, "permissions": null, "id_token": true, "refresh_token": false },
        }))
}

fn consents(group: Group) -> Group {
    let ask = |consented: &str| of_user(ACCOUNTS, "openid offline_access read:accounts", json!({ "consented": consented }));
    let roles = json!({
        "permissions": "read:payments", "consented": "write:payments read:payments",
        "terms": grants(&[granted(PAYMENTS, "user", "all")]),
    });
    group
        .valid("Consent", "less than requested", ask("openid offline_access"))
        .output(left("openid offline_access", &[(&LESS, "read:accounts")]))
        .shows(&LESS)
        .valid("Consent", "without offline_access", ask("openid read:accounts"))
        .output(left("openid read:accounts", &[(&LESS, "offline_access")]))
        .valid("Consent", "more than requested", ask("openid offline_access read:accounts write:accounts"))
        .output(left("openid offline_access read:accounts", &[]))
        .invalid(&UNAUTHORIZED_CLIENT, "Consent", "nothing that was requested", ask("write:accounts"))
        .error("invalid_scope")
        .valid("Consent", "more than the user is permitted", of_user(PAYMENTS, "read:payments write:payments", roles))
        .output(left("read:payments", &[(&ROLES, "write:payments")]))
}

fn hooks(group: Group) -> Group {
    let ask = |scope: &str, customized: &str, more: serde_json::Value| {
        let mut input = json!({ "customized": customized });
        more.as_object().into_iter().flatten().for_each(|(name, value)| input[name] = value.clone());
        of_user(ACCOUNTS, scope, input)
    };
    let roles = json!({
        "permissions": "read:payments", "customized": "write:payments",
        "terms": grants(&[granted(PAYMENTS, "user", json!(["read:payments"]))]),
    });
    group
        .valid("Hook", "another scope of the API", ask("openid read:accounts", "write:accounts", json!({})))
        .output(left("openid write:accounts", &[(&HOOK_LAST, "read:accounts")]))
        .valid("Hook", "more than requested", ask("read:accounts", "read:accounts write:accounts", json!({})))
        .output(left("read:accounts write:accounts", &[]))
        .valid("Hook", "a scope of another API", ask("read:accounts", "read:accounts read:payments", json!({})))
        .output(left("read:accounts", &[]))
        .valid(
            "Hook",
            "offline_access, which was not requested",
            ask("openid read:accounts", "read:accounts offline_access", json!({})),
        )
        .output(left("openid read:accounts", &[]))
        .valid("Hook", "nothing", ask("openid read:accounts", "", json!({})))
        .output(left("openid", &[(&HOOK_LAST, "read:accounts")]))
        .valid("Hook", "nothing, and no OpenID scope beside it", ask("read:accounts", "", json!({})))
        .output(left("", &[(&HOOK_LAST, "read:accounts")]))
        .valid("Hook", "beyond permissions and client grant", of_user(PAYMENTS, "read:payments", roles))
        .output(left("write:payments", &[(&HOOK_LAST, "read:payments")]))
        .shows(&HOOK_LAST)
        .valid(
            "Hook",
            "beyond the user's consent",
            ask("openid read:accounts", "write:accounts", json!({ "consented": "openid" })),
        )
        .output(left("openid write:accounts", &[(&LESS, "read:accounts")]))
}

fn audiences(group: Group) -> Group {
    let userinfo = |scope: &str| without(of_user("", scope, json!({})), "audience");
    let legacy = |scope: &str| of_user(ACCOUNTS, scope, json!({ "terms": { "oidc_conformant": false } }));
    group
        .valid("Audience", "none: userinfo alone", userinfo("openid email read:accounts"))
        .output(left("openid email", &[(&MIXED, "read:accounts")]))
        .valid("Token", "for userinfo alone", userinfo("openid profile"))
        .output(json!({
            "scope": "openid profile", "dropped": [],
            "token": { "aud": [USERINFO], "lifetime": 300, "permissions": null, "id_token": true, "refresh_token": false },
        }))
        .invalid(&UNAUTHORIZED_CLIENT, "Audience", "none: a scope of an API alone", userinfo("read:accounts"))
        .error("invalid_scope")
        .invalid(&RESOURCE_KNOWN, "Audience", "unknown", of_user("https://other.example", "openid", json!({})))
        .error("invalid_target")
        .invalid(
            &RESOURCE_KNOWN,
            "Audience",
            "an identifier with a slash",
            of_user("https://accounts.example/", "openid", json!({})),
        )
        .error("invalid_target")
        .valid("Pipeline", "older: userinfo alone, whatever API is named", legacy("openid read:accounts"))
        .output(left("openid", &[(&MIXED, "read:accounts")]))
        .valid("Pipeline", "older: the name of a claim", legacy("openid birthdate"))
        .output(left("openid birthdate", &[]))
}
