//! Servers with a faulty store or clock.

mod clock;
mod store;

use std::sync::Arc;

use fapi::Store;
use fapi::record::Kind;
use fapi::requirement::{Requirement, fapi2_sp, local, oidcc, rfc6749, rfc6750, rfc7009, rfc7523, rfc9126, rfc9449};
use fapi_server::Clock;

use super::{Family, Mutant};
use crate::target::in_process::Alteration;
use clock::Wrong;
use store::{Flaw, Flawed};

/// A store that lets use markers be set again.
pub(super) fn overwriting() -> Arc<dyn Store> {
    Arc::new(Flawed::new(Flaw::Overwrites, &[Kind::UseMarker]))
}

/// One mutant per fault.
pub(super) fn all() -> Vec<Mutant> {
    let stores = STORES.iter().map(|(name, flaw, kinds, breaks, summary)| stored(name, *flaw, kinds, breaks, summary));
    let clocks = CLOCKS.iter().map(|(name, clock, breaks, summary)| {
        let clock = *clock;
        Mutant::new(Family::BadStore, name, *summary, breaks, move |_| Alteration { clock: Some(clock), ..Alteration::default() })
            .like(format!("clock {:x}", clock as usize))
    });
    stores.chain(clocks).collect()
}

fn stored(name: &str, flaw: Flaw, kinds: &'static [Kind], breaks: &'static Requirement, summary: &str) -> Mutant {
    Mutant::new(Family::BadStore, name, summary, breaks, move |_| {
        let store = move || Arc::new(Flawed::new(flaw, kinds)) as Arc<dyn Store>;
        Alteration { store: Some(Arc::new(store)), ..Alteration::default() }
    })
    .like(format!("{flaw:?} {kinds:?}"))
}

type Flawedness = (&'static str, Flaw, &'static [Kind], &'static Requirement, &'static str);

