//! Grant types, and the applications that may use them.

use fapi::requirement::{ocp, rfc6749};

use super::super::{Scenario, run};
use super::{UNAUTHORIZED, documents, given, own, refresh, served, tokens_for};
use crate::client::{Client, FormRequest};
use crate::finding::{Finding, Tried};
use crate::session::{Session, Wire};
use crate::target::ApiSettings;

const UNSUPPORTED: Wire = Wire::new(&[400], &["unsupported_grant_type"]);

/// Grant types that a machine does not have although the server serves them.
const SERVED: [&str; 2] = ["authorization_code", "refresh_token"];
const BACKCHANNEL: &str = "urn:openid:params:grant-type:ciba";
const EXTENSIONS: [&str; 5] = [
    "http://auth0.com/oauth/grant-type/password-realm",
    "http://auth0.com/oauth/grant-type/mfa-oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-recovery-code",
    "http://auth0.com/oauth/grant-type/passwordless/otp",
];
const STANDARD: [&str; 3] = ["implicit", "password", "urn:ietf:params:oauth:grant-type:device_code"];
const LEGACY: [&str; 5] = [
    "http://auth0.com/oauth/legacy/grant-type/ro",
    "http://auth0.com/oauth/legacy/grant-type/ro/jwt-bearer",
    "http://auth0.com/oauth/legacy/grant-type/delegation/refresh_token",
    "http://auth0.com/oauth/legacy/grant-type/delegation/id_token",
    "http://auth0.com/oauth/legacy/grant-type/access_token",
];

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("grant-types", "Applications have the grant types of their kinds.", run!(by_kind))
        .requires(&[
            &ocp::grt::MACHINE_DEFAULT,
            &ocp::grt::CONFIDENTIAL_DEFAULTS,
            &ocp::grt::CONFIDENTIAL_GRANTS,
            &ocp::grt::PUBLIC_DEFAULTS,
            &ocp::grt::SUBJECT_TYPES,
        ])
        .shows(&["F-10"])
        .asserts(&[
            "a web application redeems a code, refreshes, and gets a token for itself",
            "a machine gets a token for itself, and a page's application one for its user",
        ]),
    Scenario::negative("grant-type-not-allowed", "A grant type that an application does not have is refused.", run!(not_allowed))
        .requires(&[&ocp::grt::NOT_ALLOWED, &ocp::err::GRANT_TYPE, &rfc6749::UNAUTHORIZED_CLIENT])
        .shows(&["F-10"])
        .when(documents)
        .asserts(&[
            "unauthorized_client for a machine that redeems a code or refreshes, and for a page's application that acts for itself",
            "the description names the grant type and says that it is not allowed, in the words of the documents",
        ]),
    Scenario::positive("grant-types-known", "The server knows the grant types that it serves to nobody yet.", run!(known))
        .requires(&[&ocp::grt::EXTENSIONS, &ocp::grt::CIBA])
        .shows(&["F-10", "F-11"])
        .when(documents)
        .asserts(&[
            "unauthorized_client, and no other error, for extension grants and backchannel requests",
            "the description names the grant type",
        ]),
    Scenario::negative("grant-types-legacy", "Nobody has a legacy grant type.", run!(legacy))
        .requires(&[&ocp::grt::NOT_ALLOWED, &rfc6749::UNAUTHORIZED_CLIENT])
        .shows(&["F-11"])
        .when(documents)
        .asserts(&["unauthorized_client for each, for applications of both pipelines"]),
    Scenario::negative("grant-types-unknown", "The server refuses grant types that nobody knows.", run!(unknown))
        .requires(&[&rfc6749::GRANT_TYPE_SERVED])
        .shows(&["F-10", "F-11"])
        .asserts(&["unsupported_grant_type for names that are like those of grant types, in another case, shorter or longer"]),
];

async fn by_kind(s: &Session) -> Tried<()> {
    let (web, machine, page) = (s.role("stranger")?, s.role("machine")?, s.role("portal")?);
    let (accounts, payments) = (s.api("accounts")?, s.api("payments")?);
    let rule = &ocp::grt::CONFIDENTIAL_DEFAULTS;
    let of_user = tokens_for(&web, accounts, "openid offline_access read:accounts").await.map_err(|stop| stop.against(rule))?;
    let again = given(&refresh(&web, &of_user, &[])?).await.map_err(|stop| stop.against(rule))?;
    again.shows_scope(s, rule, "openid offline_access read:accounts");
    served(s, &web, &of_user, accounts, &ocp::grt::CONFIDENTIAL_GRANTS).await?;
    let as_client = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    for client in [&web, &machine] {
        let rule = &ocp::grt::MACHINE_DEFAULT;
        let own = given(&own(client, &as_client)).await.map_err(|stop| stop.against(rule))?;
        own.shows_scope(s, rule, "read:payments");
        served(s, client, &own, payments, &ocp::grt::CONFIDENTIAL_GRANTS).await?;
        let subject = own.claim("sub");
        let rule = &ocp::grt::SUBJECT_TYPES;
        own.shows(s, rule, subject != of_user.claim("sub"), "a token for the client itself", subject.to_string());
    }
    let of_page = tokens_for(&page, accounts, "openid offline_access read:accounts").await?;
    let rule = &ocp::grt::PUBLIC_DEFAULTS;
    let again = given(&refresh(&page, &of_page, &[])?).await.map_err(|stop| stop.against(rule))?;
    again.shows_scope(s, rule, "openid offline_access read:accounts");
    let rule = &ocp::grt::SUBJECT_TYPES;
    of_page.shows(
        s,
        rule,
        of_page.claim("sub") == of_user.claim("sub"),
        "a token for the user",
        of_page.claim("sub").to_string(),
    );
    Ok(())
}

