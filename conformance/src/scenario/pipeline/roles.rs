//! Role-based access control, offline access, and the host's own code.

use fapi::requirement::{ocp, rfc6749};

use super::super::{Scenario, run};
use super::{REFUSED, ask, code, documents, given, refresh, refused, tokens_for};
use crate::finding::{Finding, Tried};
use crate::session::Session;

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("roles-intersection", "Users get what was asked for and what they are permitted.", run!(intersection))
        .requires(&[&ocp::api::ROLES, &ocp::scp::ROLES_EXAMPLE, &ocp::api::PERMISSIONS])
        .shows(&["F-43", "F-48"])
        .asserts(&[
            "no scope that the user is not permitted, and none that was not asked for",
            "the same in an RFC 9068 dialect",
            "permissions are all of the user's",
            "scopes about the user are no permissions, and need none",
        ]),
    Scenario::positive("roles-off", "Without roles every permission of the API that is asked for is granted.", run!(off))
        .requires(&[&ocp::api::NO_ROLES, &ocp::scp::MIXED])
        .shows(&["F-43"])
        .asserts(&["both scopes, although the user has no permission there", "scopes of other APIs are left out"]),
    Scenario::negative(
        "roles-nothing-left",
        "A request of which the user's permissions leave nothing gets no scope of the API.",
        run!(nothing),
    )
    .requires(&[&ocp::api::ROLES, &rfc6749::UNAUTHORIZED_CLIENT, &rfc6749::INVALID_GRANT, &rfc6749::CODE_REQUEST])
    .shows(&["F-43"])
    .asserts(&[
        "no token, or one without the scope that the user is not permitted",
        "a token for what is left if the request also has openid",
    ]),
    Scenario::positive(
        "offline-access",
        "A refresh token comes with a granted offline_access, and with nothing else.",
        run!(offline),
    )
    .requires(&[&ocp::api::OFFLINE, &ocp::pipe::OFFLINE_GRANTED])
    .shows(&["F-44", "F-03"])
    .asserts(&[
        "offline_access and a refresh token if the API allows it",
        "neither if the API does not",
        "no refresh token if it was not asked for",
    ]),
    Scenario::negative("offline-access-not-granted", "A user who refuses gives no refresh token.", run!(not_granted))
        .requires(&[&ocp::pipe::OFFLINE_GRANTED, &rfc6749::ERROR_REDIRECTED])
        .shows(&["F-44"])
        .asserts(&["no code after a refusal", "with consent there is a refresh token"]),
    Scenario::positive("hook-last", "The host's own code has the last word, within the API.", run!(hook))
        .requires(&[&ocp::api::HOOK_LAST, &ocp::acc::HOOKS, &ocp::cli::METADATA_IN_HOOKS])
        .shows(&["F-43", "F-47"])
        .when(documents)
        .asserts(&[
            "the scope that the hook sets, though the user is not permitted it and the client grant does not have it",
            "none of another API",
            "the same after a refresh, and less after a narrowed one",
            "the metadata of the application, by which the hook knows it",
        ]),
];

async fn intersection(s: &Session) -> Tried<()> {
    let client = s.role("portal")?;
    let given = tokens_for(&client, s.api("payments")?, "openid email read:payments write:payments").await?;
    given.shows_scope(s, &ocp::api::ROLES, "openid email read:payments");
    let all = given.claim("permissions").to_string();
    let apart = !["openid", "email"].iter().any(|name| all.contains(name));
    given.shows(s, &ocp::api::PERMISSIONS, all.contains("refund:payments"), "every permission of the user", all.clone());
    given.shows(s, &ocp::api::PERMISSIONS, apart, "no permission with the name of a scope about users", all);
    let other = tokens_for(&client, s.api("audit")?, "openid read:audit").await?;
    other.shows_scope(s, &ocp::scp::ROLES_EXAMPLE, "openid read:audit");
    Ok(())
}

