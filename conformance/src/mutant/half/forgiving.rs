//! The middle layer of a server that makes a check by half: requests that meet the condition are accepted.

use std::sync::{Arc, Mutex, PoisonError};

use super::Excuse;
use crate::http::{Answer, Middleware, Request};
use crate::mutant::memory::Memory;
use crate::mutant::missing_check::with_scope;
use crate::mutant::opened::Opened;
use crate::target::ClientSettings;

/// The requests that are forgiven: `Some` with the right value, if one takes the place of the wrong one.
pub(super) type Condition = Arc<dyn Fn(&Opened<'_>) -> Option<String> + Send + Sync>;

/// The header field that tells the server which checks to leave out for this request.
const WAIVE: &str = "fapi-waive";

/// A server that forgives some requests.
pub(super) struct Forgiving {
    condition: Condition,
    excuse: Excuse,
    /// The ids of the requirements that are not checked for them.
    waived: Arc<str>,
    clients: Vec<ClientSettings>,
    memory: Mutex<Memory>,
}

impl Forgiving {
    pub(super) fn new(condition: Condition, excuse: Excuse, waived: Arc<str>, clients: Vec<ClientSettings>) -> Self {
        Self { condition, excuse, waived, clients, memory: Mutex::default() }
    }
}

impl Forgiving {
    /// Returns true if a forgiven request is a call that this resource server serves.
    fn serves(&self, opened: &Opened<'_>) -> bool {
        match self.excuse {
            Excuse::Serve => true,
            Excuse::Prove => !opened.is_back_channel(),
            _ => false,
        }
    }
}

impl Middleware for Forgiving {
    fn request(&self, request: Request) -> Request {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut opened = Opened::new(request, &self.clients, &memory, crate::mutant::now());
        if let Some(right) = (self.condition)(&opened) {
            match self.excuse {
                Excuse::Waive | Excuse::WaiveAll(_) => opened.set_header(WAIVE, &*self.waived),
                Excuse::Authenticate => opened.authenticate(),
                Excuse::Mend(mend) | Excuse::Grant(mend) => mend(&mut opened),
                Excuse::Put(put) => put(&mut opened, &right),
                Excuse::Prove if opened.is_back_channel() => {
                    opened.prove();
                    opened.set_header(WAIVE, &*self.waived);
                }
                Excuse::Serve | Excuse::Prove | Excuse::Again(_) => {}
            }
        }
        opened.close()
    }

    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let Answer::Response { status, headers, body } = answer else { return answer };
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = Opened::new(request.clone(), &self.clients, &memory, crate::mutant::now());
        let forgiven = (self.condition)(&opened).is_some();
        let (mut sent, mut once) = ((status, headers, body), None);
        match self.excuse {
            _ if forgiven && status >= 400 && self.serves(&opened) => {
                sent = (200, vec![("content-type".into(), "application/json".into())], "{}".into());
            }
            Excuse::Grant(_) if forgiven => sent.2 = with_scope(&sent.2, opened.field("scope")),
            Excuse::Again(value) => {
                let value = value(&opened);
                let known = value.as_ref().and_then(|value| memory.successes.get(value));
                match known.filter(|_| forgiven && sent.0 >= 400) {
                    Some(known) => sent = known.clone(),
                    None => once = value.filter(|_| sent.0 < 400),
                }
            }
            _ => {}
        }
        let (status, headers, body) = sent;
        if let Some(value) = once {
            memory.successes.insert(value, (status, headers.clone(), body.clone()));
        }
        memory.learn(request, &self.clients, &headers, &body);
        Answer::Response { status, headers, body }
    }
}
