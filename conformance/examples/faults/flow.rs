//! Whole flows of an honest client that records everything it sends: push, log in, redeem, call, refresh, revoke.

use std::borrow::Cow;
use std::sync::Arc;

use fapi_conformance::browser::Landing;
use fapi_conformance::client::{Client, Code, FormRequest, Pushed, Tokens};
use fapi_conformance::http::{Reply, Request};
use fapi_conformance::target::Target;
use rand::Rng;
use rand::rngs::StdRng;

use crate::clients::client;
use crate::ledger::{Item, Ledger, Life};
use crate::promise::Promise;
use crate::table::Case;

/// An honest client that runs flows.
pub struct Walker<'w> {
    pub client: Client,
    pub number: usize,
    pub ledger: &'w Ledger,
    pub case: &'w Case,
    /// The status codes, other than those of success, with which the server may answer fresh requests under the current faults.
    pub excuses: &'static [u16],
    /// True if it sometimes sends two concurrent requests with a single-use value.
    pub races: bool,
}

impl<'w> Walker<'w> {
    /// Makes a client of this target that accepts no such status codes and sometimes sends concurrent requests.
    pub async fn new(target: &Arc<Target>, number: usize, ledger: &'w Ledger, case: &'w Case) -> Result<Self, String> {
        let client = client(target, number).await.map_err(|_| "the metadata cannot be read".to_owned())?;
        Ok(Self { client, number, ledger, case, excuses: &[], races: true })
    }

    /// The same client, but the server may answer with 500 and 503.
    pub fn excusing(self) -> Self {
        Self { excuses: &[500, 503], ..self }
    }
}

/// The errors of the front channel that correspond to these status codes.
const EXCUSES: [&str; 2] = ["server_error", "temporarily_unavailable"];

