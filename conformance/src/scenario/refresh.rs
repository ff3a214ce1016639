//! Refresh tokens.

use super::{Scenario, front_channel, module, openid, rules, run};
use crate::client::{Client, Tokens};
use crate::finding::{Finding, Tried, skip};
use crate::keys::{self, SigningKey};
use crate::session::{Session, Wire, wire};
use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc8705, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "refresh",
        "A refresh token works with a new DPoP key, more than once, and is not rotated.",
        run!(refresh),
    )
    .oidf(&[module!("refresh-token")])
    .requires(&[
        &fapi2_sp::NO_REFRESH_ROTATION,
        &rfc9449::CONFIDENTIAL_REFRESH_UNBOUND,
        &rfc8705::CONFIDENTIAL_REFRESH_UNBOUND,
        &fapi2_sp::ROTATION_RETRY,
    ])
    .when(front_channel)
    .rarely(30)
    .asserts(&[
        "refresh with a new DPoP key, after another client got tokens: 200, no-store, correct token_type, unguessable tokens",
        "the refresh token works again; if it is rotated, the previous one still works 30 s later",
        "the new access token works at the resource",
        "see also refresh-stolen-token, refresh-unauthenticated, refresh-without-key, refresh-of-another-client",
    ]),
    Scenario::negative(
        "refresh-stolen-token",
        "A refreshed access token is refused with another client's key or certificate.",
        run!(stolen),
    )
    .oidf(&[module!("refresh-token")])
    .requires(&[&rfc9449::TOKEN_BOUND_TO_KEY, &rfc8705::CERTIFICATE_MISMATCH])
    .when(front_channel)
    .asserts(&["client 2's refreshed token with client 1's key or certificate gets 4xx from the resource"]),
    Scenario::negative(
        "refresh-unauthenticated",
        "A refresh request without client authentication is refused.",
        run!(unauthenticated),
    )
    .oidf(&[module!("refresh-token")])
    .requires(&[&rfc6749::CLIENT_AUTHENTICATES, &rfc6749::CONFIDENTIAL_AUTHENTICATES, &rfc8705::CERTIFICATE_OF_CLIENT])
    .when(front_channel)
    .asserts(&["400 or 401 with invalid_client, invalid_grant or invalid_request (a TLS failure with mTLS)"]),
    Scenario::negative("refresh-without-key", "A refresh request without a proof or certificate is refused.", run!(without_key))
        .oidf(&[module!("refresh-token")])
        .requires(&[&fapi2_sp::SENDER_CONSTRAINED, &rfc9449::CLIENT_ALWAYS_PROVES, &rfc8705::CERTIFICATE_OF_CLIENT])
        .under(rules::sender_constrained)
        .when(front_channel)
        .asserts(&[
            "for a client that registered a sender constraint, and for one that did not",
            "DPoP: 400 with invalid_request, invalid_grant or invalid_dpop_proof; mTLS: a TLS failure, or 400 or 401",
        ]),
    Scenario::negative("refresh-of-another-client", "A refresh token of another client is refused.", run!(of_another))
        .oidf(&[module!("refresh-token")])
        .requires(&[&rfc6749::REFRESH_BOUND_TO_CLIENT])
        .when(front_channel)
        .asserts(&["client 1, authenticated as itself, uses client 2's refresh token and gets 400 invalid_grant"]),
    Scenario::negative("refresh-unknown", "A refresh token that was never issued is refused.", run!(unknown))
        .requires(&[&rfc6749::INVALID_GRANT])
        .when(front_channel)
        .asserts(&["400 invalid_grant"]),
    Scenario::negative(
        "refresh-wider-scope",
        "A refresh request for a scope that was not granted is refused.",
        run!(wider_scope),
    )
    .requires(&[&rfc6749::REFRESH_SCOPE])
    .when(front_channel)
    .asserts(&["a scope that was not granted: 400 invalid_scope or invalid_grant"]),
    Scenario::positive("refresh-narrower-scope", "A refresh request may ask for a narrower scope.", run!(narrower_scope))
        .requires(&[&rfc6749::REFRESH_SCOPE_KEPT])
        .when(openid)
        .asserts(&["scope=openid: 200", "a later refresh without scope still gets the whole scope"]),
    Scenario::positive("refresh-id-token", "A refreshed ID token is for the same user, client and login.", run!(id_token))
        .requires(&[&oidcc::REFRESHED_ID_TOKEN, &oidcc::REFRESHED_NONCE])
        .when(openid)
        .asserts(&[
            "if there is one (otherwise skipped): iss, sub, aud and auth_time are the same, iat is not earlier",
            "if there is a nonce (a warning), it is the one of the first ID token",
        ]),
];

