//! The tables of the file.

use redb::TableDefinition;

pub(super) const RECORDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records");
pub(super) const NOTICES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("notices");
pub(super) const DUE: TableDefinition<'_, (i64, &[u8]), ()> = TableDefinition::new("due");
pub(super) const COUNTERS: TableDefinition<'_, &str, u64> = TableDefinition::new("counters");
pub(super) const LAST_VERSION: &str = "version";
/// The counter that holds the [`FORMAT`] of the file. Files from before there were versions have none.
pub(super) const FORMAT_COUNTER: &str = "format";
/// The version of the tables and of the names of kinds. A file of another version is not read.
pub(super) const FORMAT: u64 = 1;

/// The owners of each record, by its key.
pub(super) const OWNERS: TableDefinition<'_, &[u8], Vec<&str>> = TableDefinition::new("owners");
/// The ids of each owner's records, by issuer, kind and owner.
pub(super) const OWNED: TableDefinition<'_, (&[u8], &[u8]), ()> = TableDefinition::new("owned");

/// The subjects of the users that the configuration had at the last start, by issuer.
pub(super) const SUBJECTS: TableDefinition<'_, (&str, &str), ()> = TableDefinition::new("subjects");

/// The APIs that the configuration had at the last start, by issuer and identifier: the algorithm of their access tokens, and if the
/// configuration named it.
pub(super) const APIS: TableDefinition<'_, (&str, &str), (&str, bool)> = TableDefinition::new("apis");
