//! Client assertions with one fault each.

use serde_json::json;

use super::{Scenario, assertions, module, rules, run};
use crate::client::FormRequest;
use crate::finding::{Finding, Tried, fail, skip};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::session::{Session, wire};
use fapi::requirement::{Requirement, fapi2_sp, oidcc, oidcr, rfc7515, rfc7518, rfc7519, rfc7521, rfc7523, rfc8725};

const INVALID_CLIENT: &[&str] =
    &["the token endpoint answers 400 with invalid_client or invalid_request, or 401 with invalid_client"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("assertion-rs256", "An assertion signed with RS256 is refused.", run!(rs256))
        .oidf(&[module!("ensure-signed-client-assertion-with-RS256-fails")])
        .requires(&[&fapi2_sp::SIGNING_ALGORITHMS, &rfc8725::ALGORITHM_LIST])
        .under(rules::assertions_without_rs256)
        .when(assertions)
        .asserts(&[
            "400 or 401 with exactly invalid_client; signed with the client's own RSA key, whose PS256 assertion is accepted",
            "skipped if neither client has an RSA key",
        ]),
    Scenario::negative("assertion-expired", "An assertion that expired five minutes ago is refused.", run!(expired))
        .oidf(&[module!("ensure-client-assertion-with-exp-is-5-minutes-in-past-fails")])
        .requires(&[&rfc7523::ASSERTION_EXP, &rfc7521::ASSERTION_VALID])
        .when(assertions)
        .asserts(&[
            "exp five minutes ago, with iat now and with iat six minutes ago",
            "400 with invalid_client or invalid_request, or 401 with invalid_client",
        ]),
    spoiled("assertion-wrong-audience", "An assertion for another audience is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("aud", "https://other.example")))
    })
    .oidf(&[module!("ensure-client-assertion-with-wrong-aud-fails")])
    .requires(&[&rfc7523::ASSERTION_AUD, &rfc7519::AUD_CONTAINS_RECIPIENT]),
    spoiled("assertion-without-sub", "An assertion without sub is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("sub"))))
        .oidf(&[module!("ensure-client-assertion-with-no-sub-fails")])
        .requires(&[&rfc7523::ASSERTION_SUB]),
    spoiled("assertion-without-iss", "An assertion without iss is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("iss"))))
        .requires(&[&rfc7523::ASSERTION_ISS]),
    spoiled("assertion-of-another-issuer", "An assertion whose iss is not the client is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("iss", "somebody-else")))
    })
    .requires(&[&rfc7523::ASSERTION_ISS, &rfc7519::ISS_FORM]),
    spoiled("assertion-without-aud", "An assertion without aud is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("aud"))))
        .requires(&[&rfc7523::ASSERTION_AUD]),
    spoiled("assertion-audience-array-of-one", "An aud that is an array is refused, even if it holds only the issuer.", |s| {
        Box::pin(refused(s, |jwt| {
            let issuer = jwt.text_of("aud").unwrap_or_default().to_owned();
            jwt.claim("aud", vec![issuer])
        }))
    })
    .requires(&[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER])
    .under(rules::audience_is_string),
    spoiled("assertion-audience-slash", "An aud that is the issuer with a slash added is refused.", |s| {
        Box::pin(refused(s, |jwt| {
            let issuer = format!("{}/", jwt.text_of("aud").unwrap_or_default());
            jwt.claim("aud", issuer)
        }))
    })
    .requires(&[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER, &rfc7523::ASSERTION_AUD])
    .under(rules::audience_is_issuer),
    spoiled("assertion-without-exp", "An assertion without exp is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("exp"))))
        .requires(&[&rfc7523::ASSERTION_EXP]),
    spoiled("assertion-exp-text", "An exp that is not a number is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("exp", "tomorrow")))
    })
    .requires(&[&rfc7519::NUMERIC_DATES]),
    spoiled("assertion-without-jti", "An assertion without jti is refused: its replay could not be detected.", |s| {
        Box::pin(refused(s, |jwt| jwt.without("jti")))
    })
    .requires(&[&oidcc::ASSERTION_CLAIMS]),
    Scenario::negative("assertion-empty-jti", "An assertion with an empty jti is refused, or accepted only once.", |s| {
        Box::pin(once(s, String::new()))
    })
    .requires(&[&rfc7523::ASSERTION_ONCE, &oidcc::ASSERTION_CLAIMS])
    .when(assertions)
    .asserts(ONCE),
    Scenario::negative(
        "assertion-long-jti",
        "An assertion with a jti of 1000 characters is refused, or accepted only once.",
        |s| Box::pin(once(s, format!("{}{}", keys::random(), "j".repeat(957)))),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE, &oidcc::ASSERTION_CLAIMS])
    .when(assertions)
    .asserts(ONCE),
    spoiled("assertion-not-yet-valid", "An assertion that becomes valid in ten minutes is refused.", |s| Box::pin(early(s, 600)))
        .requires(&[&rfc7523::ASSERTION_NBF, &rfc7519::NOT_BEFORE_NBF, &fapi2_sp::FUTURE_TIMES]),
    spoiled("assertion-before-nbf", "An assertion that becomes valid in 90 seconds is refused.", |s| Box::pin(early(s, 90)))
        .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc7523::ASSERTION_NBF, &rfc7519::NOT_BEFORE_NBF])
        .under(rules::future_is_a_minute),
    spoiled("assertion-kid-number", "A kid that is not a string is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("kid", 7)))
    })
    .requires(&[&rfc7515::KID_IS_HINT]),
    spoiled("assertion-not-utf8", "A header that is not UTF-8 is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header_not_utf8("x")))
    })
    .requires(&[&rfc7515::SIGNED_AS_RECEIVED, &rfc8725::UTF8_ONLY]),
    Scenario::negative("assertion-again", "An assertion is refused when it is used again.", run!(again))
        .requires(&[&rfc7523::ASSERTION_ONCE])
        .when(assertions)
        .asserts(&["of 8 assertions, each over new connections: the second use at the token endpoint gets invalid_client or invalid_request"]),
    Scenario::negative(
        "assertion-again-elsewhere",
        "An assertion used at the PAR endpoint is refused at the token endpoint.",
        run!(again_elsewhere),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE])
    .when(super::assertions_pushed)
    .asserts(&["of 8 assertions, each over new connections: the second use gets invalid_client or invalid_request"]),
    Scenario::negative("assertion-unsigned", "An assertion with alg none is refused, in every spelling.", run!(unsigned))
        .requires(&[&rfc7518::NO_ALG_NONE, &oidcc::ASSERTION_ALGORITHM, &oidcr::SIGNED_AS_REGISTERED])
        .when(assertions)
        .asserts(&["alg none, None, NONE or nOnE, without a signature: 400 or 401 with invalid_client or invalid_request"]),
    spoiled("assertion-tampered", "An assertion whose signature does not verify is refused.", |s| {
        Box::pin(refused(s, Jwt::corrupt))
    })
    .requires(&[
        &rfc7523::ASSERTION_SIGNED,
        &rfc8725::ALL_LAYERS_VALIDATED,
        &rfc7519::WHOLE_JWT_VALID,
        &oidcc::ASSERTION_KEYS,
    ]),
    spoiled("assertion-by-another-key", "An assertion signed with a key that the client did not register is refused.", |s| {
        Box::pin(by_another(s, |jwt, other| jwt.signed_by(other)))
    })
    .requires(&[&rfc7523::ASSERTION_SIGNED]),
    Scenario::negative(
        "assertion-brings-its-key",
        "An assertion signed with a key from its own header is refused.",
        run!(brings_its_key),
    )
    .requires(&[&rfc7523::ASSERTION_SIGNED, &rfc7515::KEY_DETERMINED])
    .when(assertions)
    .asserts(&[
        "jwk in the header, with and without the client's kid; x5c in the header, for the client's algorithm and for ES256",
        "400 with invalid_client or invalid_request, or 401 with invalid_client",
    ]),
    Scenario::negative(
        "assertion-hmac-with-public-key",
        "An assertion whose MAC is made with the client's public key is refused.",
        run!(hmac),
    )
    .requires(&[&fapi2_sp::SIGNING_ALGORITHMS])
    .when(assertions)
    .asserts(&[
        "alg HS256; the key is the public key as PEM, as PEM without the last line feed, as DER, and as JWK",
        "400 with invalid_client or invalid_request, or 401 with invalid_client",
    ]),
    spoiled("assertion-unknown-crit", "An unknown critical header parameter is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("crit", json!(["x"])).header("x", 1)))
    })
    .requires(&[&rfc7515::CRIT_UNDERSTOOD]),
    spoiled("assertion-empty-crit", "An empty crit is refused.", |s| Box::pin(refused(s, |jwt| jwt.header("crit", json!([])))))
        .requires(&[&rfc7515::CRIT_WELL_FORMED]),
    spoiled("assertion-header-twice", "A header parameter that appears twice is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.repeat_header("alg", "none")))
    })
    .requires(&[&rfc7515::HEADER_NAMES_UNIQUE]),
    spoiled("assertion-claim-twice", "A claim that appears twice is refused.", run!(claim_twice))
        .requires(&[&rfc7519::CLAIM_NAMES_UNIQUE]),
    spoiled("assertion-padded", "An assertion with base64url padding is refused.", |s| {
        Box::pin(as_text(s, |text| format!("{text}==")))
    })
    .requires(&[&rfc7515::STRICT_BASE64URL, &rfc8725::COMPACT_ALPHABET]),
    spoiled("assertion-four-parts", "An assertion with four parts is refused.", |s| {
        Box::pin(as_text(s, |text| format!("{text}.e30")))
    })
    .requires(&[&rfc7515::COMPACT_FORM]),
    Scenario::negative("assertion-garbage", "An assertion whose signature is not base64url is refused.", run!(garbage))
        .requires(&[&rfc7515::STRICT_BASE64URL, &rfc8725::COMPACT_ALPHABET])
        .when(assertions)
        .asserts(&[
            "three characters too many, an exclamation mark, a line feed, or the other alphabet's + and / in a good signature",
            "400 with invalid_client or invalid_request, or 401 with invalid_client",
        ]),
    spoiled("assertion-of-unknown-type", "An unknown client_assertion_type is refused.", run!(unknown_type))
        .requires(&[&rfc7523::ASSERTION_TYPE]),
    Scenario::positive("assertion-unknown-header", "An unknown header parameter is ignored.", run!(unknown_header))
        .requires(&[&rfc7515::UNKNOWN_HEADERS_IGNORED, &rfc7519::CLAIM_NAMES_UNIQUE])
        .when(assertions)
        .asserts(&["the token request succeeds with an unknown header parameter, and with an unknown claim in the assertion"]),
    Scenario::positive("assertion-without-client-id", "An assertion needs no client_id beside it.", run!(alone))
        .requires(&[&rfc7521::CLIENT_ID_UNNECESSARY])
        .when(assertions)
        .asserts(&["the token request succeeds without client_id; all other requests of the suite have one"]),
];

