//! The front channel: from a pushed request over the user's pages to the authorization response.

mod conclude;
mod consent;
mod finish;
mod hint;
mod open;
mod parameters;
mod present;
mod prompt;
mod push;
mod request_object;
mod response;
mod response_type;
mod target;

pub(crate) use conclude::Conclusion;
pub(crate) use open::ShowInteraction;
pub(crate) use present::AuthorizationRequest;
pub(crate) use push::PushedAuthorizationRequest;
