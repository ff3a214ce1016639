//! Whole exchanges: a sequence of requests to a host whose answers may be late, stale, wrong or missing.

mod acts;
mod host;
mod input;
mod servers;
mod wallet;

use fapi::jose::{Json, Object};
use fapi::*;
use host::Host;
use input::Input;
use std::fmt::Debug;
use std::sync::Arc;
use wallet::{Sender, Wallet};

/// The maximum number of requests; more would make a run slower without reaching more states.
const REQUESTS: usize = 40;

/// All parties: the server as it is configured now, its host, and the clients, which remember the latest values they received.
struct World<'i> {
    server: Arc<AuthorizationServer>,
    host: Host,
    input: Input<'i>,
    exchange: u8,
    accepted: usize,
    nonces: Option<DpopNonces>,
    wallet: Wallet,
    /// The client that began the last request.
    client: &'static str,
    request_uri: String,
    code: String,
    access_token: String,
    /// The proof that the access token requires of its sender.
    bound: Sender,
    refresh_token: String,
    last_refresh_token: String,
    page: Option<Prompt>,
    session: Option<SessionHandle>,
}

/// Performs the actions in the input, and returns true if at least one request was accepted.
pub fn run(input: &[u8]) -> bool {
    let mut world = World::new(Input::new(input));
    for _ in 0..REQUESTS {
        let Some(action) = world.input.action() else { break };
        world.act(action);
    }
    world.accepted > 0
}

impl<'i> World<'i> {
    fn new(input: Input<'i>) -> Self {
        let start = servers::chosen(0).clone();
        let none = String::new;
        Self {
            server: start.server,
            host: Host::new(start.store, servers::START),
            input,
            exchange: 0,
            accepted: 0,
            nonces: None,
            wallet: Wallet::default(),
            client: "app",
            request_uri: none(),
            code: none(),
            access_token: none(),
            bound: Sender::Nothing,
            refresh_token: none(),
            last_refresh_token: none(),
            page: None,
            session: None,
        }
    }

    /// Begins the same exchange twice; the host checks that both runs take the same course.
    fn exchange<R: Reply + Debug>(&mut self, begin: impl Fn(&Arc<AuthorizationServer>, Context) -> Step<R>) -> R {
        self.exchange = self.exchange.wrapping_add(1);
        let step = || {
            let context = Context::new(Timestamp::from_seconds(self.host.now), Entropy::new([self.exchange; 32]));
            begin(
                &self.server,
                match &self.nonces {
                    Some(nonces) => context.dpop_nonces(nonces.clone()),
                    None => context,
                },
            )
        };
        let outcome = self.host.run([step(), step()], &mut self.input);
        let accepted = outcome.event.disposition == Disposition::Accepted;
        let forged = std::mem::take(&mut self.wallet.forged);
        assert!(!accepted || !forged, "a forgery was accepted");
        self.accepted += usize::from(accepted);
        if let SessionChange::Start { session, .. } = outcome.session {
            self.session = Some(session);
        }
        outcome.reply
    }

    fn shown(&mut self, shown: Navigation) {
        match shown {
            Navigation::Interact(page) => self.page = Some(*page),
            Navigation::Inform(page) => drop(page.response()),
            Navigation::Respond(response) => {
                let location = response.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
                let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code="));
                self.code = code.map_or(std::mem::take(&mut self.code), str::to_owned);
            }
        }
    }

    /// Keeps the values in a response. A bound token is bound to the proof or certificate in the request.
    fn keep(&mut self, reply: &Response, shown: Sender) {
        if let Some(nonce) = reply.headers().get("dpop-nonce").and_then(|value| value.to_str().ok()) {
            self.wallet.nonce = Some(nonce.to_owned());
        }
        let Ok(body) = Object::parse(reply.body()) else { return };
        if body.contains("refresh_token") {
            self.refresh_token.clone_into(&mut self.last_refresh_token);
        }
        if let Some(kind) = body.get("token_type").and_then(Json::as_str) {
            self.bound = match shown {
                Sender::Proof if kind != "DPoP" => Sender::Nothing,
                shown => shown,
            };
        }
        for (name, kept) in [
            ("request_uri", &mut self.request_uri),
            ("access_token", &mut self.access_token),
            ("refresh_token", &mut self.refresh_token),
        ] {
            if let Some(value) = body.get(name).and_then(Json::as_str) {
                value.clone_into(kept);
            }
        }
    }
}
