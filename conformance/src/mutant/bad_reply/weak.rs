//! Servers whose values can be guessed. The suite gets a weak value in place of each real one, and the server the real one back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fapi::Dialect;
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc9126};
use fapi_server::config::Config;
use serde_json::{Map, Value};
use url::Url;

use super::super::{Family, Mutant};
use crate::client::form::encode;
use crate::http::{Answer, Middleware, Request};
use crate::target::in_process::Alteration;

/// One mutant per row.
pub(in crate::mutant) fn all() -> Vec<Mutant> {
    WEAK.iter().map(|(name, summary, requirement, member, weaken)| mutant(name, summary, requirement, member, *weaken)).collect()
}

/// Makes the weak value for the nth real one.
type Weaken = fn(&str, u64) -> String;

type Row = (&'static str, &'static str, &'static Requirement, &'static str, Weaken);

static WEAK: &[Row] = &[
    ("weak/request-uri-counted", "A request_uri is a number in hex.", &rfc9126::REQUEST_URI_RANDOM, "request_uri", |_, count| {
        format!("urn:ietf:params:oauth:request_uri:{:064x}", 0x3f1c_0000 + count)
    }),
    (
        "weak/request-uri-64-bits",
        "A request_uri has 64 random bits behind constant characters.",
        &rfc9126::REQUEST_URI_RANDOM,
        "request_uri",
        |real, _| format!("urn:ietf:params:oauth:request_uri:Qm9yaW5nQ29uc3RhbnRQcmVmaXg3{}", last(real, 11)),
    ),
    (
        "weak/code-8-characters",
        "A code has 8 random characters behind constant ones.",
        &fapi2_sp::CREDENTIAL_ENTROPY,
        "code",
        |real, _| format!("uR7bX0qZk3vT9yLmN2cW5eA8sD1fG4hJ{}", last(real, 8)),
    ),
    ("weak/code-twice", "A code repeats its 66 random bits.", &rfc6749::TOKENS_UNGUESSABLE, "code", |real, _| {
        format!("{0}{0}{0}", last(real, 11))
    }),
    (
        "weak/code-time",
        "A code consists of a counter and 60 random bits.",
        &rfc6749::TOKENS_UNGUESSABLE,
        "code",
        |real, count| format!("{}{}", 1_796_000_000_000_000_000 + count * 1_234_567, last(real, 10)),
    ),
    (
        "weak/refresh-token-counted",
        "A refresh token is a product of its number and a constant.",
        &fapi2_sp::CREDENTIAL_ENTROPY,
        "refresh_token",
        |_, count| format!("{:032x}", u128::from(count).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)),
    ),
    (
        "weak/access-token-72-bits",
        "An access token has 72 random bits behind constant characters.",
        &rfc6749::TOKENS_UNGUESSABLE,
        "access_token",
        |real, _| format!("ya29-Qm9yaW5nQ29uc3RhbnRQcmVmaXg3{}", last(real, 12)),
    ),
    (
        "weak/session-48-bits",
        "A session cookie has 48 random bits behind constant characters.",
        &rfc6749::TOKENS_UNGUESSABLE,
        COOKIE,
        |real, _| format!("s%3AQm9yaW5nQ29uc3RhbnRQcmVmaXg3{}", last(real, 8)),
    ),
];

/// The values of cookies, which no member carries.
const COOKIE: &str = "cookie";

/// The last characters of a value.
fn last(value: &str, count: usize) -> &str {
    &value[value.len().saturating_sub(count)..]
}

fn mutant(name: &str, summary: &str, requirement: &'static Requirement, member: &'static str, weaken: Weaken) -> Mutant {
    // A JWT cannot be replaced, because the suite reads it.
    let configure: Option<fn(&mut Config)> =
        (member == "access_token").then_some(|config| config.resource.format = Dialect::Opaque);
    Mutant::new(Family::BadReply, name, summary, requirement, move |_| Alteration {
        middleware: Some(Arc::new(Weak { member, weaken, known: Mutex::default() })),
        configure,
        ..Alteration::default()
    })
}

