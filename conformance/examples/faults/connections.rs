//! Thousands of connections that send little or nothing, and requests that are too large, next to an honest client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rustls::RootCertStore;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Settings;
use crate::child::{Process, Site};
use crate::clients::Clients;
use crate::flow::Walker;
use crate::large::{Part, Poured, pour};
use crate::ledger::Ledger;
use crate::peers::{Ended, Ground, Manner};
use crate::promise::Promise::{Bounded, CutOff, Descriptors, Memory, Served, Tried};
use crate::sink;
use crate::table::Case;

/// The configured limits for handshakes, heads and bodies, in seconds.
const LIMIT: u64 = 5;
/// The time that may pass between a limit and the end of all connections that exceeded it, with everything on one computer.
const GRACE: Duration = Duration::from_secs(10);
/// The longest time for a whole flow of an honest client, a dozen requests on a new connection, while there is room.
const SERVED: Duration = Duration::from_secs(10);
/// The longest time for a whole flow while there is no room.
const CROWDED: Duration = Duration::from_secs(60);
/// The largest amount of memory per connection, in KiB.
const EACH: u64 = 160;
/// The number of additional descriptors afterwards: connections that the honest client keeps open.
const LEFT: usize = 20;

/// The sabotage of `--broken`.
const LIFTED: &str = "limits of an hour";
/// The number of connections, out of ten, that must be established.
const ESTABLISHED: usize = 9;

/// The cases: the name, the manner of the connections, and their number.
const CASES: [(&str, Manner, usize); 7] = [
    ("silent TCP connections", Manner::Silent, 3_000),
    ("half-open TLS handshakes, byte by byte", Manner::SlowHandshake, 3_000),
    ("heads byte by byte (slowloris)", Manner::SlowHead, 1_500),
    ("bodies byte by byte", Manner::SlowBody, 1_500),
    ("idle connections", Manner::Idle, 1_500),
    ("idle HTTP/2 connections that answer pings", Manner::IdleHttp2, 1_500),
    ("HTTP/2 heads that never end", Manner::OpenHeadHttp2, 1_500),
];

pub async fn connections(settings: &Settings) -> Result<Vec<Case>, String> {
    let mut cases = vec![];
    let mut town = Town::open(settings, "connections", "", vec![]).await?;
    for (name, manner, count) in CASES {
        let promise = "each is cut off within 15 s (limit 5 s); meanwhile a whole flow takes at most 10 s; memory per connection \
                       at most 160 KiB, and a second wave takes no more; all descriptors are released";
        let case = Case::new(name, promise);
        if settings.broken {
            let case = case.sabotaged(LIFTED, &[CutOff, Descriptors]);
            town.wave(&case, manner, count / 10, settings.seed, SERVED).await?;
            cases.push(case);
            drop(town);
            town = Town::open(settings, "connections", "", vec![]).await?;
            continue;
        }
        // The second wave runs on the server that served the first one.
        let first = town.wave(&case, manner, count, settings.seed, SERVED).await?;
        let second = town.wave(&case, manner, count, settings.seed, SERVED).await?;
        if let (Some(first), Some(second)) = (first, second) {
            let no_more = second <= first + first / 5 + 8_192;
            case.demand(Memory, no_more, || format!("the second wave needs {second} KiB, the first {first} KiB"));
        }
        cases.push(case);
    }
    cases.extend(town.too_large().await?);
    drop(town);

    // With sabotage no connection ends, so there are fewer: all must find room in the system's queue.
    let crowded = |case: Case| if settings.broken { case.sabotaged(LIFTED, &[Served]) } else { case };
    let town = Town::open(settings, "crowded", "connections = 400\n", vec![]).await?;
    let promise = "beyond the server's limit of 400 connections further ones wait until places are free: a whole flow succeeds within \
                   60 s while all places are taken again as soon as they are free";
    let case = crowded(Case::new("more connections than the limit", promise));
    town.wave(&case, Manner::Silent, if settings.broken { 480 } else { 1_600 }, settings.seed, CROWDED).await?;
    cases.push(case);
    drop(town);

    let limited = ["sh", "-c", "ulimit -n 150; exec \"$0\" \"$@\""].map(str::to_owned).into();
    let town = Town::open(settings, "descriptors", "", limited).await?;
    let promise = "with 150 file descriptors for 600 connections the server goes on, and a whole flow succeeds within 60 s";
    let case = crowded(Case::new("more connections than descriptors", promise));
    town.wave(&case, Manner::Silent, if settings.broken { 240 } else { 600 }, settings.seed, CROWDED).await?;
    cases.push(case);
    Ok(cases)
}

