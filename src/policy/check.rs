//! Rules that no server can be built with.

use super::Policy;
use crate::requirement::{Requirement, rfc6749};

/// A mistake in the settings, and the requirement that it would break.
pub(crate) type Found = (String, &'static Requirement);

/// The mistakes in a policy with this name: rules that contradict each other, and requirements that no refusal can cite.
pub(crate) fn mistakes_of(name: &str, policy: &Policy) -> Vec<Found> {
    let clash = Policy::default().tighten(policy).err();
    let mut mistakes: Vec<Found> = clash.map(|clash| (format!("{name}: {clash}"), clash.new)).into_iter().collect();
    let mut uncitable: Vec<_> = policy.bases().filter(|basis| !is_citable(basis)).collect();
    uncitable.dedup();
    mistakes.extend(uncitable.into_iter().map(|basis| {
        let text = format!("{name}: the requirement {:?} has characters that no error_description has", basis.id);
        (text, &rfc6749::ERROR_CHARACTERS)
    }));
    mistakes
}

/// Id, document and clause have the characters of an `error_description`, and the id none of those that separate ids there
/// ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
fn is_citable(requirement: &Requirement) -> bool {
    let printable = |text: &str| text.bytes().all(|octet| matches!(octet, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    [requirement.id, requirement.document, requirement.clause].into_iter().all(printable)
        && !requirement.id.contains([' ', ',', '(', ')'])
}
