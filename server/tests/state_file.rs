//! A state file that this server cannot use is refused with advice; one damaged record in it stops nothing.

mod common;

use common::{oauth, options};
use fapi::record::{Kind, Record, RecordKey, Write};
use fapi::{Commit, Committed, List, Store, Timestamp};
use fapi_server::config::State;
use fapi_server::store::RedbStore;
use fapi_server::{Config, StartError, start};
use redb::{Database, TableDefinition};
use std::path::{Path, PathBuf};

const ISSUER: &str = "http://127.0.0.1";

/// A file that is removed after the test.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fapi-server-state-file-{name}-{}.redb", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn over(path: &Path, clients: &[&str]) -> Config {
    let mut config = oauth();
    config.issuer = ISSUER.into();
    config.state = State::File(path.to_owned());
    let template = config.clients.remove(0);
    config.clients = clients
        .iter()
        .map(|id| {
            let mut client = template.clone();
            client.metadata.client_id = (*id).into();
            client
        })
        .collect();
    config
}

/// Writes a file with some counters, as another version of the server does.
fn written_by_another_version(path: &Path, counters: &[(&str, u64)]) {
    let database = Database::create(path).unwrap();
    let begun = database.begin_write().unwrap();
    {
        let mut table = begun.open_table(TableDefinition::<&str, u64>::new("counters")).unwrap();
        for (name, value) in counters {
            table.insert(name, value).unwrap();
        }
    }
    begun.commit().unwrap();
}

#[tokio::test]
async fn a_file_of_another_format_is_refused_with_advice() {
    for (name, counters, format) in [("older", vec![("version", 3), ("indexed", 3)], 0), ("newer", vec![("format", 2)], 2)] {
        let place = Place::new(name);
        written_by_another_version(&place.0, &counters);
        let before = std::fs::read(&place.0).unwrap();
        let error = start(over(&place.0, &["web"]), options()).await.unwrap_err();
        assert!(matches!(error, StartError::State(..)), "{error:?}");
        let expected = format!(
            "the state file {} has format {format}; this version reads format 1: begin with a new file, or run the version that \
             wrote it",
            place.0.display()
        );
        assert_eq!(error.to_string(), expected);
        let database = Database::open(&place.0).unwrap();
        let tables = redb::ReadableDatabase::begin_read(&database).unwrap().list_tables().unwrap().count();
        assert_eq!((tables, before.len()), (1, std::fs::read(&place.0).unwrap().len()), "{name}: the file is as it was");
    }
}

#[tokio::test]
async fn the_server_reads_the_files_that_it_wrote() {
    let place = Place::new("same");
    for _ in 0..2 {
        start(over(&place.0, &["web"]), options()).await.unwrap().shutdown().await;
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_does_not_prevent_the_start() {
    let place = Place::new("damaged");
    start(over(&place.0, &["gone", "stays", "web"]), options()).await.unwrap().shutdown().await;
    let store = RedbStore::open(&place.0).unwrap();
    let clients = list(&store).await;
    assert_eq!(clients.len(), 3);
    let damaged = |id: &&(RecordKey, fapi::record::Versioned)| id.0.id != "stays";
    let writes = clients.iter().filter(damaged).map(|(key, found)| Write::Replace {
        key: key.clone(),
        on: found.version,
        record: Record::from_bytes(b"1{}x".to_vec()),
        expires: found.expires,
        owners: vec![],
    });
    let commit = Commit::new(Timestamp::from_seconds(0), writes.collect());
    assert_eq!(store.commit(&commit).await, Ok(Committed::Applied));
    drop(store);

    start(over(&place.0, &["stays", "web"]), options()).await.unwrap().shutdown().await;
    let store = RedbStore::open(&place.0).unwrap();
    let (ids, records): (Vec<_>, Vec<_>) =
        list(&store).await.into_iter().map(|(key, found)| (key.id, found.record.as_bytes().to_vec())).unzip();
    assert_eq!(ids, ["stays", "web"], "one is removed, one is registered again");
    assert!(records.iter().all(|record| record.starts_with(b"1{\"")), "{records:?}");
}

async fn list(store: &RedbStore) -> Vec<(RecordKey, fapi::record::Versioned)> {
    store.list(&List::first(ISSUER, Kind::Client, None, 10)).await.unwrap().records
}
