//! Client assertions with one fault each.

use serde_json::json;

use super::{Scenario, assertions, module, rules, run};
use crate::finding::Tried;
use crate::jwt::Jwt;
use crate::keys::SigningKey;
use crate::session::{Session, Wire, wire};
use fapi::requirement::{fapi2_sp, oidcc, oidcr, rfc7515, rfc7518, rfc7519, rfc7521, rfc7523, rfc8725};

const INVALID_CLIENT: &[&str] =
    &["the token endpoint answers 400 with invalid_client or invalid_request, or 401 with invalid_client"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("assertion-rs256", "An assertion signed with RS256 is refused.", run!(rs256))
        .oidf(&[module!("ensure-signed-client-assertion-with-RS256-fails")])
        .requires(&[&fapi2_sp::SIGNING_ALGORITHMS, &rfc8725::ALGORITHM_LIST])
        .under(rules::assertions_without_rs256)
        .when(assertions)
        .asserts(&[
            "400 or 401 with exactly invalid_client; signed with the client's own RSA key; skipped if neither client has one",
        ]),
    spoiled("assertion-expired", "An assertion that expired five minutes ago is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.issued(-360).expires(-300)))
    })
    .oidf(&[module!("ensure-client-assertion-with-exp-is-5-minutes-in-past-fails")])
    .requires(&[&rfc7523::ASSERTION_EXP, &rfc7521::ASSERTION_VALID]),
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
    .requires(&[&rfc7523::ASSERTION_AUD]),
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
    spoiled("assertion-empty-jti", "An assertion with an empty jti is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("jti", "")))
    })
    .requires(&[&oidcc::ASSERTION_CLAIMS]),
    Scenario::negative(
        "assertion-long-jti",
        "An assertion with a jti of 1000 characters is refused, or accepted only once.",
        run!(long_jti),
    )
    .requires(&[&oidcc::ASSERTION_CLAIMS])
    .when(assertions)
    .asserts(&[
        "400 or 401 with invalid_client or invalid_request; if the first use is accepted, the second one gets this refusal",
    ]),
    spoiled("assertion-not-yet-valid", "An assertion that becomes valid in ten minutes is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.not_before(600).expires(660)))
    })
    .requires(&[&fapi2_sp::FUTURE_TIMES])
    .under(rules::future_is_a_minute),
    spoiled("assertion-before-nbf", "An assertion is refused before its nbf.", |s| {
        Box::pin(refused(s, |jwt| jwt.not_before(90).expires(150)))
    })
    .requires(&[&rfc7523::ASSERTION_NBF, &rfc7519::NOT_BEFORE_NBF, &fapi2_sp::FUTURE_TIMES]),
    spoiled("assertion-kid-number", "A kid that is not a string is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("kid", 7)))
    })
    .requires(&[&rfc7515::KID_IS_HINT]),
    Scenario::negative("assertion-not-utf8", "A header that is not UTF-8 is refused.", |s| Box::pin(as_text(s, not_utf8)))
        .requires(&[&rfc8725::UTF8_ONLY, &rfc7515::SIGNED_AS_RECEIVED])
        .when(assertions)
        .asserts(INVALID_CLIENT),
    Scenario::negative("assertion-again", "An assertion is refused when it is used again.", run!(again))
        .requires(&[&rfc7523::ASSERTION_ONCE])
        .when(assertions)
        .asserts(&["the second use at the token endpoint gets invalid_client or invalid_request"]),
    Scenario::negative(
        "assertion-again-elsewhere",
        "An assertion used at the PAR endpoint is refused at the token endpoint.",
        run!(again_elsewhere),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE])
    .when(super::assertions_pushed)
    .asserts(&["the second use gets invalid_client or invalid_request"]),
    spoiled("assertion-unsigned", "An assertion with alg none is refused.", |s| Box::pin(refused(s, Jwt::unsigned))).requires(&[
        &rfc7518::NO_ALG_NONE,
        &oidcc::ASSERTION_ALGORITHM,
        &oidcr::SIGNED_AS_REGISTERED,
    ]),
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
        Box::pin(refused(s, |jwt| jwt.signed_by(&SigningKey::es256())))
    })
    .requires(&[&rfc7523::ASSERTION_SIGNED, &rfc7515::KEY_DETERMINED]),
    spoiled("assertion-brings-its-key", "An assertion signed with a key from its own header is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.proving(&SigningKey::es256()).without_header("kid")))
    })
    .requires(&[&rfc7523::ASSERTION_SIGNED, &rfc7515::KEY_DETERMINED]),
    spoiled("assertion-hmac-with-public-key", "An assertion with alg HS256 is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("alg", "HS256").signature([7; 32])))
    })
    .requires(&[&fapi2_sp::SIGNING_ALGORITHMS]),
    spoiled("assertion-unknown-crit", "An unknown critical header parameter is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("crit", json!(["x"])).header("x", 1)))
    })
    .requires(&[&rfc7515::CRIT_UNDERSTOOD]),
    spoiled("assertion-empty-crit", "An empty crit is refused.", |s| Box::pin(refused(s, |jwt| jwt.header("crit", json!([])))))
        .requires(&[&rfc7515::CRIT_UNDERSTOOD]),
    spoiled("assertion-header-twice", "A header parameter that appears twice is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.repeat_header("alg", "none")))
    })
    .requires(&[&rfc7515::HEADER_NAMES_UNIQUE]),
    spoiled("assertion-claim-twice", "A claim that appears twice is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.repeat_claim("sub", "somebody-else")))
    })
    .requires(&[&rfc7519::CLAIM_NAMES_UNIQUE]),
    Scenario::negative("assertion-padded", "An assertion with base64url padding is refused.", |s| {
        Box::pin(as_text(s, |text| format!("{text}==")))
    })
    .requires(&[&rfc8725::COMPACT_ALPHABET])
    .when(assertions)
    .asserts(INVALID_CLIENT),
    Scenario::negative("assertion-four-parts", "An assertion with four parts is refused.", |s| {
        Box::pin(as_text(s, |text| format!("{text}.e30")))
    })
    .requires(&[&rfc7515::COMPACT_FORM])
    .when(assertions)
    .asserts(INVALID_CLIENT),
    Scenario::negative("assertion-garbage", "An assertion whose signature is not base64url is refused.", |s| {
        Box::pin(as_text(s, |jwt| format!("{jwt}AAA")))
    })
    .requires(&[&rfc7515::STRICT_BASE64URL])
    .when(assertions)
    .asserts(INVALID_CLIENT),
    Scenario::negative("assertion-of-unknown-type", "An unknown client_assertion_type is refused.", run!(unknown_type))
        .requires(&[&rfc7523::ASSERTION_TYPE])
        .when(assertions)
        .asserts(INVALID_CLIENT),
    Scenario::positive("assertion-unknown-header", "An unknown header parameter is ignored.", run!(unknown_header))
        .requires(&[&rfc7515::UNKNOWN_HEADERS_IGNORED])
        .when(assertions)
        .asserts(&["the token request succeeds with an unknown header parameter and an unknown claim in the assertion"]),
];

