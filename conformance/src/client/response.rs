//! Authorization responses: where they come, and the rules for each of their parameters.

use serde_json::{Map, Value};
use url::Url;

use super::id_token::{Beside, Expected};
use super::{Client, Pushed};
use crate::browser::{Callback, Landing, Place};
use crate::finding::{Finding, Stop, Tried};
use fapi::requirement::{Requirement, fapi2_sp, oauth2_fp, oauth2_rt, oidcc, rfc6749, rfc9207};

/// The response mode that a request asks for: the place of the response, and whether it is a JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// The place.
    pub place: Place,
    /// True if the parameters are in a signed JWT (JARM).
    pub signed: bool,
}

/// A correct response with everything that its response type names.
#[derive(Clone)]
pub struct Answer {
    /// The code.
    pub code: Option<String>,
    /// The claims of the ID token, which is verified.
    pub id_token: Option<Map<String, Value>>,
    /// The access token.
    pub access_token: Option<String>,
    /// The response.
    pub callback: Callback,
}

impl Pushed {
    /// The response mode that this request asks for, by name or by its response type.
    pub fn mode(&self) -> Mode {
        let types = self.parameter("response_type").unwrap_or_default();
        let has_tokens = types.split(' ').any(|name| matches!(name, "token" | "id_token"));
        let usual = if has_tokens { Place::Fragment } else { Place::Query };
        let named = self.parameter("response_mode").unwrap_or_default();
        let (place, signed) = match named {
            "query" => (Place::Query, false),
            "fragment" => (Place::Fragment, false),
            "form_post" => (Place::Form, false),
            "query.jwt" => (Place::Query, true),
            "fragment.jwt" => (Place::Fragment, true),
            "form_post.jwt" => (Place::Form, true),
            "jwt" => (usual, true),
            _ => (usual, false),
        };
        Mode { place, signed }
    }

    /// Returns true if tokens are to be in the query, where they must not be.
    fn asks_for_tokens_in_query(&self) -> bool {
        self.parameter("response_mode") == Some("query") && (self.asks_for("token") || self.asks_for("id_token"))
    }

    /// Returns true if the response is to have this: `code`, `id_token` or `token`.
    pub fn asks_for(&self, name: &str) -> bool {
        self.parameter("response_type").unwrap_or_default().split(' ').any(|asked| asked == name)
    }
}

impl Client {
    /// Demands that a visit ended with a correct response to this request, with everything that the response type names.
    pub async fn answered(&self, pushed: &Pushed, landing: Landing) -> Tried<Answer> {
        let asked = pushed.parameter("response_type").unwrap_or("code");
        let callback = match self.received(pushed, landing).await? {
            Landing::Callback(callback) => callback,
            other => {
                if let Some(obstacle) = other.obstacle(&self.target().user) {
                    return Err(obstacle.into());
                }
                let expected = format!("a response with {} at the redirect URI", parts(asked));
                return Err(lacking(&expected, other.describe(), other.exchange()));
            }
        };
        self.check_response(pushed, &callback)?;
        if let Some(error) = callback.parameter("error") {
            return Err(lacking(&format!("{} at the redirect URI", parts(asked)), format!("error {error}"), callback.exchange));
        }
        let at = callback.exchange;
        for (kind, name) in [("code", "code"), ("id_token", "id_token"), ("token", "access_token")] {
            let (wanted, has) = (pushed.asks_for(kind), callback.parameter(name).is_some());
            if wanted && !has {
                let got = if kind == "code" { "no code and no error".into() } else { format!("no `{name}`") };
                return Err(lacking(&format!("{} at the redirect URI", parts(asked)), got, at));
            }
            if has && !wanted {
                let rule = &oauth2_rt::COMBINED_RESPONSES;
                self.deviates(front(&format!("{}, and nothing else", parts(asked)), format!("`{name}` as well"), at, rule))?;
            }
        }
        let code = callback.parameter("code").filter(|_| pushed.asks_for("code"));
        if let Some(code) = &code {
            self.unguessable("a code", code, at.unwrap_or_default())?;
        }
        let access_token = callback.parameter("access_token").filter(|_| pushed.asks_for("token"));
        if let Some(token) = &access_token {
            self.check_front_token(token, &callback)?;
        }
        let id_token = match callback.parameter("id_token").filter(|_| pushed.asks_for("id_token")) {
            Some(text) => {
                let beside = Beside {
                    access_token: access_token.as_deref(),
                    code: code.as_deref(),
                    state: pushed.parameter("state"),
                    in_front: true,
                };
                let nonce = Expected::Exactly(pushed.parameter("nonce"));
                Some(self.verify_id_token(&text, beside, nonce, at).await?)
            }
            None => None,
        };
        Ok(Answer { code, id_token, access_token, callback })
    }

