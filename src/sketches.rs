//! Sketches: what the types must carry next, each as a small test over the real machine.
//!
//! When a capability is built, tests of its behaviour replace its sketch.

mod back_channel_notice;
mod device_request;
mod encrypted_token;
mod signed_error;

use crate::exchange::{Commit, Committed, KeyUse, Outcome, Reply, Step};
use crate::jose::{Jwk, Object};
use crate::policy::{AuthenticationMethod, OAUTH};
use crate::primitives::aws_lc;
use crate::{
    Api, Ask, AuthorizationServer, ClientMetadata, Context, Entropy, Memory, OutgoingRequest, OutgoingResponse, Registered,
    Registration, Settings, SubjectStatus, Timestamp, Unavailable,
};
use std::sync::Arc;

const ISSUER: &str = "https://as.example";
const CALLBACK: &str = "https://app.example/cb";
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

const KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"a",
    "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;

fn key() -> Jwk {
    Jwk::parse(&Object::parse(KEY.as_bytes()).expect("an object"), aws_lc()).expect("a key")
}

fn server() -> Arc<AuthorizationServer> {
    let mut settings = Settings::new(ISSUER, OAUTH.policy(), vec![key()]);
    settings.serve_only(Api::open("https://api.example", "read".parse().expect("a scope")));
    AuthorizationServer::new(settings).expect("settings")
}

fn context(seed: u8) -> Context {
    Context::new(NOW, Entropy::new([seed; 32]))
}

/// A host that signs with a fixed value and records what it is asked to do.
#[derive(Default)]
struct Host {
    store: Memory,
    keys_unavailable: bool,
    commits_fail: bool,
    status: u16,
    uses: Vec<KeyUse>,
    sent: Vec<OutgoingRequest>,
}

impl Host {
    fn drive<R: Reply>(&mut self, mut step: Step<R>) -> Outcome<R> {
        loop {
            step = match step {
                Step::Load(load, then) => then.resume(Ok(self.store.load(&load.keys))),
                Step::List(_, then) => then.resume(Err(Unavailable)),
                Step::Fetch(_, then) => then.resume(Err(Unavailable)),
                Step::Ask(Ask::Subject(_, then)) => then.resume(Ok(SubjectStatus::Active)),
                Step::Ask(Ask::Send(request, then)) => {
                    self.sent.push(request);
                    then.resume(Ok(OutgoingResponse::new(self.status, "")))
                }
                Step::Ask(other) => other.unavailable(),
                Step::UseKey(key_use, then) => {
                    self.uses.push(key_use);
                    then.resume(if self.keys_unavailable { Err(Unavailable) } else { Ok(b"made by the host".to_vec()) })
                }
                Step::Commit(commit, then) => then.resume(self.commit(&commit)),
                Step::Done(outcome) => return outcome,
            }
        }
    }

    fn commit(&mut self, commit: &Commit) -> Result<Committed, Unavailable> {
        if self.commits_fail { Err(Unavailable) } else { Ok(self.store.commit(commit)) }
    }

    fn register(&mut self, server: &Arc<AuthorizationServer>) {
        let mut app = ClientMetadata::new("app", AuthenticationMethod::None);
        app.redirect_uris = vec![CALLBACK.into()];
        let registered = self.drive(server.register(vec![Registration::of(app)], context(1))).reply;
        assert!(matches!(registered, Registered::Stored), "{registered:?}");
    }
}
