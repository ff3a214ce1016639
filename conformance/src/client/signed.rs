//! JWTs that the server signs: decrypted if they are encrypted, and verified with its published keys.

use serde_json::{Map, Value};

use super::Client;
use crate::finding::{Finding, Tried};
use crate::jwe;
use crate::jwt::Received;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, oidcd, rfc7515};

/// The algorithms that FAPI 2.0 allows.
const ALGORITHMS: &[&str] = &["PS256", "ES256", "EdDSA", "Ed25519"];

/// A kind of JWT that the server signs.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// Its name in a sentence, without an article.
    pub(super) name: &'static str,
    /// The member of the metadata that lists its algorithms.
    pub(super) listed: &'static str,
    /// The clause by which it is signed.
    pub(super) signed: &'static Requirement,
    /// The clause by which it is encrypted, if it is.
    pub(super) encrypted: &'static Requirement,
    /// The clause by which its algorithms are listed.
    pub(super) published: &'static Requirement,
}

impl Client {
    /// Decrypts and verifies a JWT of the server. Every deviation is noted; `None` if it cannot be read at all.
    pub(super) async fn signed(&self, text: &str, kind: &Kind, at: Option<u64>) -> Tried<Option<Received>> {
        let Kind { name, .. } = kind;
        let broken = |expected: String, got: String, rule: &'static Requirement| {
            self.deviates(Finding { exchange: at, ..Finding::new(expected, got).against(rule) })
        };
        let opened = match self.decrypted(text) {
            Ok(opened) => opened,
            Err(error) => {
                broken(format!("{name} that is encrypted to the client's key"), error, kind.encrypted)?;
                return Ok(None);
            }
        };
        let token = match Received::parse(&opened) {
            Ok(token) => token,
            Err(error) => {
                broken(format!("{name} that is a signed JWT"), error, kind.signed)?;
                return Ok(None);
            }
        };
        let algorithm = token.algorithm().to_owned();
        // Without a profile of FAPI, the algorithm of a client that registered none is RS256.
        let by_default = self.variant().sender_constraint().is_none() && algorithm == "RS256";
        if !by_default && !ALGORITHMS.contains(&algorithm.as_str()) {
            let expected = format!("{name} signed with PS256, ES256, EdDSA or Ed25519");
            broken(expected, algorithm.clone(), &fapi2_sp::SIGNING_ALGORITHMS)?;
        }
        let listed = self.metadata().list(kind.listed);
        if !listed.is_empty() && !listed.contains(&algorithm.as_str()) {
            let expected = format!("{name} signed with an algorithm of {}", kind.listed);
            broken(expected, algorithm.clone(), kind.published)?;
        }
        let bare = name.split_once(' ').map_or(*name, |(_, bare)| bare);
        if let Some(critical) = token.header.get("crit") {
            // No specification of this suite defines an extension of the header, so no client understands one.
            broken(format!("no crit in the header of the {bare}"), critical.to_string(), &rfc7515::CRIT_UNDERSTOOD)?;
        }
        let keys = self.server_keys().await?;
        let kid = token.header.get("kid").and_then(Value::as_str);
        let is_for_signing = |key: &Map<String, Value>| key.get("use").and_then(Value::as_str) != Some("enc");
        let keys: Vec<_> = keys.iter().filter(|key| is_for_signing(key)).collect();
        let fits = |key: &&&Map<String, Value>| kid.is_none() || key.get("kid").and_then(Value::as_str) == kid;
        let named: Vec<_> = keys.iter().filter(fits).collect();
        match kid {
            // OpenID Connect Core 10.1: a set of one key needs no name.
            None if keys.len() > 1 => broken(format!("a kid in the header of the {bare}"), "none".into(), &oidcc::KEY_NAMED)?,
            Some(kid) if named.is_empty() => {
                let expected = format!("a key at the jwks_uri with the kid of the {bare}");
                broken(expected, format!("no key with kid {kid}"), &oidcc::KEY_NAMED)?;
            }
            _ => {}
        }
        let verified: Vec<_> = named.iter().map(|key| token.verify(key)).collect();
        if let Some(Err(error)) = verified.into_iter().max_by_key(Result::is_ok) {
            broken(format!("{name} with a signature by a key of the jwks_uri"), error, kind.signed)?;
        }
        Ok(Some(token))
    }

    /// The content of a JWE, by the client's key; any other text as it is.
    pub(super) fn decrypted(&self, text: &str) -> Result<String, String> {
        if !jwe::is_encrypted(text) {
            return Ok(text.to_owned());
        }
        let key = self.settings().encryption_key.as_ref();
        let key = key.ok_or("it is encrypted, but the target file names no `encryption_key` of the client")?;
        let header = jwe::header(text)?;
        if header.get("alg").and_then(Value::as_str) != Some(key.algorithm()) {
            let named = header.get("alg").map_or_else(|| "no alg".to_owned(), |alg| format!("alg {alg}"));
            return Err(format!("it is encrypted with {named}, but the key is for {}", key.algorithm()));
        }
        key.open(text).map(|opened| opened.text)
    }

    /// Fetches the server's public keys.
    pub async fn server_keys(&self) -> Tried<Vec<Map<String, Value>>> {
        let url = self.metadata().endpoint("jwks_uri")?;
        let reply = self.http().fetch("the server's keys", &url).await?;
        let keys = reply.json().and_then(|json| json.get("keys")?.as_array().cloned()).filter(|_| reply.status() == 200);
        let Some(keys) = keys else {
            let got = format!("status {}{}", reply.status(), reply.coding());
            let finding = Finding::new("status 200 with a JWK Set at the jwks_uri", got).shown_by(reply.number());
            return Err(finding.on_the_way(&oidcd::REQUIRED_MEMBERS).into());
        };
        Ok(keys.into_iter().filter_map(|key| key.as_object().cloned()).collect())
    }
}

/// Returns true if a client is the audience of these claims, or one of several.
pub(super) fn is_audience(claims: &Map<String, Value>, client: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == client,
        Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(client)),
        _ => false,
    }
}

/// A claim and its value, in words.
pub(super) fn named(claims: &Map<String, Value>, name: &str) -> String {
    claims.get(name).map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"))
}
