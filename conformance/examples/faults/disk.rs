//! A full disk: the server reports it, loses nothing, and works again when there is room.

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
use crate::child::{Process, Site};
use crate::clients::Clients;
use crate::flow::Walker;
use crate::ledger::{Ledger, sample};
use crate::promise::Promise::{Answered, Once, Opens, Served, Stored, Tried};
use crate::table::Case;

const PROMISE: &str = "while there is no room every request is answered, with success, 500 or 503; when there is room again whole \
                       flows succeed without a restart; nothing in a response is lost, nothing is accepted twice, then and after \
                       a kill and a restart";
const CLIENTS: usize = 8;
/// The largest number of flows per client to fill the disk.
const FILLING: usize = 600;
/// The number of flows per client on the full disk.
const WHILE_FULL: usize = 15;
/// The longest time until a flow succeeds again.
const RECOVERY: Duration = Duration::from_secs(10);
/// The largest number of replays at a time.
const REPLAYS: usize = 4_000;
const TMPFS: u64 = 8 << 20;

/// Additional faults, which must break promises.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sabotage {
    None,
    /// When there is room again, the server starts on a copy from before the disk was full.
    OldCopy,
    /// The disk is never freed.
    NoRoom,
    /// The server is killed on the full disk.
    Killed,
}

impl Sabotage {
    fn all(settings: &Settings) -> &'static [Self] {
        if settings.broken { &[Self::OldCopy, Self::NoRoom, Self::Killed] } else { &[Self::None] }
    }

    fn case(self, name: &'static str) -> Case {
        let case = Case::new(name, PROMISE);
        match self {
            Self::None => case,
            Self::OldCopy => case.sabotaged("the restart uses an earlier copy of the file", &[Once, Stored]),
            Self::NoRoom => case.sabotaged("the disk is never freed", &[Served]),
            Self::Killed => case.sabotaged("killed on the full disk", &[Answered, Served]),
        }
    }
}

pub async fn disk(settings: &Settings) -> Result<Vec<Case>, String> {
    let mut cases = vec![];
    for sabotage in Sabotage::all(settings) {
        cases.push(limited(settings, *sabotage).await?);
    }
    for sabotage in Sabotage::all(settings) {
        match file_system(settings, *sabotage).await? {
            Ok(case) => cases.push(case),
            Err(why) => {
                fapi_conformance::say(&format!(
                    "a small file system could not be mounted, so only the file size limit was tested: {why}"
                ));
                break;
            }
        }
    }
    Ok(cases)
}

/// Uses the system's limit on the size of files, for which no privileges are needed.
async fn limited(settings: &Settings, sabotage: Sabotage) -> Result<Case, String> {
    let clients = Clients::new();
    let mut site = Site::new(&settings.server()?, &settings.folder("disk"), &clients, false, "")?;
    drop(site.start()?);
    site.back_up()?;
    // Half a MiB more than the initial size of the file, in blocks of 512 bytes.
    let blocks = fs::metadata(site.file()).map_or(2_048, |file| file.len() / 512) + 1_024;
    let script = "trap '' XFSZ; ulimit -S -f \"$0\"; exec \"$@\"";
    site.wrapper = ["sh", "-c", script, &blocks.to_string()].map(str::to_owned).into();
    let case = sabotage.case("full disk: file size limit");
    let make_room = |id: u32| run("prlimit", &["--pid", &id.to_string(), "--fsize=unlimited:unlimited"]);
    filled(settings, &clients, &mut site, case, sabotage, make_room).await
}

