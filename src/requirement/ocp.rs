//! The OIDC-conformant pipeline: the adoption documents and the pages about applications, APIs and access to which this server
//! conforms. `docs/pipeline.md` has every statement, and the choices made where the documents contradict each other or a standard.

mod choices;
mod features;
mod outside;

pub mod acc;
pub mod api;
pub mod auth;
pub mod cert;
pub mod ciba;
pub mod cli;
pub mod con;
pub mod cred;
pub mod dcr;
pub mod dev;
pub mod err;
pub mod fapi;
pub mod grt;
pub mod jar;
pub mod jwe;
pub mod key;
pub mod meta;
pub mod mtls;
pub mod org;
pub mod out;
pub mod par;
pub mod pipe;
pub mod pkj;
pub mod rar;
pub mod rt;
pub mod scp;
pub mod ses;
pub mod ten;
pub mod uri;
pub mod web;

pub use choices::{CHOICES, Choice};
pub use features::{FEATURES, Feature};
pub use outside::{OUTSIDE, Outside};

use super::{Duty, Level, Requirement, document};

/// A group of statements about one subject.
#[derive(Debug)]
#[non_exhaustive]
pub struct Group {
    /// The first part of the clauses, such as `PIPE`.
    pub id: &'static str,
    /// The subject.
    pub title: &'static str,
    /// The statements, by number.
    pub statements: &'static [&'static Requirement],
}

macro_rules! groups {
    ($($module:ident $id:literal $title:literal;)*) => {
        /// Every group.
        pub const GROUPS: &[Group] = &[$(Group { id: $id, title: $title, statements: $module::ALL }),*];

        const PARTS: &[&[&Requirement]] = &[$($module::ALL),*];
    };
}

groups! {
    pipe "PIPE" "The two pipelines: conformant and legacy";
    cli "CLI" "Clients";
    grt "GRT" "Grant types, and who may use them";
    auth "AUTH" "Client authentication by secret";
    cred "CRED" "Credentials of clients";
    pkj "PKJ" "Client authentication by private_key_jwt";
    mtls "MTLS" "Mutual TLS";
    fapi "FAPI" "Compliance levels";
    cert "CERT" "The recipe for the FAPI certification";
    par "PAR" "Pushed authorization requests";
    jar "JAR" "Signed authorization requests";
    api "API" "APIs";
    acc "ACC" "Access policies and client grants";
    scp "SCP" "Scopes and claims";
    jwe "JWE" "Encrypted access tokens";
    rar "RAR" "Authorization details";
    ciba "CIBA" "Backchannel requests";
    rt "RT" "Refresh tokens";
    dev "DEV" "The device flow";
    dcr "DCR" "Dynamic registration";
    meta "META" "Metadata";
    key "KEY" "Signing keys";
    ten "TEN" "Settings of the server";
    uri "URI" "Redirect URIs and placeholders";
    web "WEB" "Web origins";
    out "OUT" "Logout";
    con "CON" "Consent";
    ses "SES" "Sessions";
    org "ORG" "Organizations";
    err "ERR" "Texts of errors";
}

pub(super) static ALL: &[&Requirement] = &super::joined::<{ super::total(PARTS) }>(PARTS);
