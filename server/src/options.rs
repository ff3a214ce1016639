//! Parts of a server that tests and the conformance suite replace.

use crate::clock::{Clock, SystemClock};
use crate::keys::Keyring;
use fapi::policy::Policy;
use fapi::{Event, Store};
use std::fmt;
use std::sync::Arc;

/// Replacements for parts of a server; parts that are `None` come from the configuration.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The store. It does not keep the subjects of the users, so those who left the configuration are not noticed at the next start.
    pub store: Option<Arc<dyn Store>>,
    /// The private keys.
    pub keyring: Option<Arc<Keyring>>,
    /// The policy, instead of that of the configured profiles.
    pub policy: Option<Policy>,
    /// Receives the event of every exchange.
    pub observer: Option<Arc<dyn Observer>>,
    /// Requirements that are not checked; for mutants only.
    #[cfg(fapi_waive)]
    pub waived: &'static [&'static str],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            store: None,
            keyring: None,
            policy: None,
            observer: None,
            #[cfg(fapi_waive)]
            waived: &[],
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Options(..)")
    }
}

/// Receives the event of every exchange.
pub trait Observer: Send + Sync + 'static {
    /// Called at the end of an exchange. `exchange` is the value of the request header `Conformance-Exchange`, which is read
    /// only if there is an observer.
    fn observed(&self, event: &Event, exchange: Option<&str>);
}