/// Uses a small file system that is full. The inner error means that it cannot be mounted.
async fn file_system(settings: &Settings, sabotage: Sabotage) -> Result<Result<Case, String>, String> {
    let clients = Clients::new();
    let mut site = Site::new(&settings.server()?, &settings.folder("tmpfs"), &clients, false, "")?;
    let data = site.folder().join("data");
    fs::create_dir_all(&data).map_err(|error| error.to_string())?;
    let _mounted = match Mounted::tmpfs(&data) {
        Ok(mounted) => mounted,
        Err(why) => return Ok(Err(why)),
    };
    drop(site.start()?);
    site.back_up()?;
    let ballast = data.join("ballast");
    fill(&ballast)?;
    // Leaves a little room, so that it runs out in the middle of a write.
    let size = fs::metadata(&ballast).map_or(0, |file| file.len());
    let shortened =
        fs::OpenOptions::new().write(true).open(&ballast).and_then(|file| file.set_len(size.saturating_sub(300 << 10)));
    shortened.map_err(|error| error.to_string())?;
    let case = sabotage.case("full disk: file system");
    let make_room = |_| fs::remove_file(&ballast).map_err(|error| error.to_string());
    filled(settings, &clients, &mut site, case, sabotage, make_room).await.map(Ok)
}

async fn filled(
    settings: &Settings,
    clients: &Clients,
    site: &mut Site,
    case: Case,
    sabotage: Sabotage,
    make_room: impl Fn(u32) -> Result<(), String>,
) -> Result<Case, String> {
    let (case, ledger) = (Arc::new(case), Arc::new(Ledger::default()));
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let mut process = site.start()?;
    let target = site.target(clients)?;
    flows(&target, &ledger, &case, dice.random(), FILLING, true).await;
    case.demand(Tried, case.counted(REFUSED) > 0, || "the disk was never full".into());
    if sabotage == Sabotage::Killed {
        process.kill();
    }
    flows(&target, &ledger, &case, dice.random(), WHILE_FULL, false).await;
    let unanswered = case.counted("requests without an answer");
    case.demand(Answered, unanswered == 0, || format!("{unanswered} requests were not answered"));
    if process.runs() {
        if sabotage != Sabotage::NoRoom {
            make_room(process.id())?;
        }
        if recovers(&target, &ledger, &case, &mut dice).await {
            go_on(&target, &ledger, &case, site, process, sabotage, &mut dice).await?;
        }
    } else {
        case.broken(Served, "the server ended");
    }
    Arc::into_inner(case).ok_or("the case is still in use".to_owned())
}

/// Returns true if a flow succeeds again now that there is room.
async fn recovers(target: &Arc<Target>, ledger: &Ledger, case: &Case, dice: &mut StdRng) -> bool {
    let (room, before) = (Instant::now(), case.counted("whole flows"));
    while case.counted("whole flows") == before && room.elapsed() < RECOVERY {
        if let Ok(walker) = Walker::new(target, 0, ledger, case).await {
            walker.excusing().walk(dice).await;
        }
    }
    let served = case.counted("whole flows") > before;
    case.demand(Served, served, || "no flow succeeds although there is room".into());
    if served {
        case.measured(format!("served again {} ms after there was room", room.elapsed().as_millis()));
    }
    served
}

/// Checks earlier values, immediately and after a kill and a restart.
async fn go_on(
    target: &Arc<Target>,
    ledger: &Ledger,
    case: &Case,
    site: &mut Site,
    mut process: Process,
    sabotage: Sabotage,
    dice: &mut StdRng,
) -> Result<(), String> {
    look_back(target, ledger, case, dice).await?;
    process.kill();
    // There is room again.
    site.wrapper.clear();
    if sabotage == Sabotage::OldCopy {
        site.restore()?;
    }
    match site.start() {
        Ok(_process) => look_back(target, ledger, case, dice).await,
        Err(error) => {
            case.broken(Opens, error);
            Ok(())
        }
    }
}

const REFUSED: &str = "requests refused because of the fault (500, 503)";

/// Runs flows of several clients concurrently; with `until_refused`, until a request is refused.
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
                let Ok(walker) = Walker::new(&target, number, &ledger, &case).await else {
                    return case.count("requests without an answer");
                };
                let walker = walker.excusing();
                // Long requests fill the disk faster.
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
    let mut items = sample(ledger.take(), REPLAYS, dice, case);
    for once in &mut items {
        walkers[once.client % 2].replay(once, dice).await;
    }
    drop(ledger.take());
    ledger.put(items);
    Ok(())
}

/// A file system in memory, which is unmounted when this is dropped.
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
