//! APIs: their identifiers, the form and the lifetime of their tokens, and the keys that sign them.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{local, ocp, rfc6750, rfc9068, rfc9700};
use serde_json::json;

use super::super::{Scenario, run};
use super::{Given, documents, refused_at, served, tokens_for};
use crate::client::Client;
use crate::finding::Tried;
use crate::jwt::{Jwt, Received};
use crate::keys::SigningKey;
use crate::session::Session;

const ELSEWHERE: super::Because =
    &[&ocp::pipe::ACCESS_TOKENS_ONLY, &rfc9068::VALIDATED, &rfc9068::INVALID_TOKEN, &rfc9700::TOKEN_FOR_US];

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("api-audience", "A token is for the API that the request names, by its identifier.", run!(audience))
        .requires(&[&ocp::api::IDENTIFIER, &ocp::api::TRAILING_SLASH, &ocp::pipe::API_JWT, &ocp::pipe::API_NAMED])
        .shows(&["F-38", "F-41"])
        .asserts(&[
            "a JWT whose aud begins with the identifier of the API",
            "an identifier with a slash at its end is another API",
        ]),
    Scenario::negative("api-token-elsewhere", "An API refuses a token for another API.", run!(elsewhere))
        .requires(ELSEWHERE)
        .shows(&["F-38", "F-40"])
        .asserts(&[
            "401 for a token of the API without the slash, which has another dialect",
            "401 for a token of the API with the slash, and for one of an API with another name",
        ]),
    Scenario::negative("api-id-token", "APIs refuse an ID token.", run!(id_token))
        .requires(&[&ocp::pipe::ID_TOKEN_AT_API, &ocp::pipe::ACCESS_TOKENS_ONLY, &rfc9068::VALIDATED])
        .shows(&["F-38", "F-89"])
        .asserts(&["401 for the ID token that came with a token that is served"]),
    Scenario::positive("api-lifetime", "Access tokens live as long as their API says.", run!(lifetime))
        .requires(&[&ocp::api::LIFETIME, &ocp::api::LIFETIME_BOUNDS])
        .shows(&["F-39"])
        .asserts(&["600, 300 and, by default, 86400 seconds", "exp and iat of the JWT differ by expires_in"]),
    Scenario::negative("api-token-expired", "A token ends with the lifetime of its API.", run!(expired))
        .requires(&[&ocp::api::LIFETIME_BOUNDS, &rfc6750::TOKEN_LIVE, &rfc9068::VALIDATED])
        .shows(&["F-39"])
        .seconds(420)
        .asserts(&["401 after seven minutes for a token of five", "200 for a token of ten"]),
    Scenario::positive("api-dialects", "Access tokens have the claims of their API's dialect.", run!(dialects))
        .requires(&[
            &ocp::api::DIALECTS,
            &ocp::api::RFC9068,
            &ocp::api::PERMISSIONS,
            &ocp::pipe::JWT_CLAIMS,
            &ocp::pipe::NO_PROFILE,
        ])
        .shows(&["F-40", "F-41", "F-43"])
        .asserts(&[
            "azp and an array as aud, or client_id, jti and typ at+jwt",
            "permissions in the authz dialects alone: all that the user has",
            "nothing about the user but sub",
        ]),
    Scenario::positive("api-signing", "Access tokens are signed as their API says.", run!(signing))
        .requires(&[&ocp::api::ALG, &ocp::api::SIGNING_SECRET])
        .shows(&["F-42"])
        .asserts(&["RS256 by default, and PS256, with a published key", "HS256 with the secret of the API, not of the client"]),
    Scenario::positive("signature-salt", "Each signature with PS256 is another one, and RS256 leaves no choice.", run!(salted))
        .requires(&[&ocp::key::PROBABILISTIC, &ocp::api::ALG])
        .shows(&["F-42"])
        .asserts(&[
            "a salt in each signature with PS256, and another one each time",
            "a signature with RS256 that its input and key determine",
        ]),
    Scenario::positive("id-token-algorithm", "ID tokens of public clients have RS256.", run!(id_token_algorithm))
        .requires(&[&ocp::pipe::PUBLIC_RS256])
        .shows(&["F-42"])
        .when(documents)
        .asserts(&["RS256 for a public client that registered PS256", "PS256 for one with a secret that registered it"]),
    Scenario::negative("api-signature-foreign", "An API refuses tokens whose signature others can make.", run!(foreign))
        .requires(&[&ocp::pipe::ACCESS_TOKENS_ONLY, &rfc9068::VALIDATED, &local::OWN_TOKEN])
        .shows(&["F-42"])
        .asserts(&[
            "401 for a token with HS256 and the client's secret",
            "401 for the token of another API with the same claims",
        ]),
];

