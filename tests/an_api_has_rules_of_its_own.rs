//! An API names profiles, which apply to requests and tokens for it, and not to those for other APIs.

use crate::support::client::{BEARER, CHALLENGE, Client, REDIRECT, VERIFIER, with_proof};
use crate::support::jwk::rsa_members;
use crate::support::refusal::refused;
use crate::support::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use fapi::jose::{Json, Object, base64url};
use fapi::policy::{AuthenticationMethod, FAPI2_SECURITY, OAUTH, Presence, Profile, ProfileId, Rule, SenderConstraints};
use fapi::requirement::{Requirement, fapi2_sp, rfc7523bis, rfc9126, rfc9449};
use fapi::*;
use http::StatusCode;
use std::sync::Arc;

const ACCOUNTS: &str = "https://accounts.example";
const PAYMENTS: &str = "https://payments.example";
const SECRET: (&str, &str) = ("client_secret", "a secret");

/// An authorization server whose API for payments accepts only pushed requests and sender-constrained tokens.
fn world() -> World {
    world_with(payments_settings())
}

fn world_with(mut settings: Settings) -> World {
    settings.default_audience = Some(ACCOUNTS.into());
    let world = World::with(settings);
    let mut metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretPost);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = ["authorization_code", "client_credentials"].map(GrantType::from).to_vec();
    world.registered(metadata, Some("a secret"));
    world
}

fn payments_settings() -> Settings {
    static STRICT: Profile = Profile::new("strict", "Pushed requests and sender-constrained tokens");
    let mut policy = STRICT.policy();
    policy.pushed_request = Rule::default().because(Presence::Required, &rfc9126::PUSH_REQUIRED_BY_CLIENT);
    let bound = SenderConstraints::DPOP.or(SenderConstraints::MTLS);
    policy.sender_constraint = Rule::default().because(bound, &fapi2_sp::SENDER_CONSTRAINED);
    let mut settings = settings(OAUTH.policy());
    settings.profiles = settings.profiles.with_policy(STRICT.id(), policy);
    let mut payments = Api::open(PAYMENTS, "pay".parse().unwrap());
    payments.profiles = vec![STRICT.id()];
    settings.apis = vec![Api::open(ACCOUNTS, "read".parse().unwrap()), payments];
    settings
}

fn own_token(world: &World, api: &str) -> Outcome {
    let form = [("grant_type", "client_credentials"), ("client_id", "app"), SECRET, ("resource", api)];
    let request = post(&form);
    world.drive(world.server.token_request(Inbound::new(&request), world.context()))
}

#[test]
fn its_tokens_are_issued_by_its_rules() {
    let world = world();
    assert_eq!(own_token(&world, ACCOUNTS).reply.status(), StatusCode::OK);
    refused(&own_token(&world, PAYMENTS), 400, "invalid_request", &[fapi2_sp::SENDER_CONSTRAINED.id]);
}

#[test]
fn requests_for_it_are_pushed() {
    let world = world();
    let presented = |api: &str| {
        let request = get(&[
            ("client_id", "app"),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("resource", api),
        ]);
        ids(&world.drive(world.server.authorization_request(Inbound::new(&request), world.context())))
    };
    assert_eq!(presented(ACCOUNTS), [""; 0]);
    assert_eq!(presented(PAYMENTS), [rfc9126::PUSH_REQUIRED_BY_CLIENT.id]);
}

/// A token that was issued before the API had rules.
#[test]
fn its_resource_server_keeps_its_rules() {
    let settings = payments_settings();
    let mut before = settings.clone();
    before.apis[1].profiles.clear();
    let world = world_with(before.clone());
    let token = member(&own_token(&world, PAYMENTS).reply, "access_token");
    let asked = |settings: &Settings| {
        let request = http::Request::get("/").header("authorization", format!("Bearer {token}")).body("".into()).unwrap();
        let api = Arc::new(ResourceServer::beside(settings, &settings.apis[1]).unwrap());
        world.drive(api.protect(Inbound::new(&request), RequiredAccess::token(), world.context()))
    };
    assert!(matches!(asked(&before).reply, Access::Allowed(_)));
    let refused = asked(&settings);
    assert!(matches!(refused.reply, Access::Denied(_)));
    assert_eq!(ids(&refused), [fapi2_sp::SENDER_CONSTRAINED.id]);
}

