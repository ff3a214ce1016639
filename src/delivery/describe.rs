//! The text that an error is described with.

use crate::detail::Detail;
use crate::requirement::Requirement;

/// The `error_description`: what is wrong, then the ids of the requirements, within the characters that RFC 6749 §5.2 allows.
pub(crate) fn describe(basis: &[&'static Requirement], detail: Option<&Detail>) -> Option<String> {
    let (_, detail) = basis.first().zip(detail)?;
    let ids: Vec<_> = basis.iter().map(|requirement| requirement.id).collect();
    Some(format!("{detail} ({})", ids.join(", ")))
}
