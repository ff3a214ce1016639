//! Checks of a host's store and fetcher, to be run in the host's own tests.
//!
//! The protocol's rules depend on the store: a code is redeemed once because a compare-and-set fails the second time. Each check
//! here is one rule of [`record`](crate::record), named after what must happen; a store that breaks one of them breaks the
//! protocol.
//!
//! ```
//! use fapi::{Memory, harness};
//! use std::sync::Mutex;
//!
//! async fn check() {
//!     let report = harness::store(async || Mutex::new(Memory::new())).await;
//!     assert!(report.passed(), "{report}");
//! }
//! # use std::{future::Future, pin::pin, task::{Context, Waker}};
//! # assert!(pin!(check()).poll(&mut Context::from_waker(Waker::noop())).is_ready());
//! ```
//!
//! The library never spawns: the caller of [`races`] provides the threads, and the caller of every check the runtime, for example
//! that of `#[tokio::test(flavor = "multi_thread")]`. Each check asks for its own empty store.

mod fetcher;
mod report;
mod store;

pub use fetcher::{Fetching, Page, fetcher};
pub use report::{Failure, Report};
pub use store::{JOBS, races, restarts, store};
