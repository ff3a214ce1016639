//! The front channel: from a pushed request over the user's pages to the authorization response.

mod conclude;
mod consent;
mod hint;
mod open;
mod parameters;
mod present;
mod prompt;
mod push;
mod response;
mod target;

pub(crate) use conclude::Conclusion;
pub(crate) use open::ShowInteraction;
pub(crate) use present::AuthorizationRequest;
pub(crate) use push::PushedAuthorizationRequest;
#[cfg(test)]
pub(crate) use response::encode;
