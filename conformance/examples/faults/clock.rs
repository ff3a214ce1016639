//! A clock that steps: used values stay used, old ones are refused, and the server keeps working.

use std::sync::{Arc, Mutex};

use fapi::{Memory, Store};
use fapi_conformance::client::{Code, Pushed};
use fapi_server::Clock;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::Settings;
use crate::clients::Clients;
use crate::faulty::{Faulty, Plan};
use crate::flow::Walker;
use crate::ledger::{self, Ledger};
use crate::local::Local;
use crate::promise::Promise::{Expired, Honest, Once, Served, Stored, Tried};
use crate::table::Case;

/// Steps in seconds. Each is made and then reversed.
const STEPS: [i64; 16] = [-1, -5, -29, -31, -61, -300, -3_600, -86_400, 1, 20, 59, 61, 121, 3_600, 86_000, 172_800];
/// Longer than the lifetime of anything but tokens.
const EXPIRED: i64 = 120;
const FLOWS: usize = 6;
/// The number of newest refresh tokens to check after each step.
const REFRESH_TOKENS: usize = 10;

/// Additional faults of the server or its clock, which must break promises.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sabotage {
    None,
    /// Everything that has expired according to the clock is removed right after each step.
    Swept,
    /// The server's clock does not step.
    StandsStill,
    /// The clients' clocks do not step.
    ClientsLeftBehind,
    /// A fifth of all writes are lost.
    Forgets,
}

impl Sabotage {
    fn all(settings: &Settings) -> &'static [Self] {
        let all = &[Self::Swept, Self::StandsStill, Self::ClientsLeftBehind, Self::Forgets];
        if settings.broken { all } else { &[Self::None] }
    }

    fn case(self) -> Case {
        let case = Case::new(
            "clock steps",
            "replays after a step, and after it is reversed, are refused; after a long step forward unused codes and \
             request_uris have expired; honest clients are served before, between and after; refresh tokens work throughout",
        );
        match self {
            Self::None => case,
            Self::Swept => case.sabotaged("after each step everything that has expired by the clock is removed", &[Once]),
            Self::StandsStill => case.sabotaged("the server's clock does not step", &[Expired]),
            Self::ClientsLeftBehind => case.sabotaged("the clients' clocks do not step", &[Honest, Served]),
            Self::Forgets => case.sabotaged("a fifth of all writes are lost", &[Once, Stored]),
        }
    }
}

pub async fn clock(settings: &Settings) -> Result<Vec<Case>, String> {
    let mut cases = vec![];
    for sabotage in Sabotage::all(settings) {
        cases.push(one(settings, *sabotage).await?);
    }
    Ok(cases)
}

async fn one(settings: &Settings, sabotage: Sabotage) -> Result<Case, String> {
    let case = sabotage.case();
    let (clients, ledger) = (Clients::new(), Ledger::default());
    let faulty = Arc::new(Faulty::new(Arc::new(Mutex::new(Memory::new())), settings.seed));
    let local = Local::start(&clients, faulty.clone(), sabotage == Sabotage::ClientsLeftBehind).await?;
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let walker = Walker::new(&local.target, 0, &ledger, &case).await?;
    if sabotage == Sabotage::Forgets {
        faulty.plan(Plan { forgets: 0.2, ..Plan::default() });
    }
    for step in STEPS {
        for _ in 0..FLOWS {
            walker.walk(&mut dice).await;
        }
        let mut used = ledger.take();
        let unused = (walker.push().await, fresh_code(&walker).await);
        drop(ledger.take());

        for (seconds, now_at) in [(step, step), (-step, 0)] {
            if sabotage != Sabotage::StandsStill {
                local.clock.advance(seconds);
            }
            if sabotage == Sabotage::Swept {
                faulty.sweep(local.clock.now()).await.map_err(|_| "the store in memory failed")?;
            }
            case.count("steps");
            replay_all(&walker, &mut used, &mut dice).await;
            if now_at >= EXPIRED {
                expired(&walker, &unused).await;
            }
            for refresh in ledger.all_refresh_tokens().into_iter().rev().take(REFRESH_TOKENS) {
                walker.look_at(&refresh).await;
            }
            let before = case.counted("whole flows");
            for _ in 0..FLOWS {
                walker.walk(&mut dice).await;
            }
            let served = case.counted("whole flows") > before;
            case.demand(Served, served, || format!("no flow succeeds after a step of {seconds} s"));
            // These are tried again when the step is reversed.
            used.extend(ledger.take());
        }
        replay_all(&walker, &mut used, &mut dice).await;
    }
    for (what, tried) in [("code", "expired codes tried"), ("request_uri", "expired request_uris tried")] {
        case.demand(Tried, case.counted(tried) > 0, || format!("no {what} could expire"));
    }
    drop(walker);
    local.running.shutdown().await;
    Ok(case)
}

async fn replay_all(walker: &Walker<'_>, used: &mut [ledger::Once], dice: &mut StdRng) {
    for once in used {
        walker.replay(once, dice).await;
    }
}

async fn fresh_code(walker: &Walker<'_>) -> Option<Code> {
    let pushed = walker.push().await?;
    walker.land(&pushed).await
}

async fn expired(walker: &Walker<'_>, (pushed, code): &(Option<Pushed>, Option<Code>)) {
    if let Some(pushed) = pushed {
        let given = walker.land(pushed).await.is_some();
        walker.case.demand(Expired, !given, || "an expired request_uri led to a code".into());
        walker.case.count("expired request_uris tried");
    }
    if let Some(code) = code {
        let given = walker.client.redeem(code).send().await.is_ok_and(|reply| reply.is_success());
        walker.case.demand(Expired, !given, || "tokens were issued for an expired code".into());
        walker.case.count("expired codes tried");
    }
}
