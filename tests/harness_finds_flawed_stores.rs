//! The harness passes a store that keeps the contract and names the rule that a flawed one violates.

#[path = "support/store.rs"]
mod flawed;

use fapi::record::{Kind, Record, RecordKey, Write};
use fapi::{Commit, Committed, Loaded, Memory, Timestamp, Unavailable, harness};
use flawed::{Flaw, Flawed};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

fn threads(jobs: usize, job: &(dyn Fn(usize) + Sync)) {
    std::thread::scope(|scope| (0..jobs).for_each(|number| drop(scope.spawn(move || job(number)))));
}

fn memory() -> Mutex<Memory> {
    Mutex::new(Memory::new())
}

fn broken(report: &harness::Report) -> Vec<&'static str> {
    report.failures().iter().map(|failure| failure.check).collect()
}

#[test]
fn memory_keeps_the_contract() {
    let report = harness::store(memory).and(harness::races(memory, threads)).and(harness::restarts(memory, |store| store));
    assert!(report.passed(), "{report}");
    insta::assert_snapshot!(report.checks().join("\n"));
}

#[test]
fn memory_reports_how_many_records_it_holds_and_sweeps() {
    let now = Timestamp::from_seconds(1_800_000_000);
    let insert = |id: &str, seconds: u32| Write::Insert {
        key: RecordKey { issuer: "https://as.example".into(), kind: Kind::UseMarker, id: id.into() },
        record: Record::from_bytes(vec![]),
        expires: now.after(seconds),
    };
    let mut memory = Memory::new();
    assert!(memory.is_empty());
    let writes = vec![insert("a", 1), insert("b", 2), insert("c", 3)];
    assert_eq!(memory.commit(&Commit::new(now, writes)), Committed::Applied);
    assert_eq!((memory.len(), memory.is_empty()), (3, false));
    assert_eq!(memory.keys().next().map(ToString::to_string).as_deref(), Some("https://as.example mark a"));
    assert_eq!((memory.sweep(now.after(2)), memory.len()), (2, 1));
    assert_eq!((memory.sweep(now.after(2)), memory.len()), (0, 1));
    assert_eq!((memory.sweep(now.after(3)), memory.len()), (1, 0));
}

#[test]
fn a_store_without_flaw_passes() {
    let fresh = || Flawed::new(Flaw::None);
    let report = harness::store(fresh).and(harness::races(fresh, threads));
    assert!(report.passed(), "{report}");
}

#[test]
fn every_flaw_is_found_by_the_rule_it_breaks() {
    let flaws = [
        Flaw::IgnoresVersions,
        Flaw::IgnoresUnchanged,
        Flaw::LosesReplacements,
        Flaw::ReusesVersions,
        Flaw::AppliesBatchesInPart,
        Flaw::KeepsExpiredRecords,
        Flaw::ForgetsExpiry,
        Flaw::CutsExpiry,
        Flaw::KeepsOldExpiry,
        Flaw::NeverIsAYear,
        Flaw::SweepsEverything,
        Flaw::NeverSweeps,
        Flaw::FoldsCase,
        Flaw::CutsRecords,
        Flaw::SortsAnswers,
        Flaw::NamesOneConflict,
        Flaw::DropsNotices,
        Flaw::ShufflesNotices,
    ];
    let found = flaws.map(|flaw| {
        let report = harness::store(|| Flawed::new(flaw));
        assert!(!report.passed(), "{flaw:?} was not found");
        format!("{flaw:?}\n  {}", broken(&report).join("\n  "))
    });
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_report_says_what_happened_instead() {
    let report = harness::store(|| Flawed::new(Flaw::IgnoresVersions));
    insta::assert_snapshot!(report);
}

#[test]
fn a_load_that_sees_half_a_commit_is_found() {
    let report = harness::races(|| Flawed::new(Flaw::TearsLoads), threads);
    assert_eq!(broken(&report), ["a_load_sees_a_commit_whole"], "{report}");
    assert!(report.to_string().contains("a load found 1 beside 0"), "{report}");
}

#[test]
fn a_conflict_without_the_winning_record_is_found() {
    let report = harness::races(|| Flawed::new(Flaw::HidesLies), threads);
    assert_eq!(broken(&report), ["of_many_inserts_one_wins"], "{report}");
}

/// Checks first and applies later. The first two commits of a race always overlap between check and application.
struct Racy {
    memory: Mutex<Memory>,
    race: Arc<Race>,
}

struct Race {
    commits: AtomicUsize,
    met: Barrier,
}

impl harness::Store for Racy {
    fn load(&self, keys: &[RecordKey]) -> Result<Loaded, Unavailable> {
        self.memory.load(keys)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        let mut seen = self.memory.lock().unwrap().clone();
        let answer = seen.commit(commit);
        if self.race.commits.fetch_add(1, Ordering::SeqCst) < 2 {
            self.race.met.wait();
        }
        if answer == Committed::Applied {
            *self.memory.lock().unwrap() = seen;
        }
        Ok(answer)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(RecordKey, Record)>, Unavailable> {
        self.memory.due(now, limit)
    }

    fn sweep(&self, now: Timestamp) -> Result<(), Unavailable> {
        harness::Store::sweep(&self.memory, now)
    }
}

#[test]
fn a_store_that_checks_first_and_writes_later_is_found() {
    let race = Arc::new(Race { commits: AtomicUsize::new(2), met: Barrier::new(2) });
    let fresh = || Racy { memory: memory(), race: race.clone() };
    let report = harness::races(fresh, |jobs, job| {
        race.commits.store(0, Ordering::SeqCst);
        threads(jobs, job);
    });
    for rule in ["of_many_inserts_one_wins", "what_a_commit_rests_on_does_not_move"] {
        assert!(broken(&report).contains(&rule), "{report}");
    }
}

#[test]
fn records_lost_by_a_restart_are_found() {
    let lost = harness::restarts(memory, |_| memory());
    assert_eq!(broken(&lost), ["what_was_applied_outlives_a_restart", "a_version_is_not_used_again_after_a_restart"], "{lost}");
}

#[test]
fn an_empty_report_does_not_pass() {
    assert!(!harness::Report::default().passed());
}
