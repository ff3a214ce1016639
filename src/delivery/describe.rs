//! The text that an error is described with.

use crate::requirement::Requirement;

/// The `error_description`: the clause and the ids, within the characters that RFC 6749 §5.2 allows.
pub(crate) fn describe(basis: &[&'static Requirement]) -> Option<String> {
    let first = basis.first()?;
    let ids: Vec<_> = basis.iter().map(|requirement| requirement.id).collect();
    Some(format!("{} section {} ({})", first.document, first.clause, ids.join(", ")))
}