/// A request with this grant type for an API, and with what the grants of users need.
fn asks(client: &Client, grant_type: &str, api: &ApiSettings) -> FormRequest {
    let values = [("code", "unknown"), ("refresh_token", "unknown"), ("username", "alice"), ("password", "unknown")];
    let request = own(client, &[("audience", api.identifier.as_str()), ("scope", "read:payments")]);
    values.iter().fold(request.set("grant_type", grant_type), |request, (name, value)| request.set(name, *value))
}

/// Demands that a grant type is refused with its name.
async fn named(s: &Session, client: &Client, grant_type: &str) -> Tried<()> {
    let reply = asks(client, grant_type, s.api("payments")?).send().await?;
    s.refused(&reply, &UNAUTHORIZED)?;
    let told = reply.member("error_description").unwrap_or_default();
    if !(told.contains(grant_type) && told.contains("not allowed")) {
        let finding = Finding::new(format!("a description that says that {grant_type} is not allowed"), told);
        s.also(finding.shown_by(reply.number()).against(&ocp::grt::NOT_ALLOWED));
    } else if !told.contains(&format!("Grant type `{grant_type}` not allowed for the client.")) {
        let finding = Finding::new(format!("Grant type `{grant_type}` not allowed for the client."), told);
        s.also(finding.shown_by(reply.number()).against(&ocp::err::GRANT_TYPE));
    }
    Ok(())
}

async fn not_allowed(s: &Session) -> Tried<()> {
    let (machine, page, payments) = (s.role("machine")?, s.role("portal")?, s.api("payments")?);
    let as_client = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    s.control(given(&own(&machine, &as_client)).await)?;
    s.control(tokens_for(&page, payments, "read:payments").await)?;
    for grant_type in SERVED.into_iter().chain(STANDARD) {
        named(s, &machine, grant_type).await?;
    }
    named(s, &page, "client_credentials").await
}

async fn known(s: &Session) -> Tried<()> {
    let machine = s.role("machine")?;
    for grant_type in EXTENSIONS.into_iter().chain([BACKCHANNEL]) {
        let rule = if grant_type == BACKCHANNEL { &ocp::grt::CIBA } else { &ocp::grt::EXTENSIONS };
        let reply = asks(&machine, grant_type, s.api("payments")?).send().await?;
        s.looks();
        let error = reply.member("error").unwrap_or_default();
        let told = reply.member("error_description").unwrap_or_default();
        if error != "unauthorized_client" || !told.contains(grant_type) {
            let finding = Finding::new(format!("unauthorized_client with the name {grant_type}"), format!("{error}: {told}"));
            s.also(finding.shown_by(reply.number()).against(rule));
        }
    }
    Ok(())
}

async fn legacy(s: &Session) -> Tried<()> {
    let (budget, older, accounts) = (s.role("budget")?, s.role("legacy")?, s.api("accounts")?);
    for client in [&budget, &older] {
        s.control(tokens_for(client, accounts, "openid").await)?;
        for grant_type in LEGACY {
            named(s, client, grant_type).await?;
        }
    }
    Ok(())
}

async fn unknown(s: &Session) -> Tried<()> {
    let (machine, payments) = (s.role("machine")?, s.api("payments")?);
    let as_client = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    s.control(given(&own(&machine, &as_client)).await)?;
    for grant_type in [
        "urn:example:grant",
        "Client_Credentials",
        "client_credential",
        "client_credentialss",
        "client credentials",
        "http://auth0.com/oauth/grant-type/mfa",
        "http://auth0.com/oauth/grant-type/passwordless/otp/",
        "http://auth0.com/oauth/legacy/grant-type/other",
        "urn:openid:params:grant-type:CIBA",
    ] {
        let request = own(&machine, &as_client).set("grant_type", grant_type);
        s.refused(&request.send().await?, &UNSUPPORTED)?;
    }
    Ok(())
}
