//! Malformed requests: repeated parameters, bodies that are too large or broken, wrong content types and methods.

use super::{Scenario, always, front_channel, run};
use crate::client::FormRequest;
use crate::client::form::encode;
use crate::finding::{Finding, Tried, skip};
use crate::http::{Reply, Request};
use crate::session::{Session, Wire, wire};
use fapi::requirement::{local, oidcc, rfc6749, rfc9110, rfc9126};

const INVALID_REQUEST: &[&str] = &["400 invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("push-parameter-twice", "A pushed request with a repeated parameter is refused.", |s| {
        Box::pin(refused(s, s.one.push().duplicate("response_type", "code"), &wire::INVALID_REQUEST))
    })
    .requires(&[&rfc6749::NO_REPEATED_PARAMETER])
    .when(front_channel)
    .asserts(INVALID_REQUEST),
    Scenario::negative(
        "push-client-id-twice",
        "A pushed request with client_id twice is refused, even if both are correct.",
        |s| Box::pin(refused(s, s.one.push().duplicate("client_id", s.one.id()), &DUPLICATE_CREDENTIAL)),
    )
    .requires(&[&rfc6749::NO_REPEATED_PARAMETER])
    .when(front_channel)
    .asserts(&["400 with invalid_request or invalid_client, or 401 with invalid_client"]),
    Scenario::negative("token-parameter-twice", "A token request with a repeated parameter is refused.", run!(token_twice))
        .requires(&[&rfc6749::NO_REPEATED_TOKEN_PARAMETER])
        .when(always)
        .asserts(INVALID_REQUEST),
    Scenario::negative("token-assertion-twice", "Two client assertions in one request are refused.", run!(assertion_twice))
        .requires(&[&rfc6749::NO_REPEATED_TOKEN_PARAMETER])
        .when(super::assertions)
        .asserts(&["400 with invalid_request or invalid_client, or 401 with invalid_client"]),
    Scenario::negative("token-as-json", "A token request in JSON is refused.", run!(token_as_json))
        .requires(&[&rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::INVALID_REQUEST, &rfc6749::FORM_IS_UTF8])
        .when(always)
        .asserts(&["400 with an error, 401 with invalid_client, or 415 (tokens or a request_uri are a warning: only the client is bound)"]),
    Scenario::negative("token-without-content-type", "A token request without a content type is refused.", run!(without_type))
        .requires(&[&rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::INVALID_REQUEST, &rfc6749::FORM_IS_UTF8])
        .when(always)
        .asserts(&["400 with an error, 401 with invalid_client, or 415 (tokens or a request_uri are a warning: only the client is bound)"]),
    Scenario::negative("push-as-json", "A pushed request in JSON is refused.", |s| Box::pin(as_json(s, s.one.push())))
        .requires(&[&rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::INVALID_REQUEST, &rfc9126::PUSH_BY_POST_FORM])
        .when(front_channel)
        .asserts(&["400 with an error, 401 with invalid_client, or 415 (tokens or a request_uri are a warning: only the client is bound)"]),
    Scenario::negative("token-by-get", "A token request by GET is refused.", run!(by_get))
        .requires(&[&rfc6749::TOKEN_REQUEST_IS_POST])
        .when(always)
        .asserts(&["a GET with the form in the query is answered with 4xx (tokens are a warning: only the client is bound)"]),
    Scenario::negative("authorize-by-put", "The authorization endpoint refuses PUT.", run!(authorize_by_put))
    .requires(&[&rfc9110::METHOD_NOT_ALLOWED, &oidcc::GET_AND_POST])
    .when(front_channel)
    .asserts(BY_PUT),
    Scenario::negative("userinfo-by-put", "The userinfo endpoint refuses PUT.", run!(userinfo_by_put))
        .requires(&[&rfc9110::METHOD_NOT_ALLOWED, &oidcc::USERINFO_SERVED])
        .when(super::openid)
        .asserts(BY_PUT),
    Scenario::negative("introspect-by-put", "The introspection endpoint refuses PUT.", |s| {
        Box::pin(sent_by_put(s, "introspection_endpoint", |s, token| s.one.introspect(token)))
    })
    .requires(&[&rfc9110::METHOD_NOT_ALLOWED, &rfc6749::TOKEN_REQUEST_IS_POST])
    .when(always)
    .asserts(BY_PUT),
    Scenario::negative("revoke-by-put", "The revocation endpoint refuses PUT.", |s| {
        Box::pin(sent_by_put(s, "revocation_endpoint", |s, token| s.one.revoke(token)))
    })
        .requires(&[&rfc9110::METHOD_NOT_ALLOWED, &rfc6749::TOKEN_REQUEST_IS_POST])
        .when(always)
        .asserts(BY_PUT),
    Scenario::negative("token-in-query", "A token request with its form in the query is refused.", run!(in_query))
        .requires(&[&rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::NO_SECRET_IN_QUERY, &rfc6749::INVALID_REQUEST])
        .when(always)
        .asserts(&["a POST with the form in the query is answered with 4xx (tokens are a warning: only the client is bound)"]),
    Scenario::negative("token-not-utf8", "A form that is not UTF-8 is refused.", run!(not_utf8))
        .requires(&[&rfc6749::FORM_IS_UTF8])
        .when(always)
        .asserts(&["400 or 401 with an error (if tokens are issued: a warning)"]),
    Scenario::negative("token-empty-body", "A token request without a body is refused.", run!(empty_body))
        .requires(&[&rfc6749::INVALID_REQUEST, &rfc6749::CLIENT_AUTHENTICATES])
        .when(always)
        .asserts(&["400 or 401 with an error"]),
    Scenario::negative("push-oversized", "A pushed request of a megabyte is refused.", |s| {
        Box::pin(too_much(s, s.one.push().set("state", "x".repeat(1 << 20))))
    })
    .requires(&[&local::REQUEST_SIZE])
    .when(front_channel)
    .rough()
    .asserts(&["4xx, or the connection is closed (anything else is a warning: the limit is a rule of ours)"]),
    Scenario::negative("token-oversized", "A token request of a megabyte is refused.", run!(oversized))
        .requires(&[&local::REQUEST_SIZE])
        .when(always)
        .rough()
        .asserts(&["4xx, or the connection is closed (anything else is a warning: the limit is a rule of ours)"]),
    Scenario::negative(
        "token-many-parameters",
        "A token request with ten thousand parameters does not cause a server error.",
        run!(many),
    )
    .requires(&[&local::REQUEST_SIZE])
    .when(always)
    .rough()
    .asserts(&["a response below 500 within the time limit, or the connection is closed"]),
    Scenario::negative(
        "token-huge-assertion",
        "A client assertion of 100 kilobytes does not cause a server error.",
        run!(huge_assertion),
    )
    .requires(&[&local::REQUEST_SIZE])
    .when(super::assertions)
    .rough()
    .asserts(&["a response below 500 within the time limit, or the connection is closed"]),
];

