//! The harness passes a store that keeps the contract and names the rule that a flawed one violates.

#[path = "support/store.rs"]
mod flawed;

use crate::support::now;
use fapi::record::{Kind, Owner, Record, RecordKey, Write};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Task, Timestamp, harness};
use flawed::{Flaw, Flawed};
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

/// Each job runs on its own thread.
async fn threads(jobs: Vec<Task>) {
    std::thread::scope(|scope| jobs.into_iter().for_each(|job| drop(scope.spawn(|| now(job)))));
}

async fn memory() -> Mutex<Memory> {
    Mutex::new(Memory::new())
}

/// Stores with this flaw.
fn with(flaw: Flaw) -> impl AsyncFn() -> Flawed {
    async move || Flawed::new(flaw)
}

fn broken(report: &harness::Report) -> Vec<&'static str> {
    report.failures().iter().map(|failure| failure.check).collect()
}

#[test]
fn memory_keeps_the_contract() {
    let report = now(harness::store(memory)).and(now(harness::races(memory, threads)));
    let report = report.and(now(harness::restarts(memory, async |store| store)));
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
        owners: vec![Owner::Client("shop".into())],
    };
    let mut memory = Memory::new();
    assert!(memory.is_empty());
    let writes = vec![insert("a", 1), insert("b", 2), insert("c", 3)];
    assert_eq!(memory.commit(&Commit::new(now, writes)), Committed::Applied);
    assert_eq!((memory.len(), memory.is_empty()), (3, false));
    assert_eq!(memory.keys().next().map(ToString::to_string).as_deref(), Some("https://as.example use_marker a"));
    assert_eq!((memory.sweep(now.after(2)), memory.len()), (2, 1));
    assert_eq!((memory.sweep(now.after(2)), memory.len()), (0, 1));
    assert_eq!((memory.sweep(now.after(3)), memory.len()), (1, 0));
}

#[test]
fn a_store_without_flaw_passes() {
    let report = now(harness::store(with(Flaw::No))).and(now(harness::races(with(Flaw::No), threads)));
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
        Flaw::RemembersExpiredRecords,
        Flaw::ForgetsExpiry,
        Flaw::CutsExpiry,
        Flaw::KeepsOldExpiry,
        Flaw::NeverIsAYear,
        Flaw::SweepsEverything,
        Flaw::NeverSweeps,
        Flaw::Miscounts,
        Flaw::FoldsCase,
        Flaw::CutsRecords,
        Flaw::SortsAnswers,
        Flaw::NamesOneConflict,
        Flaw::DropsNotices,
        Flaw::KnowsOneKindOfNotice,
        Flaw::ShufflesNotices,
        Flaw::ListsOtherIssuers,
        Flaw::ListsOtherKinds,
        Flaw::ListsClientsAsSubjects,
        Flaw::IndexesOneOwner,
        Flaw::ListsWithoutCase,
        Flaw::ListsOldContent,
        Flaw::ListsNotices,
        Flaw::HidesExpiredFromLists,
        Flaw::ReplacesKeepOwners,
        Flaw::ReplacesAddOwners,
        Flaw::InsertsAddOwners,
        Flaw::RemovesKeepIndex,
        Flaw::SweepsKeepIndex,
        Flaw::IndexesRefusedCommits,
        Flaw::IgnoresLimits,
        Flaw::RepeatsPages,
        Flaw::NumbersPages,
        Flaw::PagesByVersion,
    ];
    let found = flaws.map(|flaw| {
        let report = now(harness::store(with(flaw)));
        assert!(!report.passed(), "{flaw:?} is not found");
        format!("{flaw:?}\n  {}", broken(&report).join("\n  "))
    });
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_report_says_what_happened_instead() {
    let report = now(harness::store(with(Flaw::IgnoresVersions))).and(now(harness::store(with(Flaw::RemovesKeepIndex))));
    insta::assert_snapshot!(report);
}

#[test]
fn a_load_that_sees_half_a_commit_is_found() {
    let report = now(harness::races(with(Flaw::TearsLoads), threads));
    assert_eq!(broken(&report), ["a_load_sees_a_commit_whole"], "{report}");
    assert!(report.to_string().contains("a load found 1 and 0"), "{report}");
}

#[test]
fn a_page_that_sees_half_a_commit_is_found() {
    let report = now(harness::races(with(Flaw::TearsPages), threads));
    assert_eq!(broken(&report), ["a_page_sees_a_commit_whole"], "{report}");
    assert!(report.to_string().contains("a page has 1 and 0"), "{report}");
}

#[test]
fn pages_that_are_numbered_are_found() {
    let report = now(harness::races(with(Flaw::NumbersPages), threads));
    assert_eq!(broken(&report), ["a_record_that_stays_is_listed_once_beside_those_that_come_and_go"], "{report}");
}

