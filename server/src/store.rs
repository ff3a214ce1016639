//! The stores of records: the library's [`Store`](fapi::Store) over a file. For records in memory, the server uses
//! `Mutex<fapi::Memory>`.

mod embedded;
mod encoding;
mod error;
mod file;
mod index;
mod kept;
mod read;
mod schema;
mod tables;
mod writer;

pub use embedded::RedbStore;
pub use error::StoreError;
pub(crate) use kept::{KeptApi, KeptApis};
