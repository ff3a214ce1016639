//! What tests and the conformance suite put in place of a server's parts.

use crate::clock::{Clock, SystemClock};
use crate::keys::Keyring;
use fapi::policy::Policy;
use fapi::{Event, Store};
use std::fmt;
use std::sync::Arc;

/// Parts of a server; those that are `None` are made as the configuration says.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where the state is.
    pub store: Option<Arc<dyn Store>>,
    /// The private keys.
    pub keyring: Option<Arc<Keyring>>,
    /// The rules in force, in place of those of the profiles.
    pub policy: Option<Policy>,
    /// Who is told of every exchange.
    pub observer: Option<Arc<dyn Observer>>,
    /// Requirements that are not checked: for mutants only.
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

/// Is told of every exchange.
pub trait Observer: Send + Sync + 'static {
    /// An exchange has ended; `exchange` is the value of the request header `Conformance-Exchange`, which is read only if there
    /// is an observer.
    fn observed(&self, event: &Event, exchange: Option<&str>);
}
