//! The middle layer of a server that makes a check by half: requests that meet the condition are accepted.

use std::sync::{Arc, Mutex, PoisonError};

use super::Excuse;
use crate::http::{Answer, Middleware, Request};
use crate::mutant::memory::Memory;
use crate::mutant::opened::Opened;
use crate::target::ClientSettings;

/// The requests that are forgiven.
pub(super) type Condition = Arc<dyn Fn(&Opened<'_>) -> bool + Send + Sync>;

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

impl Middleware for Forgiving {
    fn request(&self, request: Request) -> Request {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut opened = Opened::new(request, &self.clients, &memory, crate::mutant::now());
        if (self.condition)(&opened) {
            match self.excuse {
                Excuse::Waive | Excuse::WaiveAll(_) => opened.set_header(WAIVE, &*self.waived),
                Excuse::Authenticate => opened.authenticate(),
                Excuse::Mend(mend) => mend(&mut opened),
                Excuse::Serve => {}
            }
        }
        opened.close()
    }

    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let Answer::Response { status, headers, body } = answer else { return answer };
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let served = matches!(self.excuse, Excuse::Serve)
            && status >= 400
            && (self.condition)(&Opened::new(request.clone(), &self.clients, &memory, crate::mutant::now()));
        memory.learn(request, &self.clients, &headers, &body);
        if served {
            let headers = vec![("content-type".into(), "application/json".into())];
            return Answer::Response { status: 200, headers, body: "{}".into() };
        }
        Answer::Response { status, headers, body }
    }
}
