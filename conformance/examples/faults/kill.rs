//! SIGKILL at random moments of a load of whole flows, and a restart on the same file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fapi_conformance::target::Target;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;

use crate::Settings;
use crate::cast::Cast;
use crate::child::{Process, Site};
use crate::flow::Walker;
use crate::ledger::{Item, Ledger, Once, some_of};
use crate::replay::GOOD_FOR;
use crate::table::Case;

/// Clients at once.
const CLIENTS: usize = 12;
/// The longest load before a kill.
const LONGEST_LOAD: u64 = 400;
/// Replays after each restart, at most.
const REPLAYS: usize = 300;
/// Replays of things from earlier rounds.
const OLD_REPLAYS: usize = 40;

pub async fn kill(settings: &Settings) -> Result<Vec<Case>, String> {
    let case = Arc::new(Case::new(
        "kill",
        "SIGKILL at a random moment, restart on the same file: it opens; no code, assertion, proof or request_uri is accepted \
         twice; every refresh token that was received works; what was revoked stays revoked",
    ));
    let cast = Cast::new();
    let mut site = Site::new(&settings.server()?, &settings.folder("kill"), &cast, false, "")?;
    site.forgets = settings.broken;
    let target = site.target(&cast)?;
    let ledger = Arc::new(Ledger::default());
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let mut slowest = Duration::ZERO;
    let mut process = site.start()?;
    for round in 0..settings.rounds {
        let load = load(&target, &ledger, &case, dice.random());
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..LONGEST_LOAD))).await;
        process.kill();
        case.count("kills under load");
        load.await;
        if dice.random_bool(0.25) {
            let starting = site.launch()?;
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..30))).await;
            starting.kill();
            case.count("kills while starting");
        }
        process = restart(&site, &case, &mut slowest)?;
        look_back(&target, &ledger, &case, &mut dice).await?;
        if settings.verbose {
            fapi_conformance::say(&format!("round {} of {}: {}", round + 1, settings.rounds, case.is_kept()));
        }
    }
    for refresh in ledger.all_refresh_tokens() {
        Walker::new(&target, refresh.client, &ledger, &case).await?.look_at(&refresh).await;
    }
    drop(process);
    case.measured(format!("slowest restart {} ms", slowest.as_millis()));
    let size = std::fs::metadata(site.folder().join("data/state.redb")).map_or(0, |file| file.len() / 1024);
    case.measured(format!("the file has {size} KiB at the end"));
    case.demand(settings.broken || case.counted("codes redeemed") > 0, || "the load did nothing".into());
    Ok(vec![Arc::into_inner(case).ok_or("somebody still counts")?])
}

fn restart(site: &Site, case: &Case, slowest: &mut Duration) -> Result<Process, String> {
    let began = Instant::now();
    let process = site.start().inspect_err(|error| case.broken(error.clone()))?;
    *slowest = (*slowest).max(began.elapsed());
    case.count("restarts");
    Ok(process)
}

/// Clients that go from flow to flow until the server is gone.
fn load(target: &Arc<Target>, ledger: &Arc<Ledger>, case: &Arc<Case>, seed: u64) -> impl Future<Output = ()> + use<> {
    let mut walking = JoinSet::new();
    let gone = Arc::new(AtomicBool::new(false));
    for number in 0..CLIENTS {
        let (target, ledger, case, gone) = (target.clone(), ledger.clone(), case.clone(), gone.clone());
        let mut dice = StdRng::seed_from_u64(seed.wrapping_add(number as u64));
        walking.spawn(async move {
            while !gone.load(Ordering::Relaxed) {
                let before = case.counted("requests without an answer");
                let Ok(walker) = Walker::new(&target, number, &ledger, &case).await else { break };
                walker.walk(&mut dice).await;
                if case.counted("requests without an answer") > before {
                    gone.store(true, Ordering::Relaxed);
                }
            }
        });
    }
    async move { while walking.join_next().await.is_some() {} }
}

/// First what must still work, then what must not work again.
async fn look_back(target: &Arc<Target>, ledger: &Ledger, case: &Case, dice: &mut StdRng) -> Result<(), String> {
    let walkers = [Walker::new(target, 0, ledger, case).await?, Walker::new(target, 1, ledger, case).await?];
    for refresh in ledger.refresh_tokens(60, 20, dice) {
        walkers[refresh.client % 2].look_at(&refresh).await;
    }
    let (fresh, old): (Vec<Once>, Vec<Once>) = ledger.take().into_iter().partition(|once| once.sent.elapsed() < LATELY);
    let still_good = |once: &Once| once.sent.elapsed() < GOOD_FOR || matches!(once.item, Item::Code(_));
    let old = some_of(old.into_iter().filter(still_good).collect(), OLD_REPLAYS, dice);
    let mut kept = vec![];
    for mut once in some_of(fresh, REPLAYS, dice).into_iter().chain(old) {
        walkers[once.client % 2].replay(&mut once, dice).await;
        kept.push(once);
    }
    // What the replays themselves wrote down is no part of the load.
    drop(ledger.take());
    ledger.put(some_of(kept, OLD_REPLAYS, dice));
    Ok(())
}

/// What was sent since the last restart.
const LATELY: Duration = Duration::from_secs(5);
