//! What the suite has, as a list.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::scenario::{self, Scenario};
use crate::variant::PLANS;

/// Every scenario as a JSON array of `{id, plans, requirements, oidf, summary}`.
pub fn json() -> String {
    let list: Vec<_> = scenario::all().map(entry).collect();
    format!("{:#}", Value::from(list))
}

/// Every scenario as a line.
pub fn text() -> String {
    let width = scenario::all().map(|scenario| scenario.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for scenario in scenario::all() {
        let _ = writeln!(text, "{:width$}  {}", scenario.id, scenario.summary);
    }
    let _ = write!(text, "\n{} scenarios", scenario::all().count());
    text
}

fn entry(scenario: &'static Scenario) -> Value {
    let plans = PLANS.iter().filter(|plan| plan.variants().iter().any(|variant| (scenario.applies)(variant)));
    json!({
        "id": scenario.id,
        "plans": plans.map(|plan| plan.id).collect::<Vec<_>>(),
        "requirements": scenario.requires.iter().map(|requirement| requirement.id).collect::<Vec<_>>(),
        "oidf": scenario.oidf,
        "summary": scenario.summary,
    })
}
