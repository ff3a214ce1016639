//! Settings are written as JSON and as TOML and read back as the same settings, which decide alike. Data that is none is refused
//! with every mistake named.

use crate::support::client::Client;
use crate::support::keys::Key;
use crate::support::policies::policy;
use crate::support::*;
use fapi::jose::{Algorithm, Algorithms, Jwk};
use fapi::policy::*;
use fapi::requirement::{self, Duty, Level, Requirement, rfc6749};
use fapi::sender::TrustAnchors;
use fapi::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::sync::LazyLock;

static AUTHORITY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap().der().to_vec()
});

/// Some presets with or without further rules; or no preset at all.
fn server_policy() -> impl Strategy<Value = Policy> {
    let presets = subsequence(vec![OAUTH.id(), OPENID.id(), FAPI2_SECURITY.id()], 0..=3);
    (presets, prop_oneof![Just(Policy::default()), policy()])
        .prop_filter_map("contradicts itself", |(presets, rules)| Profiles::default().join(&presets).ok()?.tighten(&rules).ok())
}

fn profiles() -> impl Strategy<Value = Profiles> {
    let own = vec(policy(), 0..3);
    let presets = subsequence(vec![&OAUTH, &OPENID, &FAPI2_SECURITY], 0..=3);
    (presets, own).prop_map(|(presets, own)| {
        let presets = presets.into_iter().fold(Profiles::none(), |profiles, preset| profiles.with(preset));
        let own = own.into_iter().enumerate();
        own.fold(presets, |profiles, (at, policy)| profiles.with_policy(format!("own {at}").into(), policy))
    })
}

