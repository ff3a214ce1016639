//! What may stand between the suite and a server.

use super::{Answer, Request};

/// Stands between the suite and a server, and passes on what it likes: how a server is made to look broken.
pub trait Middleware: Send + Sync {
    /// What the server gets to see.
    fn request(&self, request: Request) -> Request {
        request
    }

    /// What the suite gets to see.
    fn answer(&self, _request: &Request, answer: Answer) -> Answer {
        answer
    }
}
