//! The features of a server and of its clients, as a target file lists them.

use fapi_server::toml_reader::{Section, Value as Written};

use super::super::features::Supported;
use crate::variant::{Axis, Plan, Value};

/// The features of a server. An axis that is left out has its usual value; one without a usual value must be there if the plan
/// needs it.
pub(super) fn of_server(section: &Section<'_>, plan: &Plan) -> Supported {
    let usual = |axis: &Axis| axis.usual().into_iter().collect();
    let supported: Supported = Axis::ALL.iter().flat_map(|axis| listed(section, *axis).unwrap_or_else(|| usual(axis))).collect();
    for choice in plan.choices.iter().filter(|choice| choice.with.is_none_or(|value| supported.has(value))) {
        let Some(axis) = choice.values.first().map(|value| value.axis()) else { continue };
        if supported.of(axis).is_empty() && !section.has_mistake(axis.name()) {
            let names: Vec<_> = choice.values.iter().map(|value| format!("{:?}", value.name())).collect();
            section.mistake(axis.name(), format_args!("missing member; {} needs {}", plan.id, names.join(" or ")));
        }
    }
    supported
}

/// The features that a client is registered for. An axis that is left out has all the values that the server supports. A value that the
/// server does not support is no mistake: the client serves in other variants, which do not run.
pub(super) fn of_client(section: &Section<'_>, server: Option<&Supported>) -> Supported {
    let offered = |axis: Axis| server.map(|server| server.of(axis)).unwrap_or_default();
    Axis::ALL.iter().flat_map(|axis| listed(section, *axis).unwrap_or_else(|| offered(*axis))).collect()
}

/// The values of an axis; `None` if the axis is left out.
fn listed(section: &Section<'_>, axis: Axis) -> Option<Vec<Value>> {
    let choices: Vec<_> = axis.values().iter().map(|value| (value.name(), *value)).collect();
    let items: Vec<Written<'_>> = section.value(axis.name())?.items()?;
    Some(items.into_iter().filter_map(|item| item.one_of(&choices)).collect())
}
