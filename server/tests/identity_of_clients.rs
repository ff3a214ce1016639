//! A client has one identifier for as long as the configuration has it, given or generated, and nobody has it afterwards.

mod common;

use common::files::{Directory, write};
use common::{Browser, Client, options};
use fapi::Timestamp;
use fapi_server::config::State;
use fapi_server::{Config, Examination, Explained, Question, Running, start};
use std::path::{Path, PathBuf};

/// A configuration with these clients, whose data are in this folder.
fn text(folder: &Path, clients: &[&str]) -> String {
    let head = format!(
        "issuer = \"http://127.0.0.1\"\nlisten = \"127.0.0.1:0\"\ndata = {:?}\nprofiles = [\"oauth\", \"pipeline\"]\n\
         [[apis]]\nidentifier = \"https://api.example\"\nscopes = [\"api:read\"]\n",
        folder.display().to_string()
    );
    clients.iter().fold(head, |text, client| format!("{text}[[clients]]\n{client}\n"))
}

const MACHINE: &str = "client_secret = \"a secret that is long enough\"\ntoken_endpoint_auth_method = \"client_secret_post\"\n\
    grant_types = [\"client_credentials\"]";

fn named(name: &str) -> String {
    format!("client_name = {name:?}\n{MACHINE}")
}

fn with_id(id: &str) -> String {
    format!("client_id = {id:?}\n{MACHINE}")
}

fn config(folder: &Path, clients: &[&str]) -> Result<Config, String> {
    Config::parse(&text(folder, clients), "server.toml".as_ref()).map_err(|mistakes| mistakes.to_string())
}

async fn started(folder: &Path, clients: &[&str]) -> Running {
    start(config(folder, clients).unwrap(), options()).await.unwrap()
}

/// The identifiers that the configuration has for clients without one.
fn generated(config: &Config) -> Vec<(String, String)> {
    config.client_ids.used().map(|(name, id, _)| (name.to_owned(), id.to_owned())).collect()
}

/// The error of a token request, if it has one.
async fn error(running: &Running, client_id: &str) -> Option<String> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", "a secret that is long enough"),
        ("scope", "api:read"),
    ];
    let answer = Client::of(running).post(&format!("http://{}/token", running.address), &form).await;
    let json: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
    json["error"].as_str().map(str::to_owned)
}

fn folder(directory: &Directory) -> PathBuf {
    directory.path("data")
}