#[test]
fn an_unknown_profile_is_a_mistake_in_the_settings() {
    let mut settings = payments_settings();
    settings.apis[0].profiles = vec![ProfileId::from("unheard of")];
    let error = AuthorizationServer::new(settings).unwrap_err().to_string();
    assert!(error.contains(r#"the API "https://accounts.example": no profile has the id "unheard of""#), "{error}");
}

/// An authorization server for ordinary OAuth, whose API for payments is under FAPI 2.0, with one client of each kind.
struct Mixed {
    world: World,
    strong: Client,
    rsa: KeyPair,
}

impl Mixed {
    fn new() -> Self {
        let mut settings = payments_settings();
        settings.apis[1].profiles = vec![FAPI2_SECURITY.id()];
        settings.lifetimes.future_tolerance = 120;
        let world = world_with(settings);
        let strong = Client::registered(&world, "strong", 10);
        let rsa = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let mut public = ClientMetadata::new("public", AuthenticationMethod::None);
        public.redirect_uris = vec![REDIRECT.into()];
        world.registered(public, None);
        let mut signs_rs256 = Client::new("rs256", 20).metadata();
        let key = Self::members(&rsa).with("kid", "k1");
        signs_rs256.jwks = Some(Json::Object(Object::default().with("keys", vec![key])));
        world.registered(signs_rs256, None);
        Self { world, strong, rsa }
    }

    fn members(rsa: &KeyPair) -> Object {
        Object::parse(format!("{{{}}}", rsa_members(rsa.public_key().as_ref())).as_bytes()).unwrap()
    }

    fn rs256(&self, header: &Object, claims: &Object) -> String {
        let part = |object: &Object| base64url::encode(serde_json::to_vec(object).unwrap());
        let input = format!("{}.{}", part(&header.clone().with("alg", "RS256")), part(claims));
        let mut signature = vec![0; self.rsa.public_modulus_len()];
        self.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        format!("{input}.{}", base64url::encode(signature))
    }

    fn rs256_proof(&self, target: &str) -> String {
        let header = Object::default().with("typ", "dpop+jwt").with("jwk", Self::members(&self.rsa));
        self.rs256(&header, &self.strong.proof_claims(&self.world, "POST", target))
    }

    /// The parameters and the proof of this sender.
    fn evidence(&self, sender: Sender, target: &str) -> (Vec<(&'static str, String)>, String) {
        let Self { world, strong, .. } = self;
        let ahead = world.now.get() + 90;
        let asserted = |assertion: String| vec![("client_assertion_type", BEARER.to_owned()), ("client_assertion", assertion)];
        let parameters = match sender {
            Sender::Secret => vec![("client_id", "app".to_owned()), ("client_secret", "a secret".to_owned())],
            Sender::Public => vec![("client_id", "public".to_owned())],
            Sender::Rs256Assertion => {
                let claims = Client::new("rs256", 20).claims(world);
                asserted(self.rs256(&Object::default().with("kid", "k1"), &claims))
            }
            Sender::AssertionForEndpoint => asserted(strong.assert(&strong.claims(world).with("aud", format!("{ISSUER}/token")))),
            Sender::AssertionAhead => asserted(strong.assert(&strong.claims(world).with("nbf", ahead).with("exp", ahead + 60))),
            _ => asserted(strong.assertion(world)),
        };
        let proof = match sender {
            Sender::Rs256Proof => self.rs256_proof(target),
            Sender::ProofAhead => strong.prove(&strong.proof_claims(world, "POST", target).with("iat", ahead)),
            _ => strong.proof(world, "POST", target),
        };
        (parameters, proof)
    }

    fn push(&self, sender: Sender, api: &str) -> Outcome {
        let (parameters, proof) = self.evidence(sender, &format!("{ISSUER}/par"));
        let mut form = vec![
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("resource", api),
        ];
        form.extend(parameters.iter().map(|(name, value)| (*name, value.as_str())));
        let request = with_proof(post(&form), Some(&proof));
        self.world.drive(self.world.server.pushed_authorization_request(Inbound::new(&request), self.world.context()))
    }

    /// Asks about a token, or revokes it.
    fn about(&self, sender: Sender, token: &str, revoke: bool) -> Outcome {
        let (parameters, _) = self.evidence(sender, ISSUER);
        let mut form = vec![("token", token)];
        form.extend(parameters.iter().map(|(name, value)| (*name, value.as_str())));
        let (request, server) = (post(&form), &self.world.server);
        let (inbound, context) = (Inbound::new(&request), self.world.context());
        self.world.drive(if revoke {
            server.revocation_request(inbound, context)
        } else {
            server.introspection_request(inbound, context)
        })
    }

    fn own_token(&self, sender: Sender, api: &str) -> Outcome {
        let (parameters, proof) = self.evidence(sender, &format!("{ISSUER}/token"));
        let mut form = vec![("grant_type", "client_credentials"), ("resource", api)];
        form.extend(parameters.iter().map(|(name, value)| (*name, value.as_str())));
        let request = with_proof(post(&form), Some(&proof));
        self.world.drive(self.world.server.token_request(Inbound::new(&request), self.world.context()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sender {
    /// Keeps every rule of FAPI 2.0.
    Strong,
    Secret,
    Public,
    Rs256Assertion,
    AssertionForEndpoint,
    AssertionAhead,
    Rs256Proof,
    ProofAhead,
}

/// The senders that break one rule each, with the refusal and the values that it uses up.
const WEAK: &[(Sender, &str, &[&Requirement], &str)] = &[
    (Sender::Secret, "invalid_client", &[&fapi2_sp::STRONG_CLIENT_AUTHENTICATION], "+use_marker"),
    (
        Sender::Public,
        "invalid_client",
        &[&fapi2_sp::CONFIDENTIAL_CLIENTS, &fapi2_sp::STRONG_CLIENT_AUTHENTICATION],
        "+use_marker",
    ),
    (Sender::Rs256Assertion, "invalid_client", &[&fapi2_sp::SIGNING_ALGORITHMS], "+use_marker +use_marker"),
    (
        Sender::AssertionForEndpoint,
        "invalid_client",
        &[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER, &rfc7523bis::SOLE_AUDIENCE],
        "+use_marker +use_marker",
    ),
    (Sender::AssertionAhead, "invalid_client", &[&fapi2_sp::FUTURE_TIMES], "+use_marker +use_marker"),
    (Sender::Rs256Proof, "invalid_dpop_proof", &[&fapi2_sp::SIGNING_ALGORITHMS, &rfc9449::PROOF_ALG], "+use_marker +use_marker"),
    (Sender::ProofAhead, "invalid_dpop_proof", &[&fapi2_sp::FUTURE_TIMES, &rfc9449::PROOF_FRESH], "+use_marker +use_marker"),
];

#[test]
fn clients_authenticate_and_prove_keys_by_its_rules() {
    let mixed = Mixed::new();
    for (sends, served) in [(Mixed::push as fn(&Mixed, Sender, &str) -> Outcome, 201), (Mixed::own_token, 200)] {
        for api in [ACCOUNTS, PAYMENTS] {
            let outcome = sends(&mixed, Sender::Strong, api);
            assert_eq!(outcome.reply.status(), served, "{api}: {:?}", outcome.event);
        }
        for (sender, error, requirements, spent) in WEAK {
            if served == 200 && *sender == Sender::Public {
                continue; // A public client gets no token of its own at any API.
            }
            let outcome = sends(&mixed, *sender, ACCOUNTS);
            assert_eq!(outcome.reply.status(), served, "{sender:?}: {:?}", outcome.event);
            let before = mixed.world.holdings();
            let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
            refused(&sends(&mixed, *sender, PAYMENTS), 400, error, &ids);
            assert_eq!(mixed.world.written_since(&before), *spent, "{sender:?}");
        }
    }
}

#[test]
fn codes_and_refresh_tokens_for_it_are_redeemed_by_its_rules() {
    let mixed = Mixed::new();
    let Mixed { world, strong, .. } = &mixed;
    let target = format!("{ISSUER}/token");
    let weak = [fapi2_sp::SIGNING_ALGORITHMS.id, rfc9449::PROOF_ALG.id];
    for (api, scope) in [(ACCOUNTS, "read"), (PAYMENTS, "pay")] {
        let code = || strong.code(world, &[("resource", Some(api)), ("scope", Some(scope))]);
        let redeem = |code: &str, proof: String| {
            let named = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
            strong.token_with(world, &[&named[..], &[("code_verifier", VERIFIER)]].concat(), Some(&proof))
        };
        let first = code();
        let by_rs256 = redeem(&first, mixed.rs256_proof(&target));
        let redeemed = if api == PAYMENTS {
            refused(&by_rs256, 400, "invalid_dpop_proof", &weak);
            redeem(&first, strong.proof(world, "POST", &target))
        } else {
            by_rs256
        };
        assert_eq!(redeemed.reply.status(), 200, "{api}: {:?}", redeemed.event);
        let refresh = member(&redeemed.reply, "refresh_token");
        let again = |proof: String| {
            strong.token_with(world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)], Some(&proof))
        };
        let by_rs256 = again(mixed.rs256_proof(&target));
        let refreshed = if api == PAYMENTS {
            refused(&by_rs256, 400, "invalid_dpop_proof", &weak);
            again(strong.proof(world, "POST", &target))
        } else {
            by_rs256
        };
        assert_eq!(refreshed.reply.status(), 200, "{api}: {:?}", refreshed.event);
    }
}

#[test]
fn callers_who_ask_about_its_tokens_or_revoke_them_keep_its_rules() {
    let mixed = Mixed::new();
    let Mixed { world, strong, .. } = &mixed;
    let weak = [fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER.id, rfc7523bis::SOLE_AUDIENCE.id];
    let active = |sender: Sender, token: &str| {
        let told = mixed.about(sender, token, false);
        assert_eq!(told.reply.status(), 200, "{sender:?}: {:?}", told.event);
        serde_json::from_slice::<serde_json::Value>(told.reply.body()).unwrap()["active"] == true
    };
    for (api, scope) in [(ACCOUNTS, "read"), (PAYMENTS, "pay")] {
        for kind in ["access_token", "refresh_token"] {
            let code = strong.code(world, &[("resource", Some(api)), ("scope", Some(scope))]);
            let token = member(&strong.redeem(world, &code).reply, kind);
            assert!(active(Sender::Strong, &token), "{api} {kind}");
            assert!(!active(Sender::Secret, &token), "who may not know of it does not learn which API it is for");
            if api == PAYMENTS {
                for (revoke, status) in [(false, 401), (true, 400)] {
                    refused(&mixed.about(Sender::AssertionForEndpoint, &token, revoke), status, "invalid_client", &weak);
                }
                assert!(active(Sender::Strong, &token), "{api} {kind}");
                assert_eq!(mixed.about(Sender::Strong, &token, true).reply.status(), 200);
            } else {
                assert!(active(Sender::AssertionForEndpoint, &token), "{api} {kind}");
                assert_eq!(mixed.about(Sender::AssertionForEndpoint, &token, true).reply.status(), 200);
            }
            assert!(!active(Sender::Strong, &token), "{api} {kind}");
        }
    }
}
