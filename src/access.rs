//! What a client may get: the audience of a request, and the one function that decides what is left of a scope.

mod audience;
mod entitlement;
mod explain;
mod offline;
mod token;
mod user;
mod userinfo;

pub use audience::{AUDIENCE, AudienceSource};
pub(crate) use audience::{Audience, granted, of_record, requested};
pub(crate) use entitlement::{Bounds, Place, Wanted, entitle};
pub use entitlement::{Entitlement, Step};
pub use explain::{Explain, ExplainedToken, Explanation, Refused};
pub(crate) use offline::still_offline;
pub use offline::{OFFLINE, Offline, REFRESH_TOKEN, RefreshToken};
pub(crate) use token::signing_algorithm;
pub(crate) use user::{Entitled, bounds, of_client, of_user};
pub use userinfo::{Recipients, USERINFO};
pub(crate) use userinfo::{is_for_userinfo, is_signed_with_a_public_key};
