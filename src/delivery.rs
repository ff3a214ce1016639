//! Where a reply is delivered, and how an error looks there.
//!
//! The place is a position in the flow, never a property of the error: before the redirect URI is known an error is a page,
//! afterwards it goes to the client through the browser; back-channel endpoints answer directly.

mod describe;
mod error_page;
mod html;
mod render;
mod response_mode;
mod target;

pub(crate) use describe::describe;
pub use error_page::{ErrorPage, ErrorPageCause};
pub(crate) use render::{Rendered, render};
pub(crate) use response_mode::ResponseMode;
pub(crate) use target::{AuthorizationResponse, RedirectTarget};

/// The place where an error is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The client, as JSON (RFC 6749 §5.2).
    Direct(AuthenticationChallenge),
    /// The user, as a page (RFC 6749 §4.1.2.1).
    Page,
    /// The client, through the browser (RFC 6749 §4.1.2.1).
    Redirect(Box<RedirectTarget>),
    /// The caller of a protected resource, as a challenge (RFC 6750 §3, RFC 9449 §7.1).
    Resource(ResourceChallenge),
}

/// The answer to a failed client authentication (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthenticationChallenge {
    /// Credentials were in the body or absent: 400.
    Body,
    /// Credentials were in the Authorization header, or belong there: 401 with this challenge.
    Header(String),
}

/// The challenge of a protected resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceChallenge {
    /// The request used the Bearer scheme, or none.
    pub(crate) bearer: bool,
    /// The request used the DPoP scheme, or none.
    pub(crate) dpop: bool,
    /// Acceptable proof algorithms, separated by spaces (RFC 9449 §7.1).
    pub(crate) algorithms: String,
    /// The scope that the resource requires.
    pub(crate) scope: Option<String>,
}