/// The official module accepts 401 with each of these errors.
const CLIENT_OR_GRANT: Wire = Wire::new(&[400, 401], &["invalid_client", "invalid_grant", "invalid_request"]).unauthorized(&[
    "invalid_client",
    "invalid_grant",
    "invalid_request",
]);

/// Gets tokens with a refresh token for a client; skips the scenario if there is no refresh token.
pub(super) async fn refreshable(s: &Session, client: &Client) -> Tried<(Tokens, String)> {
    let tokens = client.tokens().await?;
    match tokens.refresh_token.clone() {
        Some(token) => Ok((tokens, token)),
        None => {
            if client.metadata().list("grant_types_supported").contains(&"refresh_token") {
                s.warn("the metadata lists the refresh_token grant, but the server issues no refresh token");
            }
            skip("the server issues no refresh token")
        }
    }
}

async fn refresh(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.two).await?;
    // Requests of another client must not affect the refresh token.
    s.one.tokens().await?;
    let mut request = s.two.refresh(&token);
    let key = SigningKey::es256();
    if s.variant().dpop() {
        let key = key.clone();
        request = request.proof(move |jwt| jwt.proving(&key));
    }
    let rule = if s.variant().dpop() { &rfc9449::CONFIDENTIAL_REFRESH_UNBOUND } else { &rfc8705::CONFIDENTIAL_REFRESH_UNBOUND };
    let refreshed = request.tokens().await.map_err(|stop| stop.narrowed(&rfc6749::TOKEN_RESPONSE, rule))?;
    let rotated = refreshed.refresh_token.as_ref().is_some_and(|new| *new != token);
    if rotated && s.target.instance.strict() {
        let finding = Finding::new("no new refresh token: FAPI 2.0 forbids rotation", "another refresh token")
            .shown_by(refreshed.reply.number());
        return Err(finding.against(&fapi2_sp::NO_REFRESH_ROTATION).into());
    }
    if rotated {
        s.warn("the refresh token is rotated, although FAPI 2.0 forbids that");
        s.pass(30).await;
    }
    let again = s.two.refresh(&token).send().await?;
    if !again.is_success() {
        let finding = Finding::new("success when the refresh token is used again", format!("status {}", again.status()));
        return Err(finding.shown_by(again.number()).against(&fapi2_sp::NO_REFRESH_ROTATION).into());
    }
    if s.two.resource(&refreshed).url().is_err() {
        return Ok(());
    }
    let mut good = s.two.resource(&refreshed);
    if s.variant().dpop() {
        good = good.proof(move |jwt| jwt.proving(&key));
    }
    good.served().await.map(drop)
}

async fn stolen(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.two).await?;
    let refreshed = s.two.refresh(&token).tokens().await?;
    let stolen = s.one.resource(&refreshed).send().await?;
    s.refused_by_resource(&stolen, wire::ANY_4XX)
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.one).await?;
    let request = s.one.refresh(&token).unauthenticated().set("client_id", s.one.id());
    // A client that authenticates with a certificate presents none here. Other clients present theirs, because they do not
    // authenticate with it.
    let request = if s.variant().private_key_jwt() {
        request.identity(s.one.settings().identity.clone().filter(|_| !s.variant().dpop()))
    } else {
        request
    };
    s.refused_or_hung_up(request.attempt().await?, s.variant().certificates(), &CLIENT_OR_GRANT)
}

