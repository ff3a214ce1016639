//! Reads TOML member by member and collects every mistake with its place, where a derived reader stops at the first.
//!
//! A [`Document`] holds the parsed text and the mistakes found so far. Its [`Section`]s are read by name; a member that was not
//! read is a mistake, and the mistake of a misspelt one names the nearest known member.
//!
//! ```
//! use fapi_server::toml_reader::Document;
//! use std::path::Path;
//!
//! let text = "port = \"high\"\n[limits]\nburts = 3\n";
//! let document = Document::parse(Path::new("server.toml"), text)?;
//! let root = document.root();
//! let port = root.required::<u16>("port");
//! let burst = root.section("limits").and_then(|limits| limits.optional::<u32>("burst"));
//! assert_eq!(document.places()["limits.burts"].line, 3);
//! drop(root);
//! let mistakes = document.finish((port, burst)).unwrap_err();
//! assert_eq!(mistakes.0[0].to_string(), "server.toml:1:8: port: expected an integer from 0 to 65535, found a string");
//! assert_eq!(mistakes.0[1].to_string(), "server.toml:3:1: limits.burts: unknown member; did you mean `burst`?");
//! # Ok::<(), fapi_server::toml_reader::Mistakes>(())
//! ```

mod mistakes;
mod names;
mod section;
mod value;

pub use mistakes::{Mistake, Mistakes, Place};
pub use names::{choices, nearest};
pub use section::Section;
pub use value::{FromValue, Value};

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A TOML text while it is read.
#[derive(Debug)]
pub struct Document<'t> {
    file: &'t Path,
    text: &'t str,
    table: DeTable<'t>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'t> Document<'t> {
    /// Parses a text; `file` is the name that mistakes show.
    ///
    /// The error holds the mistakes of syntax, at most one per line. Their texts quote nothing: a line may hold a secret.
    pub fn parse(file: &'t Path, text: &'t str) -> Result<Self, Mistakes> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let document = Self { file, text, table: table.into_inner(), mistakes: RefCell::default() };
        for error in errors {
            let place = document.place(error.span().unwrap_or_default());
            document.mistakes.borrow_mut().push(Mistake {
                place: Some(place),
                path: String::new(),
                text: error.message().into(),
            });
        }
        let mut mistakes = document.sorted();
        mistakes.dedup_by_key(|mistake| mistake.place.as_ref().map(|place| place.line));
        if mistakes.is_empty() { Ok(document) } else { Err(Mistakes(mistakes)) }
    }

    /// The top-level table.
    pub fn root(&self) -> Section<'_> {
        Section::new(self, String::new(), &self.table, 0..0)
    }

    /// Records a mistake at the value with this path, or at the innermost table or array around it that exists.
    pub fn mistake(&self, path: &str, text: impl Display) {
        self.record(path, self.find(path), text);
    }

    /// A mistake at the value with this path, as [`mistake`](Self::mistake) would record it.
    pub fn located(&self, path: &str, text: impl Display) -> Mistake {
        Mistake { place: Some(self.place(self.find(path))), path: path.to_owned(), text: text.to_string() }
    }

    /// True if a mistake was recorded at this path or below it.
    pub fn has_mistake(&self, path: &str) -> bool {
        let below = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
        self.mistakes.borrow().iter().any(|mistake| mistake.path.strip_prefix(path).is_some_and(below))
    }

    /// Calls `visit` with every string of the document.
    pub fn for_each_string(&self, mut visit: impl FnMut(&Value<'_>, &str)) {
        let members = self.table.iter().map(|(name, value)| Value::new(self, join("", name.get_ref()), value));
        let mut open: Vec<_> = members.collect();
        while let Some(value) = open.pop() {
            match value.text() {
                Some(text) => visit(&value, text),
                None => open.extend(value.children()),
            }
        }
    }

    /// The place of every value, by its dotted path, for mistakes that are found after the text was read.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let members = self.table.iter().map(|(name, value)| Value::new(self, join("", name.get_ref()), value));
        let (mut open, mut places): (Vec<_>, _) = (members.collect(), BTreeMap::new());
        while let Some(value) = open.pop() {
            places.insert(value.path().to_owned(), self.place(value.span()));
            open.extend(value.children());
        }
        places
    }

    /// Returns the value that was read, or all mistakes in the order of the text.
    pub fn finish<T>(self, read: T) -> Result<T, Mistakes> {
        let mistakes = self.sorted();
        if mistakes.is_empty() { Ok(read) } else { Err(Mistakes(mistakes)) }
    }

    fn record(&self, path: &str, span: Range<usize>, text: impl Display) {
        let text = text.to_string().trim_end().replace('\n', " ");
        let mistake = Mistake { place: Some(self.place(span)), path: path.to_owned(), text };
        let mut mistakes = self.mistakes.borrow_mut();
        if !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    }

    fn sorted(&self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.take();
        mistakes.sort_by(|one, other| one.place.cmp(&other.place));
        mistakes
    }

    /// The beginning of a span; lines and columns count from 1, columns in characters.
    fn place(&self, span: Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        Place { file: self.file.to_owned(), line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }

    fn find(&self, path: &str) -> Range<usize> {
        let mut span = 0..0;
        let mut steps = path.split(['.', '[', ']']).filter(|step| !step.is_empty());
        let mut found = steps.next().and_then(|step| self.table.get(step));
        while let Some(value) = found {
            span = value.span();
            found = steps.next().and_then(|step| child(value, step));
        }
        span
    }
}

fn child<'v, 't>(value: &'v Spanned<DeValue<'t>>, step: &str) -> Option<&'v Spanned<DeValue<'t>>> {
    match value.get_ref() {
        DeValue::Table(table) => table.get(step),
        DeValue::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// The path of a member; a name that TOML would quote is quoted.
fn join(path: &str, name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    let name = if bare { name.to_owned() } else { format!("{name:?}") };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}
