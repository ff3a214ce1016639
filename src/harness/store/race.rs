//! Several callers at once: what makes "once" mean once.

use super::bench::{Bench, NOW, insert, key, record, replace, unchanged};
use super::{JOBS, Store};
use crate::exchange::{Commit, Committed};
use crate::harness::report::{Found, expect};
use crate::record::{RecordKey, Write};
use std::sync::{Mutex, PoisonError};

type AtOnce<'a> = &'a dyn Fn(usize, &(dyn Fn(usize) + Sync));
type Shared<'a> = &'a (dyn Store + Sync);
type Check = fn(Shared<'_>, AtOnce<'_>) -> Found;

pub(super) const CHECKS: &[(&str, Check)] = &[
    ("of_many_inserts_one_wins", of_many_inserts_one_wins),
    ("no_update_is_lost", no_update_is_lost),
    ("what_a_commit_rests_on_does_not_move", what_a_commit_rests_on_does_not_move),
    ("a_load_sees_a_commit_whole", a_load_sees_a_commit_whole),
];

const ROUNDS: usize = 16;
/// Far more than contention among [`JOBS`] can explain.
const ATTEMPTS: usize = 10_000;

/// A `jti`, a code: whoever comes first has it, and the others are shown who that was.
fn of_many_inserts_one_wins(store: Shared<'_>, at_once: AtOnce<'_>) -> Found {
    for round in 0..ROUNDS {
        let key = key(format!("reserved {round}"));
        let answers = gather(at_once, |job| commit(store, vec![insert(&key, job.to_string())]));
        let winners: Vec<_> = applied(&answers);
        let [winner] = winners[..] else { return Err(format!("{} of {JOBS} inserts were applied", winners.len())) };
        let held = Bench(store).held(&key)?;
        expect(held.record == record(winner.to_string()), || "the record is not the winner's".into())?;
        for (_, answer) in &answers {
            let Some(Committed::Conflict(lies)) = answer else { continue };
            let shown = lies.iter().any(|(named, found)| *named == key && found.as_ref() == Some(&held));
            expect(shown, || format!("a loser is shown {lies:?}"))?;
        }
    }
    Ok(())
}

fn no_update_is_lost(store: Shared<'_>, at_once: AtOnce<'_>) -> Found {
    let key = key("counter");
    Bench(store).applies(vec![insert(&key, "0")])?;
    let counted = |_| {
        let increments = (0..ROUNDS).map(|_| (0..ATTEMPTS).find(|_| increment(store, &key).unwrap_or(false)).is_some());
        increments.filter(|done| *done).count()
    };
    let done: usize = gather(at_once, counted).into_iter().map(|(_, done)| done).sum();
    let counter = count(Bench(store).held(&key)?.record.as_bytes());
    expect(done == JOBS * ROUNDS, || format!("{done} of {} updates went through", JOBS * ROUNDS))?;
    expect(counter == done, || format!("{done} updates were applied, {counter} are left"))
}

fn increment(store: Shared<'_>, key: &RecordKey) -> Found<bool> {
    let held = Bench(store).held(key)?;
    let next = (count(held.record.as_bytes()) + 1).to_string();
    Ok(commit(store, vec![replace(key, held.version, next)]) == Some(Committed::Applied))
}

/// Each writes its own key because nobody else has written theirs: one may.
fn what_a_commit_rests_on_does_not_move(store: Shared<'_>, at_once: AtOnce<'_>) -> Found {
    for round in 0..ROUNDS {
        let keys: Vec<_> = (0..JOBS).map(|job| key(format!("skew {round} {job}"))).collect();
        let answers = gather(at_once, |own| {
            let rests = |job| if job == own { insert(&keys[own], "x") } else { unchanged(&keys[job], None) };
            commit(store, (0..JOBS).map(rests).collect())
        });
        let winners = applied(&answers).len();
        expect(winners <= 1, || format!("{winners} commits were applied, each of which excludes the others"))?;
        expect(winners == 1 || answers.iter().any(|(_, answer)| answer.is_none()), || "all conflict, and none was first".into())?;
    }
    Ok(())
}

/// Half of the jobs keep two records equal, the other half look.
fn a_load_sees_a_commit_whole(store: Shared<'_>, at_once: AtOnce<'_>) -> Found {
    let keys = ["left", "right"].map(key);
    Bench(store).applies(keys.iter().map(|key| insert(key, "0")).collect())?;
    let torn = gather(at_once, |job| {
        (0..ROUNDS * 4).find_map(|_| {
            let [Some(left), Some(right)] = &store.load(&keys).ok()?[..] else { return Some("nothing".to_owned()) };
            if left.record != right.record {
                return Some(format!("{} beside {}", count(left.record.as_bytes()), count(right.record.as_bytes())));
            }
            if job % 2 == 0 {
                let next = (count(left.record.as_bytes()) + 1).to_string();
                commit(store, vec![replace(&keys[0], left.version, &next), replace(&keys[1], right.version, &next)]);
            }
            None
        })
    });
    torn.into_iter().find_map(|(_, torn)| torn).map_or(Ok(()), |torn| Err(format!("a load found {torn}")))
}

fn count(record: &[u8]) -> usize {
    std::str::from_utf8(record).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// `None` where the store was unavailable, which under contention it may be.
fn commit(store: Shared<'_>, mut writes: Vec<Write>) -> Option<Committed> {
    writes.sort_by(|a, b| a.key().cmp(b.key()));
    store.commit(&Commit::new(NOW, writes)).ok()
}

/// Each job's number and answer.
fn gather<T: Send>(at_once: AtOnce<'_>, job: impl Fn(usize) -> T + Sync) -> Vec<(usize, T)> {
    let answers = Mutex::new(vec![]);
    at_once(JOBS, &|number| {
        let answer = job(number);
        answers.lock().unwrap_or_else(PoisonError::into_inner).push((number, answer));
    });
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn applied(answers: &[(usize, Option<Committed>)]) -> Vec<usize> {
    answers.iter().filter(|(_, answer)| *answer == Some(Committed::Applied)).map(|(job, _)| *job).collect()
}
