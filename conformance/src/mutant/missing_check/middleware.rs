//! The middle layer of a server with a missing check: it changes messages on the wire so that requests with one fault are answered
//! like valid ones.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use crate::http::{Answer, Middleware, Request};
use crate::mutant::memory::Memory;
use crate::mutant::opened::Opened;
use crate::target::ClientSettings;
use crate::target::in_process::Fixture;

/// The fault that a server accepts, and how the middle layer achieves that.
#[derive(Clone, Copy)]
pub(super) enum Overlooks {
    /// Corrects the request.
    Request(fn(&mut Opened<'_>)),
    /// Issues the token for the requested scope, whatever it is, and returns that scope.
    Grant(fn(&mut Opened<'_>)),
    /// Repeats the first response to a request with a single-use value; the function returns the name of the value.
    Replay(fn(&Opened<'_>) -> Option<String>),
    /// Serves every resource request for which the function returns true.
    Resource(fn(&Opened<'_>) -> bool),
}

impl Overlooks {
    /// The identity of the server: the same for requirements with the same function.
    pub(super) fn place(self) -> String {
        match self {
            Self::Request(how) => format!("request {:x}", how as usize),
            Self::Grant(how) => format!("grant {:x}", how as usize),
            Self::Replay(what) => format!("replay {:x}", what as usize),
            Self::Resource(who) => format!("resource {:x}", who as usize),
        }
    }
}

/// A server that accepts one fault.
pub(super) struct MissingCheck {
    overlooks: Overlooks,
    clients: Vec<ClientSettings>,
    audiences: Vec<String>,
    memory: Mutex<Memory>,
}

impl MissingCheck {
    pub(super) fn new(overlooks: Overlooks, fixture: &Fixture) -> Self {
        let (clients, audiences) = (fixture.clients().cloned().collect(), fixture.audiences().map(str::to_owned).collect());
        Self { overlooks, clients, audiences, memory: Mutex::default() }
    }

    fn opened<T>(&self, request: &Request, look: impl FnOnce(Opened<'_>) -> T) -> T {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = Opened::new(request.clone(), &self.clients, &memory, crate::mutant::now());
        look(Opened { audiences: &self.audiences, ..opened })
    }
}

impl Middleware for MissingCheck {
    fn request(&self, request: Request) -> Request {
        let (Overlooks::Request(mend) | Overlooks::Grant(mend)) = self.overlooks else { return request };
        self.opened(&request, |mut opened| {
            mend(&mut opened);
            opened.close()
        })
    }

    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let Answer::Response { status, headers, body } = answer else { return answer };
        let good_once = match self.overlooks {
            Overlooks::Replay(name) => self.opened(request, |opened| name(&opened)),
            _ => None,
        };
        let body = match self.overlooks {
            Overlooks::Grant(_) => self.opened(request, |opened| with_scope(&body, opened.field("scope"))),
            _ => body,
        };
        let serves = match self.overlooks {
            Overlooks::Resource(bad) => self.opened(request, |opened| opened.endpoint() == "resource" && bad(&opened)),
            _ => false,
        };
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.learn(request, &self.clients, &headers, &body);
        if serves && status >= 400 {
            let headers = vec![("content-type".into(), "application/json".into())];
            return Answer::Response { status: 200, headers, body: "{}".into() };
        }
        match good_once {
            Some(name) if status < 400 => {
                memory.successes.insert(name, (status, headers.clone(), body.clone()));
            }
            Some(name) => {
                if let Some((status, headers, body)) = memory.successes.get(&name).cloned() {
                    return Answer::Response { status, headers, body };
                }
            }
            None => {}
        }
        Answer::Response { status, headers, body }
    }
}

/// A token response with this scope.
pub(in crate::mutant) fn with_scope(body: &Bytes, scope: Option<&str>) -> Bytes {
    let Ok(Value::Object(mut reply)) = serde_json::from_slice::<Value>(body) else { return body.clone() };
    if let Some(scope) = scope.filter(|_| reply.contains_key("access_token")) {
        reply.insert("scope".into(), scope.into());
    }
    Value::Object(reply).to_string().into()
}