async fn audience(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    for (role, scope) in [("accounts", "read:accounts"), ("archive", "read:archive"), ("payments", "read:payments")] {
        let api = s.api(role)?;
        let given = tokens_for(&client, api, scope).await.map_err(|stop| stop.against(&ocp::pipe::API_NAMED))?;
        let got = given.audience();
        let rule = if role == "archive" { &ocp::api::TRAILING_SLASH } else { &ocp::api::IDENTIFIER };
        given.shows(s, &ocp::pipe::API_JWT, given.access.is_some(), "a JWT", "an opaque access token");
        for rule in [rule, &ocp::pipe::API_NAMED] {
            given.shows(s, rule, got == [api.identifier.clone()], format!("aud {}", api.identifier), got.join(" "));
        }
        served(s, &client, &given, api, rule).await?;
    }
    Ok(())
}

async fn elsewhere(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let (accounts, archive, payments) = (s.api("accounts")?, s.api("archive")?, s.api("payments")?);
    let of_accounts = s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    served(s, &client, &of_accounts, accounts, &ocp::api::IDENTIFIER).await?;
    let of_archive = s.control(tokens_for(&client, archive, "read:archive").await)?;
    for (given, api) in [(&of_accounts, archive), (&of_archive, accounts), (&of_accounts, payments)] {
        refused_at(s, &client, &given.tokens.access_token, given, api, ELSEWHERE).await?;
    }
    Ok(())
}

async fn id_token(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let accounts = s.api("accounts")?;
    let given = s.control(tokens_for(&client, accounts, "openid read:accounts").await)?;
    served(s, &client, &given, accounts, &ocp::pipe::ACCESS_TOKENS_ONLY).await?;
    let Some(id_token) = given.tokens.reply.member("id_token") else { return s.skip("no ID token is issued") };
    refused_at(s, &client, &id_token, &given, accounts, s.requires()).await?;
    let reply = client.userinfo(&given.tokens).token(id_token).send().await?;
    s.refused_by_resource(&reply, &[401])
}

async fn lifetime(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let lives = [("accounts", "read:accounts", 600), ("payments", "read:payments", 300), ("archive", "read:archive", 86_400)];
    for (role, scope, seconds) in lives {
        let given = tokens_for(&client, s.api(role)?, scope).await?;
        let got = given.tokens.expires_in;
        given.shows(s, &ocp::api::LIFETIME, got == Some(seconds), format!("expires_in {seconds}"), super::lifetime(got));
        let lives = given.claim("exp").as_u64().zip(given.claim("iat").as_u64()).map(|(exp, iat)| exp.saturating_sub(iat));
        let rule = &ocp::api::LIFETIME_BOUNDS;
        given.shows(
            s,
            rule,
            lives == Some(seconds),
            format!("exp {seconds} seconds after iat"),
            lives.map_or_else(|| "none".to_owned(), |lives| format!("{lives} seconds")),
        );
    }
    Ok(())
}

async fn expired(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let (accounts, payments) = (s.api("accounts")?, s.api("payments")?);
    let long = s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    let short = s.control(tokens_for(&client, payments, "read:payments").await)?;
    served(s, &client, &short, payments, &ocp::api::LIFETIME_BOUNDS).await?;
    s.pass(420).await;
    served(s, &client, &long, accounts, &ocp::api::LIFETIME_BOUNDS).await?;
    refused_at(s, &client, &short.tokens.access_token, &short, payments, s.requires()).await
}

