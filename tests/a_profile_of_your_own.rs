//! A profile that is not in the library applies to the clients that name it, and a refusal cites the requirement of its rule.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AtMost, ChallengeRule, Conjunct, OAUTH, Policy, Profile, ProfileId, Profiles, Rule};
use fapi::requirement::{Duty, Level, Requirement};
use fapi::*;

static SHORT_CODES: Requirement = Requirement::new(
    "BANK-4.2-1",
    "Rules for applications",
    "4.2",
    "https://bank.example/rules#4.2",
    Level::Must,
    Duty::Refuse,
    "A code expires after 30 seconds.",
);
static HASHED: Requirement = Requirement::new(
    "BANK-4.3-1",
    "Rules for applications",
    "4.3",
    "https://bank.example/rules#4.3",
    Level::Must,
    Duty::Refuse,
    "Every challenge is an S256 challenge.",
);
static BANK: Profile = Profile::new("bank", "Rules for applications")
    .code_lifetime(&[Conjunct::new(AtMost(30), &SHORT_CODES)])
    .code_challenge(&[Conjunct::new(ChallengeRule::S256, &HASHED)]);

const PLAIN: &[(&str, Option<&str>)] = &[("code_challenge_method", Some("plain"))];

fn world(profiles: Profiles) -> World {
    let mut settings = settings(OAUTH.policy());
    settings.profiles = profiles;
    World::with(settings)
}

fn registered_under(world: &World, id: &str, profile: Option<ProfileId>) -> Client {
    let client = Client::new(id, id.bytes().next_back().unwrap_or_default());
    let mut terms = ClientTerms::default();
    terms.profiles.extend(profile);
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    client
}

#[test]
fn it_holds_for_one_client_and_not_for_another() {
    let world = world(Profiles::default().with(&BANK));
    let (bound, free) = (registered_under(&world, "client-1", Some(BANK.id())), registered_under(&world, "client-2", None));

    let outcome = bound.push(&world, PLAIN);
    refused(&outcome, 400, "invalid_request", &["BANK-4.3-1"]);
    assert_eq!(
        member(&outcome.reply, "error_description"),
        "code_challenge_method is missing or plain; it must be S256. (BANK-4.3-1)"
    );
    assert_eq!(outcome.event.refused_for(), [&HASHED]);
    assert_eq!(outcome.event.refused_for()[0].url, "https://bank.example/rules#4.3");
    assert_eq!(free.push(&world, PLAIN).reply.status(), 201);

    let codes = [bound.code(&world, &[]), free.code(&world, &[])];
    world.pass(31);
    refused(&bound.redeem(&world, &codes[0]), 400, "invalid_grant", &["BANK-4.2-1"]);
    assert_eq!(free.redeem(&world, &codes[1]).reply.status(), 200);
}

#[test]
fn it_may_be_read_and_it_may_be_the_rule_for_all() {
    let find = |id: &str| [&SHORT_CODES, &HASHED].into_iter().find(|own| own.id == id);
    let data: fapi::policy::PolicyData = serde_json::from_value(serde_json::to_value(BANK.policy()).unwrap()).unwrap();
    let read = world(Profiles::none().with_policy("read".into(), data.read_with(&find).unwrap()));
    let client = registered_under(&read, "client-1", Some("read".into()));
    assert_eq!(ids(&client.push(&read, PLAIN)), ["BANK-4.3-1"]);

    let all = World::new(OAUTH.policy().tighten(&BANK.policy()).unwrap());
    assert_eq!(ids(&registered_under(&all, "client-1", None).push(&all, PLAIN)), ["BANK-4.3-1"]);
}

#[test]
fn a_client_that_names_an_unknown_profile_is_not_served() {
    let known = world(Profiles::none().with(&BANK));
    let client = Client::new("client-1", 1);
    let mut terms = ClientTerms::default();
    terms.profiles = vec![OAUTH.id()];
    refused(
        &known.register(Registration::of(client.metadata()).terms(terms), None),
        400,
        "invalid_client_metadata",
        &["FAPI-CLIENTS-1"],
    );

    let client = registered_under(&known, "client-1", Some(BANK.id()));
    let later = world(Profiles::default());
    later.store.replace(known.store.take());
    let outcome = client.push(&later, &[]);
    refused(&outcome, 400, "unauthorized_client", &["FAPI-CLIENTS-1"]);
    assert_eq!(outcome.event.client.as_deref(), Some("client-1"));
}

#[test]
fn a_server_is_not_built_with_profiles_that_no_client_could_be_served_under() {
    static UNSPEAKABLE: Requirement =
        Requirement::new("BÄNK-1", "Regeln", "1", "https://bank.example", Level::Must, Duty::Refuse, "Nein.");
    static LISTED: Requirement =
        Requirement::new("BANK-1, 2", "Rules", "1", "https://bank.example", Level::Must, Duty::Refuse, "No.");
    let mut contradiction = Policy::default();
    let methods = |method| fapi::policy::AuthenticationMethods::of(&[method]);
    contradiction.client_authentication = Rule::default()
        .because(methods(fapi::policy::AuthenticationMethod::None), &HASHED)
        .because(methods(fapi::policy::AuthenticationMethod::PrivateKeyJwt), &SHORT_CODES);
    let cite = |basis| {
        let mut policy = Policy::default();
        policy.code_lifetime = Rule::default().because(AtMost(1), basis);
        policy
    };
    let mut settings = settings(OAUTH.policy().tighten(&cite(&UNSPEAKABLE)).unwrap());
    settings.profiles = Profiles::default()
        .with(&BANK)
        .with_policy("oauth".into(), OAUTH.policy())
        .with_policy("split".into(), contradiction)
        .with_policy("listed".into(), cite(&LISTED));
    let mistakes = AuthorizationServer::new(settings).unwrap_err().mistakes;
    let mistakes: Vec<_> = mistakes.into_iter().map(|mistake| (mistake.text, mistake.basis.id)).collect();
    assert_eq!(
        mistakes.iter().map(|(text, id)| (text.as_str(), *id)).collect::<Vec<_>>(),
        [
            ("policy: the requirement \"BÄNK-1\" has characters that no error_description has", "RFC6749-4.1.2.1-4"),
            ("two profiles have the id \"oauth\"", "FAPI-POLICY-1"),
            ("profile \"split\": BANK-4.3-1 contradicts BANK-4.2-1", "BANK-4.3-1"),
            (
                "profile \"listed\": the requirement \"BANK-1, 2\" has characters that no error_description has",
                "RFC6749-4.1.2.1-4"
            ),
        ]
    );
}
