//! Values of earlier messages, as a middle layer remembers them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use url::Url;

use crate::http::Request;
use crate::target::ClientSettings;

/// Values of earlier messages.
#[derive(Default)]
pub(super) struct Memory {
    /// The client that pushed each `request_uri`.
    pub(super) pushed: HashMap<String, String>,
    /// The client that each code was issued to.
    pub(super) codes: HashMap<String, String>,
    /// All access tokens issued.
    pub(super) tokens: HashSet<String>,
    /// The issuer behind each origin that the metadata name.
    pub(super) issuers: HashMap<String, String>,
    /// The client assertions of earlier requests.
    pub(super) assertions: HashSet<String>,
    /// The last nonce for proofs.
    pub(super) nonce: Option<String>,
    /// The first successful response for each single-use value: a code, a page.
    pub(super) successes: HashMap<String, Success>,
}

/// Status, header fields and body of a response.
type Success = (u16, Vec<(String, String)>, bytes::Bytes);

impl Memory {
    /// Remembers what a response holds.
    pub(super) fn learn(&mut self, request: &Request, clients: &[ClientSettings], headers: &[(String, String)], body: &[u8]) {
        let form = form_urlencoded::parse(&request.body);
        let fields: HashMap<String, String> = form.into_owned().collect();
        let client_id = fields.get("client_id").cloned();
        self.assertions.extend(fields.get("client_assertion").cloned());
        let reply: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| reply.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some((uri, client_id)) = text("request_uri").zip(client_id) {
            self.pushed.insert(uri, client_id);
        }
        self.tokens.extend(text("access_token"));
        if let Some(issuer) = text("issuer") {
            let aliases = reply.get("mtls_endpoint_aliases").and_then(Value::as_object);
            let members = reply.as_object().into_iter().chain(aliases).flatten();
            let urls = members.filter_map(|(_, value)| Url::parse(value.as_str()?).ok());
            self.issuers.extend(urls.map(|url| (url.origin().ascii_serialization(), issuer.clone())));
        }
        for (name, value) in headers {
            if name == "dpop-nonce" {
                self.nonce = Some(value.clone());
            }
            let location = Some(value).filter(|_| name == "location").and_then(|value| Url::parse(value).ok());
            let Some(location) = location else { continue };
            let client = clients.iter().find(|client| {
                let registered = client.redirect_uri.split('?').next().unwrap_or_default();
                location.as_str().starts_with(registered)
            });
            let code = location.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
            if let Some((code, client)) = code.zip(client) {
                self.codes.insert(code, client.id.clone());
            }
        }
    }
}
