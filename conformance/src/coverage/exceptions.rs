//! Rows that are implemented but shown by no vector or scenario, each with the reason.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The reasons, by row id.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    #[serde(rename = "exception", default)]
    list: Vec<Exception>,
}

/// One reason and its rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    ids: Vec<String>,
    reason: String,
}

impl Exceptions {
    /// Reads exceptions in TOML.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut known = BTreeMap::new();
        for exception in &read.list {
            if exception.reason.trim().is_empty() {
                return Err(format!("the exception for {} has no reason", exception.ids.join(", ")));
            }
            for id in &exception.ids {
                if known.insert(id, ()).is_some() {
                    return Err(format!("{id} twice"));
                }
            }
        }
        Ok(read)
    }

    /// The reason why nothing shows this row.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.list
            .iter()
            .find(|exception| exception.ids.iter().any(|known| known == id))
            .map(|exception| exception.reason.as_str())
    }

    /// Exceptions that name no row, or a row that needs none.
    pub(super) fn stale(&self, shown: impl Fn(&str) -> Option<bool>) -> Vec<String> {
        let ids = self.list.iter().flat_map(|exception| &exception.ids);
        let stale = ids.filter_map(|id| match shown(id) {
            None => Some(format!("{id} is not a row")),
            Some(true) => Some(format!("{id} needs no exception")),
            Some(false) => None,
        });
        stale.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_has_a_reason_and_each_id_one() {
        let good = "[[exception]]\nids = [\"A-1\", \"A-2\"]\nreason = \"because\"\n";
        let read = Exceptions::read(good).unwrap_or_default();
        assert_eq!(read.reason("A-2"), Some("because"));
        assert_eq!(read.stale(|id| (id == "A-1").then_some(true)), ["A-1 needs no exception", "A-2 is not a row"]);
        assert!(Exceptions::read(&good.replace("because", " ")).is_err());
        assert!(Exceptions::read(&good.replace("A-2", "A-1")).is_err());
    }
}
