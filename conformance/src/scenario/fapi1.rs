//! What FAPI 1.0 Advanced demands beyond, or otherwise than, FAPI 2.0. The scenarios apply where its rules are in force.

use serde_json::json;

use super::{Scenario, advanced, assertions, assertions_pushed, codes_alone, plainly, rules, run};
use crate::browser::Landing;
use crate::client::FormRequest;
use crate::finding::{Finding, Tried};
use crate::jwt::Jwt;
use crate::keys;
use crate::session::{Front, Session, Wire, wire};
use crate::variant::{RequestDelivery, ResponseType, Variant};
use fapi::requirement::{
    Requirement, fapi1_adv, fapi1_base, jarm, oauth2_rt, oidcc, rfc6749, rfc7519, rfc7521, rfc7523, rfc7636, rfc9126,
};

const REDIRECT: &[&str] =
    &["invalid_request", "invalid_request_object", "invalid_request_uri", "access_denied", "unsupported_response_type"];
const REQUEST: Front = Front { push: wire::INVALID_REQUEST_OBJECT, redirect: REDIRECT };
const TYPE: Front = Front {
    push: Wire::new(&[400], &["unsupported_response_type", "invalid_request", "unauthorized_client", "invalid_request_object"]),
    redirect: REDIRECT,
};
const REFUSED: &[&str] = &[
    "pushed: 400 with invalid_request or invalid_request_object; or an error at the redirect URI, or an error page",
    "no code is issued",
];
const NOWHERE: &[&str] = &[
    "pushed: 400 with invalid_request or invalid_request_object; or an error page",
    "nothing is sent to the redirect URI of the request",
];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("challenge-of-own-accord", "A challenge may come with a request that needs none.", run!(challenge))
        .oidf(&[advanced!("ensure-valid-pkce-succeeds"), "oidcc-ensure-request-with-valid-pkce-succeeds"])
        .requires(&[&rfc7636::S256_SUPPORTED])
        .when(challenged)
        .direct()
        .plain()
        .asserts(&["an S256 challenge in a request that the browser brings: the flow succeeds with its verifier"]),
    Scenario::negative("response-mode-query", "A code with tokens is never in the query of the redirect URI.", run!(in_query))
        .oidf(&[advanced!("ensure-response-mode-query")])
        .requires(&[&oauth2_rt::NO_COMBINATION_IN_QUERY])
        .when(combined)
        .direct()
        .plain()
        .codeless()
        .asserts(REFUSED),
    Scenario::negative("response-mode-query-of-token", "An ID token by itself is never in the query of the redirect URI.", run!(in_query))
        .requires(&[&oauth2_rt::NO_TOKEN_IN_QUERY])
        .when(id_token_alone)
        .plain()
        .codeless()
        .asserts(REFUSED),
    Scenario::negative("response-mode-query-jwt", "Tokens are not in the query of the redirect URI, not even in a readable JWT.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.set("response_mode", "query.jwt"), &REQUEST))
    })
    .requires(&[&jarm::NO_TOKEN_IN_QUERY_JWT])
    .when(id_tokens_in_front)
    .under(rules::signed_responses)
    .asserts(REFUSED),
    Scenario::negative("state-without-openid", "A request without the scope openid is refused without a state.", run!(stateless))
        .requires(&[&fapi1_base::STATE_REQUIRED])
        .when(codes_alone)
        .under(rules::state_required)
        .direct()
        .asserts(&[
            "control: the same request with a state is accepted",
            "pushed: 400 with invalid_request or invalid_request_object; or an error at the redirect URI, or an error page",
            "no code is issued",
        ]),
    Scenario::negative("response-plain-in-query", "A code in the query by itself is refused.", run!(in_query))
        .oidf(&[advanced!("ensure-response-mode-query")])
        .requires(&[&fapi1_adv::RESPONSE_TYPE])
        .when(Variant::signed_responses)
        .under(rules::signed_responses)
        .direct()
        .asserts(REFUSED),
    unregistered("redirect-uri-unregistered", "An unregistered redirect URI is refused, and nothing is sent there.")
        .oidf(&[advanced!("ensure-registered-redirect-uri")])
        .when(front)
        .under(rules::signed_responses)
        .direct(),
    unregistered("front-redirect-uri-unregistered", "Nothing is sent to an unregistered redirect URI.")
        .oidf(&["oidcc-ensure-registered-redirect-uri"])
        .when(plainly)
        .plain()
        .codeless(),
    Scenario::negative("object-without-nonce", "A nonce beside the request object does not count.", run!(nonce_outside))
        .oidf(&[advanced!("ensure-request-object-without-nonce-fails")])
        .requires(&[&fapi1_base::NONCE_REQUIRED, &oidcc::HYBRID_NONCE])
        .when(super::openid)
        .under(rules::nonce_required)
        .direct()
        .asserts(REFUSED),
    Scenario::negative("request-without-nonce", "A request for an ID token without a nonce is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("nonce"), &REQUEST))
    })
    .requires(&[&fapi1_base::NONCE_REQUIRED, &oidcc::HYBRID_NONCE])
    .when(super::openid)
    .under(rules::nonce_required)
    .direct()
    .asserts(REFUSED),
    Scenario::negative("response-type-code-alone", "A code in a response that is not signed is refused.", run!(code_alone))
        .oidf(&[advanced!("ensure-response-type-code-fails")])
        .requires(&[&fapi1_adv::RESPONSE_TYPE])
        .when(front)
        .under(rules::signed_responses)
        .direct()
        .asserts(&[
            "response_type=code, and with JARM without response_mode: pushed 400, or an error at the redirect URI, or an error page",
            "no code is issued",
        ]),
    Scenario::positive("assertion-for-issuer", "A client assertion for the issuer is accepted.", |s| {
        Box::pin(async move { s.one.token_request().await?.tokens().await.map(drop) })
    })
    .oidf(&[advanced!("ensure-client-assertion-with-iss-aud-succeeds")])
    .requires(&[&rfc7523::ASSERTION_AUD])
    .when(assertions)
    .under(rules::audience_may_be_endpoint)
    .direct()
    .asserts(&["aud is the issuer: the token request succeeds"]),
    Scenario::positive("assertion-for-endpoints", "A pushed request may be authenticated for the server's endpoints.", run!(endpoints))
        .oidf(&[
            advanced!("par-test-pushed-authorization-url-as-audience-for-client-JWT-assertion"),
            advanced!("par-token-endpoint-url-as-audience-for-client-JWT-assertion"),
        ])
        .requires(&[&rfc9126::LENIENT_ASSERTION_AUDIENCE])
        .when(assertions_pushed)
        .under(rules::audience_may_be_endpoint)
        .asserts(&["aud is the PAR endpoint, and the token endpoint: PAR answers 201"]),
    Scenario::positive("assertion-audiences", "The issuer may be one of several audiences of an assertion.", run!(audiences))
        .oidf(&[advanced!("test-array-as-audience-for-client-JWT-assertion")])
        .requires(&[&rfc7519::AUD_CONTAINS_RECIPIENT])
        .when(assertions)
        .under(rules::audience_may_be_endpoint)
        .direct()
        .asserts(&["aud is an array with the issuer and another URL, when pushed and at the token endpoint: both are accepted"]),
    Scenario::negative("push-assertion-claims", "A pushed request with an assertion of another issuer, subject or audience is refused.", run!(claims))
        .oidf(&[
            advanced!("par-ensure-client-assertion-with-wrong-aud-fails"),
            advanced!("par-ensure-client-assertion-with-wrong-iss-fails"),
            advanced!("par-ensure-client-assertion-with-wrong-sub-fails"),
        ])
        .requires(&[&rfc7523::ASSERTION_AUD, &rfc7523::ASSERTION_ISS, &rfc7523::ASSERTION_SUB, &rfc7521::CLIENT_ID_MATCHES, &rfc7519::AUD_CONTAINS_RECIPIENT])
        .when(assertions_pushed)
        .under(rules::audience_may_be_endpoint)
        .asserts(&["aud, iss or sub of somebody else: 400, or 401 if invalid_client, with invalid_client or invalid_request"]),
    Scenario::negative("object-for-endpoint", "A request object for the PAR endpoint is refused.", run!(object_for_endpoint))
        .oidf(&[advanced!("par-pushed-authorization-url-as-audience-in-request-object")])
        .requires(&[&rfc7519::AUD_CONTAINS_RECIPIENT])
        .when(super::signed)
        .under(rules::objects_have_audiences)
        .asserts(REFUSED),
    Scenario::positive("front-id-token", "The ID token of the front channel has the hashes of code and state.", run!(hashes))
        .requires(&[&fapi1_adv::S_HASH, &fapi1_adv::DETACHED_SIGNATURE, &oidcc::C_HASH])
        .when(id_tokens_in_front)
        .under(rules::signed_responses)
        .direct()
        .asserts(&["c_hash and s_hash are those of the code and the state, for both clients", "no s_hash without state"]),
];

