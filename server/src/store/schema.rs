//! The tables of the file.

use redb::TableDefinition;

pub(super) const RECORDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records");
pub(super) const NOTICES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("notices");
pub(super) const DUE: TableDefinition<'_, (i64, &[u8]), ()> = TableDefinition::new("due");
pub(super) const COUNTERS: TableDefinition<'_, &str, u64> = TableDefinition::new("counters");
pub(super) const LAST_VERSION: &str = "version";
/// The last version that was indexed. Another one is the last version if the file was written by a server without the index.
pub(super) const LAST_INDEXED: &str = "indexed";

/// The owners of each record, by its key.
pub(super) const OWNERS: TableDefinition<'_, &[u8], Vec<&str>> = TableDefinition::new("owners");
/// The ids of each owner's records, by issuer, kind and owner.
pub(super) const OWNED: TableDefinition<'_, (&[u8], &[u8]), ()> = TableDefinition::new("owned");
