//! Redeeming codes.

use super::{Scenario, always, front_channel, module, rules, run};
use crate::client::FormRequest;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys;
use crate::session::{Session, Wire, wire};
use fapi::requirement::{fapi2_sp, rfc6749, rfc7636, rfc9700};

const INVALID_GRANT: &[&str] = &["the token endpoint answers 400 invalid_grant"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "code-again",
        "A code can be redeemed once; a second attempt is refused and revokes the tokens issued for it.",
        run!(again),
    )
    .oidf(&[module!("attempt-reuse-authorization-code-after-one-second")])
    .requires(&[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED, &rfc6749::CODE_REPLAY_REVOKES])
    .when(front_channel)
    .seconds(1)
    .asserts(&[
        "of 8 codes, each over new connections: after 1 s the second redemption gets 400 invalid_grant",
        "the resource then refuses the access token of the first code with 4xx (otherwise a warning)",
    ]),
    Scenario::negative("code-expired", "A code expires after at most 60 seconds.", run!(expired))
        .oidf(&[module!("ensure-token-endpoint-fails-with-expired-auth-code")])
        .requires(&[&fapi2_sp::CODE_SIXTY_SECONDS, &rfc6749::CODE_EXPIRES])
        .under(rules::codes_expire_within_a_minute)
        .when(front_channel)
        .seconds(62)
        .asserts(&["62 s after it was issued, the first redemption gets 400 invalid_grant"]),
    Scenario::negative("code-of-another-client", "A code of another client is refused.", run!(of_another))
        .oidf(&[module!("ensure-authorization-code-is-bound-to-client")])
        .requires(&[&rfc6749::CODE_BOUND_TO_CLIENT])
        .when(front_channel)
        .asserts(&["client 2, authenticated as itself, redeems client 1's code, with and without client_id, and gets 400 invalid_grant"]),
    Scenario::negative("code-without-verifier", "A code without its PKCE verifier is refused.", run!(without_verifier))
        .oidf(&[module!("ensure-pkce-code-verifier-required")])
        .requires(&[&rfc7636::VERIFIER_PRESENT, &rfc9700::VERIFIER_UNASKED])
        .when(front_channel)
        .asserts(&["the token endpoint answers 400 invalid_grant (invalid_request is a warning, as the texts leave that open)"]),
    Scenario::negative("code-with-wrong-verifier", "A code with another PKCE verifier is refused.", |s| {
        Box::pin(refused(s, |request| request.set("code_verifier", keys::random()), &wire::INVALID_GRANT))
    })
    .oidf(&[module!("incorrect-pkce-code-verifier-rejected")])
    .requires(&[&rfc7636::VERIFIER_FITS])
    .when(front_channel)
    .asserts(INVALID_GRANT),
    Scenario::negative("code-with-short-verifier", "A PKCE verifier of 42 characters is refused.", run!(short_verifier))
        .requires(&[&rfc7636::VERIFIER_SYNTAX])
        .when(front_channel)
        .asserts(&[
            "the pushed challenge is that of the verifier, so that only the length is wrong",
            "the token endpoint answers 400 invalid_grant or invalid_request",
        ]),
    Scenario::negative("code-with-challenge-as-verifier", "The code_challenge is refused as code_verifier.", |s| {
        Box::pin(refused(
            s,
            |request| {
                let verifier = value(&request, "code_verifier");
                request.set("code_verifier", keys::digest(&verifier))
            },
            &wire::INVALID_GRANT,
        ))
    })
    .requires(&[&rfc7636::VERIFIER_FITS])
    .when(front_channel)
    .asserts(INVALID_GRANT),
    Scenario::negative(
        "code-with-other-redirect-uri",
        "A token request with another redirect_uri than the authorization request is refused.",
        |s| {
            Box::pin(refused(
                s,
                |request| {
                    let uri = value(&request, "redirect_uri");
                    request.set("redirect_uri", format!("{uri}x"))
                },
                &wire::INVALID_GRANT,
            ))
        },
    )
    .requires(&[&rfc6749::REDIRECT_URI_IDENTICAL])
    .when(front_channel)
    .asserts(INVALID_GRANT),
    Scenario::negative(
        "code-without-redirect-uri",
        "A token request without redirect_uri is refused.",
        run!(without_redirect_uri),
    )
    .requires(&[&rfc6749::REDIRECT_URI_IDENTICAL])
    .when(front_channel)
    .asserts(&[
        "the token endpoint answers 400 invalid_grant or invalid_request",
        "OpenID: tokens are a warning, since OpenID Connect leaves this open for a client with one redirect URI",
    ]),
    Scenario::negative("code-unknown", "A code that was never issued is refused.", |s| {
        Box::pin(refused(s, |request| request.set("code", keys::random()), &wire::INVALID_GRANT))
    })
    .requires(&[&rfc6749::INVALID_GRANT])
    .when(front_channel)
    .asserts(INVALID_GRANT),
    Scenario::negative("code-missing", "A token request without code is refused.", |s| {
        Box::pin(refused(s, |request| request.without("code"), &wire::INVALID_REQUEST))
    })
    .requires(&[&rfc6749::INVALID_REQUEST])
    .when(front_channel)
    .asserts(&["the token endpoint answers 400 invalid_request"]),
    Scenario::negative("grant-type-missing", "A token request without grant_type is refused.", |s| {
        Box::pin(refused(s, |request| request.without("grant_type"), &UNSUPPORTED_OR_INVALID))
    })
    .requires(&[&rfc6749::INVALID_REQUEST])
    .when(always)
    .asserts(&["the token endpoint answers 400 invalid_request or unsupported_grant_type"]),
    Scenario::negative("grant-type-unknown", "An unknown grant_type is refused.", |s| {
        Box::pin(refused(s, |request| request.set("grant_type", "urn:example:unknown"), &UNSUPPORTED))
    })
    .requires(&[&rfc6749::GRANT_TYPE_SERVED])
    .when(always)
    .asserts(&["the token endpoint answers 400 unsupported_grant_type or unauthorized_client"]),
    Scenario::negative("grant-type-password", "The password grant is refused.", run!(password))
        .requires(&[&fapi2_sp::NO_PASSWORD_GRANT, &rfc9700::NO_PASSWORD_GRANT, &rfc6749::GRANT_TYPE_SERVED])
        .when(always)
        .asserts(&[
            "a random user name and password: 400 unsupported_grant_type or unauthorized_client",
            "invalid_grant is about the credentials, unless an unknown grant type gets it too: then the user's own are sent, once",
            "tokens for these are a failure, invalid_grant again is a warning",
        ]),
    Scenario::positive("code-survives-others", "A failed attempt by another client does not invalidate a code.", run!(survives))
        .requires(&[&rfc6749::CODE_BOUND_TO_CLIENT])
        .when(front_channel)
        .asserts(&["client 2 is refused with client 1's code; client 1 can then redeem it (otherwise a warning)"]),
];

