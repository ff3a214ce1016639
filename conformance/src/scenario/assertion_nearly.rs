//! Client assertions that are wrong only where a careless check does not look, at every endpoint.

use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7518, rfc7519, rfc7521, rfc7523};
use serde_json::{Value, json};

use super::nearly_right::{each_refused, told};
use super::{Scenario, assertions, assertions_pushed, rules, run};
use crate::client::{Client, FormRequest};
use crate::finding::{Tried, skip};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::nearly;
use crate::session::{Session, wire};

const REFUSAL: &[&str] = &[
    "each value gets 400 with invalid_client or invalid_request, or 401 with invalid_client: at the PAR endpoint, or at the token \
     endpoint with client_credentials",
];
const AT_ENDPOINT: &[&str] = &[
    "after a good request: another key, no signature with alg none, another audience, no aud, expired, no exp, another client in iss \
     or in sub, no jti, and an assertion used before",
    "400 with invalid_client or invalid_request, or 401 with invalid_client",
];

pub(super) static SCENARIOS: &[Scenario] = &[
    nearly("assertion-audience-nearly-right", "An aud that only resembles the issuer is refused.", run!(audience))
        .requires(&[&rfc7523::ASSERTION_AUD, &rfc7519::AUD_CONTAINS_RECIPIENT]),
    nearly("assertion-issuer-nearly-right", "An iss that only resembles the client's id is refused.", |s| Box::pin(client(s, "iss")))
        .requires(&[&rfc7523::ASSERTION_ISS]),
    nearly("assertion-subject-nearly-right", "A sub that only resembles the client's id is refused.", |s| {
        Box::pin(client(s, "sub"))
    })
    .requires(&[&rfc7523::ASSERTION_SUB]),
    nearly("assertion-audience-of-others", "An aud that is a list of other audiences is refused.", run!(others))
        .requires(&[&rfc7523::ASSERTION_AUD]),
    nearly("assertion-audience-among-others", "An aud in which the issuer is one of several is refused.", run!(among))
        .requires(&[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER])
        .under(rules::audience_is_string),
    nearly("assertion-trivial-signature", "An assertion whose signature anyone can make is refused.", run!(trivial))
        .requires(&[&rfc7523::ASSERTION_SIGNED])
        .asserts(&[
            "no signature; an ECDSA signature of zeros; a signature of another key with no kid, with an unknown kid, or with an unknown \
             alg; the signature of the other client",
            "400 with invalid_client or invalid_request, or 401 with invalid_client",
        ]),
    nearly("assertion-expired-at-this-time", "An assertion that expired days ago, shortly after this time of day, is refused.", |s| {
        Box::pin(expired(s))
    })
    .requires(&[&rfc7523::ASSERTION_EXP]),
    at("assertion-at-par", "Bad assertions are refused at the PAR endpoint.", |s| Box::pin(everywhere(s, Place::Push)))
        .when(assertions_pushed),
    at("assertion-at-token", "Bad assertions are refused at the token endpoint.", |s| Box::pin(everywhere(s, Place::Token))),
    at("assertion-at-introspection", "Bad assertions are refused at the introspection endpoint.", |s| {
        Box::pin(everywhere(s, Place::Introspection))
    }),
    at("assertion-at-revocation", "Bad assertions are refused at the revocation endpoint.", |s| {
        Box::pin(everywhere(s, Place::Revocation))
    }),
    at("assertion-of-second-client", "Bad assertions of the second client are refused.", |s| {
        Box::pin(everywhere(s, Place::Second))
    }),
];

const fn nearly(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(assertions).asserts(REFUSAL)
}

const fn at(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(assertions).asserts(AT_ENDPOINT).requires(CHECKED)
}

const AUD: &[&Requirement] = &[&rfc7523::ASSERTION_AUD];
const EXP: &[&Requirement] = &[&rfc7523::ASSERTION_EXP];
const SIGNED: &[&Requirement] = &[&rfc7523::ASSERTION_SIGNED];
const JTI: &[&Requirement] = &[&oidcc::ASSERTION_CLAIMS];
const ALG: &[&Requirement] = &[&rfc7518::NO_ALG_NONE];
/// The reasons to refuse an assertion whose `iss` is not the client.
const WRONG_ISS: &[&Requirement] = &[&rfc7523::ASSERTION_ISS, &rfc7521::CLIENT_ID_MATCHES, &rfc6749::CLIENT_AUTHENTICATES];
/// The reasons to refuse one whose `sub` is not: it is not the client of the request, not the one that `iss` names, or unknown.
const WRONG_SUB: &[&Requirement] =
    &[&rfc7523::ASSERTION_SUB, &rfc7523::ASSERTION_ISS, &rfc7521::CLIENT_ID_MATCHES, &rfc6749::CLIENT_AUTHENTICATES];