/// A server with TLS, and its clients.
struct Town {
    process: Process,
    site: Site,
    clients: Clients,
    ground: Arc<Ground>,
    /// The address for endless requests, if they are to be accepted.
    sink: Option<Arc<Ground>>,
    limits_lifted: bool,
}

impl Town {
    async fn open(settings: &Settings, name: &str, limits: &str, wrapper: Vec<String>) -> Result<Self, String> {
        let clients = Clients::new();
        let limit = if settings.broken { 3_600 } else { LIMIT };
        let limits = format!("[limits]\nhandshake_timeout = {limit}\nhead_timeout = {limit}\nbody_timeout = {limit}\n{limits}");
        let mut site = Site::new(&settings.server()?, &settings.folder(name), &clients, true, &limits)?;
        site.wrapper = wrapper;
        let mut roots = RootCertStore::empty();
        let authority = site.authority().ok_or("the server has no TLS")?;
        roots.add(authority.certificate().clone()).map_err(|error| error.to_string())?;
        let sink = match settings.broken {
            true => Some(Arc::new(Ground::new(&sink::open(authority).await?, roots.clone())?)),
            false => None,
        };
        let ground = Arc::new(Ground::new(site.address(), roots)?);
        Ok(Self { process: site.start()?, site, clients, ground, sink, limits_lifted: settings.broken })
    }

