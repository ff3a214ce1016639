//! Sender constraint: only the holder of a key may use a token. A DPoP proof or a TLS certificate proves possession of the key.

mod binding;
pub mod certificate;
pub mod chain;
mod client_certificate;
pub mod distinguished_name;
pub mod htu;
mod proof;

pub(crate) use binding::{Confirmation, UseMarker};
pub(crate) use certificate::SubjectMember;
pub use chain::TrustAnchors;
pub(crate) use chain::verify_chain;
pub(crate) use client_certificate::ClientCertificate;
pub use proof::access_token_hash;
pub(crate) use proof::{Proof, ProofPolicy};