fn keys() -> impl Strategy<Value = ServerKeys> {
    let moment = || option::of((-5..5i64).prop_map(|hours| Timestamp::from_seconds(1_800_000_000 + 3_600 * hours)));
    let second = option::of((moment(), moment(), moment(), any::<bool>()));
    second.prop_map(|second| {
        let first = ServerKey::new(Key::es256("as-1", 1).public());
        let second = second.map(|(published_from, signs_from, retired_at, named)| {
            let mut jwk = Key::es256("as-2", 2).named();
            if !named {
                jwk.remove("alg");
            }
            let mut key = ServerKey::new(Jwk::parse(&jwk, primitives::aws_lc()).unwrap());
            key = key.algorithms(Algorithms::of(&[Algorithm::ES256]));
            (key.published_from, key.signs_from, key.retired_at) = (published_from, signs_from, retired_at);
            key
        });
        ServerKeys::of([first].into_iter().chain(second).collect())
    })
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let apis = subsequence(vec!["https://api.example", "https://pay.example", "urn:api"], 1..=3);
    let scope = || select(&["", "openid", "openid email profile", "accounts payments"][..]);
    let names = || subsequence(vec!["name", "email", "\u{e9} \"quoted\"", "1"], 0..=4);
    let parts = (server_policy(), profiles(), keys(), apis, any::<[bool; 6]>());
    let numbers = (10..100u32, any::<u32>(), 100_000..200_000usize, 100..200usize);
    (parts, scope(), scope(), names(), names(), numbers).prop_filter_map(
        "no server",
        |(parts, scopes, of_api, claims, acr, numbers)| {
            let (policy, profiles, keys, apis, flags) = parts;
            let mut settings = settings(policy);
            (settings.profiles, settings.keys) = (profiles, keys);
            settings.apis = apis.iter().map(|identifier| Api::open(*identifier, of_api.parse().unwrap_or_default())).collect();
            if flags[0] {
                settings.apis[0].dialect = Dialect::Opaque;
                settings.apis[0].token_lifetime = TokenLifetime::Seconds(numbers.1);
            }
            if flags[5] {
                settings.apis[0].profiles = settings.profiles.ids().take(1).cloned().collect();
            }
            settings.default_audience = flags[1].then(|| apis[0].to_owned());
            settings.mtls_endpoints = flags[2].then(|| Endpoints::below("https://mtls.as.example"));
            if flags[3] {
                settings.endpoints.token = "https://as.example/other?x=1".into();
            }
            if flags[4] {
                settings.client_certificates = flags[3];
                settings.trust_anchors = TrustAnchors::from_der(vec![AUTHORITY.clone()]).unwrap();
            }
            settings.scopes = scopes.parse().unwrap_or_default();
            (settings.claims, settings.acr_values) = (owned(claims), owned(acr));
            (settings.lifetimes.future_tolerance, settings.lifetimes.grant) = (numbers.0, numbers.1);
            (settings.limits.body, settings.limits.form.parameters) = (numbers.2, numbers.3);
            AuthorizationServer::new(settings.clone()).is_ok().then_some(settings)
        },
    )
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// Everything that a server with these settings tells a client that registers itself and pushes a request.
fn told(settings: Settings) -> String {
    let world = World::with(settings);
    let client = Client::new("client-1", 10);
    let registered = world.register(client.metadata(), None);
    let pushed = client.push(&world, &[("scope", Some("accounts"))]);
    let body = String::from_utf8_lossy(pushed.reply.body()).into_owned();
    let metadata = serde_json::to_string(world.server.metadata()).unwrap();
    format!("{:?} {:?} {body} {metadata} {}", registered.event, pushed.event, world.server.jwks(Timestamp::from_seconds(0)))
}

proptest! {
    #[test]
    fn data_and_settings_are_inverse_in_both_formats_and_decide_alike(one in any_settings()) {
        let data = SettingsData::from(&one);
        let again = data.read().unwrap();
        prop_assert_eq!(&SettingsData::from(&again), &data);
        prop_assert_eq!(format!("{again:?}"), format!("{one:?}"));
        let json: SettingsData = serde_json::from_str(&serde_json::to_string(&data).unwrap()).unwrap();
        prop_assert_eq!(&json, &data);
        let toml: SettingsData = toml::from_str(&toml::to_string(&data).unwrap()).unwrap();
        prop_assert_eq!(&toml, &data);
        prop_assert_eq!(told(toml.read().unwrap()), told(one));
    }
}

#[test]
fn settings_have_a_stable_form() {
    let mut settings = settings(fapi2());
    let own = Rule::default().because(AtMost(30), &rfc6749::CODE_EXPIRES);
    let mut bank = Policy::default();
    bank.code_lifetime = own.clone();
    settings.policy = settings.policy.tighten(&bank).unwrap();
    settings.profiles = settings.profiles.with_policy("bank".into(), bank);
    let data = SettingsData::from(&settings);
    insta::assert_snapshot!("settings_data_json", serde_json::to_string_pretty(&data).unwrap());
    insta::assert_snapshot!("settings_data_toml", toml::to_string(&data).unwrap());
}

/// Without the members that have defaults, data gives what `Settings::new` gives.
#[test]
fn what_is_left_out_has_its_default() {
    let text = r#"
        issuer = "https://as.example"
        policy.profiles = ["fapi2_security", "oauth"]

        [[keys]]
        jwk = { kty = "EC", crv = "P-256", kid = "k", alg = "ES256", x = "X", y = "Y" }
    "#;
    let jwk = Key::es256("k", 1).named();
    let coordinate = |name: &str| jwk.get(name).unwrap().as_str().unwrap().to_owned();
    let text = text.replace("\"X\"", &format!("{:?}", coordinate("x"))).replace("\"Y\"", &format!("{:?}", coordinate("y")));
    let settings = toml::from_str::<SettingsData>(&text).unwrap().read().unwrap();
    let usual = Settings::new(ISSUER, fapi2(), vec![Key::es256("k", 1).public()]);
    assert_eq!(format!("{settings:?}"), format!("{usual:?}"));
}

#[test]
fn every_member_that_is_unknown_missing_or_of_the_wrong_type_is_named_at_once() {
    let data = r#"{
        "issuer": ["https://as.example"],
        "isuer": "https://as.example",
        "endpoints": { "token": "https://as.example/token", "tokens": "", "jwks": 1 },
        "policy": { "profile": ["oauth"], "rules": { "code_lifetime": 60, "future_tolerance": [{ "bound": 60 }] } },
        "profiles": ["oauth", { "rules": {}, "name": "x" }, 7],
        "keys": [
            { "jwk": "key", "signs_from": "tomorrow", "pem": "x" },
            { "algorithms": ["ES256", "none"] }
        ],
        "apis": [{ "scopes": "a  b", "dialect": "paseto" }],
        "default_audience": 1,
        "lifetimes": { "code": -1, "access_token": "1h", "acess_token": 60, "grant": 4294967296 },
        "limits": { "body": true, "form": { "values": 1, "name": 1.5 } },
        "trust_anchors": "MII"
    }"#;
    let error = serde_json::from_str::<SettingsData>(data).unwrap_err().to_string();
    insta::assert_snapshot!(error.replace("; ", "\n"));
    for (text, mistake) in [
        (r#"{ "issuer": "a", "issuer": "b", "policy": {}, "keys": [] }"#, "repeated"),
        (r#"{ "issuer": "a", "policy": {}, "keys": [], "lifetimes": { "code": 1, "code": 2 } }"#, "repeated"),
        (r#"[]"#, "not a JSON object"),
        (r#"{}"#, "issuer: it is missing; policy: it is missing; keys: it is missing"),
    ] {
        let error = serde_json::from_str::<SettingsData>(text).unwrap_err().to_string();
        assert!(error.contains(mistake), "{text}: {error}");
    }
    let control = r#"{ "issuer": "a", "policy": {}, "keys": [] }"#;
    assert!(serde_json::from_str::<SettingsData>(control).is_ok());
}

#[test]
fn every_member_that_means_nothing_is_named_at_once() {
    let good = SettingsData::from(&settings(fapi2()));
    assert!(good.read().is_ok(), "the control");
    let mut data: serde_json::Value = serde_json::to_value(&good).unwrap();
    data["issuer"] = "http://as.example".into();
    data["policy"] = serde_json::json!({
        "profiles": ["oauth", "fapi3"],
        "rules": { "code_lifespan": [], "code_lifetime": [{ "bound": 60, "basis": "RFC0-1" }] }
    });
    data["profiles"] = serde_json::json!(["oidc", "oauth", "oauth", { "id": "own", "rules": { "nonsense": [] } }]);
    let private = data["keys"][0].clone();
    data["keys"].as_array_mut().unwrap().push(private);
    data["keys"][0]["jwk"]["d"] = "hunter2".into();
    data["keys"][1]["jwk"]["exp"] = 1.into();
    data["trust_anchors"] = serde_json::json!(["MII", "AAAA"]);
    data["lifetimes"]["future_tolerance"] = 0.into();
    data["default_audience"] = "nobody".into();
    let data: SettingsData = serde_json::from_value(data).unwrap();
    assert!(format!("{data:?}").contains("as-1") && !format!("{data:?}").contains("hunter2"), "private keys are not shown");
    let error = data.read().unwrap_err();
    assert!(!error.to_string().contains("hunter2"));
    let each: Vec<_> = error.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(error.to_string(), each.join("; "));
    insta::assert_snapshot!(each.join("\n"));
}

#[test]
fn a_policy_is_described_by_as_few_profiles_as_it_takes() {
    let both = Profiles::default().join(&[OAUTH.id(), FAPI2_SECURITY.id()]).unwrap();
    let described = |policy: Policy, profiles: Profiles| {
        let mut settings = settings(policy);
        settings.profiles = profiles;
        let data = SettingsData::from(&settings).policy;
        (data.profiles, data.rules.is_empty())
    };
    let parts = || vec![OAUTH.id(), FAPI2_SECURITY.id()];
    assert_eq!(described(both.clone(), Profiles::default()), (parts(), true));
    assert_eq!(
        described(both.clone(), Profiles::none()),
        (parts(), true),
        "presets are known, whether clients may name them or not"
    );
    let joined = Profiles::default().with_policy("both".into(), both.clone());
    assert_eq!(described(both, joined), (vec!["both".into()], true));
    let mut cited = Policy::default();
    cited.code_lifetime = Rule::default().because(AtMost(30), &rfc6749::CODE_EXPIRES);
    assert_eq!(described(cited, Profiles::default()), (vec![], false));
}

static OWN: Requirement =
    Requirement::new("BANK-1", "Rules", "1", "https://bank.example/rules", Level::Must, Duty::Refuse, "Codes expire at once.");

#[test]
fn profiles_of_ones_own_are_in_force_for_the_clients_that_name_them() {
    let mut bank = Policy::default();
    bank.client_authentication = Rule::default().because(AuthenticationMethods::of(&[AuthenticationMethod::TlsClientAuth]), &OWN);
    let mut with_bank = settings(fapi2());
    with_bank.profiles = with_bank.profiles.with_policy("bank".into(), bank);
    let data = SettingsData::from(&with_bank);
    let unknown = data.read().unwrap_err();
    assert!(unknown.to_string().contains("BANK-1"), "{unknown}");
    let find = |id: &str| if id == OWN.id { Some(&OWN) } else { requirement::find(id) };
    let world = World::with(data.read_with(primitives::aws_lc(), &find).unwrap());
    let named = |profiles: &[&str]| {
        let mut terms = ClientTerms::default();
        terms.profiles = profiles.iter().map(|id| ProfileId::from(*id)).collect();
        world.register(Registration::of(Client::new("client-1", 10).metadata()).terms(terms), None)
    };
    assert_eq!(ids(&named(&["bank"])), ["BANK-1"]);
    assert_eq!(ids(&named(&[])), [""; 0]);
}