const REGISTERED: &[&Requirement] = &[&rfc6749::REDIRECT_REGISTERED];

const fn unregistered(id: &'static str, summary: &'static str) -> Scenario {
    Scenario::negative(id, summary, run!(elsewhere)).requires(REGISTERED).asserts(NOWHERE)
}

fn front(variant: &Variant) -> bool {
    variant.front_channel()
}

/// The browser brings requests: those for a code, and for a code and an ID token, stand for the others.
fn challenged(variant: &Variant) -> bool {
    let stands = matches!(variant.response_type(), Some(ResponseType::Code | ResponseType::CodeIdToken));
    variant.request_delivery() == Some(RequestDelivery::Direct) && stands
}

fn combined(variant: &Variant) -> bool {
    variant.response_type().is_some_and(|answer| !matches!(answer, ResponseType::Code | ResponseType::IdToken))
}

fn id_token_alone(variant: &Variant) -> bool {
    variant.response_type() == Some(ResponseType::IdToken)
}

fn id_tokens_in_front(variant: &Variant) -> bool {
    variant.codes() && variant.response_type().is_some_and(ResponseType::has_id_token)
}

async fn challenge(s: &Session) -> Tried<()> {
    s.one.tokens().await.map(drop)
}

async fn in_query(s: &Session) -> Tried<()> {
    s.refused_in_front_by(|push| push.set("response_mode", "query"), &REQUEST).await
}

