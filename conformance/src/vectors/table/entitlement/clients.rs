//! Clients that act for themselves, and requests without scope.

use fapi::requirement::ocp::acc::{ALL_SCOPES, CLIENT_SCOPES, DENIED, EMPTY, EXPLICIT_SCOPE, GRANT_NEEDED, HOOKS, ORGANIZATIONS};
use fapi::requirement::ocp::api::HOOK_LAST;
use fapi::requirement::ocp::grt::CLIENT_CREDENTIALS_REQUEST;
use fapi::requirement::ocp::org::PARAMETER;
use fapi::requirement::ocp::scp::{MACHINE_EXAMPLE, MIXED};
use fapi::requirement::rfc6749::UNAUTHORIZED_CLIENT;
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use serde_json::{Value, json};

use super::{ACCOUNTS, CLOSED, OPEN, PAYMENTS, granted, grants, left, of_client, of_user, server, without};
use crate::vectors::file::Group;

const TWO: &str = "read:payments write:payments";

fn two() -> Value {
    granted(PAYMENTS, "client", json!(["read:payments", "write:payments"]))
}

pub(super) fn group() -> Group {
    organizations(refused(server()))
        .valid("Grant", "of a client, for what it asks", of_client(PAYMENTS, TWO, json!({ "terms": grants(&[two()]) })))
        .output(left(TWO, &[]))
        .shows(&MACHINE_EXAMPLE)
        .valid("Grant", "of a client, for more", of_client(PAYMENTS, "read:payments", json!({ "terms": grants(&[two()]) })))
        .output(left("read:payments", &[]))
        .valid(
            "Grant",
            "of a client, for all scopes",
            of_client(PAYMENTS, "delete:payments", json!({ "terms": grants(&[granted(PAYMENTS, "client", "all")]) })),
        )
        .output(left("delete:payments", &[]))
        .shows(&ALL_SCOPES)
        .valid(
            "Grant",
            "of a client, and OpenID scopes, which concern users",
            of_client(PAYMENTS, "openid read:payments", json!({ "terms": grants(&[two()]) })),
        )
        .output(left("read:payments", &[(&MIXED, "openid")]))
        .valid(
            "Roles",
            "a client has none",
            of_client(PAYMENTS, "write:payments", json!({ "permissions": "", "terms": grants(&[two()]) })),
        )
        .output(left("write:payments", &[]))
        .valid("Policy", "allow_all: a client without grant", of_client(OPEN, "read:open", json!({})))
        .output(left("read:open", &[]))
        .valid("Policy", "allow_all: a client and an undefined scope", of_client(OPEN, "read:open admin", json!({})))
        .output(left("read:open", &[(&MIXED, "admin")]))
        .valid(
            "Hook",
            "another scope for a client",
            of_client(PAYMENTS, "read:payments", json!({ "customized": "delete:payments", "terms": grants(&[two()]) })),
        )
        .output(left("delete:payments", &[(&HOOK_LAST, "read:payments")]))
        .shows(&HOOKS)
        .valid(
            "Token",
            "of a client: permissions are its scope",
            of_client(PAYMENTS, "write:payments read:payments", json!({ "terms": grants(&[two()]) })),
        )
        .output(json!({
            "scope": "write:payments read:payments", "dropped": [],
            "token": {
                "aud": [PAYMENTS], "lifetime": 86400, "permissions": "write:payments read:payments", "id_token": false,
                "refresh_token": false,
            },
        }))
}

fn refused(group: Group) -> Group {
    let ask = |scope: &str, terms: &[Value]| of_client(PAYMENTS, scope, json!({ "terms": grants(terms) }));
    let closed = granted(CLOSED, "client", "all");
    let mut group = group;
    for (comment, scope, terms) in [
        ("beyond the grant", "read:payments delete:payments", two()),
        ("only beyond the grant", "delete:payments", two()),
        ("a scope that the API does not define", "read:payments admin", two()),
        ("a scope that the API does not define, and a grant for all", "read:payments admin", granted(PAYMENTS, "client", "all")),
        ("a scope of another API", "read:payments read:accounts", granted(PAYMENTS, "client", "all")),
        (
            "a scope of the grant that the API does not define",
            "read:payments old:payments",
            granted(PAYMENTS, "client", json!(["read:payments", "old:payments"])),
        ),
    ] {
        group = group
            .invalid(&CLIENT_SCOPES, "Grant", format!("of a client: {comment}"), ask(scope, &[terms]))
            .error("invalid_scope");
    }
    for (basis, comment, input) in [
        (&GRANT_NEEDED, "no grant", ask("read:payments", &[])),
        (&GRANT_NEEDED, "a grant for users", ask("read:payments", &[granted(PAYMENTS, "user", "all")])),
        (&GRANT_NEEDED, "a grant for another API", ask("read:payments", &[granted(ACCOUNTS, "client", "all")])),
        (&GRANT_NEEDED, "no grant, at an API that lets every user's client in", of_client(ACCOUNTS, "read:accounts", json!({}))),
        (&EMPTY, "a grant without scope", ask("read:payments", &[granted(PAYMENTS, "client", json!([]))])),
        (&DENIED, "deny_all, and a grant", of_client(CLOSED, "read:closed", json!({ "terms": grants(&[closed]) }))),
        (&DENIED, "deny_all, and none", of_client(CLOSED, "read:closed", json!({}))),
    ] {
        group = group.invalid(basis, "Policy", format!("a client: {comment}"), input).error("unauthorized_client");
    }
    group
        .invalid(&EXPLICIT_SCOPE, "Omitted", "by a client with a grant", without(ask("", &[two()]), "scope"))
        .error("invalid_scope")
        .valid("Omitted", "by a client that needs no grant", without(of_client(OPEN, "", json!({})), "scope"))
        .output(left("read:open write:open", &[]))
        .invalid(&UNAUTHORIZED_CLIENT, "Defined", "OpenID scopes alone, for a client", ask("openid", &[two()]))
        .error("invalid_scope")
        .invalid(
            &CLIENT_CREDENTIALS_REQUEST,
            "Audience",
            "none, for a client",
            without(of_client("", "read:payments", json!({})), "audience"),
        )
        .error("invalid_request")
        .invalid(&RESOURCE_KNOWN, "Audience", "userinfo, for a client", of_client(super::USERINFO, "openid", json!({})))
        .error("invalid_target")
}