const CHECKED: &[&Requirement] = &[
    &rfc7523::ASSERTION_SIGNED,
    &rfc7518::NO_ALG_NONE,
    &rfc7523::ASSERTION_AUD,
    &rfc7523::ASSERTION_EXP,
    &rfc7523::ASSERTION_ISS,
    &rfc7523::ASSERTION_SUB,
    &oidcc::ASSERTION_CLAIMS,
    &rfc7523::ASSERTION_ONCE,
];

/// A request that needs nothing but client authentication.
fn cheap(client: &Client) -> FormRequest {
    if client.variant().front_channel() { client.push() } else { client.credentials() }
}

/// Demands that an assertion is refused, for one of these requirements.
async fn refused(s: &Session, request: FormRequest, because: &[&'static Requirement]) -> Tried<()> {
    s.refused_because(&request.send().await?, &wire::INVALID_CLIENT, because)
}

/// The same for a cheap request whose assertion is changed.
async fn spoiled(s: &Session, because: &[&'static Requirement], spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    refused(s, cheap(&s.one).assertion(spoil), because).await
}

async fn audience(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.clone();
    // The URLs of the server's endpoints are audiences of the server as well, where no rule demands the issuer.
    let own = s
        .one
        .metadata()
        .document
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, value)| value)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect::<Vec<_>>();
    each_refused(s, &issuer, &own, nearly::URL, |value| spoiled(s, AUD, move |jwt| jwt.claim("aud", value.as_str()))).await
}

async fn client(s: &Session, claim: &'static str) -> Tried<()> {
    let rule = if claim == "iss" { WRONG_ISS } else { WRONG_SUB };
    let ids = [s.one.id().to_owned(), s.two.id().to_owned()];
    each_refused(s, s.one.id(), &ids, nearly::NAME, |value| spoiled(s, rule, move |jwt| jwt.claim(claim, value.as_str())))
        .await?;
    let other = s.two.id().to_owned();
    let ended = spoiled(s, rule, move |jwt| jwt.claim(claim, other.as_str())).await;
    told(s, ended, &format!("{claim} was the id of another client"))
}

async fn others(s: &Session) -> Tried<()> {
    spoiled(s, AUD, |jwt| jwt.claim("aud", json!(["https://other.example", "https://another.example"]))).await
}

async fn among(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.clone();
    for list in [json!([issuer, "https://other.example"]), json!(["https://other.example", issuer])] {
        let shown = format!("aud was {list}");
        let ended = spoiled(s, &[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER], move |jwt| jwt.claim("aud", list.clone())).await;
        told(s, ended, &shown)?;
    }
    Ok(())
}

async fn trivial(s: &Session) -> Tried<()> {
    let Some(own) = s.one.settings().key.clone() else { return skip("the client has no key of its own") };
    let (unknown, kidless, strange) = (own.another(), own.another(), own.another());
    let attempts: [(&str, FormRequest); 5] = [
        ("there was no signature", cheap(&s.one).assertion(|jwt| jwt.signature([]))),
        ("the signature was 64 zeros", cheap(&s.one).assertion(|jwt| jwt.header("alg", "ES256").signature([0; 64]))),
        (
            "the kid was unknown, and the signature of an unknown key",
            cheap(&s.one).assertion(move |jwt| jwt.signed_by(&unknown).header("kid", keys::random())),
        ),
        (
            "there was no kid, and the signature was of an unknown key",
            cheap(&s.one).assertion(move |jwt| jwt.signed_by(&kidless).without_header("kid")),
        ),
        (
            "the alg was XS256, and the signature of an unknown key",
            cheap(&s.one).assertion(move |jwt| jwt.signed_by(&strange).header("alg", "XS256")),
        ),
    ];
    for (attempt, request) in attempts {
        told(s, refused(s, request, SIGNED).await, attempt)?;
    }
    by_the_other_client(s).await
}

