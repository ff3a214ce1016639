//! Refusals, which are never signed.

use fapi::requirement::rfc6749::{
    BASIC_DECODING, CLIENT_AUTHENTICATES, FORM_IS_UTF8, INVALID_REQUEST, NO_REPEATED_PARAMETER, ONE_AUTHENTICATION_METHOD,
    TOKEN_REQUEST_IS_POST,
};
use fapi::requirement::rfc7662::CALLER_AUTHORIZED;
use fapi::requirement::rfc9701::UNAUTHENTICATED_STATUS;
use serde_json::{Value, json};

use super::super::exchange::{Request, SECRET};
use super::{CONCERNS, Group, JSON, JWT, RESOURCE, active, ask, jwt, of};

pub(super) fn groups() -> Vec<Group> {
    let public = json!({ "client": { "client_id": "public-1", "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] } });
    let mut group = of(&[], json!({}));
    if let Some(steps) = group.members.get_mut("before").and_then(Value::as_array_mut) {
        steps.push(public);
    }
    vec![refused(group)]
}

fn refused(group: Group) -> Group {
    let good = || ask(RESOURCE, "{access_token}");
    let bare = |accept: &str| Request::of(&[("token", "{access_token}")]).header("accept", accept);
    group
        .valid("Token", "the control of the refusals", good().with("x", "1"))
        .output(jwt(active(CONCERNS)))
        .invalid(&INVALID_REQUEST, "Missing", "no token", good().without("token"))
        .invalid(&INVALID_REQUEST, "Missing", "an empty token", good().with("token", ""))
        .invalid(&NO_REPEATED_PARAMETER, "Missing", "the token twice", good().twice("token"))
        .invalid(&NO_REPEATED_PARAMETER, "Missing", "the client twice", good().twice("client_id"))
        .invalid(&FORM_IS_UTF8, "Missing", "JSON as the request", good().header("content-type", "application/json"))
        .invalid(&TOKEN_REQUEST_IS_POST, "Missing", "the method GET", {
            Request::default().set("method", "GET").set("query", "token=x&client_id=resource-1").header("accept", JWT)
        })
        .invalid(&ONE_AUTHENTICATION_METHOD, "Caller", "Basic and a secret in the form", {
            good().basic(RESOURCE, SECRET).with("client_secret", SECRET)
        })
        .errors("invalid_request")
        .invalid(&UNAUTHENTICATED_STATUS, "Caller", "nothing to authenticate with", bare(JWT))
        .invalid(&UNAUTHENTICATED_STATUS, "Caller", "client_id alone", bare(JWT).with("client_id", RESOURCE))
        .invalid(&UNAUTHENTICATED_STATUS, "Caller", "client_id of a public client", bare(JWT).with("client_id", "public-1"))
        .invalid(&UNAUTHENTICATED_STATUS, "Caller", "client_id of nobody", bare(JWT).with("client_id", "client-9"))
        .invalid(&UNAUTHENTICATED_STATUS, "Caller", "client_id alone, where JSON is accepted less", {
            bare("application/json;q=0.5, application/token-introspection+jwt").with("client_id", RESOURCE)
        })
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "nothing to authenticate with, and no JWT asked for", bare(JSON))
        .invalid(&CALLER_AUTHORIZED, "Caller", "client_id alone, and no JWT asked for", bare(JSON).with("client_id", RESOURCE))
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "a wrong secret", good().with("client_secret", "another"))
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "the secret of an unknown caller", ask("client-9", "{access_token}"))
        .invalid(&BASIC_DECODING, "Caller", "an access token in place of credentials", {
            bare(JWT).header("authorization", "Bearer {access_token}")
        })
        .errors("invalid_client")
}