async fn dialects(s: &Session) -> Tried<()> {
    let client = s.role("portal")?;
    let theirs = tokens_for(&client, s.api("accounts")?, "openid email read:accounts").await?;
    let listed = tokens_for(&client, s.api("payments")?, "openid email read:payments").await?;
    let standard = tokens_for(&client, s.api("archive")?, "openid email read:archive").await?;
    let both = tokens_for(&client, s.api("audit")?, "openid email read:audit").await?;
    for given in [&theirs, &listed] {
        let rule = &ocp::pipe::JWT_CLAIMS;
        given.shows(s, rule, given.claim("azp") == client.id(), "azp with the client", given.claim("azp").to_string());
        given.shows(s, rule, given.claim("aud").is_array(), "an array as aud", given.claim("aud").to_string());
        for name in ["sub", "iss", "exp", "iat", "scope"] {
            given.shows(s, rule, !given.claim(name).is_null(), format!("the claim {name}"), "none");
        }
        let issuer = given.claim("iss");
        given.shows(s, rule, issuer == s.target.issuer.as_str(), format!("iss {}", s.target.issuer), issuer.to_string());
        given.shows(s, &ocp::api::DIALECTS, given.claim("client_id").is_null(), "no client_id", "client_id");
    }
    for given in [&standard, &both] {
        let rule = &ocp::api::RFC9068;
        let typ = given.access.as_ref().and_then(|access| access.header.get("typ")).cloned().unwrap_or_default();
        given.shows(s, rule, typ == "at+jwt" || typ == "application/at+jwt", "typ at+jwt", typ.to_string());
        given.shows(s, rule, given.claim("client_id") == client.id(), "client_id", given.claim("client_id").to_string());
        given.shows(s, rule, given.claim("jti").is_string(), "jti", given.claim("jti").to_string());
        given.shows(s, &ocp::api::DIALECTS, given.claim("azp").is_null(), "no azp", "azp");
    }
    for (given, permissions) in [
        (&theirs, None),
        (&standard, None),
        (&listed, Some(["read:payments", "refund:payments"])),
        (&both, Some(["read:audit", "write:audit"])),
    ] {
        let mut got: Vec<_> = given.claim("permissions").as_array().cloned().unwrap_or_default();
        got.sort_by_key(ToString::to_string);
        let wanted = permissions.map(|all| all.map(|one| json!(one)).to_vec()).unwrap_or_default();
        let holds = got == wanted && given.claim("permissions").is_array() == permissions.is_some();
        let (wanted, got) = ("the permissions of the user", given.claim("permissions").to_string());
        given.shows(s, &ocp::api::PERMISSIONS, holds, wanted, got);
        for name in ["email", "email_verified", "name", "nickname", "favorite_color", "picture"] {
            let rule = &ocp::pipe::NO_PROFILE;
            given.shows(s, rule, given.claim(name).is_null(), "no claim about the user but sub", format!("the claim {name}"));
        }
    }
    Ok(())
}

async fn signing(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let keys = client.server_keys().await?;
    for (role, scope, algorithm) in [("accounts", "read:accounts", "RS256"), ("archive", "read:archive", "PS256")] {
        let given = tokens_for(&client, s.api(role)?, scope).await?;
        let got = given.access.as_ref().map(Received::algorithm).unwrap_or_default();
        given.shows(s, &ocp::api::ALG, got == algorithm, algorithm, got);
        let verified = given.access.as_ref().is_some_and(|access| keys.iter().any(|key| access.verify(key).is_ok()));
        given.shows(s, &ocp::api::ALG, verified, "a signature by a published key", "a signature by none");
    }
    let ledger = s.api("ledger")?;
    let given = tokens_for(&client, ledger, "read:ledger").await?;
    let got = given.access.as_ref().map(Received::algorithm).unwrap_or_default();
    given.shows(s, &ocp::api::ALG, got == "HS256", "HS256", got);
    let by = |secret: Option<&String>| secret.is_some_and(|secret| is_by(&given, secret));
    let rule = &ocp::api::SIGNING_SECRET;
    given.shows(s, rule, by(ledger.secret.as_ref()), "a MAC with the secret of the API", "another one");
    given.shows(s, rule, !by(client.settings().secret.as_ref()), "a MAC that the client cannot make", "one with its secret");
    served(s, &client, &given, ledger, rule).await
}