#[test]
fn a_loser_that_is_not_shown_who_won_is_found() {
    let report = now(harness::races(with(Flaw::HidesWinners), threads));
    assert_eq!(broken(&report), ["of_many_inserts_one_wins", USED_UP], "{report}");
}

#[test]
fn a_store_that_is_unavailable_because_many_ask_is_found() {
    let report = now(harness::races(with(Flaw::GivesUpOnTheTenthConflict), threads));
    assert_eq!(broken(&report), [USED_UP], "{report}");
    assert!(report.to_string().contains("a racer finds the store unavailable"), "{report}");
}

/// A store that checks some writes of a commit before it takes its lock. Commits with such writes wait for each other in between,
/// in pairs, as long as there are meetings left.
struct Skewed {
    memory: Mutex<Memory>,
    early: fn(&Write) -> bool,
    meetings: Arc<Meetings>,
}

struct Meetings {
    left: AtomicUsize,
    met: Barrier,
}

impl Meetings {
    fn new(left: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(left), met: Barrier::new(2) })
    }

    fn meet(&self) {
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            self.met.wait();
        }
    }
}

impl Skewed {
    fn commit(&self, commit: &Commit) -> Committed {
        let (early, late): (Vec<_>, Vec<_>) = commit.writes.iter().cloned().partition(self.early);
        if !early.is_empty() {
            let mut seen = self.memory.lock().unwrap().clone();
            if let conflict @ Committed::Conflict(_) = seen.commit(&Commit::new(commit.now, early.clone())) {
                return conflict;
            }
            self.meetings.meet();
        }
        let mut memory = self.memory.lock().unwrap();
        match memory.commit(&Commit::new(commit.now, late)) {
            Committed::Applied => {}
            conflict => return conflict,
        }
        // Writes that were checked early are applied, whatever has happened since.
        for write in early {
            let on = memory.load(std::slice::from_ref(write.key())).remove(0).map(|found| found.version);
            let write = match (write, on) {
                (
                    Write::Insert { key, record, expires, owners } | Write::Replace { key, record, expires, owners, .. },
                    Some(on),
                ) => Write::Replace { key, on, record, expires, owners },
                (Write::Replace { key, record, expires, owners, .. }, None) => Write::Insert { key, record, expires, owners },
                (Write::Remove { key, .. }, Some(on)) => Write::Remove { key, on },
                (Write::Remove { .. } | Write::Unchanged { .. }, _) => continue,
                (write, _) => write,
            };
            assert_eq!(memory.commit(&Commit::new(commit.now, vec![write])), Committed::Applied);
        }
        Committed::Applied
    }
}

impl Store for Skewed {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        self.memory.load(load)
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        Box::pin(ready(Ok(self.commit(commit))))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.memory.list(list)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.memory.due(now, limit)
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Store::sweep(&self.memory, now)
    }
}

/// The rules that a store breaks in races if it checks these writes too early.
fn broken_by(early: fn(&Write) -> bool) -> Vec<&'static str> {
    let meetings = Meetings::new(0);
    let fresh = async || Skewed { memory: memory().await, early, meetings: meetings.clone() };
    let report = now(harness::races(fresh, async |jobs| {
        meetings.left.store(2, Ordering::SeqCst);
        threads(jobs).await;
    }));
    broken(&report)
}

const USED_UP: &str = "of_many_that_use_up_a_record_one_does_and_the_others_see_that";
const ABSENT: &str = "commits_that_each_insert_what_the_other_found_absent_exclude_each_other";
const UNCHANGED: &str = "commits_that_each_replace_what_the_other_found_unchanged_exclude_each_other";

#[test]
fn a_store_that_locks_only_rows_that_are_there_is_found() {
    assert_eq!(broken_by(|write| matches!(write, Write::Unchanged { on: None, .. })), [ABSENT]);
}

#[test]
fn a_store_that_locks_only_rows_that_it_writes_is_found() {
    assert_eq!(broken_by(|write| matches!(write, Write::Unchanged { on: Some(_), .. })), [UNCHANGED]);
}

#[test]
fn a_store_that_checks_first_and_writes_later_is_found() {
    let found = broken_by(|_| true);
    for rule in ["of_many_inserts_one_wins", ABSENT, UNCHANGED] {
        assert!(found.contains(&rule), "{found:?}");
    }
}

#[test]
fn what_a_restart_loses_is_found() {
    let lost = now(harness::restarts(memory, async |_| memory().await));
    let rules = ["applied_writes_survive_a_restart", "owners_survive_a_restart", "a_version_is_not_used_again_after_a_restart"];
    assert_eq!(broken(&lost), rules, "{lost}");
}

#[test]
fn a_restart_that_loses_the_index_is_found() {
    let reopen = async |store: Flawed| store.without_index();
    let lost = now(harness::restarts(with(Flaw::No), reopen));
    assert_eq!(broken(&lost), ["owners_survive_a_restart"], "{lost}");
}

#[test]
fn an_empty_report_does_not_pass() {
    assert!(!harness::Report::default().passed());
}
