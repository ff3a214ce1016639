//! A table that remembers which of its members were read.

use super::names::nearest;
use super::value::{FromValue, Value};
use super::{Document, join};
use serde_json::Map;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;
use toml::de::DeTable;

/// One table. When it is dropped, it records every member that was not read as unknown.
#[derive(Debug)]
pub struct Section<'d> {
    document: &'d Document<'d>,
    path: String,
    table: &'d DeTable<'d>,
    span: Range<usize>,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Section<'d> {
    pub(super) fn new(document: &'d Document<'d>, path: String, table: &'d DeTable<'d>, span: Range<usize>) -> Self {
        Self { document, path, table, span, known: RefCell::default() }
    }

    /// A member that may be missing.
    pub fn optional<T: FromValue>(&self, name: &'static str) -> Option<T> {
        T::from_value(&self.value(name)?)
    }

    /// A member that must be there.
    pub fn required<T: FromValue>(&self, name: &'static str) -> Option<T> {
        T::from_value(&self.required_value(name, &T::expected())?)
    }

    /// Replaces a default by the member, if it is there.
    pub fn replace<T: FromValue>(&self, name: &'static str, default: &mut T) {
        if let Some(value) = self.optional(name) {
            *default = value;
        }
    }

    /// A member that may be missing, as it is written.
    pub fn value(&self, name: &'static str) -> Option<Value<'d>> {
        self.known.borrow_mut().insert(name);
        Some(Value::new(self.document, join(&self.path, name), self.table.get(name)?))
    }

    /// A member that must be there, as it is written; `expected` describes it if it is missing.
    pub fn required_value(&self, name: &'static str, expected: &str) -> Option<Value<'d>> {
        let value = self.value(name);
        if value.is_none() {
            self.mistake(name, format_args!("missing member; expected {expected}"));
        }
        value
    }

    /// A table inside this one.
    pub fn section(&self, name: &'static str) -> Option<Section<'d>> {
        Self::of(&self.value(name)?)
    }

    /// An array of tables inside this one.
    pub fn sections(&self, name: &'static str) -> Vec<Section<'d>> {
        self.tables(name).iter().filter_map(Self::of).collect()
    }

    /// The elements of an array of tables inside this one, as they are written.
    pub fn tables(&self, name: &'static str) -> Vec<Value<'d>> {
        let Some(value) = self.value(name) else { return vec![] };
        if !value.is_array() {
            value.mismatch::<()>(&format!("an array of tables, each of which begins with [[{}]]", join(&self.path, name)));
            return vec![];
        }
        value.items().unwrap_or_default()
    }

    /// Every member as JSON, without those that have no JSON form. [`allow`](Self::allow) says which of them are known.
    pub fn json(&self) -> Map<String, serde_json::Value> {
        let members = self.table.iter().map(|(name, member)| (name.get_ref().as_ref(), member));
        let values = members.map(|(name, member)| (name, Value::new(self.document, join(&self.path, name), member)));
        values.filter_map(|(name, value)| Some((name.to_owned(), value.json()?))).collect()
    }

    /// Names that are known although they are not read one by one.
    pub fn allow(&self, names: impl IntoIterator<Item = &'static str>) {
        self.known.borrow_mut().extend(names);
    }

    /// Records a mistake at a member, or at this table if the member is missing.
    pub fn mistake(&self, name: &str, text: impl Display) {
        let span = self.table.get(name).map_or_else(|| self.span.clone(), |value| value.span());
        self.document.record(&join(&self.path, name), span, text);
    }

    /// True if a mistake was recorded at this member or below it.
    pub fn has_mistake(&self, name: &str) -> bool {
        self.document.has_mistake(&join(&self.path, name))
    }

    /// The dotted path of this table; empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn of(value: &Value<'d>) -> Option<Self> {
        let table = value.table()?;
        Some(Self::new(value.document(), value.path().to_owned(), table, value.span()))
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        let known = self.known.get_mut();
        for name in self.table.keys().filter(|name| !known.contains(name.get_ref().as_ref())) {
            let text = match nearest(name.get_ref(), known.iter().copied()) {
                Some(nearest) => format!("unknown member; did you mean `{nearest}`?"),
                None if known.is_empty() => "unknown member; this table has none".to_owned(),
                None => format!("unknown member; expected one of {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
            };
            self.document.record(&join(&self.path, name.get_ref()), name.span(), text);
        }
    }
}
