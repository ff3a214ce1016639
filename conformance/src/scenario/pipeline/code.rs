//! The code flow for registered APIs and applications.

use fapi::requirement::{ocp, rfc6749, rfc9700};

use super::super::{Scenario, run};
use super::{REFUSED, ask, code, documents, given, refused, served, tokens, tokens_for};
use crate::browser::Landing;
use crate::client::values;
use crate::finding::{Finding, Tried};
use crate::session::{Session, wire};

const UNAUTHENTICATED: super::Because = &[&rfc6749::CONFIDENTIAL_AUTHENTICATES, &rfc6749::CLIENT_AUTHENTICATES];

/// The claims of the scope `profile`, and one of the server's own.
const PROFILE: [&str; 15] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "favorite_color",
];

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("pipeline-code", "A code brings tokens, for both kinds of clients and in both pipelines.", run!(flow))
        .requires(&[
            &ocp::pipe::SAME_RESPONSE,
            &ocp::pipe::SAME_CODE_EXCHANGE,
            &ocp::pipe::TOKEN_RESPONSE,
            &ocp::grt::STATE,
            &ocp::cli::PUBLIC,
        ])
        .shows(&["F-01", "F-04"])
        .asserts(&[
            "code and state at the redirect URI",
            "200, no-store, no-cache, access_token, token_type Bearer and expires_in",
            "a public client needs no secret",
        ]),
    Scenario::positive("pipeline-scopes", "Scopes of an API and of OpenID Connect mix in one request.", run!(scopes))
        .requires(&[
            &ocp::scp::MIXED,
            &ocp::scp::WITHOUT_ID_TOKEN,
            &ocp::scp::CODE_SERVES,
            &ocp::scp::SCOPE_TOLD,
            &ocp::pipe::ATTRIBUTE_SCOPES,
            &ocp::api::LOGICAL,
        ])
        .shows(&["F-04", "F-03"])
        .asserts(&[
            "an ID token with openid, none without",
            "an unknown scope, the name of a claim and a scope of another API are left out, and scope is told",
        ]),
    Scenario::negative("pipeline-nothing-known", "A request with unknown scopes alone is refused.", run!(nothing))
        .requires(&[&ocp::scp::MIXED, &rfc6749::UNAUTHORIZED_CLIENT, &rfc6749::INVALID_GRANT])
        .shows(&["F-04"])
        .asserts(&["no token for a scope of another API, the name of a claim, or an unknown scope"]),
    Scenario::negative(
        "pipeline-code-stolen",
        "A code is good once, for its client, with its secret and verifier.",
        run!(stolen),
    )
    .requires(&[
        &rfc6749::CODE_BOUND_TO_CLIENT,
        &rfc6749::CODE_ONCE,
        &rfc6749::CONFIDENTIAL_AUTHENTICATES,
        &rfc6749::CLIENT_AUTHENTICATES,
    ])
    .shows(&["F-04", "F-01"])
    .asserts(&["400 for another client", "400 or 401 without the secret, and with another one", "400 the second time"]),
    Scenario::negative("pipeline-public-pkce", "A public client needs PKCE.", run!(public))
        .requires(&[&rfc9700::PKCE_OF_PUBLIC])
        .shows(&["F-05"])
        .asserts(&["no code without code_challenge", "a code with it"]),
    Scenario::positive("pipeline-consent", "A third party's application needs the user's consent.", run!(consent))
        .requires(&[&ocp::cli::THIRD_PARTY_CONSENT, &ocp::scp::CONSENT_EXAMPLE])
        .shows(&["F-02"])
        .asserts(&["a page after the login, unlike for the operator's own application", "the scope that the user allows"]),
    Scenario::negative("pipeline-consent-refused", "Without consent a third party's application gets nothing.", run!(no_consent))
        .requires(&[&rfc6749::ERROR_REDIRECTED])
        .shows(&["F-02"])
        .asserts(&["access_denied and no code after a refusal", "a code with consent"]),
    Scenario::positive("pipeline-claims", "The scope decides about the API and about the user's claims.", run!(claims))
        .requires(&[
            &ocp::scp::OPENID,
            &ocp::scp::SUB,
            &ocp::scp::EMAIL,
            &ocp::pipe::SCOPE_TWOFOLD,
            &ocp::cli::THIRD_PARTY_PROFILE,
        ])
        .shows(&["F-04", "F-02"])
        .when(documents)
        .asserts(&[
            "email in the ID token with the scope email, and none without",
            "one scope for both: the API serves the token, and the ID token has the claim",
            "nothing of the user's profile in a third party's ID token that the user was not asked for",
            "the same sub everywhere",
        ]),
];