async fn elsewhere(s: &Session) -> Tried<()> {
    let elsewhere = format!("https://not-registered.example/{}", keys::random());
    let push = s.one.push().set("redirect_uri", elsewhere.as_str());
    let before = s.http().exchanges().len();
    s.refused_in_front(&push, &REQUEST).await?;
    let exchanges = s.http().exchanges();
    match exchanges.iter().skip(before).find(|exchange| leads_to(exchange, &elsewhere)) {
        None => Ok(()),
        Some(exchange) => {
            let finding = Finding::new("no redirect to an unregistered redirect URI", "a redirect there");
            Err(finding.shown_by(exchange.number).against(&rfc6749::REDIRECT_REGISTERED).into())
        }
    }
}

fn leads_to(exchange: &crate::http::HttpExchange, address: &str) -> bool {
    let crate::http::Answer::Response { headers, .. } = &exchange.answer else { return false };
    headers.iter().any(|(name, value)| name == "location" && value.starts_with(address))
}

async fn stateless(s: &Session) -> Tried<()> {
    let scope: Vec<_> = s.one.scope().split(' ').filter(|word| *word != "openid").map(str::to_owned).collect();
    let push = s.one.push().set("scope", scope.join(" ")).without("nonce");
    let pushed = s.control(push.pushed().await)?;
    if !matches!(s.one.authorize(&pushed).looking().land().await?, Landing::Waiting(_)) {
        return s.skip("no control: a request without the scope openid is refused");
    }
    s.refused_in_front(&push.without("state"), &REQUEST).await
}

async fn nonce_outside(s: &Session) -> Tried<()> {
    s.refused_in_front_by(|push| push.without("nonce").outside("nonce", keys::random()), &REQUEST).await
}

async fn code_alone(s: &Session) -> Tried<()> {
    let plainly = |push: FormRequest| push.set("response_type", "code").without("response_mode");
    s.refused_in_front_by(plainly, &TYPE).await
}

async fn endpoints(s: &Session) -> Tried<()> {
    for endpoint in ["pushed_authorization_request_endpoint", "token_endpoint"] {
        let audience = s.one.metadata().text(endpoint).unwrap_or_default().to_owned();
        let push = s.one.push().assertion(move |jwt| jwt.claim("aud", audience.as_str()));
        push.pushed().await.map_err(|stop| stop.against(&rfc9126::LENIENT_ASSERTION_AUDIENCE))?;
    }
    Ok(())
}

async fn audiences(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.clone();
    let several = move |jwt: Jwt| jwt.claim("aud", json!([issuer, "https://other.example"]));
    if s.variant().pushed() {
        let pushed = s.one.push().assertion(several.clone()).pushed().await;
        pushed.map_err(|stop| stop.against(&rfc7519::AUD_CONTAINS_RECIPIENT))?;
    }
    let tokens = s.one.token_request().await?.assertion(several).tokens().await;
    tokens.map(drop).map_err(|stop| stop.against(&rfc7519::AUD_CONTAINS_RECIPIENT))
}

async fn claims(s: &Session) -> Tried<()> {
    for (name, because) in [
        ("aud", &[&rfc7523::ASSERTION_AUD, &rfc7519::AUD_CONTAINS_RECIPIENT] as &[&'static Requirement]),
        ("iss", &[&rfc7523::ASSERTION_ISS, &rfc7521::CLIENT_ID_MATCHES]),
        ("sub", &[&rfc7523::ASSERTION_SUB, &rfc7521::CLIENT_ID_MATCHES]),
    ] {
        let push = s.one.push().assertion(move |jwt| jwt.claim(name, "https://other.example"));
        s.refused_because(&push.send().await?, &wire::INVALID_CLIENT_OR_REQUEST, because)?;
    }
    Ok(())
}

async fn object_for_endpoint(s: &Session) -> Tried<()> {
    let audience = s.one.metadata().text("pushed_authorization_request_endpoint").unwrap_or_default().to_owned();
    s.refused_in_front_by(|push| push.object(move |jwt| jwt.claim("aud", audience.as_str())), &REQUEST).await
}

async fn hashes(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let pushed = client.push().pushed().await?;
        let answer = client.authorize(&pushed).answer().await?;
        let has = |name: &str| answer.id_token.as_ref().is_some_and(|claims| claims.contains_key(name));
        for (name, rule) in
            [("s_hash", &fapi1_adv::S_HASH as &'static Requirement), ("c_hash", &oidcc::C_HASH as &'static Requirement)]
        {
            if !has(name) {
                let finding = Finding::new(format!("{name} in the ID token of the authorization response"), "none");
                return Err(Finding { exchange: answer.exchange(), ..finding.against(rule) }.into());
            }
        }
    }
    Ok(())
}
