//! The database file, opened again when the disk has failed.
//!
//! After one error of the disk the database refuses everything until it is closed and opened again, which repairs it. Only the
//! writing thread does that; reads in the meantime report that the store is unavailable.

use super::error::{StoreError, unavailable};
use super::schema::FORMAT;
use super::tables::Tables;
use fapi::Unavailable;
use redb::Database;
use std::path::Path;
use std::sync::{PoisonError, RwLock, TryLockError};

/// An open file, or one that is to be opened again.
pub(super) struct File {
    database: RwLock<Option<Database>>,
    reopen: Box<dyn Fn() -> Result<Database, redb::Error> + Send + Sync>,
}

impl File {
    /// Opens the file, or creates it.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let database = Database::create(path).map_err(StoreError::of)?;
        let path = path.to_owned();
        Self::of(database, move || Ok(Database::open(&path)?))
    }

    /// A database, and the way to open the same one again.
    fn of(
        database: Database,
        reopen: impl Fn() -> Result<Database, redb::Error> + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let begun = database.begin_write().map_err(StoreError::of)?;
        match Tables::prepare(&begun).map_err(StoreError::of)? {
            FORMAT => begun.commit().map_err(StoreError::of)?,
            other => return Err(StoreError::Format(other)),
        }
        Ok(Self { database: RwLock::new(Some(database)), reopen: Box::new(reopen) })
    }

    /// Works with the database, unless it is being opened again.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, Unavailable> {
        let database = match self.database.try_read() {
            Ok(database) => database,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(Unavailable),
        };
        work(database.as_ref().ok_or(Unavailable)?).map_err(|error| unavailable(&error))
    }

    /// Opens the database again if it no longer accepts transactions. Only for the writing thread.
    pub(super) fn mend(&self) {
        if self.with(|database| Ok(database.begin_write()?)).is_ok() {
            return;
        }
        let mut database = self.database.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever has the file open holds a lock on it.
        drop(database.take());
        match (self.reopen)() {
            Ok(reopened) => *database = Some(reopened),
            Err(error) => drop(unavailable(&error)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use redb::backends::FileBackend;
    use redb::{Builder, StorageBackend};
    use std::fs::OpenOptions;
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A file on a disk that is full when a test demands it.
    #[derive(Debug)]
    struct Disk(FileBackend, Arc<AtomicBool>);

    impl Disk {
        fn room(&self) -> io::Result<()> {
            if self.1.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }

    impl StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            self.0.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.0.read(offset, out)
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.room()?;
            self.0.set_len(len)
        }

        fn sync_data(&self) -> io::Result<()> {
            self.0.sync_data()
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.room()?;
            self.0.write(offset, data)
        }
    }

    /// A database on such a disk, and the switch that makes the disk full.
    pub(in super::super) fn on_a_disk_that_fills(path: &Path) -> (File, Arc<AtomicBool>) {
        let full = Arc::new(AtomicBool::new(false));
        let (path, switch) = (path.to_owned(), full.clone());
        let open = move || {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            Ok(Builder::new().create_with_backend(Disk(FileBackend::new(file)?, switch.clone()))?)
        };
        (File::of(open().unwrap(), open).unwrap(), full)
    }
}
