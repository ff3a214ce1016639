//! Every protocol decision of an OAuth 2.0, OpenID Connect and FAPI authorization server, as pure state machines: no I/O, no
//! clock, no randomness, no `async`.
//!
//! A request goes in, a [`Step`] comes out: something to read, fetch, ask, sign or store, and finally the reply. The host answers
//! each step in its own way, and [`drive`] is the whole loop:
//!
//! ```text
//! server.token_request(inbound, context) ─▶ Step::Load ─▶ Step::UseKey ─▶ Step::Commit ─▶ Step::Done(reply, event)
//! ```
//!
//! Start here: [`AuthorizationServer`] has an entry point per endpoint; [`ResourceServer`] authorizes requests to protected
//! resources; [`Settings`] and [`policy`] define the server; [`Host`] is the trait that you implement; [`record`] is the contract
//! of your store, and [`harness`] checks it; [`requirement`] lists every clause that is enforced, with its link.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
mod access_token;
mod administration;
mod api;
mod authorization;
pub mod basic;
mod claims;
mod claims_parameter;
mod client;
mod connection;
mod context;
mod cutoff;
mod delivery;
mod detail;
mod drive;
mod entropy;
mod entry;
mod error_code;
mod event;
mod exchange;
mod fault;
pub mod form;
mod grant;
mod grant_type;
pub mod harness;
mod inbound;
pub mod interaction;
mod introspection;
mod issue;
pub mod jose;
mod key_source;
mod life_cycle;
mod lookup;
mod memory;
mod metadata;
mod notice;
mod parameters;
mod parsed;
pub mod permissions;
pub mod pkce;
pub mod policy;
mod reason;
mod recheck;
pub mod record;
mod records;
pub mod redirect_uri;
mod refusal;
mod registration;
pub mod requirement;
mod resource;
mod response;
mod revocation;
pub mod scope;
mod secret;
pub mod sender;
mod server;
mod settings;
#[cfg(all(test, feature = "aws-lc-rs"))]
mod sketches;
mod store;
pub mod table;
pub mod tables;
mod time;
mod token;
mod uri;
mod user;
mod userinfo;
#[cfg(fapi_waive)]
mod waive;

pub use access::{
    AudienceSource, Entitlement, Explain, ExplainedToken, Explanation, Offline, Recipients, RefreshToken, Refused,
    Step as EntitlementStep,
};
pub use administration::{
    Administered, IssuedGrant, OpenSession, Page, PageRequest, RegisteredClient, RememberedConsent, Withdrawn,
};
pub use api::{AccessPolicies, AccessPolicy, Api, ApiScopes, Dialect, OfflineAccess, SubjectType, TokenLifetime};
pub use client::{
    CLIENT_ID_ENTROPY, ClientGrant, ClientKind, ClientMetadata, ClientOrigin, ClientTerms, GRANTS, GrantRow, GrantType,
    GrantedScopes, Limit, MethodMembers, MethodMembersError, NotificationChannel, Offer, Only, SignedRequestObject, UnknownName,
    Usage, generated_client_id,
};
pub use context::{Context, DpopNonces};
pub use delivery::{ErrorPage, ErrorPageCause};
pub use detail::Detail;
pub use drive::{AsyncHost, Ended, Host, Task, drive, drive_async, run_to_end};
pub use entropy::{BrowserHandle, Entropy, InteractionId, SessionHandle};
pub use error_code::ErrorCode;
pub use event::{Administration, Claimed, Concerned, Disposition, Endpoint, Event, Issued, UnusableKeys};
pub use exchange::{
    Ask, ClaimsRequest, Commit, Committed, CustomizeRequest, Customized, DocumentKind, DocumentRequest, FetchedDocument,
    HookPoint, KeyUse, List, Listed, Load, Loaded, Outcome, OutgoingRequest, OutgoingResponse, PermissionsRequest, Reply,
    SessionChange, Step, SubjectRequest, SubjectStatus, Then, Unavailable, UserClaims, UserPermissions,
};
pub use fault::Fault;
pub use inbound::{Admission, ClientCertificates, EndpointAddress, Inbound, RequestLimits};
pub use interaction::{Authentication, Consented, Navigation, Prompt, PromptKind, UserDecision};
pub use jose::primitives;
pub use memory::Memory;
pub use metadata::Metadata;
pub use notice::NoticeDelivery;
pub use parsed::Parsed;
pub use permissions::Permissions;
pub use records::read_owners;
pub use registration::{ClientSecret, Registered, Registration, RegistrationMistake};
pub use resource::{Access, Authorized, Introspection, RequiredAccess, ResourceServer, ResourceSettings};
pub use response::Response;
pub use revocation::SubjectRevoked;
pub use secret::Secret;
pub use server::AuthorizationServer;
pub use settings::{
    Connection, Endpoints, Lifetimes, Mistake, OWN_CLAIMS, OmittedScope, Organization, OwnProfileData, ProfileData,
    RESERVED_SCOPES, ServerKey, ServerKeyData, ServerKeys, ServerPolicyData, Settings, SettingsData, SettingsDataError,
    SettingsDataMistake, SettingsError, Switches, UserinfoAudience, Weight,
};
pub use store::{Pending, Store};
pub use time::Timestamp;
pub use token::grant_types_served;