async fn without_key(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let (_, token) = refreshable(s, client).await?;
        if s.variant().dpop() {
            s.refused(&client.refresh(&token).without_proof().send().await?, &wire::INVALID_PROOF_OR_GRANT)?;
        } else {
            s.refused_or_hung_up(client.refresh(&token).identity(None).attempt().await?, true, &CLIENT_OR_GRANT)?;
        }
    }
    Ok(())
}

async fn of_another(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.two).await?;
    s.refused(&s.one.refresh(&token).send().await?, &wire::INVALID_GRANT)
}

async fn unknown(s: &Session) -> Tried<()> {
    refreshable(s, &s.one).await?;
    s.refused(&s.one.refresh(&keys::random()).send().await?, &wire::INVALID_GRANT)
}

async fn wider_scope(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.one).await?;
    let wider = format!("{} a-scope-that-was-not-granted", s.one.scope());
    let reply = s.one.refresh(&token).set("scope", wider).send().await?;
    s.refused(&reply, &Wire::new(&[400], &["invalid_scope", "invalid_grant"]))
}

async fn narrower_scope(s: &Session) -> Tried<()> {
    let (first, token) = refreshable(s, &s.one).await?;
    let narrow = s.one.refresh(&token).set("scope", "openid").tokens().await?;
    let token = narrow.refresh_token.unwrap_or(token);
    let whole = s.one.refresh(&token).tokens().await?;
    let sorted = |tokens: &Tokens| {
        let mut scopes: Vec<_> = tokens.scope.as_deref().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        scopes.sort();
        scopes
    };
    if whole.scope.is_some() && first.scope.is_some() && sorted(&whole) != sorted(&first) {
        let finding = Finding::new(format!("scope {}", sorted(&first).join(" ")), format!("scope {}", sorted(&whole).join(" ")));
        return Err(finding.shown_by(whole.reply.number()).against(&rfc6749::REFRESH_SCOPE_KEPT).into());
    }
    Ok(())
}

async fn id_token(s: &Session) -> Tried<()> {
    let pushed = s.one.push().set("max_age", "3600").pushed().await?;
    let first = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let Some(token) = first.refresh_token.clone() else { return skip("the server issues no refresh token") };
    let again = s.one.refresh(&token).tokens().await?;
    let (Some(before), Some(after)) = (&first.id_token, &again.id_token) else {
        return skip("the server issues no ID token with a refresh");
    };
    for claim in ["iss", "sub", "aud", "auth_time"] {
        if before.get(claim) != after.get(claim) && before.contains_key(claim) {
            let show = |claims: &serde_json::Map<_, _>| claims.get(claim).map_or("none".into(), serde_json::Value::to_string);
            let finding = Finding::new(format!("{claim} {}, as in the first ID token", show(before)), show(after))
                .shown_by(again.reply.number());
            return Err(finding.against(&oidcc::REFRESHED_ID_TOKEN).into());
        }
    }
    let issued = |claims: &serde_json::Map<_, serde_json::Value>| claims.get("iat").and_then(serde_json::Value::as_i64);
    if issued(after) < issued(before) {
        let got = format!("iat {} after {}", issued(after).unwrap_or_default(), issued(before).unwrap_or_default());
        let finding =
            Finding::new("an iat that is not earlier than that of the first ID token", got).shown_by(again.reply.number());
        return Err(finding.against(&oidcc::REFRESHED_ID_TOKEN).into());
    }
    match after.get("nonce") {
        None => Ok(()),
        nonce if nonce == before.get("nonce") => {
            s.warn("the refreshed ID token has a nonce");
            Ok(())
        }
        other => {
            let finding = Finding::new(
                "no nonce, or the nonce of the first ID token",
                other.map_or("none".into(), serde_json::Value::to_string),
            )
            .shown_by(again.reply.number());
            Err(finding.against(&oidcc::REFRESHED_NONCE).into())
        }
    }
}
