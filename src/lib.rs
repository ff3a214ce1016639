//! Every protocol decision of an OAuth 2.0, OpenID Connect and FAPI authorization server, as pure state machines: no I/O, no
//! clock, no randomness, no `async`.
//!
//! A request goes in, a [`Step`] comes out: something to read, fetch, ask, sign or store, and at last the reply. The host
//! answers each step in its own way, and [`drive`] is the whole loop:
//!
//! ```text
//! server.token_request(inbound, context) ─▶ Step::Load ─▶ Step::UseKey ─▶ Step::Commit ─▶ Step::Done(reply, event)
//! ```
//!
//! Where to begin: [`AuthorizationServer`] has an entry point per endpoint; [`ResourceServer`] judges requests to protected
//! resources; [`Settings`] and [`policy`] say what the server is; [`Host`] is what you write; [`record`] is the contract of
//! your store, and [`harness`] checks it; [`requirement`] lists every clause that is enforced, with its link.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorization;
pub mod basic;
mod client;
mod context;
mod drive;
mod entropy;
mod event;
mod exchange;
mod fault;
pub mod form;
mod grant;
pub mod harness;
mod inbound;
mod introspection;
mod issue;
pub mod jose;
mod memory;
mod metadata;
pub mod pkce;
pub mod policy;
pub mod primitives;
pub mod record;
pub mod redirect_uri;
mod refusal;
pub mod requirement;
mod resource;
mod revocation;
pub mod scope;
mod secret;
pub mod sender;
mod server;
mod settings;
mod time;
mod token;
mod userinfo;
#[cfg(fapi_waive)]
mod waive;

pub use authorization::{Authentication, Navigation, Prompt, PromptKind, UserDecision};
pub use client::{ClientMetadata, Registered};
pub use context::{Context, DpopNonces};
#[cfg(feature = "async-drive")]
pub use drive::{AsyncHost, drive_async};
pub use drive::{Host, drive};
pub use entropy::{BrowserHandle, Entropy, InteractionId, SessionHandle};
pub use event::{Disposition, Endpoint, Event};
pub use exchange::{
    Ask, ClaimsRequest, Commit, Committed, DocumentRequest, FetchedDocument, KeyUse, Load, Loaded, Outcome, Reply, Response,
    SessionChange, Step, Then, Unavailable, UserClaims,
};
pub use fault::Fault;
pub use inbound::{Admission, ClientCertificates, EndpointAddress, Inbound, RequestLimits};
pub use memory::Memory;
pub use metadata::Metadata;
pub use refusal::ErrorCode;
pub use resource::{Access, Authorized, RequiredAccess, ResourceServer};
pub use revocation::SubjectRevoked;
pub use secret::Secret;
pub use server::AuthorizationServer;
pub use settings::{AccessTokenFormat, Endpoints, Lifetimes, Mistake, PublicKeys, Resource, Settings, SettingsError};
pub use time::Timestamp;
