//! Sender constraint: who may use a token is who holds a key, proven by a DPoP proof or a TLS certificate.

mod binding;
pub mod certificate;
pub mod chain;
pub mod distinguished_name;
pub mod htu;
mod proof;
mod shown;

pub(crate) use binding::{Confirmation, Mark};
pub(crate) use certificate::SubjectMember;
pub use chain::TrustAnchors;
pub(crate) use chain::verify_chain;
pub use proof::access_token_hash;
pub(crate) use proof::{Fit, Proof};
pub(crate) use shown::ShownCertificate;
