//! What is different about a server that is not the reference server as it is.

use std::sync::Arc;

use fapi::Store;
use fapi::policy::Policy;
use fapi_server::Clock;
use fapi_server::config::Config;

use crate::http::Middleware;

/// What is different about a server; by default, nothing.
#[derive(Clone, Default)]
pub struct Alteration {
    /// The rules in force.
    pub policy: Option<Policy>,
    /// Changes what its host configures.
    pub configure: Option<fn(&mut Config)>,
    /// Makes its store.
    pub store: Option<Arc<dyn Fn() -> Arc<dyn Store> + Send + Sync>>,
    /// Makes its clock, of one that is right.
    pub clock: Option<Skew>,
    /// Stands before it.
    pub middleware: Option<Arc<dyn Middleware>>,
    /// Requirements it does not check; needs a build that [can](WAIVES).
    pub waived: &'static [&'static str],
    /// It does not say for what it refuses, like a server of somebody else.
    pub mute: bool,
}

/// Makes a clock of one that is right.
pub type Skew = fn(Arc<dyn Clock>) -> Arc<dyn Clock>;

/// Whether this build can leave out checks: built with `--cfg fapi_waive`, which no cargo feature switches on.
pub const WAIVES: bool = cfg!(fapi_waive);
