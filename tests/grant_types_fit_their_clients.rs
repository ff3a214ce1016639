//! Kind, party, method and pipeline of a client decide which grant types it may have.

use crate::support::client::{CHALLENGE, Client, REDIRECT};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH, Policy};
use fapi::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CIBA: &str = "urn:openid:params:grant-type:ciba";
const EXTENSION: &str = "http://auth0.com/oauth/grant-type/";
const LEGACY: &str = "http://auth0.com/oauth/legacy/grant-type/";

fn registration(kind: Option<ClientKind>, method: Method, grant_type: &str) -> Registration {
    let mut metadata = ClientMetadata::new("app", method);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = vec![grant_type.into()];
    let mut terms = ClientTerms::default();
    terms.kind = kind;
    let registration = Registration::of(metadata).terms(terms);
    if method == Method::None { registration } else { registration.secret("a secret of at least 32 octets!!".to_owned()) }
}

fn mistakes(registration: &Registration, policy: Policy) -> Vec<&'static str> {
    let found = registration.mistakes(&settings(policy), NOW);
    found.iter().flat_map(|mistake| mistake.requirements.iter().map(|requirement| requirement.id)).collect()
}

fn is_mistaken(registration: &Registration, id: &str) -> bool {
    mistakes(registration, Policy::default()).contains(&id)
}

#[test]
fn a_device_flow_is_for_native_clients() {
    for (kind, allowed) in [
        (Some(ClientKind::Native), true),
        (None, true),
        (Some(ClientKind::Spa), false),
        (Some(ClientKind::RegularWeb), false),
        (Some(ClientKind::NonInteractive), false),
    ] {
        let device = registration(kind, Method::None, DEVICE);
        for id in ["OCP-GRT-09", "OCP-DEV-05"] {
            assert_eq!(is_mistaken(&device, id), !allowed, "{kind:?}");
        }
        assert!(!is_mistaken(&registration(kind, Method::None, "authorization_code"), "OCP-GRT-09"));
    }
}

#[test]
fn passwords_and_second_factors_are_for_first_party_clients() {
    let extensions = ["password-realm", "mfa-oob", "mfa-otp", "mfa-recovery-code"].map(|name| format!("{EXTENSION}{name}"));
    for grant_type in extensions.iter().map(String::as_str).chain(["password"]) {
        let mut asked = registration(Some(ClientKind::RegularWeb), Method::ClientSecretBasic, grant_type);
        assert!(is_mistaken(&asked, "OCP-GRT-10"), "{grant_type}");
        asked.terms.first_party = true;
        assert!(!is_mistaken(&asked, "OCP-GRT-10"), "{grant_type}");
    }
    let passwordless = registration(None, Method::None, &format!("{EXTENSION}passwordless/otp"));
    assert!(!is_mistaken(&passwordless, "OCP-GRT-10"));
}

#[test]
fn backchannel_authentication_is_for_conformant_first_party_clients_that_authenticate() {
    let with = |method, first_party, conformant| {
        let mut asked = registration(None, method, CIBA);
        asked.terms.first_party = first_party;
        asked.terms.oidc_conformant = conformant;
        let found = mistakes(&asked, Policy::default());
        found.into_iter().filter(|id| id.starts_with("OCP-CIBA")).collect::<Vec<_>>()
    };
    assert_eq!(with(Method::ClientSecretBasic, true, true), [""; 0]);
    assert_eq!(with(Method::ClientSecretBasic, false, true), ["OCP-CIBA-01"]);
    assert_eq!(with(Method::None, true, true), ["OCP-CIBA-02"]);
    assert_eq!(with(Method::ClientSecretBasic, true, false), ["OCP-CIBA-03"]);
}

#[test]
fn legacy_grant_types_are_given_to_nobody() {
    for name in ["ro", "ro/jwt-bearer", "delegation/refresh_token", "delegation/id_token", "access_token"] {
        let mut asked = registration(Some(ClientKind::RegularWeb), Method::ClientSecretBasic, &format!("{LEGACY}{name}"));
        asked.terms.first_party = true;
        assert!(is_mistaken(&asked, "OCP-GRT-04"), "{name}");
    }
    // A name that is no legacy one is merely not served.
    let other = registration(None, Method::ClientSecretBasic, &format!("{LEGACY}other"));
    assert!(!is_mistaken(&other, "OCP-GRT-04") && is_mistaken(&other, "RFC6749-4.5-1"));
}

#[test]
fn a_client_that_does_not_authenticate_never_acts_for_itself() {
    for kind in ClientKind::ALL {
        assert!(is_mistaken(&registration(Some(*kind), Method::None, "client_credentials"), "RFC6749-4.4-1"), "{kind:?}");
        let gained = registration(Some(*kind), Method::ClientSecretBasic, "client_credentials");
        assert_eq!(mistakes(&gained, Policy::default()), [""; 0], "{kind:?}");
    }
}

#[test]
fn oauth_as_practised_forbids_passwords_and_implicit_grants() {
    for (grant_type, id) in [("password", "RFC9700-2.4-1"), ("implicit", "RFC9700-2.1.2-1")] {
        let asked = registration(None, Method::ClientSecretBasic, grant_type);
        assert!(mistakes(&asked, OAUTH.policy()).contains(&id), "{grant_type}");
        assert!(!is_mistaken(&asked, id), "{grant_type}");
    }
}

