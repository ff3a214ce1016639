//! PKCE that is checked by half.

use fapi::requirement::{fapi2_sp, rfc7636};

use super::sides::{asked, field};
use super::{Comparison, Excuse, Lapse, Sides};
use crate::keys::digest;
use crate::mutant::opened::Opened;
use crate::nearly;

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "code_verifier",
        requirement: &rfc7636::VERIFIER_FITS,
        sides: verifier,
        ways: &[&nearly::BEGINNING, &nearly::END, &nearly::TRIMMED, &nearly::PADDED, &nearly::DECODED],
        excuse: Excuse::WaiveAll(&[&rfc7636::VERIFIER_FITS, &rfc7636::VERIFIER_SYNTAX]),
    },
    Comparison {
        value: "code_challenge",
        requirement: &rfc7636::VERIFIER_FITS,
        sides: |request| {
            let right = asked(request)?.field("code_challenge")?.to_owned();
            Some(Sides { sent: digest(request.field("code_verifier")?), right: vec![right] })
        },
        ways: &[&nearly::CASE],
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "code_challenge_method",
        requirement: &rfc7636::METHOD_SUPPORTED,
        sides: |request| field(request, "par", "code_challenge_method", vec!["S256".into()]),
        ways: &[&nearly::BEGINNING, &nearly::SHORTENED, &nearly::END, &nearly::WITHIN, &nearly::CASE, &nearly::TRIMMED],
        excuse: Excuse::Put(|request, right| request.set("code_challenge_method", right)),
    },
];

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "code_verifier/absent",
        habit: "checks the verifier only if it is there",
        requirement: &rfc7636::VERIFIER_PRESENT,
        when: |request| asked(request).is_some() && request.field("code_verifier").is_none(),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code_verifier/challenge",
        habit: "also accepts the challenge itself",
        requirement: &rfc7636::VERIFIER_FITS,
        when: |request| asked(request).is_some_and(|asked| asked.field("code_challenge") == request.field("code_verifier")),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code_verifier/form",
        habit: "looks only at the form of the verifier",
        requirement: &rfc7636::VERIFIER_FITS,
        when: |request| asked(request).is_some() && request.field("code_verifier").is_some_and(|sent| sent.len() == 43),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code_verifier/of-another-request",
        habit: "accepts the verifier of any pushed request",
        requirement: &rfc7636::VERIFIER_FITS,
        when: |request| {
            let fits = request.field("code_verifier").map(digest);
            asked(request).is_some()
                && request.memory.requests.iter().any(|asked| asked.field("code_challenge") == fits.as_deref())
        },
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code_challenge_method/absent",
        habit: "takes S256 for granted where no method is named",
        requirement: &fapi2_sp::CHALLENGE_S256,
        when: |request| pushes(request, "code_challenge") && request.field("code_challenge_method").is_none(),
        excuse: Excuse::Mend(as_s256),
    },
    Lapse {
        name: "code_challenge_method/plain",
        habit: "accepts the method plain and verifies it as S256",
        requirement: &fapi2_sp::CHALLENGE_S256,
        when: |request| request.endpoint() == "par" && request.field("code_challenge_method") == Some("plain"),
        excuse: Excuse::Mend(as_s256),
    },
    Lapse {
        name: "code_challenge/absent-beside-method",
        habit: "demands a challenge only if no method is named",
        requirement: &rfc7636::CHALLENGE_PRESENT,
        when: |request| pushes(request, "code_challenge_method") && request.field("code_challenge").is_none(),
        excuse: Excuse::Mend(some_challenge),
    },
    Lapse {
        name: "code_challenge/empty",
        habit: "takes an empty challenge for one",
        requirement: &rfc7636::CHALLENGE_PRESENT,
        when: |request| request.endpoint() == "par" && request.field("code_challenge") == Some(""),
        excuse: Excuse::Mend(some_challenge),
    },
];

/// A challenge for a request without one: later requests check the stored one again.
pub(super) fn some_challenge(request: &mut Opened<'_>) {
    request.set("code_challenge", digest("whatever"));
    as_s256(request);
}

pub(super) fn as_s256(request: &mut Opened<'_>) {
    request.set("code_challenge_method", "S256");
}

fn pushes(request: &Opened<'_>, name: &str) -> bool {
    request.endpoint() == "par" && request.field(name).is_some()
}

/// The right verifier is known only if it is a part of the one that was sent.
fn verifier(request: &Opened<'_>) -> Option<Sides> {
    let challenge = asked(request)?.field("code_challenge")?;
    let sent = request.field("code_verifier")?;
    let decoded = percent_encoding::percent_decode_str(sent).decode_utf8_lossy().into_owned();
    let ends = || sent.char_indices().map(|(at, _)| at);
    let parts = ends().map(|at| &sent[..at]).chain(ends().map(|at| &sent[at..])).chain([sent.trim(), &decoded]);
    let right = parts.into_iter().find(|part| part.len() >= 43 && digest(part) == challenge)?;
    Some(Sides { sent: sent.to_owned(), right: vec![right.to_owned()] })
}
