//! Decisions that are tables: some case fits every input, every case decides for some input, and without it the outcome differs.

use fapi::table::{Is, Table};
use fapi::tables::{AUDIENCE, OFFLINE, REFRESH_TOKEN, USERINFO};
use std::fmt::Debug;

fn fits<const N: usize>(when: &[Is; N], answers: [bool; N]) -> bool {
    when.iter().zip(answers).all(|(is, answer)| match is {
        Is::Yes => answer,
        Is::No => !answer,
        Is::Any => true,
    })
}

fn check<const N: usize, T: PartialEq + Debug>(table: &Table<N, T>) {
    let mut deciding = vec![false; table.cases.len()];
    for number in 0..1_usize << N {
        let answers: [bool; N] = std::array::from_fn(|at| number >> at & 1 == 1);
        let mut fitting = table.cases.iter().enumerate().filter(|(_, case)| fits(&case.when, answers));
        let (first, case) = fitting.next().unwrap_or_else(|| panic!("{}: no case fits {answers:?}", table.name));
        assert_eq!(table.decide(answers).then, case.then, "{}: {answers:?}", table.name);
        assert_eq!(table.decide(answers).basis.id, case.basis.id, "{}: {answers:?}", table.name);
        // Without the case, the next one decides, or none.
        deciding[first] |= fitting.next().is_none_or(|(_, next)| next.then != case.then);
    }
    for (case, decides) in table.cases.iter().zip(deciding) {
        assert!(decides, "{}: the outcomes do not need the case of {}", table.name, case.basis.id);
    }
    assert_eq!(table.outcomes().len(), 1 << N, "{}", table.name);
}

#[test]
fn every_case_is_needed_and_every_input_has_one() {
    check(&AUDIENCE);
    check(&USERINFO);
    check(&OFFLINE);
    check(&REFRESH_TOKEN);
}
