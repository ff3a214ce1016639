//! Reads a TOML table member by member and keeps every mistake, where a derived reader would stop at the first.

use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use toml::{Table, Value};

/// Collects what is wrong.
#[derive(Default)]
pub(super) struct Found(RefCell<Vec<String>>);

impl Found {
    pub(super) fn add(&self, place: &str, text: impl Display) {
        self.0.borrow_mut().push(format!("{place}: {}", text.to_string().trim_end().replace('\n', " ")));
    }

    pub(super) fn into_mistakes(self) -> Vec<String> {
        self.0.into_inner()
    }
}

/// One table. When it goes out of scope, it names what nobody has taken from it.
pub(super) struct Section<'f> {
    place: String,
    table: Table,
    found: &'f Found,
    known: BTreeSet<&'static str>,
}

impl<'f> Section<'f> {
    pub(super) fn new(place: impl Into<String>, table: Table, found: &'f Found) -> Self {
        Self { place: place.into(), table, found, known: BTreeSet::new() }
    }

    /// A member that may be missing.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        self.known.insert(name);
        let value = self.table.remove(name)?;
        value.try_into().map_err(|error: toml::de::Error| self.wrong(name, error.message())).ok()
    }

    /// A member that must be there.
    pub(super) fn need<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        if !self.table.contains_key(name) {
            self.known.insert(name);
            self.wrong(name, "is missing");
        }
        self.take(name)
    }

    /// Takes a member if it is there, through a conversion that may object.
    pub(super) fn convert<T: DeserializeOwned, U, E: Display>(
        &mut self,
        name: &'static str,
        convert: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<U> {
        let value = self.take(name)?;
        convert(value).map_err(|error| self.wrong(name, error)).ok()
    }

    /// Puts a member, if it is there, in place of a default.
    pub(super) fn put<T: DeserializeOwned>(&mut self, name: &'static str, default: &mut T) {
        if let Some(value) = self.take(name) {
            *default = value;
        }
    }

    /// A table inside.
    pub(super) fn section(&mut self, name: &'static str) -> Option<Section<'f>> {
        let table = self.take::<Table>(name)?;
        Some(Section::new(self.at(name), table, self.found))
    }

    /// An array of tables inside.
    pub(super) fn sections(&mut self, name: &'static str) -> Vec<Section<'f>> {
        let tables = self.take::<Vec<Table>>(name).unwrap_or_default();
        let numbered = tables.into_iter().enumerate();
        numbered.map(|(index, table)| Section::new(format!("{}[{index}]", self.at(name)), table, self.found)).collect()
    }

    /// Everything that is left, whatever it is called.
    pub(super) fn rest(&mut self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.table).into_iter().collect()
    }

    pub(super) fn wrong(&self, name: &str, text: impl Display) {
        self.found.add(&self.at(name), text);
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    fn at(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        let known = self.known.iter().copied().collect::<Vec<_>>().join(", ");
        for name in self.table.keys() {
            self.found.add(&self.at(name), format!("is not known here; known are {known}"));
        }
    }
}
