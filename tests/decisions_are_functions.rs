//! The same inputs, entropy and answers give the same bytes, even if others write concurrently. There is at most one commit,
//! and it comes last.

use crate::support::client::{BEARER, Client, REDIRECT, VERIFIER, with_proof};
use crate::support::*;
use fapi::record::Write;
use fapi::*;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};

/// A host that records every step, checks their order, and answers the first commits with a conflict.
struct Recorder<'w> {
    world: &'w World,
    conflicts: Cell<u8>,
    transcript: RefCell<Vec<String>>,
    applied: Cell<bool>,
}

impl<'w> Recorder<'w> {
    fn new(world: &'w World, conflicts: u8) -> Self {
        Self { world, conflicts: Cell::new(conflicts), transcript: RefCell::default(), applied: Cell::new(false) }
    }

    fn note(&self, step: String) {
        assert!(!self.applied.get(), "{step} after an applied commit");
        assert!(!self.transcript.borrow().contains(&step) || step.starts_with("commit"), "{step} twice");
        self.transcript.borrow_mut().push(step);
    }

    fn writes(commit: &Commit) -> String {
        let sorted = commit.writes.windows(2).all(|pair| pair[0].key() < pair[1].key());
        assert!(sorted && !commit.writes.is_empty(), "writes must be sorted and unique per key: {commit:?}");
        let written = |write: &Write| match write {
            Write::Insert { key, record, expires, owners } => {
                format!("+{key} {} {expires} {owners:?}", String::from_utf8_lossy(record.as_bytes()))
            }
            Write::Replace { key, record, expires, owners, .. } => {
                format!("~{key} {} {expires} {owners:?}", String::from_utf8_lossy(record.as_bytes()))
            }
            other => format!("{other:?}"),
        };
        commit.writes.iter().map(written).collect::<Vec<_>>().join("\n")
    }
}

impl Host for Recorder<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        assert!(load.keys.windows(2).all(|pair| pair[0] < pair[1]) && !load.keys.is_empty());
        self.note(format!("load {:?}", load.keys));
        self.world.load(load)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.note(format!("list {list:?}"));
        self.world.list(list)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.note(format!("commit {}", Self::writes(commit)));
        if self.conflicts.get() > 0 {
            self.conflicts.set(self.conflicts.get() - 1);
            let keys: Vec<_> = commit.writes.iter().map(|write| write.key().clone()).collect();
            let found = self.world.store.borrow().load(&keys);
            return Ok(Committed::Conflict(keys.into_iter().zip(found).collect()));
        }
        let committed = self.world.commit(commit)?;
        self.applied.set(committed == Committed::Applied);
        Ok(committed)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        let input = match key_use {
            KeyUse::Sign { input, .. } | KeyUse::Mac { input } => String::from_utf8_lossy(input).into_owned(),
            other => format!("{other:?}"),
        };
        self.note(format!("use key {input}"));
        self.world.use_key(key_use)
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        self.note(format!("claims {request:?}"));
        self.world.claims(request)
    }
}

/// A request of a flow, ready to be sent repeatedly to copies of the same world.
struct Prepared {
    world: World,
    request: http::Request<bytes::Bytes>,
    endpoint: &'static str,
    prompt: Option<Prompt>,
    seed: u8,
}

impl Prepared {
    /// Returns the reply, the event and every question that was asked.
    fn run(&self, store: &Memory, conflicts: u8) -> (String, Vec<String>) {
        self.world.store.replace(store.clone());
        let recorder = Recorder::new(&self.world, conflicts);
        let context = Context::new(Timestamp::from_seconds(self.world.now.get()), Entropy::new([self.seed; 32]));
        let inbound = Inbound::new(&self.request).browser(self.prompt.as_ref().map(|prompt| &prompt.browser));
        let server = &self.world.server;
        let told = |reply: &Response| format!("{} {:?} {:?}", reply.status(), reply.headers(), reply.body());
        let end = |outcome: Outcome| format!("{} {:?}", told(&outcome.reply), outcome.event.disposition);
        let reply = match (self.endpoint, &self.prompt) {
            ("push", _) => end(fapi::drive(&recorder, server.pushed_authorization_request(inbound, context))),
            ("token", _) => end(fapi::drive(&recorder, server.token_request(inbound, context))),
            ("revoke", _) => end(fapi::drive(&recorder, server.revocation_request(inbound, context))),
            ("userinfo", _) => end(fapi::drive(&recorder, server.userinfo_request(inbound, context))),
            (_, Some(prompt)) => {
                let verdict = if prompt.kind == PromptKind::Login { Client::login() } else { Client::consent("openid accounts") };
                let outcome = fapi::drive(&recorder, server.answer(inbound, &prompt.id, verdict, context));
                match outcome.reply {
                    Navigation::Respond(response) => told(&response),
                    Navigation::Inform(page) => told(&page.response()),
                    Navigation::Interact(prompt) => {
                        format!("{} {:?} {}", prompt.id.as_str(), prompt.kind, prompt.permissions.scope)
                    }
                }
            }
            (other, None) => panic!("{other}"),
        };
        (reply, recorder.transcript.into_inner())
    }
}

