//! The features of a server and of its clients, as a target file lists them.

use fapi_server::toml_reader::{Document, Section, Value as Written};

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

/// The features that a client is registered for. An axis that is left out has all the values that the server supports. Without
/// the features of the server, nothing is compared with them.
pub(super) fn of_client(section: &Section<'_>, server: Option<&Supported>, document: &Document<'_>) -> Supported {
    let mut supported = Vec::new();
    for axis in Axis::ALL {
        let offered = server.map(|server| server.of(*axis)).unwrap_or_default();
        let Some(listed) = written(section, *axis) else {
            supported.extend(offered);
            continue;
        };
        let comparable = server.is_some() && !document.has_mistake(&format!("features.{}", axis.name()));
        for (item, value) in listed {
            if comparable && !offered.contains(&value) {
                item.mistake(format_args!("{:?} is not among the features of the server", value.name()));
            }
            supported.push(value);
        }
    }
    supported.into_iter().collect()
}

fn listed(section: &Section<'_>, axis: Axis) -> Option<Vec<Value>> {
    Some(written(section, axis)?.into_iter().map(|(_, value)| value).collect())
}

/// The values of an axis, each with its place; `None` if the axis is left out.
fn written<'d>(section: &Section<'d>, axis: Axis) -> Option<Vec<(Written<'d>, Value)>> {
    let choices: Vec<_> = axis.values().iter().map(|value| (value.name(), *value)).collect();
    let items = section.value(axis.name())?.items()?;
    Some(items.into_iter().filter_map(|item| Some((item.clone(), item.one_of(&choices)?))).collect())
}
