//! Every decision of this library that is a table in a document.

pub use crate::access::{AUDIENCE, OFFLINE, REFRESH_TOKEN, USERINFO};
use crate::client::print_grants;
use crate::table::Printed;

/// Every table, for people.
pub fn all() -> Vec<Printed> {
    vec![AUDIENCE.print(), USERINFO.print(), OFFLINE.print(), REFRESH_TOKEN.print(), print_grants()]
}