    /// Checks the rules for every authorization response, including error responses.
    pub fn check_response(&self, pushed: &Pushed, callback: &Callback) -> Tried<()> {
        let at = callback.exchange;
        let parameters = callback.parameters();
        let is_unread = self.is_unread(callback);
        // Nothing says where the error about a response mode goes that the tokens cannot have.
        let is_impossible = pushed.asks_for_tokens_in_query() && callback.parameter("error").is_some();
        if !is_unread && !is_impossible {
            self.check_place(pushed.mode().place, callback)?;
        }
        if let Some((name, _)) =
            parameters.iter().find(|(name, _)| parameters.iter().filter(|(other, _)| other == name).count() > 1)
        {
            let got = format!("`{name}` more than once");
            self.deviates(front("each response parameter only once", got, at, &rfc6749::NO_REPEATED_PARAMETER))?;
        }
        let sent = pushed.parameter("state").filter(|state| !state.is_empty());
        let state = callback.parameter("state");
        if state.as_deref() != sent && !(is_unread && state.is_none()) {
            // The values differ from run to run; the exchange shows them.
            let expected = if sent.is_some() { "the state of the request" } else { "no state, since the request had none" };
            let got = if state.is_some() { "another state" } else { "no state" }.to_owned();
            let is_combined = pushed.parameter("response_type").is_some_and(|types| types.contains(' '));
            let rule: &'static Requirement = match callback.parameter("error") {
                Some(_) => &rfc6749::STATE_ECHOED_ON_ERROR,
                None if is_combined => &oauth2_rt::COMBINED_STATE_ECHOED,
                None => &rfc6749::STATE_ECHOED,
            };
            self.deviates(front(expected, got, at, rule))?;
        }
        self.check_issuer(pushed, callback)?;
        for (name, value) in redirect_pairs(pushed, self) {
            let sent = callback.of_query(&name);
            if sent.as_ref() != Some(&value) {
                let expected = format!("the redirect URI with its own `{name}`");
                let got = if sent.is_some() { format!("another `{name}`") } else { format!("no `{name}`") };
                self.deviates(front(&expected, got, at, &rfc6749::REDIRECT_ABSOLUTE))?;
            }
        }
        Ok(())
    }

    /// Returns true if a response says that the server could not read the request: then it knows neither its mode nor its state.
    pub(super) fn is_unread(&self, callback: &Callback) -> bool {
        let unread = ["invalid_request_object", "invalid_request_uri"];
        let is_unread = callback.parameter("error").is_some_and(|error| unread.contains(&error.as_str()));
        is_unread && !self.target().instance.strict()
    }

    /// Demands the response in one place, and nothing in the others.
    fn check_place(&self, expected: Place, callback: &Callback) -> Tried<()> {
        let has_fragment = callback.url.fragment().is_some_and(|fragment| !fragment.is_empty() && fragment != "_=_");
        let (rule, words): (&'static Requirement, _) = match expected {
            Place::Query => (&oauth2_rt::DEFAULT_RESPONSE_MODE, "a response in the query, without a fragment"),
            Place::Fragment => (&oauth2_rt::TOKENS_IN_FRAGMENT, "a response in the fragment"),
            Place::Form => (&oauth2_fp::FORM_POSTED, "a response in a form that the browser posts"),
        };
        let got = match callback.place {
            place if place != expected => place.name().to_owned(),
            Place::Query if has_fragment => "a fragment".to_owned(),
            _ => return Ok(()),
        };
        self.deviates(front(words, got, callback.exchange, rule))
    }

    /// Demands the issuer. Responses in the query must name it, as FAPI 2.0 demands; others, if the metadata promises that.
    fn check_issuer(&self, pushed: &Pushed, callback: &Callback) -> Tried<()> {
        let (at, issuer) = (callback.exchange, &self.target().issuer);
        let expected = format!("iss={issuer}");
        let promised = self.metadata().is_true("authorization_response_iss_parameter_supported");
        let is_plain_code = pushed.mode().place == Place::Query && !pushed.asks_for("id_token");
        if pushed.mode().signed {
            // The issuer is a claim of the JWT, which was looked at when that was opened.
            return Ok(());
        }
        match callback.parameter("iss") {
            Some(iss) if &iss == issuer => Ok(()),
            Some(iss) => self.deviates(front(&expected, format!("iss={iss}"), at, &rfc9207::ISS_AS_PUBLISHED)),
            None if is_plain_code => self.deviates(front(&expected, "no iss".into(), at, &fapi2_sp::RESPONSE_ISS)),
            None if promised => self.deviates(front(&expected, "no iss".into(), at, &rfc9207::RESPONSE_ISS)),
            None => Ok(()),
        }
    }

    /// Checks what comes with an access token in the front channel.
    fn check_front_token(&self, token: &str, callback: &Callback) -> Tried<()> {
        let at = callback.exchange;
        self.unguessable("an access token", token, at.unwrap_or_default())?;
        let kind = callback.parameter("token_type").unwrap_or_else(|| "none".into());
        if !kind.eq_ignore_ascii_case("Bearer") {
            self.deviates(front("token_type Bearer", kind, at, &oidcc::IMPLICIT_RESPONSE))?;
        }
        if let Some(lifetime) = callback.parameter("expires_in").filter(|lifetime| lifetime.parse::<u64>().is_err()) {
            self.deviates(front("a number of seconds as expires_in", lifetime, at, &oidcc::IMPLICIT_RESPONSE))?;
        }
        if callback.parameter("refresh_token").is_some() {
            let (expected, got) = ("no refresh token from the authorization endpoint", "one".to_owned());
            self.deviates(front(expected, got, at, &oidcc::IMPLICIT_RESPONSE))?;
        }
        Ok(())
    }
}