const UNSUPPORTED: Wire = Wire::new(&[400], &["unsupported_grant_type", "unauthorized_client"]);
const UNSUPPORTED_OR_INVALID: Wire = Wire::new(&[400], &["invalid_request", "unsupported_grant_type"]);
const INVALID_GRANT_OR_REQUEST: Wire = Wire::new(&[400], &["invalid_grant", "invalid_request"]);

async fn refused(s: &Session, spoil: impl FnOnce(FormRequest) -> FormRequest + Send, wire: &Wire) -> Tried<()> {
    let request = spoil(s.one.token_request().await?);
    s.refused(&request.send().await?, wire)
}

fn value(request: &FormRequest, name: &str) -> String {
    request.complete_fields().into_iter().find(|(field, _)| field == name).map(|(_, value)| value).unwrap_or_default()
}

async fn again(s: &Session) -> Tried<()> {
    let mut redeemed = Vec::new();
    for _ in s.replays() {
        let code = s.one.code().await?;
        let tokens = s.one.redeem(&code).tokens().await?;
        redeemed.push((code, tokens));
    }
    let call = redeemed.first().map(|(_, tokens)| s.one.resource(tokens)).filter(|call| call.url().is_ok());
    if let Some(call) = &call {
        call.served().await?;
    }
    s.pass(1).await;
    for (turn, (code, _)) in s.replays().zip(&redeemed) {
        s.refused(&s.one.redeem(code).send().await?, &wire::INVALID_GRANT)?;
        let Some(call) = call.as_ref().filter(|_| turn == 0) else { continue };
        let reply = call.send().await?;
        if !(400..500).contains(&reply.status()) {
            let got = format!("status {}", reply.status());
            let finding = Finding::new("status 4xx for an access token whose code was redeemed a second time", got);
            s.also(finding.shown_by(reply.number()).against(&rfc6749::CODE_REPLAY_REVOKES));
        }
    }
    Ok(())
}

