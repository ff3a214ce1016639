//! A TOML table that remembers what was asked of it, and what was wrong.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A section of the file.
pub(super) struct Section {
    table: toml::Table,
    place: String,
    folder: PathBuf,
    mistakes: Vec<String>,
}

impl Section {
    pub(super) fn new(table: toml::Table, place: &str, folder: &Path) -> Self {
        Self { table, place: place.into(), folder: folder.into(), mistakes: Vec::new() }
    }

    /// Notes a mistake at a member of this section.
    pub(super) fn mistake(&mut self, member: &str, what: &str) {
        let mistake = format!("{}{member}: {what}", self.place);
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    /// Whether a mistake was noted at this member.
    pub(super) fn failed(&self, member: &str) -> bool {
        let start = format!("{}{member}:", self.place);
        self.mistakes.iter().any(|mistake| mistake.starts_with(&start))
    }

    pub(super) fn text(&mut self, member: &str) -> Option<String> {
        if !self.table.contains_key(member) {
            self.mistake(member, "is missing");
        }
        self.optional_text(member)
    }

    pub(super) fn optional_text(&mut self, member: &str) -> Option<String> {
        self.take(member, "a string", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn optional_number(&mut self, member: &str) -> Option<i64> {
        self.take(member, "a whole number", toml::Value::as_integer)
    }

    pub(super) fn optional_flag(&mut self, member: &str) -> Option<bool> {
        self.take(member, "true or false", toml::Value::as_bool)
    }

    pub(super) fn texts(&mut self, member: &str) -> Vec<String> {
        let strings = |value: &toml::Value| value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        self.take(member, "a list of strings", strings).unwrap_or_default()
    }

    pub(super) fn pairs(&mut self, member: &str) -> Vec<(String, String)> {
        let strings = |value: &toml::Value| {
            value.as_table()?.iter().map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
        };
        self.take(member, "a table of strings", strings).unwrap_or_default()
    }

    /// The text of the file that a member names.
    pub(super) fn optional_file(&mut self, member: &str) -> Option<String> {
        let name = self.optional_text(member)?;
        let path = self.folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.mistake(member, &format!("{}: {error}", path.display()));
                None
            }
        }
    }

    pub(super) fn optional_section(&mut self, member: &str) -> Option<Self> {
        let table = self.take(member, "a table", |value| value.as_table().cloned())?;
        Some(Self::new(table, &format!("{}{member}.", self.place), &self.folder.clone()))
    }

    pub(super) fn sections(&mut self, member: &str) -> Vec<Self> {
        let tables = |value: &toml::Value| value.as_array()?.iter().map(|item| item.as_table().cloned()).collect::<Option<Vec<_>>>();
        let tables = self.take(member, "one or more [[…]] sections", tables).unwrap_or_default();
        let place = |number: usize| format!("{}{member}[{}].", self.place, number + 1);
        tables.into_iter().enumerate().map(|(number, table)| Self::new(table, &place(number), &self.folder)).collect()
    }

    /// Reads a section and keeps its mistakes.
    pub(super) fn within<T>(&mut self, mut section: Self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = read(&mut section);
        self.mistakes.extend(section.finish());
        value
    }

    /// Everything wrong, unknown members included.
    pub(super) fn finish(mut self) -> Vec<String> {
        let unknown: Vec<_> = self.table.keys().cloned().collect();
        for member in unknown {
            self.mistake(&member, "is not a member of a target file");
        }
        self.mistakes
    }

    /// The section as JSON, unread.
    pub(super) fn into_json(self) -> Value {
        serde_json::to_value(self.table).unwrap_or(Value::Null)
    }

    fn take<T>(&mut self, member: &str, what: &str, read: impl Fn(&toml::Value) -> Option<T>) -> Option<T> {
        let value = self.table.remove(member)?;
        let taken = read(&value);
        if taken.is_none() {
            self.mistake(member, &format!("must be {what}, not {}", value.type_str()));
        }
        taken
    }
}