const fn spoiled(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(assertions).asserts(INVALID_CLIENT)
}

async fn refused(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    let request = s.one.token_request().await?.assertion(spoil);
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

/// The JWT with a header that is not UTF-8.
fn not_utf8(text: &str) -> String {
    let header = data_encoding::BASE64URL_NOPAD.encode(b"{\"alg\":\"ES256\",\"x\":\"\xff\"}");
    text.split_once('.').map_or(header.clone(), |(_, rest)| format!("{header}.{rest}"))
}

async fn as_text(s: &Session, spoil: impl Fn(&str) -> String + Send) -> Tried<()> {
    s.prime().await?;
    let request = s.one.token_request().await?.assertion_text(spoil(&s.one.assertion().sign()));
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn rs256(s: &Session) -> Tried<()> {
    let has_rsa = |client: &crate::client::Client| client.settings().key.as_ref().is_some_and(SigningKey::is_rsa);
    if !has_rsa(&s.one) && !has_rsa(&s.two) && !s.target.instance.strict() {
        return crate::finding::skip("neither client has an RSA key");
    }
    let client = if has_rsa(&s.two) && !has_rsa(&s.one) { &s.two } else { &s.one };
    let own = client.settings().key.clone().filter(SigningKey::is_rsa).unwrap_or_else(SigningKey::ps256);
    let key = own.with_algorithm("RS256").or_else(|error| crate::finding::fail("an RSA key that can sign with RS256", error))?;
    let request = client.token_request().await?.assertion(move |jwt| jwt.signed_by(&key));
    s.refused(&request.send().await?, &wire::ONLY_INVALID_CLIENT)
}

async fn again(s: &Session) -> Tried<()> {
    s.prime().await?;
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    let assertion = s.one.assertion().sign();
    first.assertion_text(&assertion).tokens().await?;
    s.refused(&second.assertion_text(&assertion).send().await?, &wire::INVALID_CLIENT)
}

async fn again_elsewhere(s: &Session) -> Tried<()> {
    s.prime().await?;
    let request = s.one.token_request().await?;
    let assertion = s.one.assertion().sign();
    s.one.push().assertion_text(&assertion).pushed().await?;
    s.refused(&request.assertion_text(&assertion).send().await?, &wire::INVALID_CLIENT)
}

async fn long_jti(s: &Session) -> Tried<()> {
    s.prime().await?;
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    let assertion = s.one.assertion().claim("jti", "j".repeat(1000)).sign();
    let reply = first.assertion_text(&assertion).send().await?;
    let reply = if reply.is_success() { second.assertion_text(&assertion).send().await? } else { reply };
    s.refused(&reply, &wire::INVALID_CLIENT)
}

async fn unknown_type(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.set("client_assertion_type", "urn:example:unknown");
    s.refused(&request.send().await?, &Wire::new(&[400, 401], &["invalid_client", "invalid_request"]))
}

async fn unknown_header(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.assertion(|jwt| jwt.header("x-unknown", "x").claim("x-unknown", 1));
    request.tokens().await.map(drop).map_err(|stop| stop.against(&rfc7515::UNKNOWN_HEADERS_IGNORED))
}
