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

const PARTS: [&[&Requirement]; 30] = [
    pipe::ALL,
    cli::ALL,
    grt::ALL,
    auth::ALL,
    cred::ALL,
    pkj::ALL,
    mtls::ALL,
    fapi::ALL,
    cert::ALL,
    par::ALL,
    jar::ALL,
    api::ALL,
    acc::ALL,
    scp::ALL,
    jwe::ALL,
    rar::ALL,
    ciba::ALL,
    rt::ALL,
    dev::ALL,
    dcr::ALL,
    meta::ALL,
    key::ALL,
    ten::ALL,
    uri::ALL,
    web::ALL,
    out::ALL,
    con::ALL,
    ses::ALL,
    org::ALL,
    err::ALL,
];

pub(super) static ALL: &[&Requirement] = &super::joined::<{ super::total(&PARTS) }>(&PARTS);