async fn salted(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let keys = client.server_keys().await?;
    let mut salts = vec![];
    for (role, scope) in [("accounts", "read:accounts"), ("archive", "read:archive"), ("archive", "read:archive")] {
        let given = tokens_for(&client, s.api(role)?, scope).await?;
        let salt = given.access.as_ref().and_then(|access| keys.iter().find_map(|key| access.salt(key)));
        let rule = if role == "accounts" { &ocp::api::ALG } else { &ocp::key::PROBABILISTIC };
        given.shows(s, rule, salt.is_some(), "a signature by a published RSA key", "another one");
        if role == "archive" {
            let words = if salt.as_ref().is_some_and(Vec::is_empty) { "none" } else { "that of another signature" };
            let fresh = salt.as_ref().is_some_and(|salt| !salt.is_empty() && !salts.contains(salt));
            given.shows(s, rule, fresh, "a salt of its own", words);
        } else {
            // With PS256 there would be a salt.
            given.shows(s, &ocp::key::PROBABILISTIC, salt == Some(vec![]), "a signature without a choice", "one with a salt");
        }
        salts.extend(salt);
    }
    Ok(())
}

async fn id_token_algorithm(s: &Session) -> Tried<()> {
    for (role, algorithm) in [("portal", "RS256"), ("budget", "PS256")] {
        let given = tokens_for(&s.role(role)?, s.api("accounts")?, "openid").await?;
        let id_token = given.tokens.reply.member("id_token").and_then(|text| Received::parse(&text).ok());
        let alg = id_token.and_then(|token| token.header.get("alg").cloned()).unwrap_or_default();
        given.shows(s, &ocp::pipe::PUBLIC_RS256, alg == algorithm, format!("an ID token with {algorithm}"), alg.to_string());
    }
    Ok(())
}

async fn foreign(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let (ledger, accounts) = (s.api("ledger")?, s.api("accounts")?);
    let of_ledger = s.control(tokens_for(&client, ledger, "read:ledger").await)?;
    served(s, &client, &of_ledger, ledger, &ocp::pipe::ACCESS_TOKENS_ONLY).await?;
    let of_accounts = s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    let secret = client.settings().secret.clone().unwrap_or_default();
    let by_client = again(&client, &of_ledger, &secret);
    refused_at(s, &client, &by_client, &of_ledger, ledger, s.requires()).await?;
    // An API that takes any algorithm would believe its own secret, or another API's.
    let by_ledger = again(&client, &of_accounts, ledger.secret.as_deref().unwrap_or_default());
    refused_at(s, &client, &by_ledger, &of_accounts, accounts, s.requires()).await
}

/// The same token, authenticated with this secret.
fn again(client: &Client, given: &Given, secret: &str) -> String {
    let claims = given.access.as_ref().map(|access| access.claims.clone()).unwrap_or_default();
    let jwt = Jwt::new(&SigningKey::es256(), client.now()).header("typ", "at+jwt");
    claims.into_iter().fold(jwt, |jwt, (name, value)| jwt.claim(&name, value)).authenticated_by(secret.as_bytes()).sign()
}

/// Returns true if a token is authenticated with this secret.
fn is_by(given: &Given, secret: &str) -> bool {
    let Some((input, mac)) = given.tokens.access_token.rsplit_once('.') else { return false };
    crate::keys::mac(secret.as_bytes(), input.as_bytes()).is_ok_and(|made| BASE64URL_NOPAD.encode(&made) == mac)
}