/// Stands between the suite and a correct server.
struct Weak {
    member: &'static str,
    weaken: Weaken,
    known: Mutex<Known>,
}

/// The weak values by the real ones, and the reverse.
#[derive(Default)]
struct Known {
    weak: HashMap<String, String>,
    real: HashMap<String, String>,
}

impl Weak {
    fn weak(&self, real: &str) -> String {
        let known = &mut self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(weak) = known.weak.get(real) {
            return weak.clone();
        }
        let weak = (self.weaken)(real, u64::try_from(known.weak.len()).unwrap_or(u64::MAX));
        known.weak.insert(real.to_owned(), weak.clone());
        known.real.insert(weak.clone(), real.to_owned());
        weak
    }

    fn real(&self, value: &str) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.real.get(value).cloned().unwrap_or_else(|| value.to_owned())
    }

    fn carries(&self, name: &str) -> bool {
        name == self.member || (name == "token" && matches!(self.member, "refresh_token" | "access_token"))
    }

    fn sent(&self, pairs: Vec<(String, String)>) -> Vec<(String, String)> {
        pairs
            .into_iter()
            .map(|(name, value)| if self.carries(&name) { (name, self.real(&value)) } else { (name, value) })
            .collect()
    }

    /// The URL of an authorization response with the weak code.
    fn called_back(&self, location: &str) -> Option<String> {
        let mut url = Url::parse(location).ok().filter(|_| self.member == "code")?;
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        if !pairs.iter().any(|(name, _)| name == "code") {
            return None;
        }
        let weak = |(name, value): (String, String)| if name == "code" { (name, self.weak(&value)) } else { (name, value) };
        url.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(weak));
        Some(url.into())
    }

    fn cookie_set(&self, field: &str) -> Option<String> {
        let (name, rest) = field.split_once('=').filter(|_| self.member == COOKIE)?;
        let (value, attributes) = rest.split_once(';').unwrap_or((rest, ""));
        (value.len() > 20).then(|| format!("{name}={};{attributes}", self.weak(value)))
    }

    fn cookies_sent(&self, field: &str) -> String {
        let real = |pair: &str| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.real(value)),
            None => pair.to_owned(),
        };
        field.split("; ").map(real).collect::<Vec<_>>().join("; ")
    }
}

impl Middleware for Weak {
    fn request(&self, mut request: Request) -> Request {
        if request.url.query().is_some() {
            let pairs = self.sent(request.url.query_pairs().into_owned().collect());
            request.url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        if request.headers.iter().any(|(_, value)| value == "application/x-www-form-urlencoded") {
            request.body = encode(&self.sent(form_urlencoded::parse(&request.body).into_owned().collect())).into();
        }
        if self.member == COOKIE {
            let cookies = request.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
            cookies.for_each(|(_, value)| *value = self.cookies_sent(value));
        }
        request
    }

    fn answer(&self, _: &Request, answer: Answer) -> Answer {
        let Answer::Response { status, mut headers, mut body } = answer else { return answer };
        for (name, value) in &mut headers {
            let changed = match name.as_str() {
                "location" => self.called_back(value),
                "set-cookie" => self.cookie_set(value),
                _ => None,
            };
            *value = changed.unwrap_or_else(|| std::mem::take(value));
        }
        if let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(&body)
            && let Some(real) = members.get(self.member).and_then(Value::as_str)
        {
            let weak = self.weak(real);
            members.insert(self.member.to_owned(), weak.into());
            body = Value::Object(members).to_string().into();
            let length = body.len().to_string();
            headers.iter_mut().filter(|(name, _)| name == "content-length").for_each(|(_, value)| value.clone_from(&length));
        }
        Answer::Response { status, headers, body }
    }
}
