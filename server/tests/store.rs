//! Both stores fulfil the library's contract, and the embedded store does so after a crash as well.

use fapi::record::{Kind, Record, RecordKey, Version, Versioned, Write};
use fapi::{Commit, Committed, Load, Memory, Store, Timestamp};
use fapi_server::store::RedbStore;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::id;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const LATER: Timestamp = Timestamp::from_seconds(1_000_100);

/// A directory that is removed after the test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let place = std::env::temp_dir().join(format!("fapi-server-store-{}-{}", id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    fn file(&self) -> PathBuf {
        self.0.join("state.redb")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key(id: &str) -> RecordKey {
    RecordKey { issuer: "https://as.example".into(), kind: Kind::UseMarker, id: id.into() }
}

fn record(text: &str) -> Record {
    Record::from_bytes(text.as_bytes().to_vec())
}

fn insert(id: &str, text: &str, expires: Timestamp) -> Write {
    Write::Insert { key: key(id), record: record(text), expires, owners: vec![] }
}

fn at(now: Timestamp, writes: impl IntoIterator<Item = Write>) -> Commit {
    Commit::new(now, writes.into_iter().collect())
}

async fn found(store: &dyn Store, id: &str) -> Option<Versioned> {
    store.load(&Load::new(vec![key(id)])).await.unwrap().remove(0)
}

async fn commit(store: &dyn Store, now: Timestamp, writes: impl IntoIterator<Item = Write>) -> Committed {
    store.commit(&at(now, writes)).await.unwrap()
}

/// Runs a rule against each store.
async fn both(rule: impl AsyncFn(Arc<dyn Store>)) {
    rule(Arc::new(Mutex::new(Memory::new()))).await;
    let place = Place::new();
    rule(Arc::new(RedbStore::open(&place.file()).unwrap())).await;
}

#[tokio::test]
async fn one_entry_per_key_in_the_order_of_the_keys() {
    both(async |store| {
        assert_eq!(commit(&*store, NOW, [insert("a", "1", LATER), insert("c", "3", Timestamp::NEVER)]).await, Committed::Applied);
        let loaded = store.load(&Load::new(vec![key("a"), key("b"), key("c")])).await.unwrap();
        let texts: Vec<_> = loaded.iter().map(|entry| entry.as_ref().map(|entry| entry.record.as_bytes())).collect();
        assert_eq!(texts, [Some(b"1".as_slice()), None, Some(b"3")]);
        assert_eq!(loaded[2].as_ref().unwrap().expires, Timestamp::NEVER);
    })
    .await;
}

#[tokio::test]
async fn an_insert_holds_over_nothing_and_over_what_has_expired() {
    both(async |store| {
        commit(&*store, NOW, [insert("a", "1", LATER)]).await;
        assert!(matches!(commit(&*store, NOW, [insert("a", "2", LATER)]).await, Committed::Conflict(_)));
        assert_eq!(commit(&*store, LATER, [insert("a", "3", Timestamp::NEVER)]).await, Committed::Applied);
        assert_eq!(found(&*store, "a").await.unwrap().record, record("3"));
    })
    .await;
}

#[tokio::test]
async fn what_was_read_is_written_on_the_version_it_was_read() {
    both(async |store| {
        commit(&*store, NOW, [insert("a", "1", LATER)]).await;
        let on = found(&*store, "a").await.unwrap().version;
        let replace = |on, text: &str| Write::Replace { key: key("a"), on, record: record(text), expires: LATER, owners: vec![] };
        assert_eq!(commit(&*store, NOW, [replace(on, "2")]).await, Committed::Applied);
        let Committed::Conflict(now) = commit(&*store, NOW, [replace(on, "3")]).await else { panic!("it was written") };
        let current = found(&*store, "a").await;
        assert_eq!(now, [(key("a"), current.clone())]);
        assert!(matches!(commit(&*store, NOW, [Write::Remove { key: key("a"), on }]).await, Committed::Conflict(_)));
        let on = current.unwrap().version;
        assert_eq!(commit(&*store, NOW, [Write::Remove { key: key("a"), on }]).await, Committed::Applied);
        assert_eq!(found(&*store, "a").await, None);
    })
    .await;
}

#[tokio::test]
async fn all_writes_go_through_or_none_and_a_conflict_shows_every_key() {
    both(async |store| {
        commit(&*store, NOW, [insert("b", "1", LATER)]).await;
        let writes = [insert("a", "2", LATER), insert("b", "2", LATER), Write::Unchanged { key: key("c"), on: None }];
        let Committed::Conflict(now) = commit(&*store, NOW, writes).await else { panic!("it was written") };
        let keys: Vec<_> = now.iter().map(|(key, found)| (key.id.as_str(), found.is_some())).collect();
        assert_eq!(keys, [("a", false), ("b", true), ("c", false)]);
        assert_eq!(found(&*store, "a").await, None);
    })
    .await;
}

#[tokio::test]
async fn unchanged_means_what_was_found_or_was_not() {
    both(async |store| {
        commit(&*store, NOW, [insert("a", "1", LATER)]).await;
        let on = Some(found(&*store, "a").await.unwrap().version);
        let unchanged = |id: &str, on| [Write::Unchanged { key: key(id), on }];
        assert_eq!(commit(&*store, NOW, unchanged("a", on)).await, Committed::Applied);
        assert_eq!(commit(&*store, NOW, unchanged("b", None)).await, Committed::Applied);
        for (id, on) in [("a", None), ("a", Some(Version(u64::MAX))), ("b", on)] {
            assert!(matches!(commit(&*store, NOW, unchanged(id, on)).await, Committed::Conflict(_)));
        }
    })
    .await;
}

