//! A disk that is full: the server says so, loses nothing, and goes on when there is room.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fapi_conformance::target::Target;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;

use crate::Settings;
use crate::cast::Cast;
use crate::child::Site;
use crate::flow::Walker;
use crate::ledger::Ledger;
use crate::table::Case;

const PROMISE: &str = "while there is no room every request is answered, with success, 500 or 503; when there is room again whole \
                       flows succeed without a restart; nothing that was told is lost, nothing is accepted twice, then and after \
                       a kill and a restart";
const CLIENTS: usize = 8;
/// Flows of each client that fill the disk, at most.
const FILLING: usize = 600;
/// Flows of each client on the full disk.
const WHILE_FULL: usize = 15;
/// Until a flow succeeds again.
const RECOVERY: Duration = Duration::from_secs(10);
const TMPFS: u64 = 8 << 20;

pub async fn disk(settings: &Settings) -> Result<Vec<Case>, String> {
    let mut cases = vec![limited(settings).await?];
    match file_system(settings).await {
        Ok(case) => cases.push(case),
        Err(why) => fapi_conformance::say(&format!("no small file system could be mounted, so only the limit was tried: {why}")),
    }
    Ok(cases)
}

/// A limit of the system on the size of files; without the right to anything.
async fn limited(settings: &Settings) -> Result<Case, String> {
    let cast = Cast::new();
    let mut site = Site::new(&settings.server()?, &settings.folder("disk"), &cast, false, "")?;
    site.forgets = settings.broken;
    drop(site.start()?);
    // Half a MiB more than the file has at first, in blocks of 512 bytes.
    let blocks = fs::metadata(site.folder().join("data/state.redb")).map_or(2_048, |file| file.len() / 512) + 1_024;
    let script = "trap '' XFSZ; ulimit -S -f \"$0\"; exec \"$@\"";
    site.wrapper = ["sh", "-c", script, &blocks.to_string()].map(str::to_owned).into();
    let case = Case::new("full disk: file size limit", PROMISE);
    let make_room = |id: u32| run("prlimit", &["--pid", &id.to_string(), "--fsize=unlimited:unlimited"]);
    filled(settings, &cast, &mut site, case, make_room).await
}

/// A file system of its own that is full; for who may mount one.
async fn file_system(settings: &Settings) -> Result<Case, String> {
    let cast = Cast::new();
    let mut site = Site::new(&settings.server()?, &settings.folder("tmpfs"), &cast, false, "")?;
    site.forgets = settings.broken;
    let data = site.folder().join("data");
    fs::create_dir_all(&data).map_err(|error| error.to_string())?;
    let _mounted = Mounted::tmpfs(&data)?;
    drop(site.start()?);
    let ballast = data.join("ballast");
    fill(&ballast)?;
    // A little room, so that it ends in the middle of something.
    let size = fs::metadata(&ballast).map_or(0, |file| file.len());
    let shortened =
        fs::OpenOptions::new().write(true).open(&ballast).and_then(|file| file.set_len(size.saturating_sub(300 << 10)));
    shortened.map_err(|error| error.to_string())?;
    let case = Case::new("full disk: file system", PROMISE);
    filled(settings, &cast, &mut site, case, |_| fs::remove_file(&ballast).map_err(|error| error.to_string())).await
}

async fn filled(
    settings: &Settings,
    cast: &Cast,
    site: &mut Site,
    case: Case,
    make_room: impl Fn(u32) -> Result<(), String>,
) -> Result<Case, String> {
    let (case, ledger) = (Arc::new(case), Arc::new(Ledger::default()));
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let mut process = site.start()?;
    let target = site.target(cast)?;
    let refused = |case: &Case| case.counted(REFUSED);
    flows(&target, &ledger, &case, dice.random(), FILLING, true).await;
    case.demand(refused(&case) > 0, || "the disk never was full".into());
    flows(&target, &ledger, &case, dice.random(), WHILE_FULL, false).await;
    let unanswered = case.counted("requests without an answer");
    case.demand(unanswered == 0, || format!("{unanswered} requests were not answered"));
    case.demand(process.runs(), || "the server has ended".into());

    make_room(process.id())?;
    let (room, before) = (Instant::now(), case.counted("whole flows"));
    while case.counted("whole flows") == before && room.elapsed() < RECOVERY {
        Walker::new(&target, 0, &ledger, &case).await?.excusing().walk(&mut dice).await;
    }
    case.demand(case.counted("whole flows") > before, || "nobody is served though there is room".into());
    case.measured(format!("served again {} ms after there was room", room.elapsed().as_millis()));
    look_back(&target, &ledger, &case, &mut dice).await?;
    process.kill();
    // There is room now.
    site.wrapper.clear();
    process = site.start().inspect_err(|error| case.broken(error.clone()))?;
    look_back(&target, &ledger, &case, &mut dice).await?;
    drop(process);
    Arc::into_inner(case).ok_or("somebody still counts".to_owned())
}

const REFUSED: &str = "requests refused for the fault (500, 503)";

/// Flows of several clients at once; until something is refused, if that is the aim.
async fn flows(target: &Arc<Target>, ledger: &Arc<Ledger>, case: &Arc<Case>, seed: u64, each: usize, until_refused: bool) {
    let mut walking = JoinSet::new();
    for number in 0..CLIENTS {
        let (target, ledger, case) = (target.clone(), ledger.clone(), case.clone());
        let mut dice = StdRng::seed_from_u64(seed.wrapping_add(number as u64));
        walking.spawn(async move {
            for _ in 0..each {
                if until_refused && case.counted(REFUSED) > 0 {
                    break;
                }
                let Ok(walker) = Walker::new(&target, number, &ledger, &case).await else { break };
                let walker = walker.excusing();
                // Long requests fill the disk sooner.
                let _ = walker.client.push().set("state", "s".repeat(2_000)).send().await;
                walker.walk(&mut dice).await;
            }
        });
    }
    while walking.join_next().await.is_some() {}
}

async fn look_back(target: &Arc<Target>, ledger: &Ledger, case: &Case, dice: &mut StdRng) -> Result<(), String> {
    let walkers = [Walker::new(target, 0, ledger, case).await?, Walker::new(target, 1, ledger, case).await?];
    for refresh in ledger.all_refresh_tokens() {
        walkers[refresh.client % 2].look_at(&refresh).await;
    }
    let mut items = crate::ledger::some_of(ledger.take(), 2_000, dice);
    for once in &mut items {
        walkers[once.client % 2].replay(once, dice).await;
    }
    drop(ledger.take());
    ledger.put(items);
    Ok(())
}

/// A file system in memory, gone with this.
struct Mounted<'p>(&'p Path);

impl<'p> Mounted<'p> {
    fn tmpfs(place: &'p Path) -> Result<Self, String> {
        run("mount", &["-t", "tmpfs", "-o", &format!("size={TMPFS}"), "tmpfs", &place.to_string_lossy()])?;
        Ok(Self(place))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = run("umount", &[&self.0.to_string_lossy()]);
    }
}

/// Writes until there is no room.
fn fill(path: &Path) -> Result<(), String> {
    let mut file = fs::File::create(path).map_err(|error| error.to_string())?;
    while file.write_all(&[0; 4_096]).is_ok() {}
    Ok(())
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(program).args(arguments).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}")),
        Err(error) => Err(format!("{program}: {error}")),
    }
}
