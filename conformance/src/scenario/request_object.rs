//! Request objects with one fault each, and those with something unusual that is no fault.

use serde_json::json;

use super::{Scenario, advanced, module, rules, run, signed};
use crate::browser::Landing;
use crate::client::FormRequest;
use crate::finding::{Finding, Tried, fail, skip};
use crate::jwe::{EncryptionKey, Jwe};
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::session::{Front, Session, Wire, wire};
use crate::target::OrdinaryKind;
use fapi::requirement::{
    Requirement, fapi1_adv, fapi2_ms, fapi2_sp, oidcc, rfc6749, rfc7515, rfc7519, rfc8725, rfc9101, rfc9126,
};

/// A bad request object: at the redirect URI, it may be told as a bad request as well.
const OBJECT: Front = Front {
    push: Wire::new(&[400], &["invalid_request_object"]),
    redirect: &["invalid_request_object", "invalid_request", "invalid_request_uri", "access_denied"],
};
/// A request object that is wrong, missing or of somebody else.
const REQUEST: Front = Front { push: wire::INVALID_REQUEST_OBJECT, redirect: OBJECT.redirect };
/// A request whose parameters are wrong, as those of a request without an object might be.
const PARAMETERS: Front = Front {
    push: Wire::new(&[400], &["invalid_request_object", "invalid_request", "invalid_scope"]),
    redirect: &["invalid_request_object", "invalid_request", "invalid_request_uri", "invalid_scope", "access_denied"],
};
const REFUSAL: &str = "pushed: 400 with invalid_request_object; or the redirect URI gets invalid_request_object, invalid_request, \
                       invalid_request_uri or access_denied, or an error page is shown";
const REQUEST_REFUSAL: &str = "pushed: 400 with invalid_request_object or invalid_request; or the redirect URI gets one of them, \
                               invalid_request_uri or access_denied, or an error page is shown";
const PARAMETERS_REFUSAL: &str = "pushed: 400 with invalid_request_object, invalid_request or invalid_scope; or the redirect URI gets one of \
                                  them, invalid_request_uri or access_denied, or an error page is shown";
