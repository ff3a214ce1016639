//! The participants: two clients with assertions and DPoP, a user, and the address of their server.

use std::collections::BTreeMap;
use std::sync::Arc;

use fapi_conformance::client::Client;
use fapi_conformance::finding::Stop;
use fapi_conformance::http::{Connector, Http, Trust};
use fapi_conformance::keys::{SigningKey, random};
use fapi_conformance::target::{ClientSettings, FormStrategy, Instance, ResourceSettings, Target, UserStrategy};
use fapi_conformance::variant::PLANS;
use fapi_server::{PasswordCost, PasswordHash};
use serde_json::{Value, json};

const USER: &str = "alice";
const SCOPE: &str = "openid api:read";

/// The credentials of clients and user, which are the same for every server of a run.
pub struct Clients {
    clients: [ClientSettings; 2],
    password: String,
}

impl Clients {
    pub fn new() -> Self {
        let client = |number| ClientSettings {
            id: format!("client-{number}"),
            key: Some(SigningKey::es256()),
            identity: None,
            impostors: None,
            secret: None,
            redirect_uri: format!("https://client-{number}.example/callback"),
            scope: SCOPE.into(),
            client_scope: Some("api:read".into()),
            parameters: vec![],
        };
        Self { clients: [client(1), client(2)], password: random() }
    }

    /// The registrations of the clients, as JSON for a configuration.
    pub fn registrations(&self) -> Vec<Value> {
        let registered = |client: &ClientSettings| {
            let key = client.key.as_ref().map(SigningKey::public_jwk);
            json!({
                "client_id": client.id,
                "token_endpoint_auth_method": "private_key_jwt",
                "redirect_uris": [client.redirect_uri],
                "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
                "scope": SCOPE,
                "dpop_bound_access_tokens": true,
                "jwks": { "keys": [key] },
            })
        };
        self.clients.iter().map(registered).collect()
    }

    /// The user's name and password hash. The cheapest hash is enough, since it is not attacked.
    pub fn user(&self) -> Result<(&'static str, PasswordHash), String> {
        Ok((USER, PasswordHash::new(&self.password, PasswordCost::MINIMAL).ok_or("there is no randomness")?))
    }

    /// The target for a server with this issuer.
    pub fn target(&self, issuer: &str, trust: Trust, instance: Arc<dyn Instance>) -> Result<Arc<Target>, String> {
        let variant = PLANS[0].variant("openid/private_key_jwt/dpop")?;
        let url = format!("{issuer}/resource");
        let url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        let fields = [("username", USER), ("password", &self.password)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let user = UserStrategy::Form(FormStrategy {
            fields: BTreeMap::from(fields),
            approve: vec!["approve".into()],
            deny: vec!["deny".into()],
            ..FormStrategy::default()
        });
        Ok(Arc::new(Target::new(
            "fapi-server".into(),
            issuer.to_owned(),
            variant,
            self.clients.clone(),
            Some(ResourceSettings { url, method: "GET".into(), body: None }),
            user,
            Connector::new(trust),
            instance,
        )))
    }
}

/// Makes one of the clients, with an empty record and its own DPoP key.
pub async fn client(target: &Arc<Target>, number: usize) -> Result<Client, Stop> {
    let http = Http::new(target.connector.clone());
    let metadata = target.metadata(&http).await?;
    Ok(Client::new(target.clone(), number, http, metadata, fapi_conformance::ledger::Ledger::new(&[])))
}
