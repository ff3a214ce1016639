//! Replies that are JWTs: introspection responses (RFC 9701) and userinfo (OpenID Connect Core 5.3.2).

use serde_json::{Map, Value};

use super::signed::{Kind, is_audience, named};
use super::{Client, FormRequest};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use fapi::requirement::{Requirement, oidcc, oidcd, rfc7662, rfc9701};

/// The media type of introspection responses that are JWTs.
pub const INTROSPECTION_JWT: &str = "application/token-introspection+jwt";

const INTROSPECTION: Kind = Kind {
    name: "an introspection response",
    listed: "introspection_signing_alg_values_supported",
    signed: &rfc9701::SIGNED_FIRST,
    encrypted: &rfc9701::ENCRYPTED_RESPONSE_ALG,
    published: &rfc9701::ALGORITHMS_PUBLISHED,
};

const USERINFO: Kind = Kind {
    name: "a userinfo response",
    listed: "userinfo_signing_alg_values_supported",
    signed: &oidcc::USERINFO_SIGNED,
    encrypted: &oidcc::USERINFO_SIGNED,
    published: &oidcd::REQUIRED_MEMBERS,
};

impl Client {
    /// Makes an introspection request for a JWT.
    pub fn introspect_signed(&self, token: &str) -> FormRequest {
        self.introspect(token).accepting(INTROSPECTION_JWT)
    }

    /// The members of an introspection response, from JSON or from a verified JWT.
    pub async fn read_introspection(&self, reply: &Reply) -> Tried<Map<String, Value>> {
        if reply.media_type().as_deref() != Some(INTROSPECTION_JWT) {
            return object(reply, "introspection response", &rfc7662::ANSWER_SHAPE);
        }
        let (at, now) = (Some(reply.number()), self.now());
        let broken = |expected: &str, got: String, rule| self.deviates(found(reply, expected, got, rule));
        let Some(token) = self.signed(&reply.text(), &INTROSPECTION, at).await? else { return Ok(Map::new()) };
        let (header, claims) = (&token.header, &token.claims);
        if header.get("typ").and_then(Value::as_str) != Some("token-introspection+jwt") {
            broken("typ token-introspection+jwt in its header", named(header, "typ"), &rfc9701::RESPONSE_TYPED)?;
        }
        self.check_issuer_and_audience(reply, claims, [&rfc9701::RESPONSE_ISS, &rfc9701::RESPONSE_AUD])?;
        let tolerance = 10 + self.target().clock_tolerance;
        if claims.get("iat").and_then(Value::as_i64).is_none_or(|time| (time - now).abs() > 60 + tolerance) {
            broken(&format!("an iat of about now ({now})"), named(claims, "iat"), &rfc9701::RESPONSE_IAT)?;
        }
        for name in ["sub", "exp"] {
            if claims.contains_key(name) {
                broken(&format!("no {name} beside token_introspection"), named(claims, name), &rfc9701::NO_SUB_AND_EXP)?;
            }
        }
        match claims.get("token_introspection") {
            Some(Value::Object(members)) => Ok(members.clone()),
            other => {
                let got = super::values::kind(other).to_owned();
                broken("an object as token_introspection", got, &rfc9701::TOKEN_INTROSPECTION)?;
                Ok(Map::new())
            }
        }
    }

    /// The claims of a userinfo response, from JSON or from a verified JWT.
    pub async fn read_userinfo(&self, reply: &Reply) -> Tried<Map<String, Value>> {
        if reply.media_type().as_deref() != Some("application/jwt") {
            return object(reply, "userinfo response", &oidcc::USERINFO_TYPE);
        }
        let Some(token) = self.signed(&reply.text(), &USERINFO, Some(reply.number())).await? else { return Ok(Map::new()) };
        self.check_issuer_and_audience(reply, &token.claims, [&oidcc::USERINFO_SIGNED; 2])?;
        Ok(token.claims)
    }

    fn check_issuer_and_audience(
        &self,
        reply: &Reply,
        claims: &Map<String, Value>,
        rules: [&'static Requirement; 2],
    ) -> Tried<()> {
        let [of_issuer, of_audience] = rules;
        if claims.get("iss").and_then(Value::as_str) != Some(&self.target().issuer) {
            self.deviates(found(reply, &format!("iss {}", self.target().issuer), named(claims, "iss"), of_issuer))?;
        }
        if !is_audience(claims, self.id()) {
            self.deviates(found(reply, &format!("aud {}", self.id()), named(claims, "aud"), of_audience))?;
        }
        Ok(())
    }
}

fn object(reply: &Reply, what: &str, rule: &'static Requirement) -> Tried<Map<String, Value>> {
    match reply.json() {
        Some(Value::Object(members)) => Ok(members),
        _ => {
            let got = reply.header("content-type").unwrap_or("no content type").to_owned();
            Err(found(reply, &format!("a {what} that is a JSON object or a JWT"), got, rule).into())
        }
    }
}

fn found(reply: &Reply, expected: &str, got: String, rule: &'static Requirement) -> Finding {
    Finding::new(expected, got).shown_by(reply.number()).against(rule)
}
