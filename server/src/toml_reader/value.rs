//! A value with its place, and the types that are read from one.

use super::{Document, join, nearest};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value in a [`Document`].
#[derive(Debug, Clone)]
pub struct Value<'d> {
    document: &'d Document<'d>,
    path: String,
    value: &'d Spanned<DeValue<'d>>,
}

/// A type that is read from a TOML value.
pub trait FromValue: Sized {
    /// A description of the values that can be read, such as `an array`.
    fn expected() -> String;

    /// The value; `None` if it is of another form, which is then recorded as a mistake.
    fn from_value(value: &Value<'_>) -> Option<Self>;
}

impl<'d> Value<'d> {
    pub(super) fn new(document: &'d Document<'d>, path: String, value: &'d Spanned<DeValue<'d>>) -> Self {
        Self { document, path, value }
    }

    /// Records a mistake at this value.
    pub fn mistake(&self, text: impl Display) {
        self.document.record(&self.path, self.span(), text);
    }

    /// Records a mistake at a member or an element inside this value; `path` begins with a period or a bracket.
    pub fn mistake_below(&self, path: &str, text: impl Display) {
        self.document.mistake(&format!("{}{path}", self.path), text);
    }

    /// A member of this table, as it is written; `None` if there is none.
    pub fn member(&self, name: &str) -> Option<Self> {
        let value = self.value.get_ref().as_table()?.get(name)?;
        Some(Self { document: self.document, path: join(&self.path, name), value })
    }

    /// Records that the value is of another type than is expected. The value itself is not shown: it may be a secret.
    pub fn mismatch<T>(&self, expected: &str) -> Option<T> {
        let found = match self.value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.mistake(format_args!("expected {expected}, found {found}"));
        None
    }

    /// The text of a string through a conversion whose error is a mistake.
    pub fn parse<T, E: Display>(&self, expected: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        match self.text() {
            Some(text) => parse(text).map_err(|error| self.mistake(error)).ok(),
            None => self.mismatch(expected),
        }
    }

    /// One of some names.
    pub fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let names = || choices.iter().map(|(name, _)| *name);
        let expected = super::choices(names());
        self.parse(&expected, |text| {
            let chosen = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
            chosen.ok_or_else(|| match nearest(text, names()) {
                Some(nearest) => format!("unknown value {text:?}; did you mean {nearest:?}?"),
                None => format!("unknown value {text:?}; expected {expected}"),
            })
        })
    }

    /// Returns true if it is an array.
    pub fn is_array(&self) -> bool {
        self.value.get_ref().is_array()
    }

    /// Returns true if it is a string.
    pub fn is_string(&self) -> bool {
        self.value.get_ref().is_str()
    }

    /// An integer in a range; `expected` describes the range.
    pub fn integer(&self, range: &RangeInclusive<u64>, expected: &str) -> Option<u64> {
        let Some(written) = self.value.get_ref().as_integer() else { return self.mismatch(expected) };
        let read = u64::from_str_radix(written.as_str(), written.radix()).ok().filter(|number| range.contains(number));
        if read.is_none() {
            self.mistake(format_args!("expected {expected}, found {written}"));
        }
        read
    }

    /// The elements of an array.
    pub fn items(&self) -> Option<Vec<Self>> {
        if self.is_array() { Some(self.children()) } else { self.mismatch("an array") }
    }

    /// The members of a table, whatever their names are.
    pub fn entries(&self) -> Option<Vec<(&'d str, Self)>> {
        let names = self.table()?.keys().map(|name| name.get_ref().as_ref());
        Some(names.zip(self.children()).collect())
    }

    /// The same value as JSON, which has no dates and no infinities.
    pub fn json(&self) -> Option<serde_json::Value> {
        Some(match self.value.get_ref() {
            DeValue::String(text) => text.as_ref().into(),
            DeValue::Boolean(boolean) => (*boolean).into(),
            DeValue::Integer(_) => i64::from_value(self)?.into(),
            DeValue::Float(float) => match float.as_str().parse().ok().and_then(serde_json::Number::from_f64) {
                Some(number) => number.into(),
                None => return self.mismatch("a number that JSON has"),
            },
            DeValue::Datetime(_) => return self.mismatch("a value that JSON has, such as a string with the date"),
            DeValue::Array(_) => self.items()?.iter().filter_map(Self::json).collect(),
            DeValue::Table(_) => {
                let entries = self.entries()?;
                entries.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.json()?))).collect()
            }
        })
    }

    /// The dotted path.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn document(&self) -> &'d Document<'d> {
        self.document
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    pub(super) fn text(&self) -> Option<&'d str> {
        self.value.get_ref().as_str()
    }

    pub(super) fn table(&self) -> Option<&'d DeTable<'d>> {
        self.value.get_ref().as_table().or_else(|| self.mismatch("a table"))
    }

    /// The elements of an array or the members of a table; other values have none.
    pub(super) fn children(&self) -> Vec<Self> {
        let child = |path, value| Self { document: self.document, path, value };
        match self.value.get_ref() {
            DeValue::Array(items) => {
                let numbered = items.iter().enumerate();
                numbered.map(|(index, item)| child(format!("{}[{index}]", self.path), item)).collect()
            }
            DeValue::Table(table) => table.iter().map(|(name, member)| child(join(&self.path, name.get_ref()), member)).collect(),
            _ => vec![],
        }
    }
}

impl FromValue for String {
    fn expected() -> String {
        "a string".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        value.text().map(str::to_owned).or_else(|| value.mismatch(&Self::expected()))
    }
}

impl FromValue for bool {
    fn expected() -> String {
        "true or false".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        value.value.get_ref().as_bool().or_else(|| value.mismatch(&Self::expected()))
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl FromValue for $integer {
            fn expected() -> String {
                format!("an integer from {} to {}", Self::MIN, Self::MAX)
            }

            fn from_value(value: &Value<'_>) -> Option<Self> {
                let Some(written) = value.value.get_ref().as_integer() else { return value.mismatch(&Self::expected()) };
                let read = Self::from_str_radix(written.as_str(), written.radix());
                read.map_err(|_| value.mistake(format_args!("expected {}, found {written}", Self::expected()))).ok()
            }
        })*
    };
}

integers!(u16 u32 u64 usize i64);

impl FromValue for PathBuf {
    fn expected() -> String {
        "a path".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        value.text().map(Self::from).or_else(|| value.mismatch(&Self::expected()))
    }
}

impl FromValue for SocketAddr {
    fn expected() -> String {
        "an IP address and a port, such as \"127.0.0.1:9443\"".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let expected = Self::expected();
        value.parse(&expected, |text| text.parse().map_err(|_| format!("expected {expected}, found {text:?}")))
    }
}

/// Every element is read, so that the mistakes of all are found.
impl<T: FromValue> FromValue for Vec<T> {
    fn expected() -> String {
        "an array".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let items = value.items()?;
        let read: Vec<_> = items.iter().map(T::from_value).collect();
        read.into_iter().collect()
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn expected() -> String {
        "a table".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let entries = value.entries()?;
        let read: Vec<_> = entries.iter().map(|(name, value)| Some(((*name).to_owned(), T::from_value(value)?))).collect();
        read.into_iter().collect()
    }
}
