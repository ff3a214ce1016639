//! `table`: a decision that is a table in a document, for one of its inputs.

use super::Otherwise;
use super::group::{member, object, text};
use fapi::jose::{Json, Object};
use fapi::table::Table;
use fapi::tables::{AUDIENCE, OFFLINE, REFRESH_TOKEN, USERINFO};
use std::fmt;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    let told = match text(group, "table")? {
        "audience" => decide(&AUDIENCE, input),
        "userinfo as audience" => decide(&USERINFO, input),
        "offline access" => decide(&OFFLINE, input),
        "refresh token" => decide(&REFRESH_TOKEN, input),
        other => Err(Otherwise::Unjudged(format!("there is no table {other}"))),
    }?;
    Otherwise::unless_same(member(test, "output")?, &Json::Object(told))
}

fn decide<const N: usize, T: fmt::Debug>(table: &Table<N, T>, input: &Object) -> Result<Object, Otherwise> {
    let mut answers = [false; N];
    for (answer, question) in answers.iter_mut().zip(table.inputs) {
        let given = member(input, question)?.as_bool();
        *answer = given.ok_or_else(|| Otherwise::Unjudged(format!("{question} is neither true nor false")))?;
    }
    Otherwise::unless_same(&input.iter().count(), &N)?;
    let case = table.decide(answers);
    Ok(Object::new().with("outcome", format!("{:?}", case.then)).with("statement", case.basis.id))
}
