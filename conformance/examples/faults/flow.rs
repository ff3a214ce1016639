//! Whole flows of an honest client that writes down everything it sends: push, log in, redeem, call, refresh, revoke.

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

/// An honest client on its way.
pub struct Walker<'w> {
    pub client: Client,
    pub number: usize,
    pub ledger: &'w Ledger,
    pub case: &'w Case,
    /// Besides success: the status codes that the server may answer fresh requests with, as things are.
    pub excuses: &'static [u16],
    /// Whether it now and then does twice at once what may be done once.
    pub races: bool,
}

impl<'w> Walker<'w> {
    /// A client of this target that finds no excuse and races now and then.
    pub async fn new(target: &Arc<Target>, number: usize, ledger: &'w Ledger, case: &'w Case) -> Result<Self, String> {
        let client = client(target, number).await.map_err(|_| "the metadata cannot be read".to_owned())?;
        Ok(Self { client, number, ledger, case, excuses: &[], races: true })
    }

    /// The same where the server may say that it has a problem.
    pub fn excusing(self) -> Self {
        Self { excuses: &[500, 503], ..self }
    }
}

/// The errors of the front channel that go with these status codes.
const EXCUSES: [&str; 2] = ["server_error", "temporarily_unavailable"];

impl Walker<'_> {
    /// One flow, until it ends or breaks off.
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
        form.taken(&reply).map_err(|_| self.case.broken(Promise::Honest, "a 201 without a request_uri")).ok()
    }

    /// In one browser, or in two at once.
    async fn present(&self, pushed: &Pushed, twice: bool) -> Option<Code> {
        let land = || self.land(pushed);
        let (first, second) = if twice { tokio::join!(land(), land()) } else { (land().await, None) };
        let codes = u32::from(first.is_some()) + u32::from(second.is_some());
        self.ledger.presented(pushed.clone(), self.number, codes);
        self.case.demand(Promise::Once, codes < 2, || "one request_uri gave two codes at once".into());
        first.or(second)
    }

    /// The code of one visit, if it comes to that.
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
                        format!("the front channel says {error:?}")
                    });
                    None
                }
            },
            Landing::Page(Some(reply)) if reply.status() == 400 || self.excuses.contains(&reply.status()) => None,
            other => {
                self.case.broken(Promise::Honest, format!("the front channel ends at {}", other.describe()));
                None
            }
        }
    }

    /// Once, or by two requests at once, of which the second takes back what the first one gave.
    async fn redeem(&self, code: &Code, twice: bool) -> Option<Tokens> {
        let form = self.client.redeem(code);
        let (first, second) =
            if twice { tokio::join!(self.post(&form), self.post(&form)) } else { (self.post(&form).await, None) };
        let accepted: Vec<_> = [first.clone(), second].into_iter().flatten().filter(Reply::is_success).collect();
        let tokens = accepted.first().and_then(tokens);
        let gave = tokens.as_ref().and_then(|tokens| tokens.refresh_token.clone());
        self.ledger.redeemed(code.clone(), self.number, u32::try_from(accepted.len()).unwrap_or(u32::MAX), gave.clone());
        self.case.demand(Promise::Once, accepted.len() < 2, || "one code was accepted twice at once".into());
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

    /// What a refresh token gives.
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

    /// Sends a form, and writes down its assertion and its proof.
    pub async fn post(&self, form: &FormRequest) -> Option<Reply> {
        let request = form.request().map_err(|_| self.case.broken(Promise::Tried, "a request could not be made")).ok()?;
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

    /// An answer that is no success: nothing comes of it, and there had better be an excuse.
    fn excused<T>(&self, reply: &Reply) -> Option<T> {
        if self.excuses.contains(&reply.status()) {
            self.case.count("requests refused for the fault (500, 503)");
        } else {
            let (purpose, error) = (&reply.exchange().purpose, reply.member("error").unwrap_or_default());
            self.case.broken(Promise::Honest, format!("an honest {purpose} was answered with {} {error}", reply.status()));
        }
        None
    }
}

/// The tokens in a reply, as they stand there.
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