async fn password(s: &Session) -> Tried<()> {
    let request = |name: &str, password: &str| {
        let fields = [("grant_type", "password"), ("username", name), ("password", password)];
        let request = s.one.token("password request", &fields);
        match s.one.settings().client_scope.clone().filter(|_| !s.variant().front_channel()) {
            Some(scope) => request.set("scope", scope),
            None => request,
        }
    };
    // Random, so that no real user's failed logins are counted.
    let reply = request(&keys::random(), &keys::random()).send().await?;
    let is_about_credentials = |reply: &Reply| reply.member("error").as_deref() == Some("invalid_grant");
    if !is_about_credentials(&reply) {
        return s.refused(&reply, &UNSUPPORTED);
    }
    let unknown = request(&keys::random(), &keys::random()).set("grant_type", "urn:example:unknown").send().await?;
    if is_about_credentials(&unknown) {
        return s.refused(&reply, &UNSUPPORTED);
    }
    if let Some((name, password)) = s.target.user.credentials() {
        let reply = request(name, password).send().await?;
        if reply.grants() || !is_about_credentials(&reply) {
            return s.refused(&reply, &UNSUPPORTED);
        }
    }
    let got = "invalid_grant, which is about the user name and the password, but not for an unknown grant type";
    let finding = Finding::new("status 400 with error unsupported_grant_type or unauthorized_client", got);
    s.also(finding.shown_by(reply.number()).against(&fapi2_sp::NO_PASSWORD_GRANT).as_advice());
    s.refused(&reply, &INVALID_GRANT_OR_REQUEST)
}

async fn without_verifier(s: &Session) -> Tried<()> {
    let reply = s.one.token_request().await?.without("code_verifier").send().await?;
    if reply.member("error").as_deref() == Some("invalid_request") {
        s.warn("a missing code_verifier is answered with invalid_request; the official suite accepts only invalid_grant");
    }
    s.refused(&reply, &INVALID_GRANT_OR_REQUEST)
}

async fn short_verifier(s: &Session) -> Tried<()> {
    let verifier = keys::random()[..42].to_owned();
    let pushed = s.one.push().set("code_challenge", keys::digest(&verifier)).pushed().await?;
    let code = s.one.authorize(&pushed).code().await?;
    s.refused(&s.one.redeem(&code).set("code_verifier", verifier).send().await?, &INVALID_GRANT_OR_REQUEST)
}

async fn expired(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    s.pass(62).await;
    s.refused(&s.one.redeem(&code).send().await?, &wire::INVALID_GRANT)
}

async fn without_redirect_uri(s: &Session) -> Tried<()> {
    let reply = s.one.token_request().await?.without("redirect_uri").send().await?;
    if reply.grants() && s.variant().openid() {
        s.warn("a token request without redirect_uri is accepted (OpenID Connect Core 3.1.3.2 leaves that open)");
        return Ok(());
    }
    s.refused(&reply, &INVALID_GRANT_OR_REQUEST)
}

async fn of_another(s: &Session) -> Tried<()> {
    let named = s.two.redeem(&s.one.code().await?);
    s.refused(&named.send().await?, &wire::INVALID_GRANT)?;
    if !s.variant().private_key_jwt() {
        return Ok(());
    }
    // The assertion names the client.
    let unnamed = s.two.redeem(&s.one.code().await?).without("client_id");
    s.refused(&unnamed.send().await?, &wire::INVALID_GRANT)
}

async fn survives(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    let stolen = s.two.redeem(&code).send().await?;
    if stolen.grants() {
        let finding = Finding::new("a refusal of another client's code", "tokens").shown_by(stolen.number());
        return Err(finding.against(&rfc6749::CODE_BOUND_TO_CLIENT).into());
    }
    if !s.one.redeem(&code).send().await?.grants() {
        s.warn("a failed attempt by another client invalidated the code");
    }
    Ok(())
}