fn prepare(endpoint: usize, spoilt: bool, seed: u8) -> (Prepared, Memory) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let with_assertion = |parameters: &[(&str, &str)], proof: Option<&str>| {
        let assertion = client.assertion(&world);
        let mut all = vec![("client_assertion_type", BEARER), ("client_assertion", &*assertion)];
        all.extend(parameters.iter().filter(|(name, _)| !(spoilt && ["response_type", "code_verifier", "token"].contains(name))));
        with_proof(post(&all), proof)
    };
    let proof = || client.proof(&world, "POST", "https://as.example/token");
    let redeem = |code: &str| {
        let parameters =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
        with_assertion(&parameters, Some(&proof()))
    };
    let (endpoint, request, prompt) = match endpoint {
        0 => ("push", with_assertion(&crate::support::client::pairs(&client.push_parameters()), None), None),
        1 => {
            let claims = Some(r#"{"id_token":{"email":null}}"#);
            ("token", redeem(&client.code(&world, &[("claims", claims)])), None)
        }
        2 => {
            let code = client.code(&world, &[]);
            assert_eq!(client.redeem(&world, &code).reply.status(), 200);
            ("token", redeem(&code), None)
        }
        3 => ("token", with_assertion(&[("grant_type", "client_credentials")], Some(&proof())), None),
        4 => {
            let redeemed = client.redeem(&world, &client.code(&world, &[])).reply;
            ("revoke", with_assertion(&[("token", &member(&redeemed, "refresh_token"))], None), None)
        }
        5 => {
            let redeemed = client.redeem(&world, &client.code(&world, &[("scope", Some("openid email"))])).reply;
            let token = member(&redeemed, "access_token");
            ("userinfo", client.resource_request(&world, &token, "https://as.example/userinfo"), None)
        }
        which => {
            let uri = member(&client.push(&world, &[]).reply, "request_uri");
            let mut shown = prompt(client.present(&world, &uri, None));
            if which == 7 {
                shown = prompt(client.answer(&world, &shown, Client::login()));
            }
            ("answer", post(&[]), Some(shown))
        }
    };
    let store = world.store.borrow().clone();
    (Prepared { world, request, endpoint, prompt, seed }, store)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn of_inputs_entropy_and_answers(endpoint in 0usize..8, spoilt: bool, seed: u8, conflicts in 0u8..=8) {
        let (prepared, store) = prepare(endpoint, spoilt, seed);
        let (reply, transcript) = prepared.run(&store, 0);
        prop_assert_eq!(&(reply.clone(), transcript.clone()), &prepared.run(&store, 0), "a second time");

        // Conflicts change neither the final writes nor the reply, although the facts came in another order.
        let (again, longer) = prepared.run(&store, conflicts);
        prop_assert_eq!(&reply, &again);
        prop_assert_eq!(longer.last(), transcript.last());
        let committed = transcript.iter().any(|step| step.starts_with("commit"));
        prop_assert_eq!(longer.len() - transcript.len(), if committed { usize::from(conflicts) } else { 0 });

        // Other entropy yields other handles, but the same question.
        let other = Prepared { seed: seed.wrapping_add(1), ..prepared };
        let (_, otherwise) = other.run(&store, 0);
        prop_assert_eq!(otherwise.first(), transcript.first());
    }
}
