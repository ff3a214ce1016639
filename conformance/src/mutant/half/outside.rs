//! Servers that believe parameters beside a pushed request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fapi::requirement::rfc9101;
use url::Url;

use crate::http::{Answer, Middleware, Request};
use crate::keys;
use crate::mutant::memory::Memory;
use crate::mutant::missing_check::with_scope;
use crate::mutant::opened::Opened;
use crate::mutant::{Family, Mutant};
use crate::target::ClientSettings;
use crate::target::in_process::Alteration;

/// One mutant per parameter. What they serve is not what was pushed, so that they do not serve valid requests.
pub(super) fn all() -> Vec<Mutant> {
    ["redirect_uri", "scope", "code_challenge"].into_iter().map(mutant).collect()
}

fn mutant(parameter: &'static str) -> Mutant {
    let summary = format!("{parameter} in the authorization URL replaces the pushed one.");
    let name = format!("outside/{parameter}");
    Mutant::new(Family::BadReply, &name, summary, &rfc9101::OBJECT_ALONE_COUNTS, move |fixture| {
        let believes = Believes { parameter, clients: fixture.clients().cloned().collect(), state: Mutex::default() };
        Alteration { middleware: Some(Arc::new(believes)), ..Alteration::default() }
    })
}

/// A server that believes one parameter of the authorization URL.
struct Believes {
    parameter: &'static str,
    clients: Vec<ClientSettings>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    memory: Memory,
    /// The parameter outside, by `request_uri`.
    outside: HashMap<String, String>,
}

impl State {
    /// The parameter that came beside the pushed request of this code.
    fn of_code(&self, code: &str) -> Option<&String> {
        let asked = self.memory.requests.iter().find(|asked| asked.code.as_deref() == Some(code))?;
        self.outside.get(&asked.request_uri)
    }
}

impl Middleware for Believes {
    fn request(&self, request: Request) -> Request {
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let query = |name: &str| request.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        if let Some((uri, value)) = query("request_uri").zip(query(self.parameter)) {
            state.outside.insert(uri, value);
        }
        let mut opened = Opened::new(request, &self.clients, &state.memory, crate::mutant::now());
        let challenge = opened.field("code").and_then(|code| state.of_code(code)).filter(|_| self.parameter == "code_challenge");
        let fits = opened.field("code_verifier").map(keys::digest);
        if challenge.is_some_and(|challenge| Some(challenge) != fits.as_ref()) {
            opened.set("code_verifier", keys::random());
        }
        opened.close()
    }

    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let Answer::Response { status, mut headers, mut body } = answer else { return answer };
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.memory.learn(request, &self.clients, &headers, &body);
        let code_of = |url: &Url| url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        for (_, value) in headers.iter_mut().filter(|(name, _)| self.parameter == "redirect_uri" && name == "location") {
            let Ok(callback) = Url::parse(value) else { continue };
            if let Some(other) = code_of(&callback).and_then(|code| state.of_code(&code)) {
                *value = format!("{other}?{}", callback.query().unwrap_or_default());
            }
        }
        let code = form_urlencoded::parse(&request.body).find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        if let Some(scope) = code.and_then(|code| state.of_code(&code)).filter(|_| self.parameter == "scope") {
            body = with_scope(&body, Some(scope));
        }
        Answer::Response { status, headers, body }
    }
}