static STORES: &[Flawedness] = &[
    (
        "marks-lost",
        Flaw::LosesInserts,
        &[Kind::UseMarker],
        &rfc7523::ASSERTION_ONCE,
        "The store forgets that an assertion was used.",
    ),
    (
        "marks-forgotten-soon",
        Flaw::ForgetsSoon,
        &[Kind::UseMarker],
        &rfc7523::ASSERTION_ONCE,
        "The store forgets after half a minute that an assertion was used.",
    ),
    (
        "proof-marks-lost",
        Flaw::LosesInserts,
        &[Kind::UseMarker],
        &rfc9449::PROOF_ONCE,
        "The store forgets that a proof was used.",
    ),
    (
        "revocation-marks-lost",
        Flaw::LosesInserts,
        &[Kind::UseMarker],
        &rfc6750::TOKEN_LIVE,
        "The store forgets that a token was revoked.",
    ),
    (
        "marks-not-found",
        Flaw::FindsNothing,
        &[Kind::UseMarker],
        &rfc7523::ASSERTION_ONCE,
        "The store does not find that an assertion was used.",
    ),
    (
        "proof-marks-not-found",
        Flaw::FindsNothing,
        &[Kind::UseMarker],
        &rfc9449::PROOF_ONCE,
        "The store does not find that a proof was used.",
    ),
    (
        "marks-overwritten",
        Flaw::Overwrites,
        &[Kind::UseMarker],
        &rfc9449::PROOF_ONCE,
        "Two concurrent requests with one proof both succeed.",
    ),
    (
        "assertion-marks-overwritten",
        Flaw::Overwrites,
        &[Kind::UseMarker],
        &rfc7523::ASSERTION_ONCE,
        "Two concurrent requests with one assertion both succeed.",
    ),
    ("codes-lost", Flaw::LosesInserts, &[Kind::Code], &rfc6749::TOKEN_RESPONSE, "Codes are lost before they are redeemed."),
    ("codes-not-spent", Flaw::LosesChanges, &[Kind::Code], &rfc6749::CODE_ONCE, "The store forgets that a code was redeemed."),
    ("codes-spent-unnoticed", Flaw::ReadsTheFirst, &[Kind::Code], &fapi2_sp::CODE_ONCE, "Codes are read from a stale replica."),
    (
        "codes-without-versions",
        Flaw::IgnoresVersions,
        &[Kind::Code],
        &rfc6749::CODE_ONCE,
        "Two concurrent requests with one code both get tokens.",
    ),
    ("codes-mixed-up", Flaw::MixesUp, &[Kind::Code], &rfc6749::TOKEN_RESPONSE, "A code leads to the grant of another code."),
    ("codes-refused", Flaw::RefusesWrites, &[Kind::Code], &rfc6749::CODE_REQUEST, "Codes cannot be stored."),
    (
        "codes-alone",
        Flaw::AppliesOnlyTheFirst,
        &[Kind::Code],
        &rfc6749::TOKEN_RESPONSE,
        "A code is redeemed, but its grant is not stored.",
    ),
    ("pushed-lost", Flaw::LosesInserts, &[Kind::Pushed], &rfc6749::CODE_REQUEST, "Pushed requests are lost."),
    (
        "pushed-not-used-up",
        Flaw::LosesRemovals,
        &[Kind::Pushed],
        &rfc9126::REQUEST_URI_ONCE,
        "The store forgets that a request_uri was used.",
    ),
    (
        "pushed-without-versions",
        Flaw::IgnoresVersions,
        &[Kind::Pushed, Kind::Interaction],
        &rfc9126::REQUEST_URI_ONCE,
        "Two tabs with one request_uri both get codes.",
    ),
    (
        "pushed-read-once",
        Flaw::ForgetsWhatWasRead,
        &[Kind::Pushed],
        &fapi2_sp::REQUEST_URI_PREFETCH,
        "A request_uri can be read only once.",
    ),
    (
        "pushed-mixed-up",
        Flaw::MixesUp,
        &[Kind::Pushed],
        &rfc6749::CODE_REQUEST,
        "A request_uri leads to the last pushed request.",
    ),
    ("pushed-refused", Flaw::RefusesWrites, &[Kind::Pushed], &rfc9126::PUSH_CREATED, "Pushed requests cannot be stored."),
    ("pages-lost", Flaw::LosesInserts, &[Kind::Interaction], &rfc6749::CODE_REQUEST, "Open pages are lost."),
    (
        "pages-stay",
        Flaw::LosesRemovals,
        &[Kind::Interaction, Kind::Pushed],
        &local::INTERACTION_OPEN,
        "The store forgets that a page was answered.",
    ),
    ("pages-read-once", Flaw::ForgetsWhatWasRead, &[Kind::Interaction], &rfc6749::CODE_REQUEST, "A page can be read only once."),
    (
        "pages-mixed-up",
        Flaw::MixesUp,
        &[Kind::Interaction],
        &rfc6749::CODE_REQUEST,
        "The answer to a page is taken for another page.",
    ),
    ("grants-lost", Flaw::LosesInserts, &[Kind::Grant], &fapi2_sp::TOKEN_IN_HEADER, "The grant of a token is lost."),
    (
        "replay-forgotten",
        Flaw::LosesChanges,
        &[Kind::Grant],
        &rfc6749::CODE_REPLAY_REVOKES,
        "A replayed code does not revoke its tokens.",
    ),
    (
        "cascade-forgotten",
        Flaw::LosesChanges,
        &[Kind::Grant],
        &rfc7009::REVOCATION_CASCADES,
        "Access tokens stay valid after their refresh token is revoked.",
    ),
    (
        "grants-not-revoked",
        Flaw::LosesChanges,
        &[Kind::Grant],
        &rfc6749::INVALID_GRANT,
        "The store forgets that a grant was revoked.",
    ),
    (
        "grants-revoked-unnoticed",
        Flaw::ReadsTheFirst,
        &[Kind::Grant],
        &rfc6749::INVALID_GRANT,
        "Grants are read from a stale replica.",
    ),
    ("grants-mixed-up", Flaw::MixesUp, &[Kind::Grant], &rfc6749::TOKEN_RESPONSE, "A token belongs to the last grant."),
    ("grants-read-once", Flaw::ForgetsWhatWasRead, &[Kind::Grant], &fapi2_sp::TOKEN_IN_HEADER, "A token works only once."),
    ("refresh-tokens-lost", Flaw::LosesInserts, &[Kind::Refresh], &rfc6749::TOKEN_RESPONSE, "Refresh tokens are lost."),
    (
        "refresh-tokens-read-once",
        Flaw::ForgetsWhatWasRead,
        &[Kind::Refresh],
        &fapi2_sp::NO_REFRESH_ROTATION,
        "A refresh token works only once.",
    ),
    (
        "refresh-tokens-refused",
        Flaw::RefusesWrites,
        &[Kind::Refresh],
        &rfc6749::TOKEN_RESPONSE,
        "Refresh tokens cannot be stored.",
    ),
    ("marks-refused", Flaw::RefusesWrites, &[Kind::UseMarker], &rfc6749::TOKEN_RESPONSE, "Use markers cannot be stored."),
    ("clients-mixed-up", Flaw::MixesUp, &[Kind::Client], &rfc6749::TOKEN_RESPONSE, "Every client is confused with the last one."),
];

