//! A server, an application that users log in to, and a browser.

mod application;
mod chromium;
mod slow_store;
mod tab;

pub(crate) use application::{Application, Next, form, page};
pub(crate) use chromium::{Chromium, Setting};
pub(crate) use tab::Tab;

use fapi_server::{Authority, Clock, Config, ManualClock, Options, PasswordCost, PasswordHash, Running, User, start};
use slow_store::SlowStore;
use std::sync::Arc;

/// The button that goes on: "Log in" or "Allow".
pub(crate) const GO_ON: &str = "button[value=approve]";
/// The button that ends the flow: "Cancel" or "Deny".
pub(crate) const END: &str = "button[value=deny]";

/// A server with one user, a public client, and the client's application.
pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<SlowStore>,
    pub(crate) application: Application,
}

impl World {
    /// The callback of the application answers with `next`.
    pub(crate) async fn new(next: Next) -> Self {
        Self::with(next, None).await
    }

    /// The server uses TLS; the application does not, as on a user's own device.
    pub(crate) async fn with_tls(next: Next) -> Self {
        Self::with(next, Some(Arc::new(Authority::generate().expect("an authority")))).await
    }

    async fn with(next: Next, authority: Option<Arc<Authority>>) -> Self {
        let application = Application::start(next).await;
        let file = format!(
            r#"
            issuer = "http://localhost:{{port}}"
            listen = "127.0.0.1:0"
            ephemeral = true
            profiles = ["oauth"]
            [[clients]]
            client_id = "web"
            client_name = "A shop with {}name"
            token_endpoint_auth_method = "none"
            redirect_uris = ["{callback}"]
            [[clients]]
            client_id = "own"
            token_endpoint_auth_method = "none"
            redirect_uris = ["{callback}"]
            terms = {{ first_party = true }}
            "#,
            "a-very-long-".repeat(20),
            callback = application.callback
        );
        let mut config = Config::parse(&file, "server.toml".as_ref()).expect("a configuration");
        if authority.is_some() {
            config.transport = Config::new(authority).transport;
            config.issuer = config.issuer.replace("http:", "https:");
        }
        config.users = vec![User::new("alice", PasswordHash::new("wonderland", PasswordCost::MINIMAL).expect("a hash"))];
        let clock = Arc::new(ManualClock::new());
        let store = Arc::new(SlowStore::default());
        let mut options = Options::default();
        options.clock = clock.clone() as Arc<dyn Clock>;
        options.store = Some(store.clone());
        Self { running: start(config, options).await.expect("a server"), clock, store, application }
    }

    /// The application's link to the server, for a request with this `state`.
    pub(crate) fn link(&self, state: &str) -> String {
        self.link_of("web", state)
    }

    /// The link of this client; users of `own` are not asked for consent.
    pub(crate) fn link_of(&self, client_id: &str, state: &str) -> String {
        format!(
            "{}/authorize?client_id={client_id}&response_type=code&redirect_uri={}&scope=api:read&state={state}\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
            self.running.issuer, self.application.callback
        )
    }

    /// A tab that shows the login page for a request with this `state`.
    pub(crate) async fn login_page(&self, chromium: &Chromium, state: &str) -> Tab {
        let tab = chromium.tab().await;
        tab.open(&self.link(state)).await;
        tab.sees("User name").await;
        tab
    }

    /// A tab that shows the consent page for a request with this `state`.
    pub(crate) async fn consent_page(&self, chromium: &Chromium, state: &str) -> Tab {
        let tab = self.login_page(chromium, state).await;
        tab.logs_in("wonderland").await;
        tab.sees("Allow access?").await;
        tab
    }
}
