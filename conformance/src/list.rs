//! The scenarios of the suite, as a list.

use std::fmt::Write;

use serde_json::{Value, json};

use fapi::requirement::ocp::{FEATURES, Feature};

use crate::oidf;
use crate::pipeline;
use crate::scenario::{self, Scenario};
use crate::variant::{PLANS, Plan};

/// Every scenario, or those of a plan, as a JSON array of `{id, plans, requirements, oidf, summary}`.
pub fn json(plan: Option<&Plan>) -> String {
    let list: Vec<_> = scenarios(plan).into_iter().map(|scenario| entry(scenario, plan)).collect();
    format!("{:#}", Value::from(list))
}

/// Every scenario, or those of a plan, as a line.
pub fn text(plan: Option<&Plan>) -> String {
    let scenarios = scenarios(plan);
    let width = scenarios.iter().map(|scenario| scenario.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for scenario in &scenarios {
        let _ = writeln!(text, "{:width$}  {}", scenario.id, scenario.summary);
    }
    let _ = write!(text, "\n{} scenarios", scenarios.len());
    text
}

/// Every feature of the pipeline, with the scenarios of all plans, or of one, that observe it, as a JSON array of
/// `{id, name, statements, scenarios}`.
pub fn features_json(plan: Option<&Plan>) -> String {
    let list = FEATURES.iter().map(|feature| {
        json!({
            "id": feature.id,
            "name": feature.name,
            "statements": feature.statements.iter().map(|statement| statement.id).collect::<Vec<_>>(),
            "scenarios": observing(feature, plan),
        })
    });
    format!("{:#}", Value::from(list.collect::<Vec<_>>()))
}

/// Every feature of the pipeline as a line, and below it the scenarios of all plans, or of one, that observe it.
pub fn features_text(plan: Option<&Plan>) -> String {
    let mut text = String::new();
    for feature in FEATURES {
        let _ = writeln!(text, "{}  {}", feature.id, feature.name);
        observing(feature, plan).iter().for_each(|id| text.push_str(&format!("      {id}\n")));
    }
    let _ = write!(text, "\n{} features", FEATURES.len());
    text
}

fn observing(feature: &Feature, plan: Option<&Plan>) -> Vec<&'static str> {
    let listed = |id: &str| plan.is_none_or(|plan| scenario::of(plan).any(|scenario| scenario.id == id));
    pipeline::scenarios(feature).into_iter().map(|scenario| scenario.id).filter(|id| listed(id)).collect()
}

fn scenarios(plan: Option<&Plan>) -> Vec<&'static Scenario> {
    match plan {
        Some(plan) => scenario::of(plan).collect(),
        None => scenario::all().collect(),
    }
}

fn entry(scenario: &'static Scenario, plan: Option<&Plan>) -> Value {
    let plans = PLANS.iter().filter(|plan| scenario::of(plan).any(|other| other.id == scenario.id));
    json!({
        "id": scenario.id,
        "plans": plans.map(|plan| plan.id).collect::<Vec<_>>(),
        "requirements": scenario.requires.iter().map(|requirement| requirement.id).collect::<Vec<_>>(),
        "oidf": plan.map_or_else(|| scenario.oidf.to_vec(), |plan| oidf::asserted(plan, scenario)),
        "summary": scenario.summary,
    })
}
