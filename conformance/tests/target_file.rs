//! The target file: all mistakes are reported at once, each with its position.

use std::path::Path;

use fapi_conformance::target::{Target, UserStrategy, file};
use fapi_conformance::variant::PLANS;
use fapi_server::toml_reader::Mistakes;

const CLIENTS: &str = r#"
[[client]]
id = "one"
jwk = { kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", d = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", kid = "k1" }
redirect_uri = "https://one.example/cb"
scope = "openid profile"

[[client]]
id = "two"
jwk = { kty = "OKP", crv = "Ed25519", d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
redirect_uri = "https://two.example/cb?a=b"
scope = "openid"
"#;

fn parse(head: &str, rest: &str) -> Result<Vec<Target>, Mistakes> {
    file::parse(&format!("{head}\n{rest}"), Path::new("test.toml"), &PLANS[0])
}

fn mistakes(head: &str, rest: &str) -> Vec<String> {
    let found = parse(head, rest).err().unwrap_or_else(|| panic!("no mistake was found"));
    found.0.iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_file_gives_a_target_per_variant() {
    let head = r#"
        issuer = "https://as.example"
        features = { protocol = ["openid", "oauth"], client_authentication = ["private_key_jwt"], sender_constraint = ["dpop"] }
        clock_tolerance = 5
        waits = false
        resource = { url = "https://api.example/accounts", method = "POST", content_type = "application/json", body = "{}" }
        user = { strategy = "command", command = ["./login", "--fast"] }
    "#;
    let targets = parse(head, CLIENTS).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let names: Vec<_> = targets.iter().map(|target| target.variant.to_string()).collect();
    assert_eq!(names, ["openid/private_key_jwt/dpop", "oauth/private_key_jwt/dpop"]);
    let target = &targets[0];
    assert_eq!((target.issuer.as_str(), target.clock_tolerance, target.waits), ("https://as.example", 5, false));
    assert_eq!(target.clients[0].key.as_ref().map(|key| key.algorithm().to_owned()).as_deref(), Some("ES256"));
    assert_eq!(target.clients[1].key.as_ref().map(|key| key.algorithm().to_owned()).as_deref(), Some("EdDSA"));
    assert!(matches!(&target.user, UserStrategy::Command(command) if command.len() == 2));
}

#[test]
fn every_mistake_is_named() {
    let head = r#"
        issuer = "http://as.example?x=y"
        features = { protocol = ["openid"], client_authentication = ["private_key_jwt", "jwt"], colour = ["blue"] }
        waits = "no"
        colour = "blue"
        clock_tolerence = 3
        authority = "no-such-file.pem"
        resource = { method = "GET" }
        user = { strategy = "telepathy" }
    "#;
    let clients = r#"
        [[client]]
        id = "one"
        redirect_uri = "not a url"
        secret = "s"
        features = { protocol = ["oauth"], grant = "authorization_code" }
    "#;
    let found = mistakes(head, clients);
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_strategy_that_was_not_compiled_is_a_mistake() {
    let features = "protocol = [\"openid\"], client_authentication = [\"private_key_jwt\"], sender_constraint = [\"dpop\"]";
    let head = format!("issuer = \"https://as.example\"\nfeatures = {{ {features} }}\nuser = {{ strategy = \"browser\" }}");
    if cfg!(feature = "browser") {
        assert!(parse(&head, CLIENTS).is_ok());
    } else {
        let found = mistakes(&head, CLIENTS);
        let text = "user.strategy: this program is built without the strategy \"browser\": build it with \
                    `cargo build -p fapi-conformance --features browser`";
        assert!(found.len() == 1 && found[0].starts_with("test.toml:3:") && found[0].ends_with(text), "{found:#?}");
    }
}

#[test]
fn a_file_without_features_or_with_none_of_the_plan_is_of_no_use() {
    let found = mistakes("issuer = \"https://as.example\"\nvariants = [\"openid/private_key_jwt/dpop\"]", CLIENTS);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(
        found[0],
        "test.toml:1:1: features: missing member; expected a [features] section that lists what the server supports"
    );
    assert!(
        found[1].starts_with("test.toml:2:1: variants: unknown member; expected one of api, authority, client, "),
        "{found:#?}"
    );
    let features = "protocol = [\"openid\"]\nclient_authentication = [\"mtls\"]\nsender_constraint = [\"dpop\"]";
    let found = mistakes(&format!("issuer = \"https://as.example\"\n[features]\ngrant = [\"ciba\"]\n{features}"), CLIENTS);
    assert_eq!(
        found,
        ["test.toml:2:1: features: no variant of fapi2-security-profile is supported by the server and two of its clients"],
        "CIBA is not in this plan"
    );
}

#[test]
fn clients_must_have_what_their_variants_need() {
    let features = "features = { protocol = [\"openid\"], client_authentication = [\"mtls\"], sender_constraint = [\"mtls\"] }";
    let head = format!("issuer = \"https://as.example\"\n{features}");
    let found = mistakes(&head, CLIENTS);
    assert!(
        found[0].ends_with(": client[0].certificate: missing member; openid/mtls/mtls needs it, and a `certificate_key`"),
        "{found:#?}"
    );
    let found = mistakes(&head, &CLIENTS.replace("\"openid", "\"other"));
    let scope = ": client[1].scope: expected a scope with `openid`, which openid/mtls/mtls needs";
    assert!(found.iter().any(|mistake| mistake.ends_with(scope)), "{found:#?}");
}

#[test]
fn a_variant_runs_if_two_clients_are_registered_for_it() {
    let features =
        "protocol = [\"openid\", \"oauth\"]\nclient_authentication = [\"private_key_jwt\"]\nsender_constraint = [\"dpop\"]";
    let head = format!("issuer = \"https://as.example\"\n[features]\n{features}");
    let only = |protocol: &str, client: &str| {
        client.replace("redirect_uri", &format!("features = {{ protocol = [\"{protocol}\"] }}\nredirect_uri"))
    };
    let found = parse(&head, &only("openid", CLIENTS)).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let names: Vec<_> = found.iter().map(|target| target.variant.to_string()).collect();
    assert_eq!(names, ["openid/private_key_jwt/dpop"], "no client is registered for plain OAuth");
    let (one, two) = CLIENTS.trim().split_at(CLIENTS.trim().rfind("[[client]]").unwrap_or_default());
    let found = mistakes(&head, &(only("openid", one) + two));
    assert_eq!(found, ["test.toml:13:1: client[1]: the only client for oauth/private_key_jwt/dpop, which needs two"]);
}

#[test]
fn a_key_that_is_none_is_a_mistake_of_its_client() {
    let features = "protocol = [\"openid\"], client_authentication = [\"private_key_jwt\"], sender_constraint = [\"dpop\"]";
    let head = format!("issuer = \"https://as.example\"\nfeatures = {{ {features} }}");
    let found = mistakes(&head, &CLIENTS.replace("P-256", "P-257"));
    assert!(found.len() == 1 && found[0].contains(": client[0].jwk: "), "{found:#?}");
}

#[test]
fn a_text_that_is_not_toml_has_a_mistake_with_its_place() {
    let found = mistakes("issuer = ", "");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("test.toml:1:10: "), "{found:?}");
}

#[test]
fn each_variant_may_have_a_resource_of_its_own() {
    let head = r#"
        issuer = "https://as.example"
        [features]
        grant = ["authorization_code", "client_credentials"]
        protocol = ["openid"]
        client_authentication = ["private_key_jwt"]
        sender_constraint = ["dpop"]
        [[resource]]
        features = { grant = ["client_credentials"] }
        url = "https://api.example/clients"
    "#;
    let targets = parse(head, CLIENTS).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let used: Vec<_> = targets
        .iter()
        .map(|target| (target.variant.front_channel(), target.resource.as_ref().map(|resource| resource.url.path().to_owned())))
        .collect();
    assert_eq!(used, [(true, None), (false, Some("/clients".to_owned()))]);
    let wrong = format!("{head}\n[[resource]]\nurl = \"x\"\nfeature = 1\n");
    let found = mistakes(&wrong, CLIENTS).join("\n");
    assert!(found.contains("resource[1].url") && found.contains("resource[1].feature"), "{found}");
}

#[test]
fn certificates_of_impostors_need_their_files() {
    let head = r#"
        issuer = "https://as.example"
        features = { protocol = ["openid"], client_authentication = ["private_key_jwt"], sender_constraint = ["dpop"] }
    "#;
    let lacking = format!("{CLIENTS}\nimpostors = {{ counterfeit = {{ }}, other = 1 }}\n");
    let found = mistakes(head, &lacking).join("\n");
    for place in ["impostors.of_another", "impostors.counterfeit.certificate", "impostors.other"] {
        assert!(found.contains(place), "{place}: {found}");
    }
}
