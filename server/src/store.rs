//! Where records are kept: the library's [`Store`](fapi::Store) over a file. In memory, `Mutex<fapi::Memory>` is one.

mod embedded;
mod encoding;
mod file;
mod index;
mod read;
mod writer;

pub use embedded::{RedbStore, StoreError};
