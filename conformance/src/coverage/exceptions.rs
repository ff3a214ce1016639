//! Rows that are built and that neither a vector nor a scenario shows, each with the reason.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The reasons, by id.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    #[serde(rename = "exception", default)]
    list: Vec<Exception>,
}

/// One reason, and the rows it is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    ids: Vec<String>,
    reason: String,
}

impl Exceptions {
    /// The exceptions of this text, in TOML.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut known = BTreeMap::new();
        for exception in &read.list {
            if exception.reason.trim().is_empty() {
                return Err(format!("no reason for {}", exception.ids.join(", ")));
            }
            for id in &exception.ids {
                if known.insert(id, ()).is_some() {
                    return Err(format!("{id} twice"));
                }
            }
        }
        Ok(read)
    }

    /// Why nothing shows this row.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.list
            .iter()
            .find(|exception| exception.ids.iter().any(|known| known == id))
            .map(|exception| exception.reason.as_str())
    }

    /// Exceptions for no row at all, or for one that needs none.
    pub(super) fn stale(&self, shown: impl Fn(&str) -> Option<bool>) -> Vec<String> {
        let ids = self.list.iter().flat_map(|exception| &exception.ids);
        let stale = ids.filter_map(|id| match shown(id) {
            None => Some(format!("{id} is no row")),
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
        assert_eq!(read.stale(|id| (id == "A-1").then_some(true)), ["A-1 needs no exception", "A-2 is no row"]);
        assert!(Exceptions::read(&good.replace("because", " ")).is_err());
        assert!(Exceptions::read(&good.replace("A-2", "A-1")).is_err());
    }
}
