//! SIGKILL at random moments while whole flows run, and a restart on the same file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fapi_conformance::target::Target;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;

use crate::Settings;
use crate::child::{Process, Site};
use crate::clients::Clients;
use crate::flow::Walker;
use crate::ledger::{self, Item, Ledger, Life, sample, some_of};
use crate::promise::Promise::{Once, Opens, Revoked, Stored, Tried};
use crate::replay::GOOD_FOR;
use crate::table::Case;

/// The number of concurrent clients.
const CLIENTS: usize = 12;
/// The longest time with load before a kill, in milliseconds.
const LONGEST_LOAD: u64 = 400;
/// The largest number of replays of values from one round: more than 0.4 s of load send on a fast computer.
const REPLAYS: usize = 2_000;
/// The number of replays of values from earlier rounds.
const OLD_REPLAYS: usize = 100;
/// The numbers of newest and of older refresh tokens to check after each restart. At the end all are checked.
const REFRESH_TOKENS: (usize, usize) = (100, 50);

pub async fn kill(settings: &Settings) -> Result<Vec<Case>, String> {
    let case = Case::new(
        "kill",
        "SIGKILL at a random moment, restart on the same file: it opens; no code, assertion, proof or request_uri is accepted \
         twice; every refresh token that was received works; what was revoked stays revoked",
    );
    let how = "every second restart uses an older copy of the file, the last one a file of zeros";
    let case = if settings.broken { case.sabotaged(how, &[Opens, Once, Stored, Revoked]) } else { case };
    let case = Arc::new(case);
    let clients = Clients::new();
    let site = Site::new(&settings.server()?, &settings.folder("kill"), &clients, false, "")?;
    let target = site.target(&clients)?;
    let ledger = Arc::new(Ledger::default());
    if let Some(process) = rounds(settings, &site, &target, &ledger, &case).await? {
        for refresh in ledger.all_refresh_tokens() {
            Walker::new(&target, refresh.client, &ledger, &case).await?.look_at(&refresh).await;
        }
        drop(process);
        let size = std::fs::metadata(site.file()).map_or(0, |file| file.len() / 1024);
        case.measured(format!("the file has {size} KiB at the end"));
        if settings.broken {
            std::fs::write(site.file(), vec![0; 1 << 20]).map_err(|error| error.to_string())?;
            restart(&site, &case);
        }
    }
    case.demand(Tried, case.counted("codes redeemed") > 0, || "the load redeemed no codes".into());
    Ok(vec![Arc::into_inner(case).ok_or("the case is still in use")?])
}

/// Runs all kills and restarts. Returns the server at the end, if it could always be started.
async fn rounds(
    settings: &Settings,
    site: &Site,
    target: &Arc<Target>,
    ledger: &Arc<Ledger>,
    case: &Arc<Case>,
) -> Result<Option<Process>, String> {
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let mut slowest = Duration::ZERO;
    let mut process = site.start()?;
    for round in 0..settings.rounds {
        let goes_back = settings.broken && round % 2 == 1;
        if goes_back {
            write_after_backup(target, ledger, case, &mut dice).await?;
        }
        let began = Instant::now();
        let load = load(target, ledger, case, dice.random());
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..LONGEST_LOAD))).await;
        process.kill();
        case.count("kills under load");
        load.await;
        if dice.random_bool(0.25) {
            let mut starting = site.launch()?;
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..30))).await;
            starting.kill();
            case.count("kills while starting");
        }
        match (settings.broken, goes_back) {
            (true, true) => site.restore()?,
            (true, false) => site.back_up()?,
            (false, _) => {}
        }
        let restarting = Instant::now();
        let Some(restarted) = restart(site, case) else { return Ok(None) };
        process = restarted;
        slowest = slowest.max(restarting.elapsed());
        look_back(target, ledger, case, began, &mut dice).await?;
        if settings.verbose {
            fapi_conformance::say(&format!("round {} of {}: {}", round + 1, settings.rounds, case.is_kept()));
        }
    }
    case.measured(format!("slowest restart {} ms", slowest.as_millis()));
    Ok(Some(process))
}

fn restart(site: &Site, case: &Case) -> Option<Process> {
    let process = site.start().inspect_err(|error| case.broken(Opens, error.clone())).ok()?;
    case.count("restarts");
    Some(process)
}

/// Writes something that a restored backup loses, however short the load is: revokes earlier tokens, and gets new ones.
async fn write_after_backup(target: &Arc<Target>, ledger: &Ledger, case: &Case, dice: &mut StdRng) -> Result<(), String> {
    let working = ledger.all_refresh_tokens().into_iter().rev().filter(|refresh| refresh.life == Life::Works);
    for refresh in working.take(5) {
        Walker::new(target, refresh.client, ledger, case).await?.revoke(&refresh.token).await;
    }
    for number in 0..2 {
        Walker { races: false, ..Walker::new(target, number, ledger, case).await? }.walk(dice).await;
    }
    Ok(())
}

/// Runs flows of several clients until the server is gone.
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

/// Checks first what must still work, then what must not work again.
async fn look_back(
    target: &Arc<Target>,
    ledger: &Ledger,
    case: &Case,
    round_began: Instant,
    dice: &mut StdRng,
) -> Result<(), String> {
    let walkers = [Walker::new(target, 0, ledger, case).await?, Walker::new(target, 1, ledger, case).await?];
    let (newest, older) = REFRESH_TOKENS;
    for refresh in ledger.refresh_tokens(newest, older, dice) {
        walkers[refresh.client % 2].look_at(&refresh).await;
    }
    let (fresh, old): (Vec<ledger::Once>, Vec<ledger::Once>) =
        ledger.take().into_iter().partition(|once| once.sent >= round_began);
    let still_good = |once: &ledger::Once| once.sent.elapsed() < GOOD_FOR || matches!(once.item, Item::Code(_));
    let old = some_of(old.into_iter().filter(still_good).collect(), OLD_REPLAYS, dice);
    let mut kept = vec![];
    for mut once in sample(fresh, REPLAYS, dice, case).into_iter().chain(old) {
        walkers[once.client % 2].replay(&mut once, dice).await;
        kept.push(once);
    }
    // Values that the replays themselves recorded do not belong to the load.
    drop(ledger.take());
    ledger.put(some_of(kept, OLD_REPLAYS, dice));
    Ok(())
}
