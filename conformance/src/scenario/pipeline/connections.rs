//! Connections: the sources of users, and the applications that they may log in at.

use fapi::requirement::ocp;

use super::super::{Scenario, run};
use super::{ask, code, refused, tokens, tokens_for};
use crate::browser::Landing;
use crate::finding::{Finding, Tried};
use crate::session::Session;

/// The connection of the user, which serves every application.
const CUSTOMERS: &str = "customers";
/// A connection of first parties.
const STAFF: &str = "staff";

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("connection", "Users log in through the connection that a request selects.", run!(selected))
        .requires(&[
            &ocp::grt::CONNECTION,
            &ocp::cli::CONNECTION_ENABLED,
            &ocp::cli::THIRD_PARTY_CONNECTIONS,
            &ocp::cli::DOMAIN_CONNECTION,
            &ocp::cli::NEW_CONNECTIONS,
        ])
        .shows(&["F-01", "F-02", "F-04"])
        .asserts(&[
            "tokens for applications of both parties, with their user's connection and without the parameter",
            "a page for each connection for an application whose registration names none",
            "a page for an application whose connection is another one",
        ]),
    Scenario::negative("connection-unknown", "A request selects no connection that there is not.", run!(unknown))
        .requires(&[&ocp::grt::CONNECTION])
        .shows(&["F-04"])
        .asserts(&["invalid_request for an unknown name, and for one in another case or with more or fewer letters"]),
    Scenario::negative(
        "connection-not-enabled",
        "A request selects no connection that its application does not have.",
        run!(other),
    )
    .requires(&[&ocp::cli::CONNECTION_ENABLED])
    .shows(&["F-01"])
    .asserts(&["access_denied for an application with another connection", "a page with the application's own"]),
    Scenario::negative(
        "connection-third-party",
        "A third party's application has connections of the whole domain alone.",
        run!(third_party),
    )
    .requires(&[&ocp::cli::THIRD_PARTY_CONNECTIONS, &ocp::cli::CONNECTION_ENABLED])
    .shows(&["F-02"])
    .asserts(&["access_denied for a connection of first parties", "a page for the operator's own application"]),
];

async fn selected(s: &Session) -> Tried<()> {
    let accounts = s.api("accounts")?;
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid read:accounts")];
    let portal = s.role("portal")?;
    for connection in [CUSTOMERS, STAFF] {
        let named = [&parameters[..], &[("connection", connection)]].concat();
        let landing = ask(&portal, &named).looking().land().await?;
        if !matches!(landing, Landing::Waiting(_)) {
            // The user could not log in either.
            let finding = Finding::new(format!("a page for the connection {connection}"), landing.describe());
            return Err(Finding { exchange: landing.exchange(), ..finding }.against(&ocp::cli::NEW_CONNECTIONS).into());
        }
    }
    for role in ["portal", "budget"] {
        let client = s.role(role)?;
        let rule = if role == "budget" { &ocp::cli::DOMAIN_CONNECTION } else { &ocp::cli::CONNECTION_ENABLED };
        tokens(&client, &parameters).await.map_err(|stop| stop.against(rule))?;
        let rule = if role == "budget" { &ocp::cli::DOMAIN_CONNECTION } else { &ocp::cli::NEW_CONNECTIONS };
        let named = [&parameters[..], &[("connection", CUSTOMERS)]].concat();
        let given = tokens(&client, &named).await.map_err(|stop| stop.against(rule))?;
        given.shows_scope(s, &ocp::grt::CONNECTION, "openid read:accounts");
    }
    let office = s.role("office")?;
    for more in [&[][..], &[("connection", STAFF)]] {
        let landing = ask(&office, &[&parameters[..], more].concat()).looking().land().await?;
        if !matches!(landing, Landing::Waiting(_)) {
            let finding = Finding::new("a page that asks for a login", landing.describe());
            s.also(Finding { exchange: landing.exchange(), ..finding }.against(&ocp::cli::CONNECTION_ENABLED));
        }
    }
    Ok(())
}

async fn unknown(s: &Session) -> Tried<()> {
    let accounts = s.api("accounts")?;
    for role in ["budget", "portal"] {
        let client = s.role(role)?;
        let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid read:accounts")];
        let with = |connection| [&parameters[..], &[("connection", connection)]].concat();
        s.control(code(&client, &with(CUSTOMERS)).await)?;
        for connection in ["elsewhere", "Customers", "customer", "customers2"] {
            refused(s, &client, &ask(&client, &with(connection)).looking(), &["invalid_request"], s.requires()).await?;
        }
    }
    Ok(())
}

async fn other(s: &Session) -> Tried<()> {
    let (office, portal, accounts) = (s.role("office")?, s.role("portal")?, s.api("accounts")?);
    s.control(tokens_for(&portal, accounts, "openid read:accounts").await)?;
    let parameters = |connection| [("audience", accounts.identifier.as_str()), ("scope", "openid"), ("connection", connection)];
    waits(s, &ask(&office, &parameters(STAFF)).looking().land().await?)?;
    refused(s, &office, &ask(&office, &parameters(CUSTOMERS)).looking(), &["access_denied"], s.requires()).await
}

async fn third_party(s: &Session) -> Tried<()> {
    let (budget, portal, accounts) = (s.role("budget")?, s.role("portal")?, s.api("accounts")?);
    let parameters = |connection| [("audience", accounts.identifier.as_str()), ("scope", "openid"), ("connection", connection)];
    s.control(code(&budget, &parameters(CUSTOMERS)).await)?;
    waits(s, &ask(&portal, &parameters(STAFF)).looking().land().await?)?;
    refused(s, &budget, &ask(&budget, &parameters(STAFF)).looking(), &["access_denied"], s.requires()).await
}

/// Demands the control: a page that asks for a login.
fn waits(s: &Session, landing: &Landing) -> Tried<()> {
    if matches!(landing, Landing::Waiting(_)) {
        return Ok(());
    }
    let finding = Finding::new("a page that asks for a login", landing.describe());
    s.control(Err(Finding { exchange: landing.exchange(), ..finding }.against(&ocp::cli::CONNECTION_ENABLED).into()))
}