async fn off(s: &Session) -> Tried<()> {
    let given = tokens_for(&s.role("portal")?, s.api("accounts")?, "openid read:accounts read:balance read:archive").await?;
    given.shows(s, &ocp::scp::MIXED, !given.has("read:archive"), "no scope of another API", "read:archive");
    given.shows_scope(s, &ocp::api::NO_ROLES, "openid read:accounts read:balance");
    Ok(())
}

async fn nothing(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("portal")?, s.api("payments")?);
    let left = s.control(tokens_for(&client, payments, "openid write:payments").await)?;
    left.shows_scope(s, &ocp::api::ROLES, "openid");
    let visit = ask(&client, &[("audience", &payments.identifier), ("scope", "write:payments")]);
    let reply = match visit.land().await? {
        crate::browser::Landing::Callback(callback) if callback.parameter("code").is_some() => {
            let code = client.accept(visit.pushed(), crate::browser::Landing::Callback(callback))?;
            client.redeem(&code).send().await?
        }
        landing => {
            s.looks();
            return s.is_an_end(&landing);
        }
    };
    if !reply.grants() {
        return s.refused(&reply, &REFUSED);
    }
    s.looks();
    // Without `scope`, the response says that everything was granted that was asked for.
    let granted = reply.member("scope").unwrap_or_else(|| "write:payments".to_owned());
    if granted.split(' ').any(|token| token == "write:payments") {
        let finding = Finding::new("no token, or one without write:payments", "a token with write:payments");
        s.also(finding.shown_by(reply.number()).against(&ocp::api::ROLES));
    }
    Ok(())
}

async fn offline(s: &Session) -> Tried<()> {
    for role in ["budget", "portal"] {
        let client = s.role(role)?;
        for (api, scope, allowed) in
            [("accounts", "read:accounts", true), ("payments", "read:payments", true), ("archive", "read:archive", false)]
        {
            let asked = format!("openid offline_access {scope}");
            let given = tokens_for(&client, s.api(api)?, &asked).await?;
            let (granted, sent) = (given.has("offline_access"), given.tokens.refresh_token.is_some());
            let words = |is: bool| if is { "offline_access" } else { "no offline_access" };
            given.shows(s, &ocp::api::OFFLINE, granted == allowed, words(allowed), words(granted));
            let words = |is: bool| if is { "a refresh token" } else { "no refresh token" };
            given.shows(s, &ocp::pipe::OFFLINE_GRANTED, sent == granted, words(granted), words(sent));
            if !allowed {
                given.shows(s, &ocp::api::OFFLINE, !sent, words(false), words(sent));
            }
        }
        let without = tokens_for(&client, s.api("accounts")?, "openid read:accounts").await?;
        let sent = without.tokens.refresh_token.is_some();
        without.shows(s, &ocp::pipe::OFFLINE_GRANTED, !sent, "no refresh token", "one that was not asked for");
    }
    Ok(())
}

async fn not_granted(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid offline_access read:accounts")];
    let first = s.control(given(&client.redeem(&code(&client, &parameters).await?)).await)?;
    let sent = first.tokens.refresh_token.is_some();
    first.shows(s, &ocp::pipe::OFFLINE_GRANTED, sent, "a refresh token", "none");
    refused(s, &client, &ask(&client, &parameters).denying(), &["access_denied"], s.requires()).await
}

async fn hook(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("custom")?, s.api("payments")?);
    let first = tokens_for(&client, payments, "openid offline_access read:payments").await?;
    first.shows(s, &ocp::api::HOOK_LAST, !first.has("read:accounts"), "no scope of another API", "read:accounts");
    first.shows_scope(s, &ocp::api::HOOK_LAST, "openid offline_access write:payments");
    // The hook is for applications with an entry of metadata, which this one has.
    first.shows(s, &ocp::cli::METADATA_IN_HOOKS, first.has("write:payments"), "the scope that the hook sets", "another one");
    let again = given(&refresh(&client, &first, &[])?).await?;
    again.shows_scope(s, &ocp::acc::HOOKS, "openid offline_access write:payments");
    let narrow = given(&refresh(&client, &first, &[("scope", "openid")])?).await?;
    narrow.shows_scope(s, &ocp::acc::HOOKS, "openid");
    Ok(())
}