const ONCE: &[&str] =
    &["400 or 401 with invalid_client or invalid_request; if the first use is accepted, the second one gets this refusal"];

const fn spoiled(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(assertions).asserts(INVALID_CLIENT)
}

async fn refused(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    let request = s.one.token_request().await?.assertion(spoil);
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

/// A claim whose last value is wrong.
async fn claim_twice(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.assertion(|jwt| jwt.repeat_claim("sub", "somebody-else"));
    let reply = request.send().await?;
    // RFC 7519 4 lets the last value count.
    if reply.grants() {
        let last = s.one.token_request().await?.assertion(|jwt| jwt.claim("sub", "somebody-else"));
        if last.send().await?.grants() {
            return s.skip("no control: an assertion with the last of the two values alone is accepted too");
        }
    }
    s.refused(&reply, &wire::INVALID_CLIENT)
}

async fn as_text(s: &Session, spoil: impl Fn(&str) -> String + Send) -> Tried<()> {
    s.prime().await?;
    let request = s.one.token_request().await?.assertion_text(spoil(&s.one.assertion().sign()));
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn expired(s: &Session) -> Tried<()> {
    refused(s, |jwt| jwt.expires(-300)).await?;
    refused(s, |jwt| jwt.issued(-360).expires(-300)).await
}

/// Sends an assertion that becomes valid in so many seconds, after one with the same `exp` that is valid already.
async fn early(s: &Session, seconds: i64) -> Tried<()> {
    let good = s.one.token_request().await?.assertion(move |jwt| jwt.not_before(0).expires(seconds + 60));
    s.control(good.tokens().await)?;
    refused(s, move |jwt| jwt.not_before(seconds).expires(seconds + 60)).await
}

async fn unsigned(s: &Session) -> Tried<()> {
    for alg in ["none", "None", "NONE", "nOnE"] {
        refused(s, move |jwt| jwt.unsigned_as(alg)).await?;
    }
    Ok(())
}

/// Sends an assertion that `spoil` signs with an unregistered key for the client's algorithm.
async fn by_another(s: &Session, spoil: impl Fn(Jwt, &SigningKey) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    let other = s.one.settings().key.as_ref().map_or_else(SigningKey::es256, SigningKey::another);
    refused(s, move |jwt| spoil(jwt, &other)).await
}

async fn brings_its_key(s: &Session) -> Tried<()> {
    by_another(s, |jwt, other| jwt.proving(other)).await?;
    by_another(s, |jwt, other| jwt.proving(other).without_header("kid")).await?;
    let other = s.one.settings().key.as_ref().map_or_else(SigningKey::es256, SigningKey::another);
    // A server that takes the key from the header may take its algorithm from there, too.
    for key in [other, SigningKey::es256()] {
        let certificate = key.certificate().or_else(|error| fail("a certificate of the key to be generated", error))?;
        let chain = json!([data_encoding::BASE64.encode(&certificate)]);
        refused(s, move |jwt| jwt.signed_by(&key).header("x5c", chain.clone()).without_header("kid")).await?;
    }
    Ok(())
}

async fn hmac(s: &Session) -> Tried<()> {
    let Some(key) = &s.one.settings().key else { return skip("the client has no key of its own") };
    for (_, form) in key.public_forms().or_else(|error| fail("the client's public key in each form", error))? {
        refused(s, move |jwt| jwt.authenticated_by(&form)).await?;
    }
    Ok(())
}

async fn garbage(s: &Session) -> Tried<()> {
    as_text(s, |jwt| format!("{jwt}AAA")).await?;
    for mark in ["!", "\n"] {
        as_text(s, |jwt| format!("{}{mark}{}", &jwt[..jwt.len() - 8], &jwt[jwt.len() - 8..])).await?;
    }
    s.prime().await?;
    let request = s.one.token_request().await?;
    // A signature without `-` and `_` is the same in both alphabets.
    let other = std::iter::repeat_with(|| s.one.assertion().sign()).take(100).find_map(|jwt| {
        let (message, signature) = jwt.rsplit_once('.')?;
        let other = signature.replace('-', "+").replace('_', "/");
        (other != signature).then(|| format!("{message}.{other}"))
    });
    let Some(other) = other else { return Ok(()) };
    s.refused(&request.assertion_text(other).send().await?, &wire::INVALID_CLIENT)
}

async fn rs256(s: &Session) -> Tried<()> {
    let has_rsa = |client: &&crate::client::Client| client.settings().key.as_ref().is_some_and(SigningKey::is_rsa);
    let Some(client) = [&s.one, &s.two].into_iter().find(has_rsa) else { return skip("neither client has an RSA key") };
    let own = client.settings().key.as_ref().map(|key| key.with_algorithm("RS256"));
    let Some(Ok(key)) = own else { return skip("the RSA key cannot sign with RS256") };
    client.tokens().await?;
    let request = client.token_request().await?.assertion(move |jwt| jwt.signed_by(&key));
    s.refused(&request.send().await?, &wire::ONLY_INVALID_CLIENT)
}

async fn again(s: &Session) -> Tried<()> {
    s.prime().await?;
    for _ in s.replays() {
        let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
        let assertion = s.one.assertion().sign();
        first.assertion_text(&assertion).tokens().await?;
        s.refused(&second.assertion_text(&assertion).send().await?, &wire::INVALID_CLIENT)?;
    }
    Ok(())
}

async fn again_elsewhere(s: &Session) -> Tried<()> {
    s.prime().await?;
    for _ in s.replays() {
        let request = s.one.token_request().await?;
        let assertion = s.one.assertion().sign();
        s.one.push().assertion_text(&assertion).pushed().await?;
        s.refused(&request.assertion_text(&assertion).send().await?, &wire::INVALID_CLIENT)?;
    }
    Ok(())
}

/// Sends an assertion with this `jti`, and again if it is accepted.
async fn once(s: &Session, jti: String) -> Tried<()> {
    s.prime().await?;
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    let assertion = s.one.assertion().claim("jti", jti).sign();
    let reply = first.assertion_text(&assertion).send().await?;
    let reply = if reply.grants() { second.assertion_text(&assertion).send().await? } else { reply };
    // RFC 7523 3 lets a server refuse a second use.
    if s.tolerates(&reply, "an assertion that comes twice") {
        return Ok(());
    }
    s.refused(&reply, &wire::INVALID_CLIENT)
}

async fn unknown_type(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.set("client_assertion_type", "urn:example:unknown");
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn unknown_header(s: &Session) -> Tried<()> {
    let with_header = s.one.token_request().await?.assertion(|jwt| jwt.header("x-unknown", "x"));
    ignored(with_header, "header parameter", &rfc7515::UNKNOWN_HEADERS_IGNORED).await?;
    let with_claim = s.one.token_request().await?.assertion(|jwt| jwt.claim("x-unknown", 1));
    ignored(with_claim, "claim", &rfc7519::CLAIM_NAMES_UNIQUE).await
}

async fn alone(s: &Session) -> Tried<()> {
    s.control(s.one.tokens().await)?;
    let reply = s.one.token_request().await?.without("client_id").send().await?;
    served(&reply, "success without client_id: the assertion names the client", &rfc7521::CLIENT_ID_UNNECESSARY)
}

async fn ignored(request: FormRequest, unknown: &str, rule: &'static Requirement) -> Tried<()> {
    served(&request.send().await?, &format!("success: an unknown {unknown} of the assertion is ignored"), rule)
}

fn served(reply: &Reply, expected: &str, rule: &'static Requirement) -> Tried<()> {
    if reply.grants() {
        return Ok(());
    }
    let got = format!("status {}, error {}", reply.status(), reply.member("error").unwrap_or_else(|| "none".into()));
    Err(Finding::new(expected, got).shown_by(reply.number()).against(rule).into())
}
