//! Changes to the reference server.

use std::sync::Arc;

use fapi::Store;
use fapi::policy::Policy;
use fapi_server::Clock;
use fapi_server::config::Config;

use crate::http::Middleware;

/// The changes to a server; by default there are none.
#[derive(Clone, Default)]
pub struct Alteration {
    /// The rules in force.
    pub policy: Option<Policy>,
    /// Changes what its host configures.
    pub configure: Option<fn(&mut Config)>,
    /// Makes its store.
    pub store: Option<Arc<dyn Fn() -> Arc<dyn Store> + Send + Sync>>,
    /// Makes its clock from a correct one.
    pub clock: Option<Skew>,
    /// Changes its messages.
    pub middleware: Option<Arc<dyn Middleware>>,
    /// Requirements it does not check; needs a build that [can](WAIVES).
    pub waived: &'static [&'static str],
    /// It does not name the requirements of its refusals, like a foreign server.
    pub mute: bool,
}

/// Makes a clock from a correct one.
pub type Skew = fn(Arc<dyn Clock>) -> Arc<dyn Clock>;

/// True if this build can leave out checks: it was built with `--cfg fapi_waive`, which no cargo feature sets.
pub const WAIVES: bool = cfg!(fapi_waive);