impl Walker<'_> {
    /// Runs one flow to its end, or to the first failure.
    pub async fn walk(&self, dice: &mut StdRng) -> Option<()> {
        let pushed = self.push().await?;
        let code = self.present(&pushed, self.races && dice.random_bool(0.2)).await?;
        let tokens = self.redeem(&code, self.races && dice.random_bool(0.1)).await?;
        self.case.count("codes redeemed");
        self.call(&tokens).await?;
        let token = tokens.refresh_token?;
        for _ in 0..dice.random_range(0..4) {
            let refreshed = self.refresh(&token).await?;
            self.case.count("refreshes");
            self.call(&refreshed).await?;
        }
        if dice.random_bool(0.15) {
            self.revoke(&token).await?;
        }
        self.case.count("whole flows");
        Some(())
    }

    pub async fn push(&self) -> Option<Pushed> {
        let form = self.client.push();
        let reply = self.post(&form).await?;
        if reply.status() != 201 {
            return self.excused(&reply);
        }
        form.taken(&reply)
            .map_err(|_| self.case.broken(Promise::Honest, "a response with status 201 has no valid request_uri"))
            .ok()
    }

    /// Visits the authorization endpoint in one browser, or in two concurrently.
    async fn present(&self, pushed: &Pushed, twice: bool) -> Option<Code> {
        let land = || self.land(pushed);
        let (first, second) = if twice { tokio::join!(land(), land()) } else { (land().await, None) };
        let codes = u32::from(first.is_some()) + u32::from(second.is_some());
        self.ledger.presented(pushed.clone(), self.number, codes);
        self.case.demand(Promise::Once, codes < 2, || "one request_uri led to two codes in concurrent visits".into());
        first.or(second)
    }

    /// The code of one visit, if there is one.
    pub async fn land(&self, pushed: &Pushed) -> Option<Code> {
        let landing = self.client.authorize(pushed).land().await;
        let landing = landing.inspect_err(|_| self.case.count("requests without an answer")).ok()?;
        match landing {
            Landing::Callback(callback) => match callback.parameter("code") {
                Some(code) => Some(Code { code, pushed: pushed.clone(), exchange: callback.exchange, after_forms: vec![] }),
                None => {
                    let error = callback.parameter("error").unwrap_or_default();
                    let known = EXCUSES.contains(&error.as_str()) && !self.excuses.is_empty();
                    self.case.demand(Promise::Honest, known || error == "invalid_request_uri", || {
                        format!("the authorization response has error {error}")
                    });
                    None
                }
            },
            Landing::Page(Some(reply)) if reply.status() == 400 || self.excuses.contains(&reply.status()) => None,
            other => {
                self.case
                    .broken(Promise::Honest, format!("a visit to the authorization endpoint ended with {}", other.describe()));
                None
            }
        }
    }

    /// Redeems a code once, or by two concurrent requests, of which the second revokes the tokens issued for the first.
    async fn redeem(&self, code: &Code, twice: bool) -> Option<Tokens> {
        let form = self.client.redeem(code);
        let (first, second) =
            if twice { tokio::join!(self.post(&form), self.post(&form)) } else { (self.post(&form).await, None) };
        let accepted: Vec<_> = [first.clone(), second].into_iter().flatten().filter(Reply::is_success).collect();
        let tokens = accepted.first().and_then(tokens);
        let gave = tokens.as_ref().and_then(|tokens| tokens.refresh_token.clone());
        self.ledger.redeemed(code.clone(), self.number, u32::try_from(accepted.len()).unwrap_or(u32::MAX), gave.clone());
        self.case.demand(Promise::Once, accepted.len() < 2, || "one code was accepted twice in concurrent requests".into());
        if let Some(gave) = &gave {
            self.case.count("refresh tokens received");
            self.ledger.refresh(gave, self.number, if twice { Life::Unknown } else { Life::Works });
        }
        match tokens {
            _ if twice => None,
            Some(tokens) => Some(tokens),
            None => self.excused(&first?),
        }
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, token: &str) -> Option<Tokens> {
        let reply = self.post(&self.client.refresh(token)).await?;
        if reply.is_success() { tokens(&reply) } else { self.excused(&reply) }
    }

    /// Calls the resource with an access token.
    pub async fn call(&self, tokens: &Tokens) -> Option<()> {
        let call = self.client.resource(tokens);
        let proof = call.good_proof().ok()?.sign();
        let answer = call.proof_texts(vec![proof.clone()]).attempt().await.ok()?.ok();
        let accepted = answer.as_ref().is_some_and(Reply::is_success);
        self.ledger.sent(Item::ProofAtResource(proof, Box::new(tokens.clone())), self.number, accepted);
        self.case.count(if answer.is_some() { "calls of the resource" } else { "requests without an answer" });
        let answer = answer?;
        if accepted { Some(()) } else { self.excused(&answer) }
    }

    pub async fn revoke(&self, token: &str) -> Option<()> {
        self.ledger.refresh(token, self.number, Life::Unknown);
        let reply = self.post(&self.client.revoke(token)).await?;
        if !reply.is_success() {
            return self.excused(&reply);
        }
        self.ledger.refresh(token, self.number, Life::Revoked);
        self.case.count("revocations");
        Some(())
    }

    /// Sends a form, and records its assertion and its proof.
    pub async fn post(&self, form: &FormRequest) -> Option<Reply> {
        let request = form.request().map_err(|_| self.case.broken(Promise::Tried, "a request could not be built")).ok()?;
        let (assertion, proof) = (assertion(&request), proof(&request));
        let reply = self.client.http().send(request).await.ok();
        let accepted = reply.as_ref().is_some_and(Reply::is_success);
        if let Some(assertion) = assertion {
            self.ledger.sent(Item::Assertion(assertion), self.number, accepted);
        }
        if let Some(proof) = proof {
            self.ledger.sent(Item::Proof(proof), self.number, accepted);
        }
        self.case.count(if reply.is_some() { "requests answered" } else { "requests without an answer" });
        reply
    }

    /// Judges an unsuccessful response: its status must be excused by the fault.
    fn excused<T>(&self, reply: &Reply) -> Option<T> {
        if self.excuses.contains(&reply.status()) {
            self.case.count("requests refused because of the fault (500, 503)");
        } else {
            let (purpose, error) = (&reply.exchange().purpose, reply.member("error").unwrap_or_default());
            self.case.broken(Promise::Honest, format!("an honest {purpose} was answered with status {} {error}", reply.status()));
        }
        None
    }
}

/// The tokens of a response, unchecked.
fn tokens(reply: &Reply) -> Option<Tokens> {
    Some(Tokens {
        access_token: reply.member("access_token")?,
        refresh_token: reply.member("refresh_token"),
        id_token: None,
        scope: None,
        expires_in: None,
        reply: reply.clone(),
    })
}

fn assertion(request: &Request) -> Option<String> {
    let mut fields = form_urlencoded::parse(&request.body);
    fields.find(|(name, _)| name == "client_assertion").map(|(_, value): (_, Cow<'_, str>)| value.into_owned())
}

fn proof(request: &Request) -> Option<String> {
    request.headers.iter().find(|(name, _)| name == "dpop").map(|(_, value)| value.clone())
}
