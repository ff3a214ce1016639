//! The server in this process, with a store or a clock of the test.

use std::sync::Arc;

use fapi::Store;
use fapi_conformance::http::Trust;
use fapi_conformance::target::{Instance, Target};
use fapi_server::config::Config;
use fapi_server::{Clock, ManualClock, Options, Running, User, start};

use crate::clients::Clients;

/// A server in this process.
pub struct Local {
    pub target: Arc<Target>,
    pub clock: Arc<ManualClock>,
    pub running: Running,
}

impl Local {
    /// Starts the server. The clients use its clock, or with `own_clock` one that never steps.
    pub async fn start(clients: &Clients, store: Arc<dyn Store>, own_clock: bool) -> Result<Self, String> {
        let mut config = Config::new(None);
        for registration in clients.registrations() {
            let metadata: fapi::ClientMetadata =
                serde_json::from_str(&registration.to_string()).map_err(|error| error.to_string())?;
            config.clients.push(metadata.into());
        }
        let (name, hash) = clients.user()?;
        config.users = vec![User::new(name, hash)];
        let clock = Arc::new(ManualClock::new());
        let mut options = Options::default();
        options.clock = clock.clone();
        options.store = Some(store);
        let of_clients = if own_clock { Arc::new(ManualClock::new()) } else { clock.clone() };
        let running = start(config, options).await.map_err(|error| error.to_string())?;
        let target = clients.target(&running.issuer, Trust::system(), Arc::new(By(of_clients)))?;
        Ok(Self { target, clock, running })
    }
}

/// Clients that use this clock.
struct By(Arc<ManualClock>);

impl Instance for By {
    fn now(&self) -> i64 {
        self.0.now().seconds()
    }
}
