//! Records of all single-use values that were sent, and how often each was accepted.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use fapi_conformance::client::{Code, Pushed, Tokens};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::table::Case;

/// A single-use value.
#[derive(Clone)]
pub enum Item {
    Assertion(String),
    Proof(String),
    ProofAtResource(String, Box<Tokens>),
    RequestUri(Pushed),
    Code(Code),
}

impl Item {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Assertion(_) => "client assertion",
            Self::Proof(_) => "DPoP proof",
            Self::ProofAtResource(..) => "DPoP proof at the resource",
            Self::RequestUri(_) => "request_uri",
            Self::Code(_) => "code",
        }
    }
}

/// A single-use value with its history.
#[derive(Clone)]
pub struct Once {
    pub item: Item,
    pub accepted: u32,
    pub sent: Instant,
    /// The client that it belongs to.
    pub client: usize,
    /// The refresh token that was issued for it.
    pub gave: Option<String>,
}

/// The required behaviour of a refresh token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It was received and not revoked, so it must work.
    Works,
    /// The server confirmed its revocation, so it must not work.
    Revoked,
    /// Its revocation was not confirmed, so it may work or not.
    Unknown,
}

/// A refresh token that was received.
#[derive(Clone)]
pub struct Refresh {
    pub token: String,
    pub client: usize,
    pub life: Life,
}

/// Everything that the load has sent and received.
#[derive(Default)]
pub struct Ledger(Mutex<Books>);

#[derive(Default)]
struct Books {
    once: Vec<Once>,
    refresh: Vec<Refresh>,
}

impl Ledger {
    /// Records a value that was sent.
    pub fn sent(&self, item: Item, client: usize, accepted: bool) {
        let (accepted, sent) = (u32::from(accepted), Instant::now());
        self.books().once.push(Once { item, accepted, sent, client, gave: None });
    }

    /// Records a code that was sent, how often it was accepted, and the refresh token that it led to.
    pub fn redeemed(&self, code: Code, client: usize, accepted: u32, gave: Option<String>) {
        self.books().once.push(Once { item: Item::Code(code), accepted, sent: Instant::now(), client, gave });
    }

    /// Records a request_uri that was presented, and the number of codes that it led to.
    pub fn presented(&self, pushed: Pushed, client: usize, codes: u32) {
        let (item, sent) = (Item::RequestUri(pushed), Instant::now());
        self.books().once.push(Once { item, accepted: codes, sent, client, gave: None });
    }

    /// Removes and returns all values.
    pub fn take(&self) -> Vec<Once> {
        std::mem::take(&mut self.books().once)
    }

    /// Adds values again, for a later round.
    pub fn put(&self, items: impl IntoIterator<Item = Once>) {
        self.books().once.extend(items);
    }

    /// Records the state of a refresh token.
    pub fn refresh(&self, token: &str, client: usize, life: Life) {
        let refresh = &mut self.books().refresh;
        match refresh.iter_mut().rev().find(|known| known.token == token) {
            Some(known) => known.life = life,
            None => refresh.push(Refresh { token: token.into(), client, life }),
        }
    }

    /// The newest refresh tokens, and some of the older ones.
    pub fn refresh_tokens(&self, newest: usize, older: usize, dice: &mut StdRng) -> Vec<Refresh> {
        let books = self.books();
        let (old, new) = books.refresh.split_at(books.refresh.len().saturating_sub(newest));
        let some = (0..older.min(old.len())).map(|_| &old[dice.random_range(0..old.len())]);
        new.iter().chain(some).cloned().collect()
    }

    /// All refresh tokens.
    pub fn all_refresh_tokens(&self) -> Vec<Refresh> {
        self.books().refresh.clone()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// At most this many of them, at random. The case counts those that are left out.
pub fn sample<T>(items: Vec<T>, most: usize, dice: &mut StdRng, case: &Case) -> Vec<T> {
    case.add("items left out by the sample", items.len().saturating_sub(most) as u64);
    some_of(items, most, dice)
}

/// At most this many of them, at random.
pub fn some_of<T>(mut items: Vec<T>, most: usize, dice: &mut StdRng) -> Vec<T> {
    items.shuffle(dice);
    items.truncate(most);
    items
}
