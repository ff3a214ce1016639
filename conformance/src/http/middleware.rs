//! The hook between the suite and a server that changes messages.

use super::{Answer, Request};

/// Changes messages between the suite and a server, to make a server look broken.
pub trait Middleware: Send + Sync {
    /// The request that the server gets.
    fn request(&self, request: Request) -> Request {
        request
    }

    /// The response that the suite gets.
    fn answer(&self, _request: &Request, answer: Answer) -> Answer {
        answer
    }
}
