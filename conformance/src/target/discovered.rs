//! The metadata document, as a client reads it.

use serde_json::Value;
use url::Url;

use crate::finding::{Finding, Tried, fail};
use crate::http::{Http, Reply};
use crate::variant::Variant;
use fapi::requirement::rfc8414;

/// A metadata document.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The document.
    pub document: Value,
    variant: Option<Variant>,
}

impl Metadata {
    /// Fetches the document of the variant's kind, or of the other kind if there is none.
    pub async fn fetch(http: &Http, issuer: &str, variant: Variant) -> Tried<Self> {
        let locations = (openid_location(issuer), oauth_location(issuer));
        let (first, second) = if variant.openid() { locations } else { (locations.1, locations.0) };
        let mut reply = http.fetch("metadata", &location(first)?).await?;
        if reply.status() == 404 {
            reply = http.fetch("metadata", &location(second)?).await?;
        }
        Ok(Self { variant: Some(variant), ..Self::read(&reply)? })
    }

    /// Reads a document from a reply.
    pub fn read(reply: &Reply) -> Tried<Self> {
        match reply.json() {
            Some(document) if reply.status() == 200 && document.is_object() => Ok(Self { document, variant: None }),
            _ => {
                let media_type = reply.media_type().unwrap_or_default();
                let got = format!("status {} {media_type}{}", reply.status(), reply.coding());
                let finding = Finding::new("200 with a JSON object: the server's metadata", got).shown_by(reply.number());
                Err(finding.on_the_way(&rfc8414::METADATA_SHAPE).into())
            }
        }
    }

    /// A string member.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.document.get(name)?.as_str()
    }

    /// The strings of an array member.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.document
            .get(name)
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// Returns true if a boolean member is true.
    pub fn is_true(&self, name: &str) -> bool {
        self.document.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// An endpoint, if the server has it; its mTLS alias in variants with certificates.
    pub fn optional_endpoint(&self, name: &str) -> Option<Url> {
        let alias = self.document.get("mtls_endpoint_aliases").and_then(|aliases| aliases.get(name)).and_then(Value::as_str);
        let wants_alias = self.variant.is_some_and(|variant| variant.certificates());
        let text = alias.filter(|_| wants_alias).or_else(|| self.text(name))?;
        Url::parse(text).ok()
    }

    /// A required endpoint.
    pub fn endpoint(&self, name: &str) -> Tried<Url> {
        match self.optional_endpoint(name) {
            Some(url) => Ok(url),
            None => {
                let finding = Finding::new(format!("`{name}` in the metadata"), "no such member, or no URL");
                Err(finding.on_the_way(&rfc8414::REQUIRED_MEMBERS).into())
            }
        }
    }
}

/// The location of the document in OpenID Connect Discovery.
pub fn openid_location(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// The location of the document in RFC 8414.
pub fn oauth_location(issuer: &str) -> String {
    match Url::parse(issuer) {
        Ok(url) => {
            let origin = &url[..url::Position::BeforePath];
            format!("{origin}/.well-known/oauth-authorization-server{}", url.path().trim_end_matches('/'))
        }
        Err(_) => issuer.into(),
    }
}

fn location(text: String) -> Tried<Url> {
    Url::parse(&text).or_else(|_| fail("an issuer that is a URL", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations() {
        assert_eq!(openid_location("https://a.example/t/1/"), "https://a.example/t/1/.well-known/openid-configuration");
        assert_eq!(oauth_location("https://a.example/t/1"), "https://a.example/.well-known/oauth-authorization-server/t/1");
        assert_eq!(oauth_location("https://a.example"), "https://a.example/.well-known/oauth-authorization-server");
    }
}