async fn flow(s: &Session) -> Tried<()> {
    let accounts = s.api("accounts")?;
    for role in ["portal", "budget", "legacy"] {
        let client = s.role(role)?;
        let visit = ask(&client, &[("audience", &accounts.identifier), ("scope", "openid")]);
        let state = visit.pushed().parameter("state").map(str::to_owned);
        let landing = visit.land().await?;
        if let Landing::Callback(callback) = &landing {
            let got = callback.parameter("state");
            if got != state {
                let finding = Finding { exchange: callback.exchange, ..Finding::new("the state unchanged", "another one") };
                s.also(finding.against(&ocp::grt::STATE));
            }
        }
        let code = client.accept(visit.pushed(), landing).map_err(|stop| stop.against(&ocp::pipe::SAME_RESPONSE))?;
        let rule = if role == "portal" { &ocp::cli::PUBLIC } else { &ocp::pipe::SAME_CODE_EXCHANGE };
        let got = given(&client.redeem(&code)).await.map_err(|stop| stop.against(rule))?;
        let rule = &ocp::pipe::TOKEN_RESPONSE;
        let reply = &got.tokens.reply;
        let stored = reply.header("cache-control").unwrap_or_default().to_ascii_lowercase();
        got.shows(s, rule, stored.contains("no-store"), "Cache-Control: no-store", stored);
        let cached = reply.header("pragma").unwrap_or_default();
        got.shows(s, rule, cached.eq_ignore_ascii_case("no-cache"), "Pragma: no-cache", cached);
        let kind = got.json.get("token_type").and_then(|kind| kind.as_str()).unwrap_or_default();
        got.shows(s, rule, kind.eq_ignore_ascii_case("bearer"), "token_type Bearer", kind);
        let seconds = got.json.get("expires_in");
        let is_number = seconds.is_some_and(serde_json::Value::is_u64);
        got.shows(s, rule, is_number, "expires_in, a number", values::kind(seconds));
    }
    Ok(())
}

async fn scopes(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let both = tokens_for(&client, accounts, "openid read:accounts").await?;
    both.shows(s, &ocp::scp::CODE_SERVES, both.tokens.id_token.is_some(), "an ID token", "none");
    let access = tokens_for(&client, accounts, "read:accounts").await?;
    access.shows(s, &ocp::scp::WITHOUT_ID_TOKEN, access.tokens.id_token.is_none(), "no ID token", "one");
    let identity = tokens_for(&client, accounts, "openid").await?;
    identity.shows(s, &ocp::scp::CODE_SERVES, identity.tokens.id_token.is_some(), "an ID token", "none");
    let mixed = tokens_for(&client, accounts, "openid read:balance favorite_color unknown read:payments read:accounts").await?;
    let rule = &ocp::pipe::ATTRIBUTE_SCOPES;
    mixed.shows(s, rule, !mixed.has("favorite_color"), "no scope with the name of a claim", "favorite_color");
    mixed.shows_scope(s, &ocp::scp::MIXED, "openid read:accounts read:balance");
    let told = mixed.tokens.scope.is_some();
    mixed.shows(s, &ocp::scp::SCOPE_TOLD, told, "the member scope, since less was granted", "none");
    let one = tokens_for(&client, accounts, "read:balance").await?;
    one.shows_scope(s, &ocp::api::LOGICAL, "read:balance");
    Ok(())
}

async fn nothing(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    for scope in ["read:payments", "favorite_color", "unknown", "read:account", "READ:ACCOUNTS", "read:accounts:all"] {
        let visit = ask(&client, &[("audience", &accounts.identifier), ("scope", scope)]);
        refused(s, &client, &visit, &["invalid_scope"], s.requires()).await?;
    }
    Ok(())
}

