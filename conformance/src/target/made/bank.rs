//! The server with registered APIs and applications: `bank/bank.toml`, with the switches of a variant and fresh secrets.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use fapi::{OmittedScope, UserinfoAudience};
use fapi_server::config::Config;
use tokio::sync::Mutex;

use crate::keys::random;
use crate::target::{API_ROLES, ClientSettings, Registered};
use crate::variant::{Apis, Variant};

const FILE: &str = "bank/bank.toml";
const TEXT: &str = include_str!("../../../bank/bank.toml");

/// An identifier and a redirect URI, and the paths at which a call of them would arrive.
const CALLED: [(&str, &str); 2] = [("https://api.bank.example/audit", "/audit"), ("https://empty.example/callback", "/callback")];

/// A listener that sees whoever calls those.
fn witness() -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The configuration of a server with registered APIs, and its applications by their roles.
#[derive(Clone)]
pub(in crate::target) struct Bank {
    pub(in crate::target) config: Config,
    pub(in crate::target) registered: Registered,
}

impl Bank {
    /// The server of a variant, if it is about registered APIs.
    pub(in crate::target) fn new(variant: Variant) -> Result<Option<Self>, String> {
        let Some(apis) = variant.apis() else { return Ok(None) };
        let witness = witness().map_err(|error| format!("no listener: {error}"))?;
        let address = witness.local_addr().map_err(|error| error.to_string())?;
        let text =
            CALLED.iter().fold(TEXT.to_owned(), |text, (named, path)| text.replace(named, &format!("http://{address}{path}")));
        let mut config = Config::parse(&text, Path::new(FILE)).map_err(|mistakes| mistakes.to_string())?;
        if apis == Apis::Standards {
            as_standards(&mut config);
        }
        let mut registered = Registered { witness: Some(Arc::new(Mutex::new(witness))), ..Registered::default() };
        for client in &mut config.clients {
            let metadata = &client.metadata;
            let is_confidential = metadata.token_endpoint_auth_method != fapi::policy::AuthenticationMethod::None;
            let secret = is_confidential.then(random);
            let settings = ClientSettings {
                id: metadata.client_id.clone(),
                key: None,
                identity: None,
                impostors: None,
                secret: secret.clone(),
                redirect_uri: metadata.redirect_uris.first().map(|uri| uri.as_str().to_owned()).unwrap_or_default(),
                scope: "openid offline_access read:accounts".into(),
                client_scope: None,
                parameters: vec![],
            };
            client.secret = secret.map(fapi::Secret::from).into();
            registered.clients.insert(settings.id.clone(), settings);
        }
        if let Some(accounts) = config.apis.first().map(|api| api.api.identifier.clone()) {
            for client in registered.clients.values_mut() {
                client.parameters = vec![("audience".into(), accounts.clone())];
            }
        }
        Ok(Some(Self { config, registered }))
    }

    /// The two clients of the target.
    pub(in crate::target) fn two(&self) -> Option<[ClientSettings; 2]> {
        let of_role = |role: &str| self.registered.clients.get(role).cloned();
        Some([of_role("budget")?, of_role("portal")?])
    }

    /// Puts everything that is registered into the configuration of a server.
    pub(in crate::target) fn register(&self, config: &mut Config) {
        let own = self.config.clone();
        (config.apis, config.default_audience, config.switches) = (own.apis, own.default_audience, own.switches);
        (config.organizations, config.hooks, config.clients) = (own.organizations, own.hooks, own.clients);
        config.connections = own.connections;
    }

    /// The role of each API, in the order of the configuration.
    pub(in crate::target) fn roles() -> impl Iterator<Item = &'static str> {
        API_ROLES.iter().map(|(role, _)| *role)
    }
}

/// Decides as the standards do.
fn as_standards(config: &mut Config) {
    config.switches.resource_parameter = true;
    config.switches.userinfo_audience = UserinfoAudience::Implied;
    config.switches.scope_omitted = OmittedScope::All;
    config.switches.scope_claims_in_id_token = false;
    config.switches.hooks = false;
    config.hooks.clear();
    config.default_audience = config.apis.first().map(|api| api.api.identifier.clone());
}