const NO_CODE: &str = "no code is issued";
const REFUSED: &[&str] = &[REFUSAL, NO_CODE];
const REFUSED_AS_REQUEST: &[&str] = &[REQUEST_REFUSAL, NO_CODE];
const HOUR: i64 = 3600;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("object-audiences", "The issuer may be one of several audiences of a request object.", run!(audiences))
        .oidf(&[module!("ensure-request-object-with-multiple-aud-succeeds"), advanced!("ensure-request-object-with-multiple-aud-succeeds")])
        .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_AUDIENCE, &rfc7519::AUD_CONTAINS_RECIPIENT])
        .when(signed)
        .asserts(&["aud is an array with the issuer and two other texts: the flow succeeds, and the resource serves the token"]),
    Scenario::positive("object-8-seconds-ahead", "A request object whose nbf is 8 seconds ahead is accepted.", run!(ahead))
        .oidf(&[module!("ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted")])
        .direct().requires(&[&fapi2_sp::FUTURE_TIMES])
        .when(signed)
        .under(rules::future_is_a_minute)
        .asserts(&["nbf and iat 8 s ahead (less the `clock_tolerance` of the target file): the flow succeeds"]),
    Scenario::positive("object-typ", "A request object may say its type, or not.", run!(types))
        .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_TYP])
        .when(signed)
        .asserts(&["typ oauth-authz-req+jwt, application/oauth-authz-req+jwt, and none: each request is accepted"]),
    Scenario::positive("object-unknown-members", "Unknown members of a request object are ignored.", run!(unknown))
        .direct().requires(&[&rfc7515::UNKNOWN_HEADERS_IGNORED, &rfc7519::CLAIM_NAMES_UNIQUE])
        .when(signed)
        .asserts(&["an unknown header parameter, and an unknown claim that is an object: each request is accepted"]),
    Scenario::positive("object-alone-counts", "Parameters beside a request object do not count.", run!(outside))
        .oidf(&[
            advanced!("ensure-different-nonce-inside-and-outside-request-object"),
            advanced!("state-only-outside-request-object-not-used"),
        ])
        .direct()
        .requires(&[&rfc9101::OBJECT_ALONE_COUNTS, &rfc9101::PARAMETERS_OF_OBJECT, &fapi1_adv::OBJECT_ALONE_COUNTS])
        .when(signed)
        .under(rules::outside_ignored)
        .asserts(&[
            "another state, nonce and redirect_uri beside the object: the request is refused, or the flow completes with those inside",
            "a state beside the object alone: the request is refused, or the flow completes without state",
        ]),
    Scenario::positive("object-encrypted", "A request object may be encrypted after it was signed.", run!(encrypted))
        .direct().requires(&[&rfc9101::OBJECT_DECRYPTED])
        .when(signed)
        .asserts(&[
            "encrypted to a key with use enc of the jwks_uri, with its kid: the flow succeeds; for the reference server also without",
            "skipped if the server publishes no such key, or no algorithms for it",
        ]),
    spoiled("object-not-decrypted", "A request object that cannot be decrypted is refused.", run!(not_decrypted))
        .direct().requires(&[&rfc9101::OBJECT_DECRYPTED])
        .asserts(&[
            "control: one that can be decrypted; with another tag, an unknown kid, and for a key that is not the server's",
            "for the reference server: with zip as well",
            REFUSAL,
            NO_CODE,
        ]),
    spoiled("object-only-encrypted", "A request object that is encrypted but not signed is refused.", run!(only_encrypted))
        .direct().requires(&[&rfc9101::SOURCE_VERIFIED, &rfc9101::OBJECT_SIGNATURE])
        .asserts(&[
            "control: one that is signed and encrypted; encrypted claims, an encrypted JWT with alg none, and one with a bad signature",
            REFUSAL,
            NO_CODE,
        ]),
    spoiled("object-without-exp", "A request object without exp is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.without("exp")))
    })
    .oidf(&[module!("ensure-request-object-without-exp-fails"), advanced!("ensure-request-object-without-exp-fails")])
    .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_LIFETIME, &fapi1_adv::REQUEST_OBJECT_LIFETIME])
    .under(rules::objects_valid_for_an_hour),
    spoiled("object-without-nbf", "A request object without nbf is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.without("nbf")))
    })
    .oidf(&[module!("ensure-request-object-without-nbf-fails"), advanced!("ensure-request-object-without-nbf-fails")])
    .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_NOT_BEFORE, &fapi1_adv::REQUEST_OBJECT_NOT_BEFORE])
    .under(rules::objects_an_hour_old),
    spoiled("object-expired", "A request object that expired is refused.", run!(expired))
        .oidf(&[module!("ensure-expired-request-object-fails"), advanced!("ensure-expired-request-object-fails")])
        .direct().requires(&[&rfc7519::NOT_AFTER_EXP])
        .asserts(&["exp an hour ago, with nbf before it, and exp a minute and a half ago", REFUSAL, NO_CODE]),
    spoiled("object-for-another-server", "A request object for another server is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("aud", "https://other.example")))
    })
    .oidf(&[module!("ensure-request-object-with-bad-aud-fails"), advanced!("ensure-request-object-with-bad-aud-fails")])
    .direct().requires(&[&rfc7519::AUD_CONTAINS_RECIPIENT]),
    spoiled("object-without-aud", "A request object without aud is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.without("aud")))
    })
    .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_AUDIENCE, &fapi1_adv::REQUEST_OBJECT_AUDIENCE])
    .under(rules::objects_have_audiences),
    spoiled("object-valid-too-long", "A request object that is valid for more than an hour is refused.", run!(long))
        .oidf(&[module!("ensure-request-object-with-exp-over-60-fails"), advanced!("ensure-request-object-with-exp-over-60-fails")])
        .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_LIFETIME, &fapi1_adv::REQUEST_OBJECT_LIFETIME])
        .under(rules::objects_valid_for_an_hour)
        .asserts(&["control: exp 58 minutes after nbf is accepted; exp 62 and 70 minutes after nbf", REFUSAL, NO_CODE]),
    spoiled("object-too-old", "A request object whose nbf is more than an hour ago is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.not_before(-70 * 60)))
    })
    .oidf(&[module!("ensure-request-object-with-nbf-over-60-fails"), advanced!("ensure-request-object-with-nbf-over-60-fails")])
    .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_NOT_BEFORE, &fapi1_adv::REQUEST_OBJECT_NOT_BEFORE])
    .under(rules::objects_an_hour_old),
    spoiled("object-not-yet-valid", "A request object that becomes valid in twenty minutes is refused.", run!(early))
        .direct().requires(&[&rfc7519::NOT_BEFORE_NBF, &fapi2_sp::FUTURE_TIMES]),
    spoiled("object-rs256", "A request object signed with RS256 is refused.", run!(rs256))
        .oidf(&[module!("ensure-signed-request-object-with-RS256-fails"), advanced!("ensure-signed-request-object-with-RS256-fails")])
        .direct().requires(&[&fapi2_sp::SIGNING_ALGORITHMS, &fapi1_adv::SIGNING_ALGORITHMS])
        .under(rules::objects_without_rs256)
        .asserts(&[
            "signed with the client's own RSA key, whose PS256 object is accepted; skipped if neither client has an RSA key",
            REFUSAL,
            NO_CODE,
        ]),
    spoiled("object-unsigned", "A request object with alg none is refused, in every spelling.", run!(unsigned))
        .oidf(&[module!("ensure-request-object-signature-algorithm-is-not-none"), advanced!("ensure-request-object-signature-algorithm-is-not-none")])
        .direct().requires(&[&rfc9101::OBJECT_SIGNATURE, &rfc9101::SOURCE_VERIFIED])
        .asserts(&["alg none, None, NONE or nOnE, without a signature", REFUSAL, NO_CODE]),
    spoiled("object-tampered", "A request object whose signature does not verify is refused.", |s| {
        Box::pin(refused(s, Jwt::corrupt))
    })
    .oidf(&[module!("ensure-request-object-with-invalid-signature-fails"), advanced!("ensure-request-object-with-invalid-signature-fails")])
    .direct().requires(&[&rfc9101::OBJECT_SIGNATURE, &rfc9101::BAD_SIGNATURE]),
    spoiled("object-by-another-client", "A request object that another client signed is refused.", run!(by_another))
        .oidf(&[module!("ensure-matching-key-in-authorization-request"), advanced!("ensure-matching-key-in-authorization-request")])
        .direct().requires(&[&rfc9101::OBJECT_SIGNATURE, &rfc9101::KEY_OF_KID])
        .asserts(&[
            "signed with the key of client 2, with its kid, with the kid of client 1, and with the key in the header",
            REQUEST_REFUSAL,
            NO_CODE,
        ]),
    spoiled("object-hmac-with-public-key", "A request object whose MAC is made with the public key is refused.", run!(hmac))
        .direct().requires(&[&rfc9101::ALGORITHM_ALLOWED])
        .asserts(&["alg HS256; the key is the client's public key in four forms", REFUSAL, NO_CODE]),
    Scenario::negative("object-missing", "A pushed request without a request object is refused.", |s| {
        Box::pin(s.refused_in_front_by(FormRequest::without_object, &REQUEST))
    })
    .oidf(&[module!("ensure-unsigned-request-at-par-endpoint-fails"), advanced!("ensure-authorization-request-without-request-object-fails")])
    .direct().requires(&[&fapi2_ms::REQUEST_OBJECT_REQUIRED, &fapi1_adv::REQUEST_OBJECT_REQUIRED])
    .when(signed)
    .under(rules::objects_required)
    .asserts(REFUSED_AS_REQUEST),
    spoiled("object-with-request-uri", "A request object with request_uri or request in it is refused.", run!(nested))
        .oidf(&[module!("par-authorization-request-containing-request_uri"), advanced!("par-authorization-request-containing-request_uri")])
        .requires(&[&oidcc::NO_NESTED_REQUEST])
        .asserts(&[
            "request_uri: the live one of another pushed request; request: another request object (a warning if that is accepted)",
            REFUSAL,
            NO_CODE,
        ]),
    spoiled("object-names-another-client", "A request object with the client_id of another client is refused.", run!(client_ids))
        .direct().requires(&[&rfc9101::CLIENT_IDS_AGREE, &rfc9126::REQUEST_OBJECT_CLIENT])
        .asserts(&["client_id of client 2, in another case, with a space, and none", REFUSAL, NO_CODE]),
    spoiled("object-of-another-issuer", "A request object whose iss is another client is refused.", run!(issuers))
        .direct().requires(&[&rfc8725::KEY_OF_ISSUER])
        .asserts(&["iss is client 2, and the server itself", REFUSAL, NO_CODE]),
    spoiled("object-of-another-kind", "A JWT of another kind is no request object.", run!(kinds))
        .direct().requires(&[&rfc8725::KINDS_EXCLUSIVE])
        .asserts(&["typ at+jwt, dpop+jwt and logout+jwt; the claims of a client assertion with the parameters", REFUSAL, NO_CODE]),
    spoiled("object-unknown-crit", "A request object with an unknown critical header parameter is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("crit", json!(["x"])).header("x", 1)))
    })
    .direct().requires(&[&rfc7515::CRIT_UNDERSTOOD]),
    spoiled("object-claim-twice", "A request object in which a parameter appears twice is refused.", |s| {
        Box::pin(s.refused_in_front_by(
            |push| push.object(|jwt| jwt.repeat_claim("redirect_uri", "https://other.example/callback")),
            &REQUEST,
        ))
    })
    .direct().requires(&[&rfc7519::CLAIM_NAMES_UNIQUE])
    .asserts(REFUSED_AS_REQUEST),
    spoiled("object-header-twice", "A request object in whose header a parameter appears twice is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.repeat_header("alg", "none")))
    })
    .direct().requires(&[&rfc7515::HEADER_NAMES_UNIQUE]),
    spoiled("object-malformed", "A text that is no compact JWT is no request object.", run!(malformed))
        .direct().requires(&[&rfc7515::COMPACT_FORM, &rfc7515::STRICT_BASE64URL, &rfc8725::COMPACT_ALPHABET])
        .asserts(&["padding, four parts, an exclamation mark in the signature", REFUSAL, NO_CODE]),
    spoiled("object-wrong-types", "A parameter of another type than its own is refused.", run!(wrong_types))
        .direct().requires(&[&rfc9101::REQUEST_VALIDATED])
        .asserts(&["redirect_uri a number, scope an array, state an object, code_challenge true", PARAMETERS_REFUSAL, NO_CODE]),
    spoiled("object-exp-text", "A request object whose dates are no numbers is refused.", run!(dates))
        .direct().requires(&[&rfc7519::NUMERIC_DATES])
        .asserts(&["exp and nbf as texts", REFUSAL, NO_CODE]),
    spoiled("object-scope-outside", "A scope beside a request object does not count.", run!(scope_outside))
        .oidf(&[advanced!("ensure-request-object-without-scope-fails")])
        .direct().requires(&[&rfc9101::NO_MISMATCH, &rfc9101::OBJECT_ALONE_COUNTS, &fapi1_adv::OBJECT_ALONE_COUNTS])
        .asserts(&[
            "a request without scope: where it is refused, one whose scope is beside its object is refused too",
            "where it is granted, the scope beside the object changes nothing about the scope of the token",
            NO_CODE,
        ])
    .under(rules::outside_ignored),
];

