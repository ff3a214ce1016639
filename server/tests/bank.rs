//! The example of a bank has no mistake, starts, and is explained as its comments say.

mod common;

use common::running;
use fapi::Timestamp;
use fapi_server::{Config, Examination, Explained, Question};
use std::path::Path;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn file() -> &'static Path {
    Path::new("../examples/bank.toml")
}

fn bank() -> Config {
    Config::load(file()).unwrap()
}

/// A question about a client and the API with this path.
fn question(client: &str, api: &str, scope: &str) -> Question {
    let mut question = Question::new(client);
    question.api = Some(format!("https://api.bank.example/{api}"));
    question.scope = Some(scope.parse().unwrap());
    question
}

fn explained(question: &Question) -> Explained {
    Explained::of(&bank(), question, NOW).unwrap()
}

#[test]
fn it_has_no_mistake() {
    insta::assert_snapshot!(Examination::of(file(), NOW));
}

#[tokio::test]
async fn it_starts_and_protects_a_resource_per_api() {
    let mut config = bank();
    config.listen.set_port(0);
    let running = running(config).await;
    let expected =
        ["accounts", "payments"].map(|api| (format!("https://api.bank.example/{api}"), format!("{}/{api}", running.issuer)));
    assert_eq!(running.resources, expected);
    running.shutdown().await;
}

#[test]
fn a_third_party_gets_what_its_grant_and_the_user_allow() {
    let mut question = question("budget", "payments", "openid read:payments write:payments admin");
    question.user = Some("alice".into());
    insta::assert_snapshot!(explained(&question));
}

#[test]
fn the_same_is_data() {
    let mut question = question("budget", "payments", "openid read:payments write:payments admin");
    question.user = Some("customers|1".into());
    insta::assert_snapshot!(serde_json::to_string_pretty(&explained(&question)).unwrap());
}

#[test]
fn a_machine_gets_its_scope_for_an_organization_only() {
    let mut question = question("ledger", "accounts", "read:accounts");
    let refused = explained(&question).to_string();
    question.organization = Some("org_north".into());
    insta::assert_snapshot!(format!("{refused}\n{}", explained(&question)));
}

#[test]
fn the_own_page_needs_no_grant_where_the_api_admits_all() {
    let accounts = explained(&question("portal", "accounts", "openid read:accounts read:payments"));
    let payments = explained(&question("portal", "payments", "openid read:payments"));
    insta::assert_snapshot!(format!("{accounts}\n{payments}\n{}", explained(&Question::new("portal"))));
}

#[test]
fn an_unknown_name_is_told_with_those_that_there_are() {
    let mut unknown = vec![question("budgett", "payments", "a"), question("budget", "payment", "a")];
    let mut user = question("budget", "payments", "a");
    user.user = Some("bob".into());
    let mut organization = question("ledger", "accounts", "a");
    organization.organization = Some("south".into());
    unknown.extend([user, organization]);
    let told: Vec<_> = unknown.iter().map(|question| Explained::of(&bank(), question, NOW).unwrap_err()).collect();
    insta::assert_snapshot!(told.join("\n"));
}
