//! The six invariants of the exchange, for any request to any entry point and for any answer of a host: none, a stale one, one
//! of the wrong kind, a conflict, or the right one too late.

#![allow(unreachable_pub)]

mod host;
mod scene;

use fapi::record::{Kind, Write};
use fapi::{Disposition, Endpoint};
use host::{Answer, Seen, play};
use proptest::collection::vec;
use proptest::prelude::*;
use scene::{SCENES, Scene, Spoil, spoil};

/// The maximum number of turns of an exchange, as long as no other exchange writes.
const TURNS: &[(Endpoint, u8)] = &[
    (Endpoint::PushedAuthorizationRequest, 4),
    (Endpoint::Authorization, 4),
    (Endpoint::Interaction, 7),
    (Endpoint::Token, 10),
    (Endpoint::Userinfo, 5),
    (Endpoint::Introspection, 7),
    (Endpoint::Revocation, 7),
    (Endpoint::Resource, 3),
    (Endpoint::ClientRegistration, 3),
    (Endpoint::SubjectRevocation, 2),
];

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let answer = prop_oneof![
        12 => Just(Answer::Right),
        1 => Just(Answer::Missing),
        1 => Just(Answer::Stale),
        1 => Just(Answer::WrongKind),
        3 => any::<bool>().prop_map(|reversed| Answer::Conflict { reversed }),
        2 => Just(Answer::Late),
        1 => Just(Answer::Unknown),
    ];
    vec(answer, 0..14)
}

fn begun(which: usize, defect: &Spoil) -> Scene {
    let mut scene = scene::scene(which);
    scene.spoil(defect);
    scene
}