const fn spoiled(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(signed).asserts(REFUSED)
}

async fn refused(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    s.refused_in_front_by(|push| push.object(spoil), &OBJECT).await
}

async fn refused_because(
    s: &Session,
    spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static,
    because: &[&'static Requirement],
) -> Tried<()> {
    s.refused_in_front_because(&s.one.push().object(spoil), &OBJECT, because).await
}

async fn accepted(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static, rule: &'static Requirement) -> Tried<()> {
    let pushed = s.one.push().object(spoil).pushed().await.map_err(|stop| stop.against(rule))?;
    s.one.authorize(&pushed).code().await.map(drop)
}

async fn audiences(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.clone();
    let several = move |jwt: Jwt| jwt.claim("aud", json!(["https://other.example", issuer, "not a URL"]));
    let pushed = s.one.push().object(several).pushed().await;
    let pushed = pushed.map_err(|stop| stop.against(&fapi2_ms::REQUEST_OBJECT_AUDIENCE))?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    s.one.resource(&tokens).served().await.map(drop)
}

async fn ahead(s: &Session) -> Tried<()> {
    // The clock of the server may be behind ours by this much.
    let ahead = 8 - s.target.clock_tolerance.clamp(0, 8);
    accepted(s, move |jwt| jwt.not_before(ahead).issued(ahead), &fapi2_sp::FUTURE_TIMES).await
}

async fn types(s: &Session) -> Tried<()> {
    let rule = &fapi2_ms::REQUEST_OBJECT_TYP;
    for typ in ["oauth-authz-req+jwt", "application/oauth-authz-req+jwt"] {
        accepted(s, move |jwt| jwt.header("typ", typ), rule).await?;
    }
    accepted(s, |jwt| jwt.without_header("typ"), rule).await
}

async fn unknown(s: &Session) -> Tried<()> {
    accepted(s, |jwt| jwt.header("x-unknown", "x"), &rfc7515::UNKNOWN_HEADERS_IGNORED).await?;
    accepted(s, |jwt| jwt.claim("x-unknown", json!({ "x": 1 })), &rfc7519::CLAIM_NAMES_UNIQUE).await
}

async fn outside(s: &Session) -> Tried<()> {
    let mut push = s.one.push().outside("state", keys::random()).outside("redirect_uri", "https://other.example/callback");
    if s.variant().openid() {
        push = push.outside("nonce", keys::random());
    }
    refused_or_without(s, &push).await?;
    refused_or_without(s, &s.one.push().without("state").outside("state", keys::random())).await
}

/// Demands that a request is refused, or that the flow completes without the parameters beside the object.
async fn refused_or_without(s: &Session, push: &FormRequest) -> Tried<()> {
    let Some(pushed) = s.pushed_or_refused(push, &REQUEST.push, s.requires()).await? else { return Ok(()) };
    let landing = s.one.authorize(&pushed).land().await?;
    let is_refused = match &landing {
        Landing::Callback(callback) => callback.parameter("error").is_some(),
        Landing::Page(_) => true,
        Landing::Waiting(_) => false,
    };
    if is_refused {
        return s.landed_refused(&pushed, &landing, REQUEST.redirect);
    }
    let code = s.one.accept(&pushed, landing).await;
    let code = s.narrowed(code, &rfc6749::STATE_ECHOED, &rfc9101::OBJECT_ALONE_COUNTS).await?;
    s.one.redeem(&code).tokens().await.map(drop)
}

async fn scope_outside(s: &Session) -> Tried<()> {
    let bare = s.one.push().without("scope");
    let misplaced = bare.clone().outside("scope", s.one.scope());
    // RFC 6749 3.3 lets a server choose a scope for a request that has none.
    let Some(chosen) = granted(s, &bare).await? else { return s.refused_in_front(&misplaced, &REQUEST).await };
    match granted(s, &misplaced).await? {
        Some(scope) if scope != chosen => {
            let say = |scope: Option<String>| scope.map_or_else(|| "none".to_owned(), |scope| format!("scope {scope}"));
            let finding = Finding::new(format!("{}, as without a scope beside the object", say(chosen)), say(scope));
            Err(finding.against(&rfc9101::OBJECT_ALONE_COUNTS).into())
        }
        _ => Ok(()),
    }
}

/// The scope of the token that a request leads to; `None` if it leads to none.
async fn granted(s: &Session, push: &FormRequest) -> Tried<Option<Option<String>>> {
    s.rests_on(OrdinaryKind::Code);
    let pushed = if s.variant().pushed() {
        let reply = push.send().await?;
        if !reply.grants() {
            return Ok(None);
        }
        push.taken(&reply)?
    } else {
        push.direct()
    };
    let landing = s.one.authorize(&pushed).land().await?;
    if !matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
        return Ok(None);
    }
    let code = s.one.accept(&pushed, landing).await?;
    let reply = s.one.redeem(&code).send().await?;
    Ok(reply.grants().then(|| reply.member("scope")))
}

