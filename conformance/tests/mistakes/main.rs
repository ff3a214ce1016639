//! Mistakes of users: each is told as such, at its line, before anything is judged.
//!
//! Each mistake is one change to a target that passes: our own server over real sockets, behind changed answers where another
//! server is played. The families, one module each:
//!
//! - `settings`: the target file itself: ids, redirect URIs, scopes, parameters, features
//! - `keys`: private keys that are another's, unregistered, of another name or algorithm, or unreadable
//! - `certificates`: client certificates that are another's, unknown, expired, not asked for or refused in the handshake
//! - `registration`: the file is right, but the server has another registration of the client, or another configuration
//! - `clocks`: the server's clock or that of this machine
//! - `tls`: the server's certificate, its authority, its name, plain HTTP and TLS at the wrong ports
//! - `network`: nobody listens, names that do not resolve, proxies, gateways, logins before the server, rate limits
//! - `metadata`: another issuer, documents that are none, missing endpoints, features that the server does not have
//! - `pages`: login and consent pages that the settings of the user do not fit
//! - `accounts`: wrong names and passwords, locked accounts, users who may not
//! - `resources`: a protected resource at another address, with another method, or for other tokens

mod accounts;
mod bench;
mod breaches;
mod certificates;
mod clocks;
mod command;
mod keys;
mod metadata;
mod network;
mod once;
mod pages;
mod registration;
mod resources;
mod settings;
mod tls;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bench::{Bench, Mistake};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

fn mistakes() -> Vec<(&'static str, Vec<Mistake>)> {
    vec![
        ("settings", settings::mistakes()),
        ("keys", keys::mistakes()),
        ("certificates", certificates::mistakes()),
        ("registration", registration::mistakes()),
        ("clocks", clocks::mistakes()),
        ("tls", tls::mistakes()),
        ("network", network::mistakes()),
        ("metadata", metadata::mistakes()),
        ("pages", pages::mistakes()),
        ("accounts", accounts::mistakes()),
        ("resources", resources::mistakes()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_without_a_mistake_passes() {
    let bench = Bench::start().await;
    for variant in bench::VARIANTS {
        let steps = bench.steps(&bench::mistake("unchanged", variant)).await.unwrap_or_else(|text| panic!("{variant}: {text}"));
        assert!(steps.iter().all(|step| step.starts_with("ok  ")), "{variant}: {steps:#?}");
        assert!(steps.iter().any(|step| step.starts_with("ok  resource")), "{variant}: {steps:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_told_at_its_line() {
    let bench = Arc::new(Bench::start().await);
    let (mut running, turns) = (JoinSet::new(), Arc::new(Semaphore::new(8)));
    let mut names = BTreeSet::new();
    for (family, mistakes) in mistakes() {
        for mistake in mistakes {
            assert!(names.insert(mistake.name), "two mistakes are called {}", mistake.name);
            let (bench, turns) = (bench.clone(), turns.clone());
            running.spawn(async move {
                let _turn = turns.acquire().await;
                (family, mistake.name, bench.told(&mistake).await)
            });
        }
    }
    let (mut wrong, mut counts) = (BTreeMap::new(), BTreeMap::<_, u32>::new());
    while let Some(done) = running.join_next().await {
        let (family, name, told) = done.unwrap_or_else(|error| panic!("{error}"));
        *counts.entry(family).or_default() += 1;
        if let Err(text) = told {
            wrong.insert(format!("{family}/{name}"), text);
        }
    }
    let wrong: Vec<_> = wrong.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), names.len(), wrong.join("\n"));
    assert!(names.len() >= 150 && counts.values().all(|count| *count >= 5), "{} mistakes: {counts:?}", names.len());
}
