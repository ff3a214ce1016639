//! The places of records: the library's [`Store`](fapi::Store) over a file. In memory, `Mutex<fapi::Memory>` is one.

mod embedded;
mod encoding;
mod error;
mod file;
mod index;
mod read;
mod schema;
mod tables;
mod writer;

pub use embedded::RedbStore;
pub use error::StoreError;
