//! Replays: values that were accepted must be refused; values of unknown outcome may be accepted once.

use std::time::Duration;

use fapi_conformance::client::Client;
use fapi_conformance::http::Reply;
use rand::Rng;
use rand::rngs::StdRng;

use crate::flow::Walker;
use crate::ledger::{Item, Life, Once, Refresh};
use crate::promise::Promise;

/// A little less than the lifetime of assertions and proofs of the suite's clients.
pub const GOOD_FOR: Duration = Duration::from_secs(45);

/// Sends an item once more. Returns true if it was accepted.
async fn again(client: &Client, item: &Item) -> bool {
    let accepted = |reply: Option<Reply>| reply.is_some_and(|reply| reply.is_success());
    match item {
        Item::Assertion(text) => accepted(client.push().assertion_text(text).send().await.ok()),
        Item::Proof(text) => accepted(client.credentials().proof_texts(vec![text.clone()]).send().await.ok()),
        Item::ProofAtResource(text, tokens) => {
            let call = client.resource(tokens).proof_texts(vec![text.clone()]);
            accepted(call.attempt().await.ok().and_then(Result::ok))
        }
        Item::Code(code) => accepted(client.redeem(code).send().await.ok()),
        // `Walker::land` replays it through the pages.
        Item::RequestUri(_) => false,
    }
}

impl Walker<'_> {
    /// Replays an item: once if it was accepted, in two concurrent requests if its outcome is unknown. Half of the accepted codes
    /// are not replayed, since their replay revokes the tokens issued for them.
    pub async fn replay(&self, once: &mut Once, dice: &mut StdRng) {
        if matches!(once.item, Item::Code(_)) && once.accepted > 0 && dice.random_bool(0.5) {
            self.case.count("codes spared");
            return;
        }
        let known = once.accepted > 0;
        let send = || async {
            match &once.item {
                Item::RequestUri(pushed) => self.land(pushed).await.is_some(),
                item => again(&self.client, item).await,
            }
        };
        let (first, second) = if known { (send().await, false) } else { tokio::join!(send(), send()) };
        match known {
            true => self.case.count("replays of accepted items"),
            false => self.case.add("replays of refused or unanswered items", 2),
        }
        let accepted = u32::from(first) + u32::from(second);
        self.case.add("replays accepted for the first time", u64::from(!known && accepted == 1));
        once.accepted += accepted;
        self.case.demand(Promise::Once, once.accepted < 2, || {
            let age = once.sent.elapsed().as_millis();
            format!("a {} was accepted {} times, the last time {age} ms after it was first sent", once.item.name(), once.accepted)
        });
        if let Some(gave) = &once.gave {
            self.ledger.refresh(gave, self.number, Life::Unknown);
        }
    }

    /// Checks that a refresh token has the required behaviour.
    pub async fn look_at(&self, refresh: &Refresh) {
        let reply = self.client.refresh(&refresh.token).send().await.ok();
        let status = reply.as_ref().map_or(0, Reply::status);
        self.case.count("refresh tokens looked at again");
        match refresh.life {
            Life::Works => self.case.demand(Promise::Stored, status == 200, || {
                let error = reply.as_ref().and_then(|reply| reply.member("error")).unwrap_or_default();
                format!("a received refresh token is lost: status {status} {error}")
            }),
            Life::Revoked => {
                self.case.demand(Promise::Revoked, status == 400, || {
                    format!("a revoked refresh token is answered with status {status}")
                });
            }
            Life::Unknown => {}
        }
    }
}