/// Sends an assertion that the second client signed with a key of its own, which the first client did not register.
async fn by_the_other_client(s: &Session) -> Tried<()> {
    let Some(key) = s.two.settings().key.clone() else { return Ok(()) };
    for kid in [key.kid().map(str::to_owned), None] {
        let (signer, named) = (key.clone(), kid.clone());
        let request = cheap(&s.one).assertion(move |jwt| {
            let jwt = jwt.signed_by(&signer);
            named.as_ref().map_or_else(|| jwt.clone().without_header("kid"), |kid| jwt.clone().header("kid", kid.as_str()))
        });
        let attempt = if kid.is_some() { "with the kid of its key" } else { "without kid" };
        let ended = refused(s, request, SIGNED).await;
        told(s, ended, &format!("the signature was the second client's, {attempt}"))?;
    }
    Ok(())
}

async fn expired(s: &Session) -> Tried<()> {
    const DAY: i64 = 86_400;
    for days in [1, 7] {
        let ended = spoiled(s, EXP, move |jwt| jwt.issued(-days * DAY).expires(60 - days * DAY)).await;
        told(s, ended, &format!("it expired {days} days and a minute less ago"))?;
    }
    Ok(())
}

/// A place where clients authenticate.
#[derive(Clone, Copy)]
enum Place {
    Push,
    Token,
    Introspection,
    Revocation,
    /// Any of them, by the second client.
    Second,
}

impl Place {
    /// The endpoint, if the server may lack it.
    fn optional(self) -> Option<&'static str> {
        match self {
            Self::Introspection => Some("introspection_endpoint"),
            Self::Revocation => Some("revocation_endpoint"),
            Self::Push | Self::Token | Self::Second => None,
        }
    }

    /// A request to it.
    async fn request(self, s: &Session, token: &str) -> Tried<FormRequest> {
        Ok(match self {
            Self::Push => s.one.push(),
            Self::Token => return s.one.token_request().await,
            Self::Introspection => s.one.introspect(token),
            Self::Revocation => s.one.revoke(&keys::random()),
            Self::Second => cheap(&s.two),
        })
    }
}

/// Sends one bad assertion for each check to an endpoint, after a good one.
async fn everywhere(s: &Session, place: Place) -> Tried<()> {
    if let Some(missing) = place.optional().filter(|endpoint| !s.one.has_endpoint(endpoint)) {
        return skip(format!("the metadata have no {missing}"));
    }
    let token = if matches!(place, Place::Introspection) { s.one.tokens().await?.access_token } else { String::new() };
    let good = place.request(s, &token).await?;
    let client = good.client().clone();
    let other = if client.id() == s.one.id() { s.two.id() } else { s.one.id() };
    is_served(s, &good.send().await?)?;
    for (defect, rules, spoil) in defects(&client, other) {
        let bad = place.request(s, &token).await?.assertion(spoil);
        told(s, refused(s, bad, rules).await, defect)?;
    }
    let used = client.assertion().sign();
    is_served(s, &place.request(s, &token).await?.assertion_text(&used).send().await?)?;
    let again = place.request(s, &token).await?.assertion_text(&used);
    told(s, refused(s, again, &[&rfc7523::ASSERTION_ONCE]).await, "the assertion was used before")
}

/// Skips the scenario if the request without its defect is refused.
fn is_served(s: &Session, reply: &Reply) -> Tried<()> {
    if reply.grants() {
        return Ok(());
    }
    s.skip(format!("no control: the same request without its defect gets status {}", reply.status()))
}

/// A change that spoils an assertion.
type Spoil = Box<dyn Fn(Jwt) -> Jwt + Send + Sync>;

/// One defect for each check of an assertion.
fn defects(client: &Client, other: &str) -> Vec<(&'static str, &'static [&'static Requirement], Spoil)> {
    let stranger = client.settings().key.as_ref().map_or_else(SigningKey::es256, SigningKey::another);
    let (issuer, subject) = (other.to_owned(), other.to_owned());
    vec![
        ("the signature was of an unknown key", SIGNED, Box::new(move |jwt| jwt.signed_by(&stranger))),
        ("the alg was none", ALG, Box::new(Jwt::unsigned)),
        ("the aud was another", AUD, Box::new(|jwt| jwt.claim("aud", "https://other.example"))),
        ("there was no aud", AUD, Box::new(|jwt| jwt.without("aud"))),
        ("it expired five minutes ago", EXP, Box::new(|jwt| jwt.issued(-360).expires(-300))),
        ("there was no exp", EXP, Box::new(|jwt| jwt.without("exp"))),
        ("iss was another client", WRONG_ISS, Box::new(move |jwt| jwt.claim("iss", issuer.as_str()))),
        ("sub was another client", WRONG_SUB, Box::new(move |jwt| jwt.claim("sub", subject.as_str()))),
        ("there was no jti", JTI, Box::new(|jwt| jwt.without("jti"))),
    ]
}