const DUPLICATE_CREDENTIAL: Wire = Wire::new(&[400, 401], &["invalid_request", "invalid_client"]);
const NOT_A_FORM: Wire = Wire::new(&[400, 401, 415], &[]);

async fn refused(s: &Session, request: FormRequest, wire: &Wire) -> Tried<()> {
    s.refused(&request.send().await?, wire)
}

async fn token_twice(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?;
    let fields = request.complete_fields();
    let grant = fields.iter().find(|(name, _)| name == "grant_type").map(|(_, value)| value.clone()).unwrap_or_default();
    refused(s, request.duplicate("grant_type", grant), &wire::INVALID_REQUEST).await
}

async fn assertion_twice(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.duplicate("client_assertion", s.one.assertion().sign());
    refused(s, request, &DUPLICATE_CREDENTIAL).await
}

async fn not_a_form(s: &Session, request: FormRequest) -> Tried<()> {
    let reply = request.send().await?;
    if s.tolerates(&reply, "a request whose body is no form") {
        return Ok(());
    }
    // 415 is a status of HTTP itself, so its response need not be JSON.
    if reply.status() == 415 { s.upheld(Some(reply.number())) } else { s.refused(&reply, &NOT_A_FORM) }
}

async fn as_json(s: &Session, request: FormRequest) -> Tried<()> {
    let members: serde_json::Map<_, _> =
        request.complete_fields().into_iter().map(|(name, value)| (name, value.into())).collect();
    let body = serde_json::Value::Object(members).to_string();
    not_a_form(s, request.content_type(Some("application/json")).body(body)).await
}

/// A token request whose text is made before it is sent. It is not sent again with a nonce, since its assertion would be a replay.
async fn sent_once(s: &Session) -> Tried<FormRequest> {
    s.prime().await?;
    s.one.token_request().await
}

async fn token_as_json(s: &Session) -> Tried<()> {
    as_json(s, sent_once(s).await?).await
}

async fn without_type(s: &Session) -> Tried<()> {
    not_a_form(s, s.one.token_request().await?.content_type(None)).await
}

async fn by_get(s: &Session) -> Tried<()> {
    let reply = sent_once(s).await?.method("GET").in_query().send().await?;
    if s.tolerates(&reply, "a token request by GET") {
        return Ok(());
    }
    if !(400..500).contains(&reply.status()) {
        let finding =
            Finding::new("a 4xx status to a token request by GET", format!("status {}", reply.status())).shown_by(reply.number());
        return Err(finding.against(&rfc6749::TOKEN_REQUEST_IS_POST).into());
    }
    s.upheld(Some(reply.number()))
}

