//! Slow, failing and conflicting stores while whole flows run.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use fapi::{Memory, Store};
use fapi_server::store::RedbStore;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;

use crate::Settings;
use crate::clients::Clients;
use crate::faulty::{Faulty, Plan};
use crate::flow::Walker;
use crate::ledger::Ledger;
use crate::local::Local;
use crate::promise::Promise::{self, Answered, Honest, Once, Stored};
use crate::table::Case;

const CLIENTS: usize = 8;
const FLOWS: usize = 40;

/// The share of writes under `--broken` that are reported as made but are not.
const FORGOTTEN: f64 = 0.2;
const FORGETS: &str = "a fifth of all writes are lost";
const PROMISE: &str = "every request is answered, with success, 500 or 503; nothing is accepted twice, then or later; every \
                       token in a response is stored";

/// The kinds of stores.
fn plans() -> Vec<(&'static str, Plan)> {
    let none = Plan::default();
    vec![
        ("slow store", Plan { slow: 30, stuck: 0.01, ..none }),
        ("store that fails", Plan { slow: 5, unavailable: 0.06, ..none }),
        ("store that conflicts", Plan { slow: 5, conflict: 0.3, ..none }),
        ("store whose answers are lost", Plan { slow: 5, lost: 0.08, unknown: 0.08, ..none }),
        ("store that denies successful writes", Plan { slow: 5, denied: 0.12, ..none }),
        (
            "all faults",
            Plan { slow: 10, stuck: 0.005, unavailable: 0.02, conflict: 0.1, unknown: 0.02, lost: 0.04, denied: 0.04, ..none },
        ),
    ]
}

/// Sabotages for the promises that lost writes do not break.
fn sabotages() -> [(&'static str, &'static str, Plan, &'static [Promise]); 2] {
    let none = Plan::default();
    [
        ("store that finds nothing", "a tenth of all reads find nothing", Plan { blind: 0.1, ..none }, &[Honest]),
        ("store that never answers", "one call in 1,400 never returns", Plan { hangs: 0.0007, ..none }, &[Answered]),
    ]
}

pub async fn store(settings: &Settings) -> Result<Vec<Case>, String> {
    let mut cases = vec![];
    for (number, (name, plan)) in plans().into_iter().enumerate() {
        let seed = settings.seed.wrapping_add(number as u64);
        let (case, plan) = (Case::new(name, PROMISE), Plan { forgets: if settings.broken { FORGOTTEN } else { 0.0 }, ..plan });
        let forgetting = |case: Case| if settings.broken { case.sabotaged(FORGETS, &[Once, Stored]) } else { case };
        cases.push(one(forgetting(case), plan, Arc::new(Mutex::new(Memory::new())), seed).await?);
        if name == "all faults" {
            let path = settings.folder("store");
            std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let file = RedbStore::open(&path.join("state.redb")).map_err(|error| error.to_string())?;
            let case = forgetting(Case::new("all faults, on a file", PROMISE));
            cases.push(one(case, plan, Arc::new(file), seed).await?);
        }
    }
    if settings.broken {
        for (name, how, plan, promises) in sabotages() {
            let case = Case::new(name, PROMISE).sabotaged(how, promises);
            cases.push(one(case, plan, Arc::new(Mutex::new(Memory::new())), settings.seed).await?);
        }
    }
    Ok(cases)
}

async fn one(case: Case, plan: Plan, inner: Arc<dyn Store>, seed: u64) -> Result<Case, String> {
    let case = Arc::new(case);
    let (clients, ledger) = (Clients::new(), Arc::new(Ledger::default()));
    let faulty = Arc::new(Faulty::new(inner, seed));
    let local = Local::start(&clients, faulty.clone(), false).await?;
    let mut dice = StdRng::seed_from_u64(seed);
    // Reads the metadata before the store has faults.
    drop(Walker::new(&local.target, 0, &ledger, &case).await?);
    faulty.plan(plan);
    let (began, mut walking) = (Instant::now(), JoinSet::new());
    for number in 0..CLIENTS {
        let (target, ledger, case, mut dice) =
            (local.target.clone(), ledger.clone(), case.clone(), StdRng::seed_from_u64(dice.random()));
        walking.spawn(async move {
            for _ in 0..FLOWS {
                let Ok(walker) = Walker::new(&target, number, &ledger, &case).await else {
                    return case.broken(Answered, "the metadata was not answered");
                };
                let walker = walker.excusing();
                walker.walk(&mut dice).await;
                case.count("flows begun");
            }
        });
    }
    while walking.join_next().await.is_some() {}
    case.measured(format!("{} s", began.elapsed().as_secs()));
    faulty.plan(Plan::default());
    case.add("faults", faulty.faults());
    let unanswered = case.counted("requests without an answer");
    case.demand(Answered, unanswered == 0, || format!("{unanswered} requests were not answered"));

    let target = &local.target;
    let walkers = [Walker::new(target, 0, &ledger, &case).await?, Walker::new(target, 1, &ledger, &case).await?];
    for refresh in ledger.all_refresh_tokens() {
        walkers[refresh.client % 2].look_at(&refresh).await;
    }
    for mut once in ledger.take() {
        walkers[once.client % 2].replay(&mut once, &mut dice).await;
    }
    walkers[0].walk(&mut dice).await;
    drop(walkers);
    local.running.shutdown().await;
    Arc::into_inner(case).ok_or("the case is still in use".to_owned())
}
