//! What each request does to the records, in how many turns, and where each error is told: tables, printed by doing it.

mod errors;
mod flow;

use crate::support::refusal::error_of;
use crate::support::*;
use fapi::record::{Kind, RecordKey, Versioned};
use fapi::*;
use std::collections::BTreeMap;

/// Whatever kind of reply it is: the response that is sent, if it is one.
trait Answer {
    fn response(&self) -> Option<&Response>;
}

impl Answer for Response {
    fn response(&self) -> Option<&Response> {
        Some(self)
    }
}

impl Answer for Navigation {
    fn response(&self) -> Option<&Response> {
        if let Self::Respond(response) = self { Some(response) } else { None }
    }
}

impl Answer for Access {
    fn response(&self) -> Option<&Response> {
        if let Self::Denied(response) = self { Some(response) } else { None }
    }
}

impl Answer for Registered {
    fn response(&self) -> Option<&Response> {
        if let Self::Refused(response) = self { Some(response) } else { None }
    }
}

impl Answer for SubjectRevoked {
    fn response(&self) -> Option<&Response> {
        if let Self::Failed(response) = self { Some(response) } else { None }
    }
}

/// `accepted`, or the error that was told.
fn ending<R: Answer>(outcome: &Outcome<R>) -> String {
    match &outcome.event.disposition {
        Disposition::Accepted => "accepted".into(),
        _ => outcome.reply.response().map(error_of).unwrap_or_default(),
    }
}

/// The records of a life cycle, each in its state; clients and sessions are not part of one.
fn states(world: &World) -> BTreeMap<RecordKey, (u64, String)> {
    let store = world.store.borrow();
    let keys: Vec<_> = store.keys().filter(|key| !matches!(key.kind, Kind::Client)).cloned().collect();
    let found = store.load(&keys);
    let state = |key: &RecordKey, found: Versioned| (found.version.0, state(key.kind, found.record.as_bytes()).to_owned());
    keys.into_iter().zip(found).map(|(key, found)| (key.clone(), state(&key, found.unwrap()))).collect()
}

fn state(kind: Kind, record: &[u8]) -> &'static str {
    let record: serde_json::Value = serde_json::from_slice(record).unwrap();
    match kind {
        Kind::Interaction if record["settling"]["user"].is_null() => "login awaited",
        Kind::Interaction => "consent awaited",
        Kind::Code if record.get("granted").is_some() => "granted",
        Kind::Code => "redeemed",
        Kind::Grant if record["revoked"] == true => "revoked",
        Kind::Grant => "live",
        Kind::Refresh if record.get("rotated_at").is_some() => "rotated",
        Kind::Refresh => "usable",
        _ => "",
    }
}

/// `+interaction (login awaited), code (granted → redeemed), -pushed`.
fn changes(before: &BTreeMap<RecordKey, (u64, String)>, after: &BTreeMap<RecordKey, (u64, String)>) -> String {
    let named = |sign: &str, key: &RecordKey, state: &str| {
        let state = if state.is_empty() { String::new() } else { format!(" ({state})") };
        format!("{sign}{}{state}", key.kind.name())
    };
    let mut lines = vec![];
    for (key, (version, state)) in after {
        match before.get(key) {
            None => lines.push(named("+", key, state)),
            Some((old, _)) if old == version => {}
            Some((_, old)) if old == state => lines.push(named("~", key, state)),
            Some((_, old)) => lines.push(named("", key, &format!("{old} → {state}"))),
        }
    }
    lines.extend(before.iter().filter(|(key, _)| !after.contains_key(key)).map(|(key, (_, state))| named("-", key, state)));
    lines.sort();
    if lines.is_empty() { "nothing".into() } else { lines.join(", ") }
}
