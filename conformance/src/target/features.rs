//! The features of a server or of a client: the values of each axis that it supports.

use std::collections::BTreeSet;

use crate::variant::{Axis, Value, Variant};

/// The features of a server or of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Supported(BTreeSet<Value>);

impl Supported {
    /// All that these variants need.
    pub(super) fn by(variants: &[Variant]) -> Self {
        variants.iter().flat_map(Variant::values).collect()
    }

    /// Returns true if every value of a variant is supported.
    pub(super) fn covers(&self, variant: &Variant) -> bool {
        variant.values().all(|value| self.has(value))
    }

    /// Returns true if a value is supported.
    pub(super) fn has(&self, value: Value) -> bool {
        self.0.contains(&value)
    }

    /// The supported values of an axis.
    pub(super) fn of(&self, axis: Axis) -> Vec<Value> {
        self.0.iter().copied().filter(|value| value.axis() == axis).collect()
    }
}

impl FromIterator<Value> for Supported {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// A member of a TOML table of features.
pub(super) fn member(axis: Axis, values: &[Value]) -> String {
    let names: Vec<_> = values.iter().map(|value| format!("\"{}\"", value.name())).collect();
    format!("{} = [{}]", axis.name(), names.join(", "))
}

/// The features of a server, each axis on a line, without those that have only their usual value.
pub(super) fn of_server(server: &Supported) -> String {
    let listed = Axis::ALL.iter().filter(|axis| server.of(**axis).iter().any(|value| axis.usual() != Some(*value)));
    listed.map(|axis| format!("{}\n", member(*axis, &server.of(*axis)))).collect()
}

/// The features of a client in one line, without the axes on which it supports what the server supports.
pub(super) fn of_client(client: &Supported, server: &Supported) -> String {
    let listed = Axis::ALL.iter().map(|axis| (*axis, client.of(*axis)));
    let listed = listed.filter(|(axis, values)| !values.is_empty() && *values != server.of(*axis));
    let members: Vec<_> = listed.map(|(axis, values)| member(axis, &values)).collect();
    format!("{{ {} }}", members.join(", "))
}