async fn expired(s: &Session) -> Tried<()> {
    let late = 90 + s.target.clock_tolerance;
    refused(s, |jwt| jwt.not_before(-HOUR - 300).issued(-HOUR - 300).expires(-HOUR)).await?;
    refused(s, move |jwt| jwt.not_before(-late - 60).issued(-late - 60).expires(-late)).await
}

async fn long(s: &Session) -> Tried<()> {
    s.control(s.one.push().object(|jwt| jwt.expires(HOUR - 120)).pushed().await)?;
    for seconds in [HOUR + 120, HOUR + 600] {
        refused(s, move |jwt| jwt.expires(seconds)).await?;
    }
    Ok(())
}

async fn early(s: &Session) -> Tried<()> {
    s.control(s.one.push().object(|jwt| jwt.expires(1500)).pushed().await)?;
    refused(s, |jwt| jwt.not_before(1200).expires(1500)).await
}

async fn rs256(s: &Session) -> Tried<()> {
    let has_rsa = |client: &&crate::client::Client| client.settings().key.as_ref().is_some_and(SigningKey::is_rsa);
    let Some(client) = [&s.one, &s.two].into_iter().find(has_rsa) else { return skip("neither client has an RSA key") };
    let own = client.settings().key.as_ref().map(|key| key.with_algorithm("RS256"));
    let Some(Ok(key)) = own else { return skip("the RSA key cannot sign with RS256") };
    s.control(client.push().pushed().await)?;
    s.refused_in_front(&client.push().object(move |jwt| jwt.signed_by(&key)), &OBJECT).await
}

