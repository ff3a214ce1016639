//! Users log in through connections that are enabled for the client; a server without connections does not look at them.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::*;

/// A server with a connection for everybody, `customers`, and one for first-party clients, `staff`.
fn world() -> World {
    let mut settings = settings(fapi2());
    settings.connections = vec![Connection::new("customers").of_domain(), Connection::new("staff")];
    World::with(settings)
}

fn client(world: &World, first_party: bool, connections: Option<&[&str]>) -> Client {
    let client = Client::new("client-1", 10);
    let mut terms = ClientTerms::default();
    terms.first_party = first_party;
    terms.connections = connections.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    client
}

fn present(
    world: &World,
    client: &Client,
    changes: &[(&str, Option<&str>)],
    session: Option<&SessionHandle>,
) -> Outcome<Navigation> {
    let pushed = client.push(world, changes);
    assert_eq!(pushed.reply.status(), 201, "{:?}", pushed.event);
    client.present(world, &member(&pushed.reply, "request_uri"), session)
}

fn through(connection: &str) -> UserDecision {
    UserDecision::LoggedIn(Authentication::of("alice").connection(connection))
}

/// The kind of the prompt after a login; `None` is the end of the interaction.
fn after(outcome: &Outcome<Navigation>) -> Option<PromptKind> {
    match &outcome.reply {
        Navigation::Interact(prompt) => Some(prompt.kind),
        Navigation::Respond(response) => {
            assert!(redirected(response, "code").is_some(), "{response:?}");
            None
        }
        Navigation::Inform(page) => panic!("{page:?}"),
    }
}

#[test]
fn the_page_offers_the_connections_that_are_enabled() {
    for (first_party, connections, offered) in [
        (true, None, &["customers", "staff"][..]),
        (true, Some(&["staff"][..]), &["staff"]),
        (true, Some(&["customers"]), &["customers"]),
        (false, None, &["customers"]),
        (false, Some(&["customers"]), &["customers"]),
    ] {
        let world = world();
        let client = client(&world, first_party, connections);
        let shown = prompt(present(&world, &client, &[], None));
        assert_eq!(shown.connections, offered, "{first_party} {connections:?}");
        assert_eq!(shown.connection, None);
    }
}

#[test]
fn a_login_through_another_connection_is_asked_for_again() {
    for (first_party, connections, connection, accepted) in [
        (true, None, "staff", true),
        (true, Some(&["customers"][..]), "staff", false),
        (true, Some(&["customers"]), "customers", true),
        (true, None, "elsewhere", false),
        (false, None, "staff", false),
        (false, None, "customers", true),
    ] {
        let world = world();
        let client = client(&world, first_party, connections);
        let shown = prompt(present(&world, &client, &[], None));
        let answered = client.answer(&world, &shown, through(connection));
        let started = matches!(answered.session, SessionChange::Start { .. });
        assert_eq!((after(&answered) != Some(PromptKind::Login), started), (accepted, accepted), "{connection} {connections:?}");
    }
    // A login that names no connection is none at this server.
    let world = world();
    let client = client(&world, true, None);
    let shown = prompt(present(&world, &client, &[], None));
    assert_eq!(after(&client.answer(&world, &shown, Client::login())), Some(PromptKind::Login));
}

#[test]
fn a_request_selects_one_of_them() {
    let world = world();
    let client = client(&world, true, None);
    let shown = prompt(present(&world, &client, &[("connection", Some("staff"))], None));
    assert_eq!((shown.connection.as_deref(), &shown.connections[..]), (Some("staff"), &["staff".to_owned()][..]));
    let again = client.answer(&world, &shown, through("customers"));
    assert_eq!(after(&again), Some(PromptKind::Login));
    assert_eq!(after(&client.answer(&world, &prompt(again), through("staff"))), None);
}

