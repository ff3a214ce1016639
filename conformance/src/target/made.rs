//! Clients that the suite makes, with their keys, certificates and registrations: for the reference server, and for servers of which
//! a target file is begun.

mod bank;
mod certificates;
mod clients;

pub(super) use bank::Bank;
pub(super) use certificates::Issuer;
pub(super) use clients::{Certified, Clients, Credentials};