async fn stolen(s: &Session) -> Tried<()> {
    let (client, other, accounts) = (s.role("budget")?, s.role("empty")?, s.api("accounts")?);
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "read:accounts")];
    s.control(tokens(&client, &parameters).await)?;
    let by_other = other.redeem(&code(&client, &parameters).await?).set("redirect_uri", client.settings().redirect_uri.as_str());
    s.refused(&by_other.send().await?, &wire::INVALID_GRANT)?;
    let unauthenticated = client.redeem(&code(&client, &parameters).await?).without("client_secret");
    s.refused_because(&unauthenticated.send().await?, &wire::INVALID_CLIENT, UNAUTHENTICATED)?;
    let secret = other.settings().secret.clone().unwrap_or_default();
    let with_another = client.redeem(&code(&client, &parameters).await?).set("client_secret", secret);
    s.refused_because(&with_another.send().await?, &wire::INVALID_CLIENT, UNAUTHENTICATED)?;
    let code = code(&client, &parameters).await?;
    s.control(given(&client.redeem(&code)).await)?;
    s.refused(&client.redeem(&code).send().await?, &wire::INVALID_GRANT)
}

async fn consent(s: &Session) -> Tried<()> {
    let accounts = s.api("accounts")?;
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid read:accounts")];
    let client = s.role("budget")?;
    let rule = &ocp::cli::THIRD_PARTY_CONSENT;
    let landing = ask(&client, &parameters).logging_in().land().await?;
    if !matches!(landing, Landing::Waiting(_)) {
        let finding = Finding::new("a page that asks the user", landing.describe());
        s.also(Finding { exchange: landing.exchange(), ..finding }.against(rule));
    }
    let got = tokens(&client, &parameters).await?;
    got.shows_scope(s, &ocp::scp::CONSENT_EXAMPLE, "openid read:accounts");
    Ok(())
}

async fn no_consent(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid read:accounts")];
    s.control(code(&client, &parameters).await)?;
    refused(s, &client, &ask(&client, &parameters).denying(), &["access_denied"], s.requires()).await
}

async fn claims(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let with = tokens_for(&client, accounts, "openid email read:accounts").await?;
    let without = tokens_for(&client, accounts, "openid read:accounts").await?;
    let email = |given: &super::Given| given.tokens.id_token.as_ref().and_then(|claims| claims.get("email")).is_some();
    with.shows(s, &ocp::scp::EMAIL, email(&with), "email in the ID token", "none");
    without.shows(s, &ocp::scp::EMAIL, !email(&without), "no email in the ID token without the scope", "one");
    let rule = &ocp::pipe::SCOPE_TWOFOLD;
    with.shows(s, rule, email(&with) && with.has("read:accounts"), "the claim and the permission", "one of them");
    served(s, &client, &with, accounts, rule).await?;
    without.shows(s, rule, !email(&without), "no claim that the scope does not ask for", "email");
    for given in [&with, &without] {
        let all = given.tokens.id_token.iter().flat_map(|claims| claims.keys());
        let profile: Vec<_> = all.filter(|name| PROFILE.contains(&name.as_str())).cloned().collect();
        given.shows(s, &ocp::cli::THIRD_PARTY_PROFILE, profile.is_empty(), "no claim of the scope profile", profile.join(" "));
    }
    let sub = |given: &super::Given| given.tokens.id_token.as_ref().and_then(|claims| claims.get("sub")).cloned();
    with.shows(s, &ocp::scp::OPENID, sub(&with).is_some(), "an ID token with sub", "none");
    let same = sub(&with) == sub(&without) && sub(&with) == Some(with.claim("sub"));
    with.shows(s, &ocp::scp::SUB, same, "the same sub in every token", "another one");
    Ok(())
}

async fn public(s: &Session) -> Tried<()> {
    let client = s.role("portal")?;
    let accounts = s.api("accounts")?;
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid read:accounts")];
    s.control(code(&client, &parameters).await)?;
    let without = ask(&client, &parameters).without("code_challenge").without("code_challenge_method");
    match without.land().await? {
        Landing::Callback(callback) if callback.parameter("code").is_some() => {
            let code = client.accept(without.pushed(), Landing::Callback(callback))?;
            s.refused(&client.redeem(&code).without("code_verifier").send().await?, &REFUSED)
        }
        _ => refused(s, &client, &without, &["invalid_request"], s.requires()).await,
    }
}