async fn unsigned(s: &Session) -> Tried<()> {
    for alg in ["none", "None", "NONE", "nOnE"] {
        refused(s, move |jwt| jwt.unsigned_as(alg)).await?;
    }
    Ok(())
}

async fn by_another(s: &Session) -> Tried<()> {
    let Some(other) = s.two.settings().key.clone() else { return skip("client 2 has no key of its own") };
    let (its_kid, key) = (other.kid().map(str::to_owned), other.clone());
    let named = move |jwt: Jwt| {
        let jwt = jwt.signed_by(&key);
        its_kid.clone().map_or(jwt.clone(), |kid| jwt.header("kid", kid))
    };
    s.refused_in_front(&s.one.push().object(named), &REQUEST).await?;
    let unnamed = {
        let key = other.clone();
        move |jwt: Jwt| jwt.signed_by(&key).without_header("kid")
    };
    s.refused_in_front(&s.one.push().object(unnamed), &REQUEST).await?;
    s.refused_in_front(&s.one.push().object(move |jwt| jwt.proving(&other).without_header("kid")), &REQUEST).await
}

async fn hmac(s: &Session) -> Tried<()> {
    let Some(key) = &s.one.settings().key else { return skip("the client has no key of its own") };
    for (_, form) in key.public_forms().or_else(|error| fail("the client's public key in each form", error))? {
        refused(s, move |jwt| jwt.authenticated_by(&form)).await?;
    }
    Ok(())
}

