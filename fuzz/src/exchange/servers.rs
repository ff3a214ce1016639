//! The servers that a host may run, and the store that each finds when it starts.

use super::host::Host;
use super::input::Input;
use super::wallet::{CALLERS, CERTIFICATE, ISSUER, SERVERS_KEY, jwk, registration};
use fapi::jose::Jwk;
use fapi::policy::{FAPI2_SECURITY, OAUTH, OPENID, Policy};
use fapi::primitives::aws_lc;
use fapi::scope::Scope;
use fapi::sender::TrustAnchors;
use fapi::*;
use std::sync::{Arc, LazyLock};

pub const START: i64 = 1_800_000_000;

/// The address of the endpoints for callers with a certificate.
pub const ALIAS: &str = "https://mtls.as.example";

/// A server, and a store in which its usual clients are registered.
#[derive(Clone)]
pub struct Start {
    pub server: Arc<AuthorizationServer>,
    pub store: Memory,
}

/// Servers with every policy and format. They are built once, because every run begins with one of them.
static STARTS: LazyLock<Vec<Start>> = LazyLock::new(|| (0..POLICIES * 2).map(start).collect());

const POLICIES: usize = 4;

/// Returns the server for this choice: the policy, and in the next bit whether access tokens are JWTs. 0 is plain OAuth with
/// opaque tokens.
pub fn chosen(choice: u8) -> &'static Start {
    &STARTS[usize::from(choice) % STARTS.len()]
}

fn policy(which: usize) -> Policy {
    let together = |one: Policy, other: Policy| one.tighten(&other).expect("presets fit together");
    match which {
        0 => OAUTH.policy(),
        1 => together(OAUTH.policy(), OPENID.policy()),
        2 => together(OAUTH.policy(), FAPI2_SECURITY.policy()),
        _ => together(together(OAUTH.policy(), OPENID.policy()), FAPI2_SECURITY.policy()),
    }
}

fn start(choice: usize) -> Start {
    let key = Jwk::parse(&jwk(SERVERS_KEY), aws_lc()).expect("a key");
    let mut settings = Settings::new(ISSUER, policy(choice % POLICIES), vec![key]);
    settings.mtls_endpoints = Some(Endpoints::below(ALIAS));
    settings.serve_only(Api::open("https://api.example", "read write".parse().expect("a scope")));
    settings.apis[0].dialect = if choice < POLICIES { Dialect::Opaque } else { Dialect::Rfc9068Profile };
    settings.scopes = Scope::parse("openid offline_access email").expect("a scope");
    settings.claims = vec!["email".into()];
    settings.trust_anchors = TrustAnchors::from_der(vec![CERTIFICATE.to_vec()]).expect("an anchor");
    let server = AuthorizationServer::new(settings).expect("settings");
    let mut host = Host::default();
    for (at, caller) in CALLERS.iter().enumerate().filter(|(_, caller)| !caller.late) {
        let context = || Context::new(Timestamp::from_seconds(START), Entropy::new([0xf0 + at as u8; 32]));
        let step = || server.register(vec![registration(caller, 1)], context());
        drop(host.run([step(), step()], &mut Input::default()));
    }
    Start { server, store: host.into_store() }
}