fn organizations(group: Group) -> Group {
    let ask = |organization: Option<&str>, usage: &str, any: bool, listed: &[&str]| {
        let mut grant = two();
        grant["organization_usage"] = usage.into();
        grant["allow_any_organization"] = any.into();
        grant["organizations"] = json!(listed);
        let mut input = of_client(PAYMENTS, "read:payments", json!({ "terms": grants(&[grant]) }));
        if let Some(organization) = organization {
            input["organization"] = organization.into();
        }
        input
    };
    let north = Some("org_north");
    let mut group = group;
    for (comment, input) in [
        ("denied, and none named", ask(None, "deny", false, &[])),
        ("allowed, and none named", ask(None, "allow", false, &["org_north"])),
        ("allowed, and a listed one named", ask(north, "allow", false, &["org_north"])),
        ("allowed, and any one named", ask(north, "allow", true, &[])),
        ("required, and a listed one named", ask(north, "require", false, &["org_south", "org_north"])),
        ("required, and any one named", ask(north, "require", true, &[])),
    ] {
        group = group.valid("Organization", comment, input).output(left("read:payments", &[]));
    }
    for (basis, error, comment, input) in [
        (&ORGANIZATIONS, "invalid_request", "denied, and one named", ask(north, "deny", true, &[])),
        (&ORGANIZATIONS, "invalid_request", "required, and none named", ask(None, "require", true, &[])),
        (&ORGANIZATIONS, "access_denied", "allowed, and another one named", ask(north, "allow", false, &["org_south"])),
        (&ORGANIZATIONS, "access_denied", "required, and another one named", ask(north, "require", false, &["org_south"])),
        (&ORGANIZATIONS, "access_denied", "allowed, and none listed", ask(north, "allow", false, &[])),
        (&PARAMETER, "invalid_request", "any one allowed, and an unknown one named", ask(Some("org_east"), "allow", true, &[])),
        (
            &PARAMETER,
            "invalid_request",
            "an unknown one listed and named",
            ask(Some("org_east"), "require", false, &["org_east"]),
        ),
    ] {
        group = group.invalid(basis, "Organization", comment, input).error(error);
    }
    group
}

/// The other choices for requests without scope.
pub(super) fn omitted() -> Vec<Group> {
    let user = |terms: Value| without(of_user(PAYMENTS, "", json!({ "permissions": TWO, "terms": terms })), "scope");
    let client = |terms: Value| without(of_client(PAYMENTS, "", json!({ "terms": terms })), "scope");
    let of_users = || grants(&[granted(PAYMENTS, "user", json!(["write:payments"]))]);
    let all = server()
        .gives("switches", json!({ "scope_omitted": "all" }))
        .valid("Omitted", "all: within the grant of a client", client(grants(&[two()])))
        .output(left(TWO, &[]))
        .valid("Omitted", "all: within the grant for users", user(of_users()))
        .output(left("write:payments", &[]))
        .valid("Omitted", "all: a grant for all scopes, and roles", user(grants(&[granted(PAYMENTS, "user", "all")])))
        .output(left(TWO, &[(&fapi::requirement::ocp::api::ROLES, "delete:payments")]));
    let openid = server()
        .gives("switches", json!({ "scope_omitted": "openid" }))
        .valid("Omitted", "openid: for users with a grant", user(of_users()))
        .output(left("openid", &[]))
        .valid("Omitted", "openid: for users without limits", without(of_user(ACCOUNTS, "", json!({})), "scope"))
        .output(left("openid", &[]))
        .invalid(
            &EXPLICIT_SCOPE,
            "Omitted",
            "openid: for a client, which has no users",
            client(grants(&[granted(PAYMENTS, "client", json!(["read:payments"]))])),
        )
        .error("invalid_scope")
        .valid("Omitted", "openid: for a client without limits", without(of_client(OPEN, "", json!({})), "scope"))
        .output(left("read:open write:open", &[]));
    vec![all, openid]
}