#[tokio::test]
async fn a_generated_identifier_is_kept_under_the_name_of_its_client() {
    let directory = Directory::new("generated-client-ids");
    let folder = folder(&directory);
    let (ledger, budget) = (named("Ledger"), named("Budget"));
    let first = config(&folder, &[&ledger, &budget]).unwrap();
    let ids = generated(&first);
    assert_eq!(ids.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Budget", "Ledger"]);
    let (budgets, ledgers) = (ids[0].1.clone(), ids[1].1.clone());
    assert!(budgets != ledgers && ledgers.len() == 32 && ledgers.bytes().all(|letter| letter.is_ascii_alphanumeric()), "{ids:?}");
    assert_ne!(generated(&config(&folder, &[&ledger]).unwrap())[0].1, ledgers, "nothing is kept before the first start");
    let running = start(first, options()).await.unwrap();
    assert_ne!(error(&running, &ledgers).await.as_deref(), Some("invalid_client"));
    running.shutdown().await;

    let second = config(&folder, &[&budget, &ledger]).unwrap();
    assert_eq!(generated(&second), ids, "in another order, at the next start");
    let running = start(second.clone(), options()).await.unwrap();
    assert_ne!(error(&running, &ledgers).await.as_deref(), Some("invalid_client"));
    running.reload(&config(&folder, &[&ledger, &budget]).unwrap()).await.unwrap();
    assert_ne!(error(&running, &ledgers).await.as_deref(), Some("invalid_client"), "and after a reload");
    running.shutdown().await;

    started(&folder, &[&budget]).await.shutdown().await;
    let again = config(&folder, &[&budget, &ledger]).unwrap();
    assert_eq!(generated(&again)[0].1, budgets);
    assert_ne!(generated(&again)[1].1, ledgers, "a client that left and another one of its name are two");
    let running = start(again, options()).await.unwrap();
    assert_eq!(error(&running, &ledgers).await.as_deref(), Some("invalid_client"));
    running.shutdown().await;
}

#[test]
fn a_mistake_names_the_statement_of_identifiers() {
    let directory = Directory::new("wrong-client-ids");
    let folder = folder(&directory);
    for (clients, expected) in [
        (vec![MACHINE.to_owned()], "missing member; expected a string, or a client_name for which the server generates one"),
        (vec![named("Ledger"), named("Ledger")], "another client without client_id has the same client_name"),
    ] {
        let clients: Vec<_> = clients.iter().map(String::as_str).collect();
        let told = config(&folder, &clients).unwrap_err();
        assert!(told.contains("client_id") && told.contains(expected) && told.contains("(OCP-CLI-02)"), "{told}");
    }
    let ephemeral =
        text(&folder, &[&named("Ledger")]).replace(&format!("data = {:?}", folder.display().to_string()), "ephemeral = true");
    let told = Config::parse(&ephemeral, "server.toml".as_ref()).unwrap_err().to_string();
    assert!(told.contains("because nothing is kept that the server generates (OCP-CLI-02)"), "{told}");
}

#[tokio::test]
async fn a_generated_identifier_never_changes_and_check_prints_it() {
    let directory = Directory::new("kept-client-ids");
    let folder = folder(&directory);
    let ledger = named("Ledger");
    let examined = || Examination::of_text(&text(&folder, &[&ledger]), "server.toml".as_ref(), Timestamp::from_seconds(0));
    assert!(examined().to_string().ends_with("client \"Ledger\": the first start generates its client_id"), "{}", examined());
    let first = config(&folder, &[&ledger]).unwrap();
    let id = generated(&first)[0].1.clone();
    start(first, options()).await.unwrap().shutdown().await;
    assert!(examined().to_string().ends_with(&format!("client \"Ledger\": client_id {id}")), "{}", examined());
    let other = format!("client_id = \"ledger\"\n{ledger}");
    let told = config(&folder, &[&other]).unwrap_err();
    assert!(told.contains(&format!("the server generated {id:?}")) && told.contains("(OCP-CLI-02)"), "{told}");
    config(&folder, &[&format!("client_id = {id:?}\n{ledger}")]).unwrap();
}

#[tokio::test]
async fn a_client_that_was_deleted_never_returns_under_the_pipeline() {
    let directory = Directory::new("deleted-clients");
    let folder = folder(&directory);
    let (one, two) = (with_id("one"), with_id("two"));
    started(&folder, &[&one, &two]).await.shutdown().await;
    let running = started(&folder, &[&two]).await;
    assert_eq!(error(&running, "one").await.as_deref(), Some("invalid_client"));
    let page = format!("http://{}/authorize?client_id=one&response_type=code&scope=api:read", running.address);
    let shown = Browser::new(&running).open(&page).await;
    assert_eq!((shown.status().as_u16(), shown.headers().get("location")), (400, None), "{}", shown.body());
    let told = running.reload(&config(&folder, &[&one, &two]).unwrap()).await.unwrap_err().to_string();
    let expected = "client \"one\": The client was removed, and a removed client never returns; register it with another client_id. \
                    (OCP-CLI-21)";
    assert!(told.starts_with("not reloaded, nothing has changed: ") && told.contains(expected), "{told}");
    assert_eq!(error(&running, "one").await.as_deref(), Some("invalid_client"));
    assert_ne!(error(&running, "two").await.as_deref(), Some("invalid_client"));
    running.shutdown().await;
    let told = start(config(&folder, &[&one, &two]).unwrap(), options()).await.unwrap_err().to_string();
    assert!(told.contains(expected), "{told}");
    started(&folder, &[&two]).await.shutdown().await;
}

#[tokio::test]
async fn without_data_a_deleted_client_is_unknown_until_the_next_start() {
    let directory = Directory::new("deleted-clients-in-memory");
    let (one, two) = (with_id("one"), with_id("two"));
    let with = |clients: &[&str]| {
        let mut config = config(&folder(&directory), clients).unwrap();
        config.state = State::Ephemeral;
        config
    };
    let running = start(with(&[&one, &two]), options()).await.unwrap();
    running.reload(&with(&[&two])).await.unwrap();
    assert!(running.reload(&with(&[&one, &two])).await.is_err());
    running.shutdown().await;
    start(with(&[&one, &two]), options()).await.unwrap().shutdown().await;
}

#[test]
fn the_party_of_a_client_is_named_or_follows_from_its_origin_and_the_switch() {
    let directory = Directory::new("parties");
    let party = |switch: bool, terms: &str| {
        let client = format!("client_id = \"app\"\n{MACHINE}\nterms = {{ {terms} }}");
        let text = text(&folder(&directory), &[&client]);
        let text = text.replace("profiles =", &format!("switches = {{ first_party_by_default = {switch} }}\nprofiles ="));
        let config = Config::parse(&text, "server.toml".as_ref()).map_err(|mistakes| mistakes.to_string())?;
        Ok::<_, String>(config.clients[0].terms.first_party)
    };
    for (switch, terms, first_party) in [
        (false, "", false),
        (true, "", true),
        (true, "first_party = false", false),
        (true, "is_first_party = false", false),
        (false, "is_first_party = true", true),
        (true, "origin = \"operator\"", true),
        (true, "origin = \"itself\"", false),
    ] {
        assert_eq!(party(switch, terms), Ok(first_party), "{switch} {terms}");
    }
    for wrong in ["origin = \"itself\", first_party = true", "first_party = \"yes\"", "is_first_party = 1"] {
        assert!(party(false, wrong).is_err(), "{wrong}");
    }
    let told = party(false, "origin = \"itself\", is_first_party = true").unwrap_err();
    assert!(told.contains("OCP-CLI-06") && told.contains("OCP-DCR-10"), "{told}");
}

#[test]
fn a_method_is_named_by_one_of_two_members_and_explained_by_it() {
    let directory = Directory::new("methods");
    let keys = r#"{ keys = [{ kty = "EC", crv = "P-256", x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", kid = "b1" }] }"#;
    let client = |member: &str| format!("client_id = \"app\"\njwks = {keys}\ngrant_types = [\"client_credentials\"]\n{member}");
    let config = |member: &str| config(&folder(&directory), &[&client(member)]);
    for member in ["client_authentication_methods = { private_key_jwt = {} }", "token_endpoint_auth_method = \"private_key_jwt\""]
    {
        let config = config(member).unwrap();
        let explained = Explained::of(&config, &Question::new("app"), Timestamp::from_seconds(1_800_000_000)).unwrap();
        let json = serde_json::to_value(&explained).unwrap();
        assert!(json["client"]["token_endpoint_auth_method"].is_null(), "{json}");
        assert_eq!(json["client"]["client_authentication_methods"], serde_json::json!({ "private_key_jwt": {} }), "{json}");
    }
    let both = "client_authentication_methods = { private_key_jwt = {} }\ntoken_endpoint_auth_method = \"private_key_jwt\"";
    let told = config(both).unwrap_err();
    assert!(told.contains("is given beside token_endpoint_auth_method") && told.contains("(OCP-CLI-26)"), "{told}");
    let json = format!(
        r#"[{{"client_id":"app","grant_types":["client_credentials"],"token_endpoint_auth_method":null,"jwks_uri":"https://app.example/k",
            "client_authentication_methods":{{"private_key_jwt":{{}}}}}},
            {{"client_id":"other","grant_types":["client_credentials"],"client_secret":"{}","client_authentication_methods":null,
            "token_endpoint_auth_method":"client_secret_post"}}]"#,
        "a secret that is long enough"
    );
    write(&directory, "clients.json", json.as_bytes());
    let text = text(&folder(&directory), &[]).replace("profiles =", "clients_files = [\"clients.json\"]\nprofiles =");
    let read = Config::parse(&text, &directory.path("server.toml")).unwrap();
    let methods: Vec<_> = read.clients.iter().map(|client| client.metadata.token_endpoint_auth_method.name()).collect();
    assert_eq!(methods, ["private_key_jwt", "client_secret_post"]);
}