#[tokio::test]
async fn versions_are_never_used_twice() {
    both(async |store| {
        let mut seen = BTreeSet::new();
        for _ in 0..20 {
            commit(&*store, NOW, [insert("a", "1", LATER)]).await;
            let on = found(&*store, "a").await.unwrap().version;
            assert!(seen.insert(on));
            commit(&*store, NOW, [Write::Remove { key: key("a"), on }]).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_wins() {
    both(async |store| {
        for round in 0..5 {
            let id = round.to_string();
            let tasks: Vec<_> = (0..64)
                .map(|task| {
                    let (store, id) = (store.clone(), id.clone());
                    tokio::spawn(async move { commit(&*store, NOW, [insert(&id, &task.to_string(), LATER)]).await })
                })
                .collect();
            let mut applied = vec![];
            for (task, committed) in tasks.into_iter().enumerate() {
                match committed.await.unwrap() {
                    Committed::Applied => applied.push(task),
                    Committed::Conflict(now) => assert!(now[0].1.is_some(), "the loser sees the winner"),
                    Committed::Unknown => panic!("nobody knows"),
                }
            }
            assert_eq!(applied.len(), 1);
            assert_eq!(found(&*store, &id).await.unwrap().record, record(&applied[0].to_string()));
        }
    })
    .await;
}

#[tokio::test]
async fn notices_are_due_in_order_until_they_are_acknowledged() {
    both(async |store| {
        let enqueue = |id: &str, due| Write::Enqueue { key: key(id), record: record(id), due: Timestamp::from_seconds(due) };
        commit(&*store, NOW, [enqueue("a", 300), enqueue("b", 100), enqueue("c", 200), enqueue("d", 999)]).await;
        let ids = |due: Vec<(RecordKey, Record)>| due.into_iter().map(|(key, _)| key.id).collect::<Vec<_>>();
        let until = Timestamp::from_seconds(300);
        assert_eq!(ids(store.due(until, 10).await.unwrap()), ["b", "c", "a"]);
        assert_eq!(ids(store.due(until, 2).await.unwrap()), ["b", "c"]);
        commit(&*store, NOW, [Write::Acknowledge { key: key("b") }, enqueue("c", 400)]).await;
        assert_eq!(ids(store.due(until, 10).await.unwrap()), ["a"]);
    })
    .await;
}

#[tokio::test]
async fn what_has_expired_is_swept() {
    both(async |store| {
        let expired = |index: i64| insert(&format!("{index:05}"), "1", Timestamp::from_seconds(index));
        commit(&*store, Timestamp::from_seconds(0), (1..=2_500).map(expired)).await;
        commit(&*store, NOW, [insert("kept", "1", LATER)]).await;
        assert_eq!(store.sweep(NOW).await, Ok(2_500));
        assert_eq!(store.sweep(NOW).await, Ok(0));
        assert!(found(&*store, "kept").await.is_some());
        assert_eq!(store.sweep(LATER).await, Ok(1), "a record ends when its time has come, not after");
    })
    .await;
}

#[tokio::test]
async fn the_file_is_read_again_and_goes_on_counting() {
    let place = Place::new();
    let store = RedbStore::open(&place.file()).unwrap();
    commit(&store, NOW, [insert("a", "1", LATER), insert("b", "1", LATER)]).await;
    let (a, b) = (found(&store, "a").await.unwrap(), found(&store, "b").await.unwrap());
    commit(&store, NOW, [Write::Remove { key: key("b"), on: b.version }]).await;
    drop(store);
    let store = RedbStore::open(&place.file()).unwrap();
    assert_eq!(found(&store, "a").await, Some(a));
    commit(&store, NOW, [insert("b", "1", LATER)]).await;
    assert!(found(&store, "b").await.unwrap().version > b.version);
}

/// The contents of the disk at any moment are those that a crash would leave.
#[tokio::test]
async fn what_was_applied_survives_a_crash() {
    let place = Place::new();
    let store = RedbStore::open(&place.file()).unwrap();
    let mut versions = vec![];
    for index in 0..20 {
        let id = index.to_string();
        assert_eq!(commit(&store, NOW, [insert(&id, "1", LATER)]).await, Committed::Applied);
        versions.push(found(&store, &id).await.unwrap().version);
    }
    let left = place.0.join("left-by-a-crash.redb");
    fs::copy(place.file(), &left).unwrap();
    let reopened = RedbStore::open(&left).unwrap();
    for (index, version) in versions.iter().enumerate() {
        assert_eq!(found(&reopened, &index.to_string()).await.unwrap().version, *version);
    }
    commit(&reopened, NOW, [insert("next", "1", LATER)]).await;
    assert!(found(&reopened, "next").await.unwrap().version > versions[19]);
}

#[tokio::test]
async fn one_file_has_one_owner() {
    let place = Place::new();
    let _store = RedbStore::open(&place.file()).unwrap();
    assert!(RedbStore::open(&place.file()).is_err());
}
