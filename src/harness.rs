//! Checks for what a host brings along: run them in the tests of your store and of your fetcher.
//!
//! Protocol rules rest on the store: that a code is redeemed once is a compare-and-set that holds. Each check here is one rule
//! of [`record`](crate::record), by a name that says what must happen; a store that breaks one of them breaks the protocol.
//!
//! ```
//! use fapi::{Memory, harness};
//! use std::sync::Mutex;
//!
//! let fresh = || Mutex::new(Memory::new());
//! let report = harness::store(fresh).and(harness::races(fresh, |jobs, job| {
//!     std::thread::scope(|scope| (0..jobs).for_each(|number| drop(scope.spawn(move || job(number)))));
//! }));
//! assert!(report.passed(), "{report}");
//! ```
//!
//! A store whose operations are futures implements [`Store`] with the `block_on` of its runtime. The library never spawns, so
//! who calls [`races`] brings the threads; an empty store is asked for before each check.

mod fetcher;
mod report;
mod store;

pub use fetcher::{Fetching, Page, fetcher};
pub use report::{Failure, Report};
pub use store::{JOBS, Store, races, restarts, store};