    /// Runs one wave of connections, with honest flows until it is over. Returns the largest amount of memory in KiB, if it can
    /// be measured.
    async fn wave(&self, case: &Case, manner: Manner, count: usize, seed: u64, served: Duration) -> Result<Option<u64>, String> {
        let mut dice = StdRng::seed_from_u64(seed);
        self.flow(case, &mut dice).await?;
        let before = self.process.size();
        let patience = Duration::from_secs(LIMIT)
            + GRACE
            + match (served > SERVED, self.limits_lifted) {
                (true, _) => CROWDED,
                (false, false) => GRACE,
                // No connection will be cut off, so there is nothing to wait for.
                (false, true) => Duration::from_secs(1),
            };
        let (over, mut is_over) = watch::channel(0_usize);
        let mut wave = JoinSet::new();
        for _ in 0..count {
            let (ground, over) = (self.ground.clone(), over.clone());
            let late = Duration::from_millis(dice.random_range(0..1_000));
            wave.spawn(async move {
                tokio::time::sleep(late).await;
                let ended = ground.torment(manner, patience).await;
                over.send_modify(|over| *over += 1);
                ended
            });
        }
        let (mut slowest, mut highest) = (Duration::ZERO, before.map_or(0, |(memory, _)| memory));
        while *is_over.borrow_and_update() < count {
            let began = Instant::now();
            while !self.flow(case, &mut dice).await? && began.elapsed() < served {}
            slowest = slowest.max(began.elapsed());
            highest = highest.max(self.process.size().map_or(0, |(memory, _)| memory));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        case.demand(Served, slowest <= served, || format!("an honest flow took {} ms", slowest.as_millis()));
        let mut ended = vec![];
        while let Some(one) = wave.join_next().await {
            ended.extend(one.ok().flatten());
        }
        let crowded = served > SERVED;
        judge(case, &ended, count, patience, crowded);
        if crowded {
            // More than the server and the queue hold at once, so places must have been reused.
            let cut_off = ended.iter().filter(|ended| ended.open.is_none()).count();
            let taken_again = self.limits_lifted || cut_off * 3 >= count;
            case.demand(Tried, taken_again, || format!("only {cut_off} of {count} connections were accepted"));
            // Closing them frees places for the others.
            ended.clear();
        }
        case.measured(format!("slowest honest flow {} ms", slowest.as_millis()));
        let (Some((memory, descriptors)), Some((now, left))) = (before, self.process.size()) else {
            case.measured("memory and descriptors not measured (no /proc)");
            return Ok(None);
        };
        let (grown, each) = (highest.saturating_sub(memory), highest.saturating_sub(memory) / count as u64);
        case.measured(format!("memory {memory} KiB before, {highest} KiB at most, {now} KiB after"));
        case.demand(Memory, each <= EACH, || format!("{count} connections cost {grown} KiB, {each} KiB each"));
        case.demand(Descriptors, left <= descriptors + LEFT, || format!("{descriptors} descriptors before, {left} after"));
        Ok(Some(highest))
    }

    /// Runs a whole flow of an honest client on a new connection. Returns true if it succeeded.
    async fn flow(&self, case: &Case, dice: &mut StdRng) -> Result<bool, String> {
        let (ledger, target) = (Ledger::default(), self.site.target(&self.clients)?);
        let Ok(walker) = Walker::new(&target, 0, &ledger, case).await else { return Ok(false) };
        let walker = Walker { races: false, ..walker };
        let before = case.counted("whole flows");
        walker.walk(dice).await;
        Ok(case.counted("whole flows") > before)
    }

    /// Sends heads and bodies without end.
    async fn too_large(&self) -> Result<Vec<Case>, String> {
        let most = "or cut off; at most 8 MiB of each leave the sender, the system's buffers included";
        let mut cases = vec![];
        for (name, part, promise) in [
            ("heads without end", Part::Head, "431"),
            ("bodies without end", Part::Body, "413"),
            ("chunked bodies without end", Part::Chunks, "413"),
        ] {
            let case = Case::new(name, format!("{promise} {most}"));
            let (case, ground, count) = match &self.sink {
                Some(sink) => (case.sabotaged("they go to a server that reads everything", &[Bounded]), sink, 2),
                None => (case, &self.ground, 200),
            };
            let mut dice = StdRng::seed_from_u64(1);
            let before = self.process.size();
            let mut pouring = JoinSet::new();
            for _ in 0..count {
                let ground = ground.clone();
                pouring.spawn(async move { pour(&ground, part).await });
            }
            let served = self.flow(&case, &mut dice).await?;
            let mut largest = 0;
            while let Some(poured) = pouring.join_next().await {
                match poured.map_err(|error| error.to_string())? {
                    Ok(poured) => {
                        judge_poured(&case, &poured);
                        largest = largest.max(poured.taken);
                    }
                    Err(error) => case.broken(Tried, format!("the connection failed: {error}")),
                }
            }
            case.measured(format!("at most {} KiB of a request left the sender", largest / 1024));
            case.demand(Bounded, largest <= 8 << 20, || format!("{} KiB of a request left the sender", largest / 1024));
            let served = served && self.flow(&case, &mut dice).await?;
            case.demand(Served, served, || "an honest client was not served".into());
            match (before, self.process.size()) {
                (Some((before, _)), Some((after, _))) => {
                    case.measured(format!("memory {before} KiB before, {after} KiB after"));
                    case.demand(Memory, after <= before + 65_536, || format!("memory grew from {before} to {after} KiB"));
                }
                _ => case.measured("memory not measured (no /proc)"),
            }
            cases.push(case);
        }
        Ok(cases)
    }
}

fn judge_poured(case: &Case, poured: &Poured) {
    case.count("endless requests sent");
    case.count(match (poured.ended, poured.status) {
        (false, _) => "not ended",
        (true, Some(431)) => "answered with 431",
        (true, Some(413)) => "answered with 413",
        (true, Some(_)) => "answered with another status",
        (true, None) => "cut off",
    });
    case.demand(Bounded, poured.ended, || "an endless request is read to the limit of the sender".into());
    case.demand(Bounded, !matches!(poured.status, Some(200..=299)), || "an endless request was accepted".into());
}

fn judge(case: &Case, ended: &[Ended], count: usize, patience: Duration, crowded: bool) {
    let longest = ended.iter().filter_map(|ended| ended.after).max();
    let (open, refused) = (ended.iter().filter(|ended| ended.open.is_some()).count(), count - ended.len());
    case.add("connections", ended.len() as u64);
    case.add("refused connections", refused as u64);
    case.add("still open at the end", open as u64);
    case.add("answered with 408", ended.iter().filter(|ended| ended.status == Some(408)).count() as u64);
    case.measured(match longest {
        Some(longest) => format!("the last one was cut off after {:.1} s", longest.as_secs_f64()),
        None => "none was cut off".to_owned(),
    });
    let longest = longest.unwrap_or_default();
    // Some connections of a crowd wait in the system's queue, where the server cannot see them.
    case.demand(CutOff, crowded || open == 0, || format!("{open} of {count} were still open after {} s", patience.as_secs()));
    let in_time = longest <= Duration::from_secs(LIMIT) + GRACE;
    case.demand(CutOff, crowded || in_time, || format!("a connection was cut off only after {:.1} s", longest.as_secs_f64()));
    let came_about = ended.len() * 10 >= count * ESTABLISHED;
    case.demand(Tried, came_about, || format!("{refused} of {count} connections were not established"));
}
