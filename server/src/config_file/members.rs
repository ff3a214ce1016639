//! Reads the types of the library from tables, with every mistake instead of the first.

use crate::toml_reader::{Value as Written, nearest};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads a table of the file whose members are those of a type of the library, except `ours`, which the caller has taken out.
pub(super) fn read_table<T: DeserializeOwned>(table: &Written<'_>, ours: &[&str]) -> Option<T> {
    let (read, sound) = read_rest(table, ours);
    read.filter(|_| sound)
}

/// The same without the members that are wrong, for checks of the others; false if there are some.
pub(super) fn read_rest<T: DeserializeOwned>(table: &Written<'_>, ours: &[&str]) -> (Option<T>, bool) {
    match table.json() {
        Some(Value::Object(mut members)) => {
            members.retain(|name, _| !ours.contains(&name.as_str()));
            read_anyway(members, ours, &|path, text| table.mistake_below(path, text))
        }
        Some(_) => (table.mismatch("a table"), false),
        None => (None, false),
    }
}

/// Reads an array of such tables; those with a mistake are left out.
pub(super) fn read_tables<T: DeserializeOwned>(array: Option<Written<'_>>) -> Vec<T> {
    let items = array.and_then(|array| array.items()).unwrap_or_default();
    items.iter().filter_map(|item| read_table(item, &[])).collect()
}

/// Reads an object, and again without each member that is wrong, so that all mistakes are found; `ours` are further names that the
/// file may have here.
pub(super) fn read<T: DeserializeOwned>(members: Map<String, Value>, ours: &[&str], report: &dyn Fn(&str, &str)) -> Option<T> {
    let (read, sound) = read_anyway(members, ours, report);
    read.filter(|_| sound)
}

fn read_anyway<T: DeserializeOwned>(
    mut members: Map<String, Value>,
    ours: &[&str],
    report: &dyn Fn(&str, &str),
) -> (Option<T>, bool) {
    let mut sound = true;
    loop {
        let text = Value::Object(members.clone()).to_string();
        let error = match serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text)) {
            Ok(value) => return (Some(value), sound),
            Err(error) => error,
        };
        let steps: Vec<_> = error.path().iter().map(step).collect();
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        // The position is one in the text above, which the operator has not written.
        let message = message.split_once(" at line ").map_or(&*message, |(message, _)| message);
        let missing = message.starts_with("missing field");
        // A member that was wrong and is left out is not missing.
        if !missing || sound {
            let path = if path == "." { String::new() } else { format!(".{path}") };
            report(&path, &in_words(message, if steps.len() <= 1 { ours } else { &[] }));
        }
        sound = false;
        let whole = if message.starts_with("unknown field") { &steps[..] } else { steps.get(..1).unwrap_or_default() };
        if remove(&mut members, whole).is_none() {
            return (None, false);
        }
    }
}

/// One step of a path: the name of a member or the index of an element.
fn step(segment: &serde_path_to_error::Segment) -> String {
    match segment {
        serde_path_to_error::Segment::Seq { index } => index.to_string(),
        segment => segment.to_string(),
    }
}

/// Removes the member at a path; `None` if there is none.
fn remove(members: &mut Map<String, Value>, path: &[String]) -> Option<Value> {
    let (last, around) = path.split_last()?;
    let mut steps = around.iter();
    let Some(first) = steps.next() else { return members.remove(last) };
    let found = steps.try_fold(members.get_mut(first)?, |value, step| match value {
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        value => value.get_mut(step),
    });
    found?.as_object_mut()?.remove(last)
}

/// A message of serde in the words of TOML and JSON. An unknown name has the one that was probably meant.
pub(super) fn in_words(message: &str, ours: &[&str]) -> String {
    if let Some(meant) = meant(message, ours) {
        return meant;
    }
    let words = [
        ("unknown variant", "unknown value"),
        ("unknown field", "unknown member"),
        ("missing field", "missing member"),
        ("a sequence", "an array"),
        ("a map", "a table"),
    ];
    words.iter().fold(message.to_owned(), |message, (theirs, ours)| message.replace(theirs, ours))
}

/// The message about an unknown name, which serde follows with the known ones.
fn meant(message: &str, ours: &[&str]) -> Option<String> {
    let (kind, rest) =
        ["unknown field `", "unknown variant `"].into_iter().find_map(|prefix| Some((prefix, message.strip_prefix(prefix)?)))?;
    let (sent, rest) = rest.split_once('`')?;
    // The statement, if the library names one.
    let statement =
        rest.rsplit_once(" (").filter(|(_, last)| last.ends_with(')')).map_or("", |(before, _)| &rest[before.len()..]);
    let field = kind.starts_with("unknown field");
    let known = rest.split('`').skip(1).step_by(2).chain(ours.iter().copied().filter(|_| field));
    let known: Vec<_> = known.collect();
    let nearest = nearest(sent, known.iter().copied());
    match (field, nearest) {
        (true, Some(nearest)) => Some(format!("unknown member; did you mean `{nearest}`?")),
        (true, None) => Some(format!("unknown member; expected one of {}", known.join(", "))),
        (false, Some(nearest)) => Some(format!("unknown value {sent:?}; did you mean {nearest:?}?{statement}")),
        (false, None) => None,
    }
}
