//! Each report of one small run, as it is written.

mod support;

use fapi_conformance::expected;
use fapi_conformance::report::{html, json, junit, terminal};
use serde_json::Value;

/// The same text whatever the version, and whatever the style sheet.
fn steady(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    ["style", "script"].iter().fold(text, |text, tag| match (text.find(&format!("<{tag}>")), text.find(&format!("</{tag}>"))) {
        (Some(start), Some(end)) => format!("{}<{tag}>…{}", &text[..start], &text[end..]),
        _ => text,
    })
}

#[test]
fn terminal() {
    let report = support::report(true);
    let mut text: String = report.results.iter().map(|entry| format!("{}\n", terminal::one_line(entry))).collect();
    text.push_str(&terminal::explained(&report.results[1]));
    text.push_str(&terminal::closing(&report, &["target/conformance/report.html".into()]));
    insta::assert_snapshot!(console::strip_ansi_codes(&text));
}

#[test]
fn json() {
    insta::assert_snapshot!(steady(&json::write(&support::report(true))));
}

#[test]
fn junit() {
    insta::assert_snapshot!(junit::write(&support::report(true)).unwrap());
}

#[test]
fn html() {
    let page = html::write(&support::report(true));
    insta::assert_snapshot!(steady(&page).replace("><", ">\n<"));
}

#[test]
fn html_needs_nothing_else() {
    let page = html::write(&support::report(true));
    for reference in ["src=", "<link", "@import", "url(", "fetch("] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.contains("Two clients get &lt;tokens&gt; &amp; use them."));
}

#[test]
fn draft_of_known_results() {
    insta::assert_snapshot!(expected::draft(&support::report(true)));
}

#[test]
fn json_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../schema/report.schema.json")).unwrap();
    for redacted in [true, false] {
        let report = json::value(&support::report(redacted));
        assert_eq!(mistakes(&schema, &schema, &report, "report"), Vec::<String>::new());
    }
    let mut broken = json::value(&support::report(true));
    broken["results"][0]["outcome"] = "fine".into();
    broken["summary"]["more"] = 1.into();
    broken["version"] = 2.into();
    assert_eq!(mistakes(&schema, &schema, &broken, "report").len(), 3);
}

/// What of a value is not as its schema says: as much of JSON Schema as ours uses.
fn mistakes(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return mistakes(root, root.pointer(reference.trim_start_matches('#')).unwrap(), value, place);
    }
    let mut found = Vec::new();
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is = |wanted: &Value| wanted == kind || (wanted == "number" && kind == "integer");
    let fits = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        Value::Null => true,
        wanted => is(wanted),
    };
    let listed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    let equal = schema.get("const").is_none_or(|wanted| wanted == value);
    let any = schema["anyOf"].as_array().is_none_or(|all| all.iter().any(|one| mistakes(root, one, value, place).is_empty()));
    if !fits || !listed || !equal || !any {
        found.push(format!("{place}: {value}"));
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => found.extend(mistakes(root, schema, member, &format!("{place}.{name}"))),
            None if schema["additionalProperties"] == false => found.push(format!("{place}.{name}: unknown")),
            None => {}
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            found.push(format!("{place}.{name}: missing"));
        }
    }
    if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
        found.extend(items.iter().enumerate().flat_map(|(n, item)| mistakes(root, schema, item, &format!("{place}[{n}]"))));
    }
    found
}