const BY_PUT: &[&str] = &["PUT is answered with 405, or with another 4xx status (a warning)"];

async fn authorize_by_put(s: &Session) -> Tried<()> {
    let url = s.one.authorize(&s.pushed().await?).url()?;
    let form = url.query().unwrap_or_default().to_owned();
    let request = Request::new("PUT", "PUT", url).carrying("application/x-www-form-urlencoded", form);
    not_allowed(s, &s.http().send(request).await?)
}

/// Sends a request that a POST would serve.
async fn sent_by_put(s: &Session, endpoint: &str, request: fn(&Session, &str) -> FormRequest) -> Tried<()> {
    if !s.one.has_endpoint(endpoint) {
        return skip(format!("the server has no {endpoint}"));
    }
    let token = s.one.tokens().await?.access_token;
    not_allowed(s, &request(s, &token).method("PUT").send().await?)
}

async fn userinfo_by_put(s: &Session) -> Tried<()> {
    let call = s.one.userinfo(&s.one.tokens().await?);
    call.served().await?;
    not_allowed(s, &call.method("PUT").send().await?)
}

fn not_allowed(s: &Session, reply: &Reply) -> Tried<()> {
    if s.tolerates(reply, "a request by PUT") {
        return Ok(());
    }
    if !(400..500).contains(&reply.status()) && reply.status() != 501 {
        let finding =
            Finding::new("a 4xx status to a request by PUT", format!("status {}", reply.status())).shown_by(reply.number());
        return Err(finding.against(&rfc9110::METHOD_NOT_ALLOWED).into());
    }
    if reply.status() != 405 {
        s.warn(format!("a request by PUT gets status {}, not 405", reply.status()));
    }
    s.upheld(Some(reply.number()))
}

async fn in_query(s: &Session) -> Tried<()> {
    let reply = sent_once(s).await?.in_query().send().await?;
    if s.tolerates(&reply, "a token request with its form in the query") {
        return Ok(());
    }
    if !(400..500).contains(&reply.status()) {
        let finding = Finding::new("a 4xx status to a form in the query", format!("status {}", reply.status()));
        return Err(finding.shown_by(reply.number()).into());
    }
    s.upheld(Some(reply.number()))
}

async fn not_utf8(s: &Session) -> Tried<()> {
    let request = sent_once(s).await?;
    let body = format!("{}&scope=%FF%FE", encode(&without(request.complete_fields(), "scope")));
    let reply = request.body(body).send().await?;
    if reply.grants() {
        s.warn("a form that is not UTF-8 is accepted");
        return Ok(());
    }
    s.refused(&reply, &Wire::new(&[400, 401], &[]))
}

async fn empty_body(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.body("");
    s.refused(&request.send().await?, &Wire::new(&[400, 401], &[]))
}

async fn too_much(s: &Session, request: FormRequest) -> Tried<()> {
    let reply = match request.attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => return s.hung_up(unanswered, true),
    };
    if !(400..500).contains(&reply.status()) {
        let finding = Finding::new("status 413 or 400 to a body of a megabyte", format!("status {}", reply.status()))
            .shown_by(reply.number());
        return Err(finding.against(&local::REQUEST_SIZE).into());
    }
    s.upheld(Some(reply.number()))
}

async fn oversized(s: &Session) -> Tried<()> {
    too_much(s, s.one.token_request().await?.set("x", "x".repeat(1 << 20))).await
}

async fn many(s: &Session) -> Tried<()> {
    let request = sent_once(s).await?;
    let mut fields = request.complete_fields();
    fields.extend((0..10_000).map(|number| (format!("p{number}"), String::new())));
    harmless(s, request.body(encode(&fields))).await
}

async fn huge_assertion(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.assertion(|jwt| jwt.header("x", "x".repeat(100_000)).corrupt());
    harmless(s, request).await
}

async fn harmless(s: &Session, request: FormRequest) -> Tried<()> {
    let reply = match request.attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => return s.hung_up(unanswered, true),
    };
    if reply.status() >= 500 {
        let finding = Finding::new("a status below 500", format!("status {}", reply.status())).shown_by(reply.number());
        return Err(finding.against(&local::REQUEST_SIZE).into());
    }
    if reply.grants() { Ok(()) } else { s.upheld(Some(reply.number())) }
}

fn without(fields: Vec<(String, String)>, name: &str) -> Vec<(String, String)> {
    fields.into_iter().filter(|(field, _)| field != name).collect()
}