#[test]
fn each_kind_has_its_method_and_grant_types_by_default() {
    let of = |kind, policy: &Policy| {
        let metadata = ClientMetadata::of_kind("app", kind, policy);
        let grants: Vec<_> = metadata.grant_types.iter().map(GrantType::to_string).collect();
        (metadata.token_endpoint_auth_method == Method::None, grants.join(" "))
    };
    let open = Policy::default();
    for kind in [ClientKind::Native, ClientKind::Spa] {
        assert_eq!(of(kind, &open), (true, "implicit authorization_code refresh_token".into()));
        assert_eq!(of(kind, &OAUTH.policy()), (true, "authorization_code refresh_token".into()));
    }
    for kind in [ClientKind::RegularWeb, ClientKind::NonInteractive] {
        assert_eq!(of(kind, &open), (false, "implicit authorization_code refresh_token client_credentials".into()));
        assert_eq!(of(kind, &OAUTH.policy()), (false, "authorization_code refresh_token client_credentials".into()));
    }
}

#[test]
fn a_machine_with_a_flow_of_users_is_registered_with_a_warning() {
    let settings = settings(OAUTH.policy());
    let warned = |kind, grant_type| {
        let asked = registration(Some(kind), Method::ClientSecretBasic, grant_type);
        assert_eq!(asked.mistakes(&settings, NOW), []);
        asked.warnings(&settings).iter().any(|mistake| mistake.member == "grant_types" && mistake.weight == Weight::Unwise)
    };
    assert!(warned(ClientKind::NonInteractive, "authorization_code"));
    assert!(!warned(ClientKind::NonInteractive, "client_credentials"));
    assert!(!warned(ClientKind::RegularWeb, "authorization_code"));
}

#[test]
fn a_machine_stays_one() {
    let world = World::new(OAUTH.policy());
    let of = |kind| registration(kind, Method::ClientSecretBasic, "client_credentials");
    world.registered(of(None), None);
    world.registered(of(Some(ClientKind::RegularWeb)), None);
    world.registered(of(Some(ClientKind::NonInteractive)), None);
    world.registered(of(Some(ClientKind::NonInteractive)), None);
    for kind in [None, Some(ClientKind::RegularWeb), Some(ClientKind::Native)] {
        refused(&world.register(of(kind), None), 400, "invalid_client_metadata", &["OCP-GRT-14"]);
    }
}

#[test]
fn a_known_grant_type_that_the_client_does_not_have_is_named_in_the_refusal() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.grant_types = vec!["client_credentials".into()];
    world.registered(metadata, None);
    let extension = format!("{EXTENSION}mfa-otp");
    let legacy = format!("{LEGACY}ro");
    for grant_type in ["authorization_code", "refresh_token", "implicit", DEVICE, CIBA, extension.as_str(), legacy.as_str()] {
        let told = client.token(&world, &[("grant_type", grant_type)]);
        refused(&told, 400, "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]);
        let sentence = format!("Grant type `{grant_type}` not allowed for the client. (RFC6749-5.2-6, OCP-GRT-12)");
        assert_eq!(member(&told.reply, "error_description"), sentence);
    }
    // Whatever else is sent is never repeated.
    for grant_type in ["Authorization_code", "urn:example:grant", "`evil`"] {
        let told = client.token(&world, &[("grant_type", grant_type)]);
        refused(&told, 400, "unsupported_grant_type", &["RFC6749-4.5-1"]);
        assert!(!member(&told.reply, "error_description").contains(grant_type));
    }
    assert_eq!(client.token(&world, &[("grant_type", "client_credentials")]).reply.status(), 200);
}

#[test]
fn a_client_without_codes_is_told_so_where_it_asks_for_one() {
    let sentence = "Grant type `authorization_code` not allowed for the client. (RFC6749-5.2-6, OCP-GRT-12)";
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.grant_types = vec!["client_credentials".into()];
    world.registered(metadata, None);
    let pushed = client.push(&world, &[]);
    refused(&pushed, 400, "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]);
    assert_eq!(member(&pushed.reply, "error_description"), sentence);

    let world = World::new(OAUTH.policy());
    let ask = |grant_type| {
        world.registered(registration(None, Method::ClientSecretBasic, grant_type), None);
        let request = get(&[
            ("client_id", "app"),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
    };
    let shown = response(ask("client_credentials"));
    assert_eq!(redirected(&shown, "error").as_deref(), Some("unauthorized_client"));
    assert_eq!(redirected(&shown, "error_description").as_deref(), Some(sentence));
    prompt(ask("authorization_code"));
}

#[test]
fn the_relation_is_printed_with_the_tables() {
    let tables = fapi::tables::all();
    let printed = tables.iter().find(|table| table.name == "grant types").expect("the relation");
    assert_eq!(printed.rows.len(), GRANTS.len());
    let of = |grant: &str| printed.rows.iter().find(|row| row.then.starts_with(grant)).expect("a row").then.clone();
    assert_eq!(of("client_credentials"), "client_credentials: public Never, confidential Default");
    assert_eq!(of("password:"), "password: public Allowed, confidential Allowed");
}