/// Returns true if a refusal may contain the write: it may use up a proof, revoke a grant or close a page, but grant nothing.
fn may_refuse_with(write: &Write) -> bool {
    match write {
        Write::Insert { key, .. } => key.kind == Kind::UseMarker,
        Write::Replace { key, .. } => key.kind == Kind::Grant,
        Write::Remove { key, .. } => matches!(key.kind, Kind::Interaction | Kind::Pushed),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, ..ProptestConfig::default() })]

    #[test]
    fn i1_a_decision_is_a_function_and_the_order_of_facts_does_not_matter(
        which in 0..SCENES, defect in spoil(), mut answers in answers(),
    ) {
        // `play` compares two runs of one exchange, step by step.
        let one = play(&begun(which, &defect), &answers);
        for answer in &mut answers {
            if let Answer::Conflict { reversed } = answer {
                *reversed = !*reversed;
            }
        }
        let other = play(&begun(which, &defect), &answers);
        // The elliptic curve signatures in the scenes are deterministic, so two scenes are identical to the octet.
        prop_assert_eq!(one.told, other.told);
        prop_assert_eq!(one.applied, other.applied);
    }

    #[test]
    fn i2_each_turn_adds_a_fact_and_their_number_is_bounded(which in 0..SCENES, defect in spoil(), answers in answers()) {
        let seen = play(&begun(which, &defect), &answers);
        let event = seen.event.as_ref().unwrap();
        for asked in seen.asked.split(|asked| asked.starts_with("after conflict")) {
            let twice = asked.iter().enumerate().find(|(at, question)| asked[..*at].contains(question));
            prop_assert!(twice.is_none(), "asked twice: {:?}", twice);
        }
        let (_, most) = TURNS.iter().find(|(endpoint, _)| *endpoint == event.endpoint).unwrap();
        let causes = answers.iter().filter(|answer| **answer != Answer::Right).count();
        prop_assert!(usize::from(seen.conflicts) <= causes, "{} conflicts of {} causes", seen.conflicts, causes);
        prop_assert!(event.turns <= most * (1 + seen.conflicts), "{} turns, {} conflicts", event.turns, seen.conflicts);
    }

    #[test]
    fn i3_at_most_one_commit_applies_and_the_end_follows(which in 0..SCENES, defect in spoil(), answers in answers()) {
        let seen = play(&begun(which, &defect), &answers);
        prop_assert_eq!(seen.after, 0, "an applied commit must be the last step");
        prop_assert!(seen.commits.len() <= usize::from(seen.conflicts) + 1, "only a conflict may be followed by a commit");
        let event = seen.event.unwrap();
        match event.disposition {
            // After a conflict, there may be nothing left to write.
            Disposition::Accepted | Disposition::Refused { .. } => prop_assert!(!seen.unsure, "sent although not stored"),
            Disposition::Fault(fault) => prop_assert!(seen.nonsense && seen.applied.is_none(), "{}", fault),
            _ => prop_assert!(seen.applied.is_none(), "stored although not sent"),
        }
    }

    #[test]
    fn i4_only_records_that_were_read_are_written_and_a_grant_depends_on_all_of_them(
        which in 0..SCENES, defect in spoil(), answers in answers(),
    ) {
        let seen = play(&begun(which, &defect), &answers);
        let Seen { commits, records, applied, event, .. } = &seen;
        for commit in commits {
            let sorted = commit.writes.windows(2).all(|pair| pair[0].key() < pair[1].key());
            prop_assert!(sorted && !commit.writes.is_empty(), "{:?}", commit.writes);
        }
        for write in applied.iter().flatten() {
            let read = records.get(write.key());
            match write {
                Write::Replace { on, .. } | Write::Remove { on, .. } => prop_assert_eq!(read, Some(&Some(*on)), "{:?}", write),
                Write::Unchanged { on, .. } => prop_assert_eq!(read, Some(on), "{:?}", write),
                _ => {}
            }
        }
        match (applied, &event.as_ref().unwrap().disposition) {
            (Some(applied), Disposition::Accepted) => {
                let written = |key: &fapi::record::RecordKey| applied.iter().any(|write| write.key() == key);
                let forgotten = records.keys().find(|key| !written(key));
                prop_assert!(forgotten.is_none(), "read, but not a precondition of the commit: {:?}", forgotten);
            }
            (Some(applied), _) => prop_assert!(applied.iter().all(may_refuse_with), "{:?}", applied),
            _ => {}
        }
    }

    #[test]
    fn i5_records_contain_no_bearer_values(which in 0..SCENES, defect in spoil(), answers in answers()) {
        let scene = begun(which, &defect);
        let seen = play(&scene, &answers);
        let store = scene.world.store.borrow();
        let keys: Vec<_> = store.keys().cloned().collect();
        let records = store.load(&keys);
        for handle in scene.shown().iter().chain(&seen.handles).filter(|handle| handle.len() >= 20) {
            for (key, record) in keys.iter().zip(&records) {
                let record = String::from_utf8_lossy(record.as_ref().unwrap().record.as_bytes());
                prop_assert!(!key.id.contains(handle) && !record.contains(handle), "{} is stored at {}: {}", handle, key, record);
            }
        }
    }

    #[test]
    fn i6_the_same_now_entropy_and_answers_give_the_same_bytes(which in 0..SCENES, defect in spoil(), answers in answers()) {
        let (one, other) = (play(&begun(which, &defect), &answers), play(&begun(which, &defect), &answers));
        prop_assert_eq!(one.told, other.told);
        prop_assert_eq!(one.commits, other.commits);
        prop_assert_eq!(one.asked, other.asked);
        prop_assert_eq!(one.handles, other.handles);
    }
}

/// With the right answers and an unmodified request, every scene is accepted, except the replayed code and the denial by the
/// user.
#[test]
fn every_unmodified_scene_ends_as_expected() {
    for which in 0..SCENES {
        let event = play(&begun(which, &Spoil::Nothing), &[]).event.unwrap();
        assert_eq!(event.disposition == Disposition::Accepted, ![8, 11].contains(&which), "{which}: {event:?}");
    }
}
