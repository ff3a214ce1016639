//! Decisions that are tables in a document: a few questions with yes or no, one outcome.
//!
//! A table is a constant. The decision reads it, the documents and `explain` print it, and tests go through all of its inputs.

use crate::requirement::Requirement;
use std::fmt;

/// One input of a case. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// The answer is yes.
    Yes,
    /// The answer is no.
    No,
    /// The answer does not matter.
    Any,
}

impl Is {
    const fn fits(self, answer: bool) -> bool {
        match self {
            Self::Yes => answer,
            Self::No => !answer,
            Self::Any => true,
        }
    }
}

/// One line of a table.
#[derive(Debug, Clone, Copy)]
pub struct Case<const N: usize, T: 'static> {
    /// The answers for which it decides, if no earlier case does.
    pub when: [Is; N],
    /// The outcome.
    pub then: T,
    /// The statement behind it.
    pub basis: &'static Requirement,
}

/// A table: the first case that fits decides.
#[derive(Debug, Clone, Copy)]
pub struct Table<const N: usize, T: 'static> {
    /// Its name.
    pub name: &'static str,
    /// The questions.
    pub inputs: [&'static str; N],
    /// The cases; the last one fits always.
    pub cases: &'static [Case<N, T>],
}

impl<const N: usize, T> Table<N, T> {
    /// The case that decides.
    pub fn decide(&self, answers: [bool; N]) -> &'static Case<N, T> {
        let fits = |case: &&Case<N, T>| {
            let fits = case.when.iter().zip(answers).all(|(is, answer)| is.fits(answer));
            // A case that is left out, for a mutant, does not decide.
            fits && case.basis.broken_unless(false)
        };
        self.cases.iter().find(fits).unwrap_or(&self.cases[self.cases.len() - 1])
    }

    /// The table for people.
    pub fn print(&self) -> Printed
    where
        T: fmt::Debug,
    {
        let rows =
            self.cases.iter().map(|case| Row { when: case.when.to_vec(), then: format!("{:?}", case.then), basis: case.basis });
        Printed { name: self.name, inputs: self.inputs.to_vec(), rows: rows.collect() }
    }

    /// The outcome and its statement for all inputs, in the order of binary numbers whose first digit is the last input.
    pub fn outcomes(&self) -> Vec<(Vec<bool>, String, &'static Requirement)>
    where
        T: fmt::Debug,
    {
        let answers = |number: usize| std::array::from_fn(|at| number >> at & 1 == 1);
        (0..1_usize << N)
            .map(|number| {
                let case = self.decide(answers(number));
                (answers(number).to_vec(), format!("{:?}", case.then), case.basis)
            })
            .collect()
    }
}

/// A table for people.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Printed {
    /// Its name.
    pub name: &'static str,
    /// The questions.
    pub inputs: Vec<&'static str>,
    /// The cases.
    pub rows: Vec<Row>,
}

/// A case for people.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Row {
    /// The answers.
    pub when: Vec<Is>,
    /// The outcome.
    pub then: String,
    /// The statement.
    pub basis: &'static Requirement,
}