fn stands(right: Arc<dyn Clock>) -> Arc<dyn Clock> {
    Wrong::of(right, |it| it.began)
}

type WrongClock = (&'static str, fn(Arc<dyn Clock>) -> Arc<dyn Clock>, &'static Requirement, &'static str);

static CLOCKS: &[WrongClock] = &[
    ("clock-stands", stands, &fapi2_sp::CODE_SIXTY_SECONDS, "Time does not pass: codes never expire."),
    ("clock-stands-for-pushes", stands, &rfc9126::REQUEST_URI_LIVE, "Time does not pass: request_uris never expire."),
    ("clock-stands-for-tokens", stands, &rfc6750::TOKEN_LIVE, "Time does not pass: tokens never expire."),
    (
        "clock-two-minutes-ahead",
        |right| Wrong::of(right, |it| it.now + 120),
        &rfc9126::PUSH_CREATED,
        "Valid assertions count as expired: every pushed request is refused.",
    ),
    (
        "clock-half-a-minute-ahead",
        |right| Wrong::of(right, |it| it.now + 30),
        &oidcc::ID_TOKEN_CLAIMS,
        "ID tokens are issued in the future.",
    ),
    (
        "clock-ten-minutes-behind",
        |right| Wrong::of(right, |it| it.now - 600),
        &rfc9126::PUSH_CREATED,
        "Valid assertions count as issued in the future: every pushed request is refused.",
    ),
    (
        "clock-ahead-of-proofs",
        |right| Wrong::of(right, |it| it.now + 600),
        &rfc6749::TOKEN_RESPONSE,
        "New proofs count as old: no token is issued for them.",
    ),
    (
        "clock-half-a-minute-behind",
        |right| Wrong::of(right, |it| it.now - 25),
        &fapi2_sp::FUTURE_TIMES,
        "A JWT that is 8 seconds ahead counts as half a minute ahead.",
    ),
    (
        "clock-slow",
        |right| Wrong::of(right, |it| it.began + (it.now - it.began) / 10),
        &fapi2_sp::CODE_SIXTY_SECONDS,
        "Time passes slowly: codes expire only after ten minutes.",
    ),
    (
        "clock-somewhat-slow",
        |right| Wrong::of(right, |it| it.began + (it.now - it.began) * 9 / 10),
        &fapi2_sp::CODE_SIXTY_SECONDS,
        "Time passes somewhat slowly: codes expire after 66 seconds.",
    ),
    (
        "clock-back-and-forth",
        |right| Wrong::of(right, |it| if it.reads % 2 == 0 { it.now } else { it.now - 400 }),
        &rfc9126::PUSH_CREATED,
        "Every other reading is in the past: valid requests are accepted or refused by chance.",
    ),
    (
        "clock-in-milliseconds",
        |right| Wrong::of(right, |it| it.now.saturating_mul(1000)),
        &rfc9126::PUSH_CREATED,
        "The clock returns milliseconds: every pushed request is refused.",
    ),
    (
        "clock-of-1970",
        |right| Wrong::of(right, |it| it.now - it.began),
        &rfc6749::TOKEN_RESPONSE,
        "The clock was never set: no token is issued.",
    ),
];
