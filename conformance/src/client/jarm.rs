//! Authorization responses in JWTs (JARM), read as strictly as the specification allows a client to be.

use serde_json::{Map, Value};

use super::response::front;
use super::signed::{Kind, is_audience, named};
use super::{Client, Pushed};
use crate::browser::{Callback, Landing, Place};
use crate::finding::Tried;
use fapi::requirement::{Requirement, fapi2_ms, jarm};

/// The lifetime that a response may have, in seconds.
const LONGEST: i64 = 600;
/// The tolerance for clocks when a time is compared with now, in seconds.
const LEEWAY: i64 = 10;
/// The claims of the JWT that are not parameters of the response. `iss` is one of both.
const OF_JWT: &[&str] = &["aud", "exp", "iat", "nbf", "jti"];
/// The parameters that are numbers inside a JWT.
const NUMBERS: &[&str] = &["expires_in"];

const RESPONSE: Kind = Kind {
    name: "a response",
    listed: "authorization_signing_alg_values_supported",
    signed: &jarm::SIGNED,
    encrypted: &jarm::ENCRYPTED_RESPONSE_ALG,
    published: &jarm::ALGORITHMS_PUBLISHED,
};

impl Client {
    /// The end of a visit as the client sees it: if the request asked for a JWT, the parameters are those of the verified JWT.
    pub async fn received(&self, pushed: &Pushed, landing: Landing) -> Tried<Landing> {
        match landing {
            Landing::Callback(callback) if pushed.mode().signed && callback.inside().is_none() && !self.is_unread(&callback) => {
                let redirect_uri = pushed.parameter("redirect_uri").unwrap_or(&self.settings().redirect_uri);
                self.opened(callback, pushed.mode().place, redirect_uri).await.map(Landing::Callback)
            }
            other => Ok(other),
        }
    }

    /// The same for a visit to an unknown request of the variant: a response with a JWT is read.
    pub async fn read(&self, landing: Landing) -> Tried<Landing> {
        match landing {
            Landing::Callback(callback)
                if self.variant().signed_responses()
                    && callback.inside().is_none()
                    && callback.parameter("response").is_some() =>
            {
                let place = callback.place;
                self.opened(callback, place, &self.settings().redirect_uri).await.map(Landing::Callback)
            }
            other => Ok(other),
        }
    }

    async fn opened(&self, callback: Callback, place: Place, redirect_uri: &str) -> Tried<Callback> {
        let at = callback.exchange;
        let broken = |expected: &str, got: String, rule| self.deviates(front(expected, got, at, rule));
        let of_mode = of_mode(place);
        let (came, inside): (Vec<_>, Vec<_>) = callback.came().iter().partition(|(name, _)| name != "response");
        let own = |name: &str| callback.place == Place::Query && is_of(redirect_uri, name);
        for (name, _) in came.into_iter().filter(|(name, _)| !own(name)) {
            let rule = if name == "iss" { &fapi2_ms::NO_PLAIN_ISS } else { of_mode };
            broken("no parameter beside `response`", format!("`{name}` as well"), rule)?;
        }
        let text = match inside[..] {
            [(_, text)] => text.clone(),
            [] => {
                broken("the parameter `response`, a JWT", "none".into(), of_mode)?;
                return Ok(callback);
            }
            [..] => {
                broken("one parameter `response`", "more than one".into(), of_mode)?;
                return Ok(callback);
            }
        };
        let Some(token) = self.signed(&text, &RESPONSE, at).await? else { return Ok(callback) };
        for (expected, got, rule) in self.wrong_claims(&token.claims) {
            broken(&expected, got, rule)?;
        }
        let parameters = token.claims.into_iter().filter(|(name, _)| !OF_JWT.contains(&name.as_str()));
        Ok(callback.opened(parameters.collect()))
    }

    /// What is wrong with the claims of a response: expected, got, and the clause.
    fn wrong_claims(&self, claims: &Map<String, Value>) -> Vec<(String, String, &'static Requirement)> {
        let mut wrong: Vec<(String, String, &'static Requirement)> = Vec::new();
        let named = |name| named(claims, name);
        if claims.get("iss").and_then(Value::as_str) != Some(&self.target().issuer) {
            wrong.push((format!("iss {}", self.target().issuer), named("iss"), &jarm::RESPONSE_CLAIMS));
        }
        if !is_audience(claims, self.id()) {
            wrong.push((format!("aud {}", self.id()), named("aud"), &jarm::RESPONSE_CLAIMS));
        }
        let (now, tolerance) = (self.now(), LEEWAY + self.target().clock_tolerance);
        match claims.get("exp").and_then(Value::as_i64) {
            Some(time) if time > now + LONGEST + tolerance => {
                wrong.push((format!("an exp within ten minutes (now is {now})"), named("exp"), &jarm::RESPONSE_LIFETIME));
            }
            Some(time) if time > now - tolerance => {}
            _ => wrong.push((format!("an exp later than now ({now})"), named("exp"), &jarm::RESPONSE_CLAIMS)),
        }
        for (name, value) in claims.iter().filter(|(name, _)| !OF_JWT.contains(&name.as_str())) {
            let fits = if NUMBERS.contains(&name.as_str()) { value.is_number() } else { value.is_string() };
            if !fits {
                let kind = if NUMBERS.contains(&name.as_str()) { "a number" } else { "a string" };
                let got = super::values::kind(Some(value)).to_owned();
                wrong.push((format!("{kind} as {name}"), got, &jarm::ALL_PARAMETERS_INSIDE));
            }
        }
        wrong
    }
}

/// The clause of a mode.
fn of_mode(place: Place) -> &'static Requirement {
    match place {
        Place::Query => &jarm::QUERY_JWT,
        Place::Fragment => &jarm::FRAGMENT_JWT,
        Place::Form => &jarm::FORM_POST_JWT,
    }
}

/// Returns true if a parameter is one of the redirect URI's own.
fn is_of(redirect_uri: &str, name: &str) -> bool {
    url::Url::parse(redirect_uri).is_ok_and(|own| own.query_pairs().any(|(other, _)| other == name))
}
