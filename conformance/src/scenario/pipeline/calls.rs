//! Addresses that only name something: the server never calls them.

use std::net::{TcpListener, TcpStream};

use fapi::requirement::ocp;

use super::super::{Scenario, run};
use super::{ask, given, own, refresh, tokens_for};
use crate::finding::{Finding, Tried};
use crate::session::Session;

pub(in super::super) static SCENARIOS: &[Scenario] = &[Scenario::positive(
    "addresses-not-called",
    "The server calls neither the identifier of an API nor a redirect URI.",
    run!(not_called),
)
.requires(&[&ocp::api::NEVER_CALLED, &ocp::uri::NEVER_CALLED])
.shows(&["F-04", "F-38"])
.asserts(&[
    "no connection to the host of both during a login, a refusal, a refresh, and a request of a client for itself",
    "a connection of the suite's own is seen",
])];

async fn not_called(s: &Session) -> Tried<()> {
    let witness = s.target.registered.as_ref().and_then(|registered| registered.witness.clone());
    let Some(witness) = witness else { return s.skip("the API and the redirect URI are not addresses of the suite") };
    let witness = witness.lock().await;
    let address = witness.local_addr().map_err(broken)?;
    drop(TcpStream::connect(address).map_err(broken)?);
    if calls(&witness) == 0 {
        return s.control(Err(Finding::new("a connection that is seen", "none").of_the_suite().into()));
    }
    let (client, machine, audit, accounts) = (s.role("empty")?, s.role("machine")?, s.api("audit")?, s.api("accounts")?);
    let first = tokens_for(&client, audit, "openid read:audit").await?;
    told(s, &witness, first.number(), &ocp::api::NEVER_CALLED, "a login for the API");
    let more = tokens_for(&client, accounts, "openid offline_access read:accounts").await?;
    let again = given(&refresh(&client, &more, &[])?).await?;
    told(s, &witness, again.number(), &ocp::uri::NEVER_CALLED, "a login and a refresh");
    let landing = ask(&client, &[("audience", &accounts.identifier), ("scope", "openid")]).denying().land().await?;
    told(s, &witness, landing.exchange().unwrap_or_default(), &ocp::uri::NEVER_CALLED, "a refusal");
    let parameters = [("audience", audit.identifier.as_str()), ("scope", "read:audit"), ("organization", "org_north")];
    let own = given(&own(&machine, &parameters)).await?;
    told(s, &witness, own.number(), &ocp::api::NEVER_CALLED, "a request of a client for itself");
    Ok(())
}

/// Notes a finding if something was called since the last time.
fn told(s: &Session, witness: &TcpListener, at: u64, rule: &'static fapi::requirement::Requirement, after: &str) {
    let calls = calls(witness);
    if calls > 0 {
        let finding = Finding::new(format!("no call of the server after {after}"), format!("{calls} connections"));
        s.also(finding.shown_by(at).against(rule));
    }
}

/// The number of connections since the last time.
fn calls(witness: &TcpListener) -> usize {
    std::iter::from_fn(|| witness.accept().ok()).count()
}

fn broken(error: std::io::Error) -> crate::finding::Stop {
    Finding::new("a listener of the suite", error.to_string()).of_the_suite().into()
}
