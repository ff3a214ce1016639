//! OpenID Connect Core 1.0.

mod authentication;
mod claims;
mod messages;

pub use authentication::*;
pub use claims::*;
pub use messages::*;

use super::{Duty, Level, Requirement, document};

const PARTS: [&[&Requirement]; 3] = [authentication::ALL, claims::ALL, messages::ALL];

pub(super) static ALL: &[&Requirement] = &joined::<{ PARTS[0].len() + PARTS[1].len() + PARTS[2].len() }>();

/// The requirements of all parts, in the order of the document.
const fn joined<const N: usize>() -> [&'static Requirement; N] {
    let mut all = [PARTS[0][0]; N];
    let (mut part, mut row, mut next) = (0, 0, 0);
    while part < PARTS.len() {
        if row == PARTS[part].len() {
            (part, row) = (part + 1, 0);
        } else {
            all[next] = PARTS[part][row];
            (row, next) = (row + 1, next + 1);
        }
    }
    all
}