async fn nested(s: &Session) -> Tried<()> {
    if s.variant().pushed() {
        let live = s.pushed().await?.request_uri;
        refused(s, move |jwt| jwt.claim("request_uri", live.as_str())).await?;
    }
    let inner = s.one.request_object(&s.one.push().parameters()).sign();
    let push = s.one.push().object(move |jwt| jwt.claim("request", inner.as_str()));
    if !s.target.instance.strict() && granted(s, &push).await?.is_some() {
        s.warn("a request object with another one in it is accepted; only the client is bound");
        return Ok(());
    }
    s.refused_in_front(&push, &OBJECT).await
}

async fn client_ids(s: &Session) -> Tried<()> {
    let own = s.one.id().to_owned();
    let swapped: String =
        own.chars().map(|it| if it.is_ascii_lowercase() { it.to_ascii_uppercase() } else { it.to_ascii_lowercase() }).collect();
    for other in [s.two.id().to_owned(), swapped, format!("{own} ")].into_iter().filter(|other| *other != own) {
        refused(s, move |jwt| jwt.claim("client_id", other.as_str())).await?;
    }
    if s.variant().pushed() { refused(s, |jwt| jwt.without("client_id")).await } else { Ok(()) }
}

async fn issuers(s: &Session) -> Tried<()> {
    for other in [s.two.id().to_owned(), s.target.issuer.clone()] {
        refused(s, move |jwt| jwt.claim("iss", other.as_str())).await?;
    }
    Ok(())
}

