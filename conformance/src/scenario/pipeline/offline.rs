//! `offline_access`: which requests keep it, and what follows from that.

use fapi::requirement::{ocp, oidcc};

use super::super::{Scenario, run};
use super::{Given, tokens, tokens_for};
use crate::finding::Tried;
use crate::session::Session;

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("offline-without-openid", "The API decides about offline_access without openid, too.", run!(by_api))
        .requires(&[&ocp::api::OFFLINE])
        .shows(&["F-44"])
        .asserts(&["scope and refresh token where the API allows it", "neither where it does not"]),
    Scenario::positive("offline-with-consent", "Where no API decides, offline_access needs prompt=consent.", run!(with_consent))
        .requires(&[&oidcc::OFFLINE_ACCESS])
        .shows(&["F-44"])
        .asserts(&["ignored without prompt, and with another one", "scope and refresh token with prompt=consent"]),
];

/// Demands that tokens have `offline_access` and a refresh token, or neither.
fn shows(s: &Session, given: &Given, rule: &'static fapi::requirement::Requirement, wanted: bool) {
    let words = |has: bool, what: &str| if has { what.to_owned() } else { format!("no {what}") };
    let (scope, token) = (given.has("offline_access"), given.tokens.refresh_token.is_some());
    given.shows(s, rule, scope == wanted, words(wanted, "offline_access"), words(scope, "offline_access"));
    given.shows(s, rule, token == wanted, words(wanted, "refresh token"), words(token, "refresh token"));
}

async fn by_api(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    for (role, scope, wanted) in
        [("accounts", "offline_access read:accounts", true), ("archive", "offline_access read:archive", false)]
    {
        let given = tokens_for(&client, s.api(role)?, scope).await?;
        shows(s, &given, &ocp::api::OFFLINE, wanted);
    }
    Ok(())
}

async fn with_consent(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let userinfo = client.metadata().text("userinfo_endpoint").unwrap_or_default().to_owned();
    let scope = [("audience", userinfo.as_str()), ("scope", "openid offline_access")];
    for (prompt, wanted) in [(None, false), (Some("login"), false), (Some("consent"), true), (Some("login consent"), true)] {
        let prompt: Vec<_> = prompt.map(|prompt| ("prompt", prompt)).into_iter().collect();
        let given = tokens(&client, &[&scope[..], &prompt[..]].concat()).await?;
        shows(s, &given, &oidcc::OFFLINE_ACCESS, wanted);
    }
    Ok(())
}