impl Answer {
    /// The number of the exchange that delivered it.
    pub fn exchange(&self) -> Option<u64> {
        self.callback.exchange
    }
}

/// What a response type names, in words.
fn parts(asked: &str) -> String {
    let words: Vec<_> = asked
        .split(' ')
        .map(|name| match name {
            "code" => "a code",
            "id_token" => "an ID token",
            "token" => "an access token",
            _ => "an answer",
        })
        .collect();
    crate::words::list(&words, "and")
}

fn redirect_pairs(pushed: &Pushed, client: &Client) -> Vec<(String, String)> {
    let text = pushed.parameter("redirect_uri").unwrap_or(&client.settings().redirect_uri);
    Url::parse(text).map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default()
}

fn lacking(expected: &str, got: String, exchange: Option<u64>) -> Stop {
    Finding { exchange, ..Finding::new(expected, got).on_the_way(&rfc6749::CODE_REQUEST) }.into()
}

/// A finding about a response in the front channel.
pub(super) fn front(expected: &str, got: String, exchange: Option<u64>, rule: &'static Requirement) -> Finding {
    Finding { exchange, ..Finding::new(expected, got).against(rule) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(fields: &[(&str, &str)]) -> Pushed {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Pushed::of(fields.collect(), String::new())
    }

    #[test]
    fn the_mode_is_the_named_one_or_that_of_the_response_type() {
        let of = |types: &str, mode: Option<&str>| {
            let mode = mode.map(|mode| ("response_mode", mode));
            pushed(&[("response_type", types)].into_iter().chain(mode).collect::<Vec<_>>()).mode()
        };
        let mode = |place, signed| Mode { place, signed };
        assert_eq!(of("code", None), mode(Place::Query, false));
        assert_eq!(of("code id_token", None), mode(Place::Fragment, false));
        assert_eq!(of("code", Some("jwt")), mode(Place::Query, true));
        assert_eq!(of("id_token token", Some("jwt")), mode(Place::Fragment, true));
        assert_eq!(of("code token", Some("form_post")), mode(Place::Form, false));
        assert_eq!(of("code", Some("form_post.jwt")), mode(Place::Form, true));
        assert_eq!(of("code", Some("pigeon")), mode(Place::Query, false));
    }

    #[test]
    fn a_response_type_in_words() {
        assert_eq!(parts("code"), "a code");
        assert_eq!(parts("code id_token token"), "a code, an ID token and an access token");
        assert!(pushed(&[("response_type", "code token")]).asks_for("token"));
        assert!(!pushed(&[("response_type", "id_token")]).asks_for("token"));
    }
}