async fn kinds(s: &Session) -> Tried<()> {
    for typ in ["at+jwt", "dpop+jwt", "logout+jwt"] {
        refused(s, move |jwt| jwt.header("typ", typ)).await?;
    }
    let own = s.one.id().to_owned();
    refused(s, move |jwt| jwt.without_header("typ").claim("sub", own.as_str())).await
}

async fn malformed(s: &Session) -> Tried<()> {
    type Change<'a> = (fn(&str) -> String, &'a [&'static Requirement]);
    let changes: [Change<'_>; 3] = [
        (|text| format!("{text}=="), &[&rfc7515::STRICT_BASE64URL, &rfc8725::COMPACT_ALPHABET]),
        (|text| format!("{text}.e30"), &[&rfc7515::COMPACT_FORM]),
        (
            |text| format!("{}!{}", &text[..text.len() - 8], &text[text.len() - 8..]),
            &[&rfc7515::STRICT_BASE64URL, &rfc8725::COMPACT_ALPHABET],
        ),
    ];
    for (change, because) in changes {
        let push = s.one.push();
        let text = change(&s.one.request_object(&push.parameters()).sign());
        s.refused_in_front_because(&push.object_text(text), &OBJECT, because).await?;
    }
    Ok(())
}

async fn wrong_types(s: &Session) -> Tried<()> {
    for (name, value) in
        [("redirect_uri", json!(7)), ("scope", json!(["openid"])), ("state", json!({})), ("code_challenge", json!(true))]
    {
        s.refused_in_front_by(|push| push.object(move |jwt| jwt.claim(name, value.clone())), &PARAMETERS).await?;
    }
    Ok(())
}

async fn dates(s: &Session) -> Tried<()> {
    let because: &[&'static Requirement] = &[&rfc7519::NUMERIC_DATES];
    refused_because(s, |jwt| jwt.claim("exp", "tomorrow"), because).await?;
    refused_because(s, |jwt| jwt.claim("nbf", "yesterday"), because).await
}

async fn encrypted(s: &Session) -> Tried<()> {
    let seal = s.one.sealing().await?;
    let rule = &rfc9101::OBJECT_DECRYPTED;
    let pushed = s.one.push().sealed(seal.clone()).pushed().await.map_err(|stop| stop.against(rule))?;
    s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    if !s.target.instance.strict() {
        // OpenID Connect Core 10.2 has clients send one, if the server has several keys.
        return Ok(());
    }
    // Without a kid, the server finds the key by its algorithm.
    let pushed = s.one.push().sealed(seal.without_header("kid")).pushed().await.map_err(|stop| stop.against(rule))?;
    s.one.authorize(&pushed).code().await.map(drop)
}

async fn not_decrypted(s: &Session) -> Tried<()> {
    let seal = s.one.sealing().await?;
    s.control(s.one.push().sealed(seal.clone()).pushed().await)?;
    for seal in [seal.clone().corrupt(), seal.clone().header("kid", "no-such-key")] {
        s.refused_in_front(&s.one.push().sealed(seal), &OBJECT).await?;
    }
    if s.target.instance.strict() {
        // RFC 7516 4.1.3 has recipients understand it. Whether it decrypts is not looked at.
        let compressed = s.one.push().sealed(seal.clone().header("zip", "DEF"));
        s.refused_in_front_because(&compressed, &OBJECT, &[&rfc9101::OBJECT_DECRYPTED, &rfc9101::OBJECT_SIGNATURE]).await?;
    }
    let foreign = EncryptionKey::agreeing();
    let algorithm = foreign.algorithm().to_owned();
    let foreign = Jwe::to(&foreign.registered_jwk(), &algorithm, "A256GCM").without_header("kid");
    s.refused_in_front(&s.one.push().sealed(foreign), &OBJECT).await
}

async fn only_encrypted(s: &Session) -> Tried<()> {
    let seal = s.one.sealing().await?;
    s.control(s.one.push().sealed(seal.clone()).pushed().await)?;
    s.refused_in_front(&s.one.push().sealed_unsigned(seal.clone()), &OBJECT).await?;
    s.refused_in_front(&s.one.push().object(Jwt::unsigned).sealed(seal.clone()), &OBJECT).await?;
    s.refused_in_front(&s.one.push().object(Jwt::corrupt).sealed(seal), &OBJECT).await
}