#[test]
fn a_request_cannot_select_an_unknown_one_or_one_that_is_not_enabled() {
    let world = world();
    let client = client(&world, false, None);
    refused(&client.push(&world, &[("connection", Some("elsewhere"))]), 400, "invalid_request", &["OCP-GRT-26"]);
    refused(&client.push(&world, &[("connection", Some("staff"))]), 400, "access_denied", &["OCP-CLI-30"]);
    assert_eq!(client.push(&world, &[("connection", Some("customers"))]).reply.status(), 201);
}

#[test]
fn a_session_counts_only_for_clients_that_have_its_connection() {
    let world = world();
    let staff = client(&world, true, None);
    let shown = prompt(present(&world, &staff, &[], None));
    let answered = staff.answer(&world, &shown, through("staff"));
    let SessionChange::Start { session, .. } = answered.session.clone() else { panic!("{answered:?}") };
    assert_eq!(after(&present(&world, &staff, &[], Some(&session))), None);
    // Another connection is asked for.
    let other = present(&world, &staff, &[("connection", Some("customers"))], Some(&session));
    assert_eq!(after(&other), Some(PromptKind::Login));
    // The connection is taken from the client.
    let less = client(&world, true, Some(&["customers"]));
    assert_eq!(after(&present(&world, &less, &[], Some(&session))), Some(PromptKind::Login));
    let silent = response(present(&world, &less, &[("prompt", Some("none"))], Some(&session)));
    assert_eq!(redirected(&silent, "error").as_deref(), Some("login_required"));
}

#[test]
fn a_server_without_connections_reads_none() {
    let world = World::fapi2();
    let client = client(&world, true, None);
    let shown = prompt(present(&world, &client, &[("connection", Some("elsewhere"))], None));
    assert_eq!((shown.connection.as_deref(), shown.connections.len()), (None, 0));
    assert_eq!(after(&client.answer(&world, &shown, through("whatever"))), None);
}

#[test]
fn terms_name_connections_that_the_client_can_have() {
    let world = world();
    let with = |first_party, connection: &str| {
        let mut terms = ClientTerms::default();
        terms.first_party = first_party;
        terms.connections = Some(vec![connection.into()]);
        let registration = Registration::of(Client::new("client-1", 10).metadata()).terms(terms);
        let found = registration.mistakes(world.server.settings(), Timestamp::from_seconds(world.now.get()));
        found.iter().map(|mistake| (mistake.member, mistake.requirements[0].id)).collect::<Vec<_>>()
    };
    assert_eq!(with(true, "staff"), []);
    assert_eq!(with(false, "customers"), []);
    assert_eq!(with(false, "staff"), [("connections", "OCP-CLI-09")]);
    assert_eq!(with(true, "elsewhere"), [("connections", "OCP-CLI-30")]);
}

#[test]
fn connections_have_names_of_their_own_and_are_data() {
    let mut settings = settings(fapi2());
    settings.connections = vec![Connection::new("a"), Connection::new("b").of_domain()];
    let data = SettingsData::from(&settings);
    let again: SettingsData = serde_json::from_str(&serde_json::to_string(&data).unwrap()).unwrap();
    assert_eq!(again.connections, settings.connections);
    for names in [["a", "a"], ["a", ""]] {
        settings.connections = names.map(Connection::new).to_vec();
        let error = AuthorizationServer::new(settings.clone()).unwrap_err();
        assert!(error.mistakes.iter().all(|mistake| mistake.basis.id == "OCP-CLI-30"), "{error}");
    }
}

/// CLI-30: nobody could log in, so nobody is asked.
#[test]
fn a_client_without_an_enabled_connection_gets_access_denied_at_once() {
    let world = world();
    let client = client(&world, true, Some(&[]));
    let refused = client.push(&world, &[]);
    crate::support::refusal::refused(&refused, 400, "access_denied", &["OCP-CLI-30"]);
    let other = Client::registered(&world, "other", 11);
    assert_eq!(other.push(&world, &[]).reply.status(), 201, "the control");
}
