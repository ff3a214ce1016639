//! The index by owner, kept in the same transactions as the records.

use super::encoding::split_key;
use super::schema::{OWNED, OWNERS};
use fapi::record::Owner;
use redb::{Table, WriteTransaction};

/// The tables of the index in one transaction.
pub(super) struct Index<'t> {
    owners: Table<'t, &'static [u8], Vec<&'static str>>,
    owned: Table<'t, (&'static [u8], &'static [u8]), ()>,
}

impl<'t> Index<'t> {
    pub(super) fn open(begun: &'t WriteTransaction) -> Result<Self, redb::Error> {
        Ok(Self { owners: begun.open_table(OWNERS)?, owned: begun.open_table(OWNED)? })
    }

    /// Replaces the owners of a record.
    pub(super) fn put(&mut self, key: &[u8], owners: &[Owner]) -> Result<(), redb::Error> {
        self.remove(key)?;
        if owners.is_empty() {
            return Ok(());
        }
        let owners: Vec<String> = owners.iter().map(ToString::to_string).collect();
        let (prefix, id) = split_key(key);
        for owner in &owners {
            self.owned.insert((group(prefix, owner).as_slice(), id), ())?;
        }
        self.owners.insert(key, owners.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(())
    }

    /// Removes a record from its owners.
    pub(super) fn remove(&mut self, key: &[u8]) -> Result<(), redb::Error> {
        let Some(owners) = self.owners.remove(key)? else { return Ok(()) };
        let (prefix, id) = split_key(key);
        for owner in owners.value() {
            self.owned.remove((group(prefix, owner).as_slice(), id))?;
        }
        Ok(())
    }
}

/// The first part of the index's keys. A prefix ends in its second space, so no two pairs have the same group.
pub(super) fn group(prefix: &[u8], owner: &str) -> Vec<u8> {
    [prefix, owner.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::RedbStore;
    use super::*;
    use fapi::record::{Kind, Record, RecordKey, Write};
    use fapi::{Commit, Committed, List, Store, Timestamp};
    use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableHandle};
    use std::path::PathBuf;

    const ISSUER: &str = "https://as.example";

    /// A file that is removed after the test.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("fapi-server-index-{name}-{}.redb", std::process::id())))
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn key(id: &str) -> RecordKey {
        RecordKey { issuer: ISSUER.into(), kind: Kind::Session, id: id.into() }
    }

    async fn sessions(store: &RedbStore, subject: &str) -> Vec<String> {
        let owner = Some(Owner::Subject(subject.into()));
        let listed = store.list(&List::first(ISSUER, Kind::Session, owner, 10)).await.unwrap();
        listed.records.into_iter().map(|(key, _)| key.id).collect()
    }

    fn session(subject: &str) -> String {
        format!(r#"1{{"user":{{"subject":"{subject}","auth_time":1}},"sid":"s"}}"#)
    }

    /// A record of a newer format has the owners that its writer gave it, although this server cannot read them.
    #[tokio::test]
    async fn an_index_that_is_up_to_date_is_kept() {
        let place = Place::new("kept");
        let store = RedbStore::open(&place.0).unwrap();
        let record = Record::from_bytes(b"2{}".to_vec());
        let owners = vec![Owner::Subject("alice".into())];
        let writes = vec![Write::Insert { key: key("a"), record, expires: Timestamp::NEVER, owners }];
        let committed = store.commit(&Commit::new(Timestamp::from_seconds(0), writes)).await;
        assert_eq!(committed, Ok(Committed::Applied));
        drop(store);
        let store = RedbStore::open(&place.0).unwrap();
        assert_eq!(sessions(&store, "alice").await, ["a"]);
    }

    #[tokio::test]
    async fn what_is_removed_leaves_nothing_behind() {
        let place = Place::new("removed");
        let store = RedbStore::open(&place.0).unwrap();
        let (now, later) = (Timestamp::from_seconds(0), Timestamp::from_seconds(1));
        let insert = |id: &str, expires| Write::Insert {
            key: key(id),
            record: Record::from_bytes(session("alice").into_bytes()),
            expires,
            owners: vec![Owner::Subject("alice".into()), Owner::Client("shop".into())],
        };
        let writes = vec![insert("removed", Timestamp::NEVER), insert("swept", later)];
        assert_eq!(store.commit(&Commit::new(now, writes)).await, Ok(Committed::Applied));
        let listed = store.list(&List::first(ISSUER, Kind::Session, None, 10)).await.unwrap();
        let (removed, found) = &listed.records[0];
        let writes = vec![Write::Remove { key: removed.clone(), on: found.version }];
        assert_eq!(store.commit(&Commit::new(now, writes)).await, Ok(Committed::Applied));
        assert_eq!(store.sweep(later).await, Ok(1));
        drop(store);
        let database = Database::open(&place.0).unwrap();
        let begun = database.begin_read().unwrap();
        for table in begun.list_tables().unwrap().filter(|table| table.name() != "counters") {
            let name = table.name().to_owned();
            assert!(begun.open_untyped_table(table).unwrap().is_empty().unwrap(), "{name}");
        }
    }
}
