//! Every file follows its schema in `vectors/schema`, and no schema has a keyword that checks nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fapi_conformance::vectors;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::{folder, read};

/// The base of the references between schemas. Nothing is fetched from it.
const BASE: &str = "json-schema:///";

/// Checks the files of a folder against its schemas and returns the violations, each with its place.
pub(crate) fn violations(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("schema")).unwrap().map(|entry| entry.unwrap());
    let schemas = entries.map(|entry| {
        let schema = serde_json::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap();
        (entry.file_name().into_string().unwrap(), schema)
    });
    let validators = compile(&schemas.collect()).unwrap();
    let mut found = Vec::new();
    for (kind, _) in vectors::runner::files() {
        let file = serde_json::from_str(&read(folder, kind)).unwrap();
        // The transcripts, each of which is a kind, share one schema.
        let schema = format!("{}.json", kind.split('/').next().unwrap());
        found.extend(check(&validators[&schema], &file).into_iter().map(|violation| format!("{kind}: {violation}")));
    }
    found
}

fn compile(schemas: &BTreeMap<String, Value>) -> Result<BTreeMap<String, Validator>, String> {
    let strict = jsonschema::options().build(&strict()).unwrap();
    for (name, schema) in schemas {
        // An error in a subschema is also reported for the keywords around it. The longest path is the place of the error.
        if let Some(error) = strict.iter_errors(schema).max_by_key(|error| error.instance_path().as_str().len()) {
            return Err(format!("{name}: {}: {}", error.instance_path(), error.masked()));
        }
    }
    let registry = Registry::new().extend(schemas.iter().map(|(name, schema)| (format!("{BASE}{name}"), schema)));
    let registry = registry.and_then(|registry| registry.prepare()).map_err(|error| error.to_string())?;
    let validators = schemas.keys().map(|name| {
        let options = jsonschema::options().offline().with_registry(&registry);
        let validator = options.build(&json!({ "$ref": format!("{BASE}{name}") }));
        Ok((name.clone(), validator.map_err(|error| format!("{name}: {error}"))?))
    });
    validators.collect()
}

/// A schema of schemas that allows the keywords of JSON Schema 2020-12 and no others.
fn strict() -> Value {
    let standard = "https://json-schema.org/draft/2020-12/schema";
    json!({ "$schema": standard, "$id": "urn:strict", "$dynamicAnchor": "meta", "$ref": standard, "unevaluatedProperties": false })
}

fn check(validator: &Validator, value: &Value) -> Vec<String> {
    // The values are left out because they can be very long.
    validator.iter_errors(value).map(|error| format!("{}: {}", error.instance_path(), error.masked())).collect()
}

fn two_schemas(schema: Value) -> Result<Validator, String> {
    let other = json!({ "$defs": { "text": { "type": "string" } } });
    let mut validators = compile(&BTreeMap::from([("this.json".to_owned(), schema), ("other.json".to_owned(), other)]))?;
    Ok(validators.remove("this.json").unwrap())
}

#[test]
fn every_file_follows_its_schema() {
    assert_eq!(violations(&folder()), Vec::<String>::new());
}

#[test]
fn schemas_refer_to_each_other_and_to_their_own_definitions() {
    let schema = two_schemas(json!({
        "properties": { "a": { "$ref": "other.json#/$defs/text" }, "b": { "$ref": "#/$defs/number" } },
        "$defs": { "number": { "type": "integer" } },
    }));
    let schema = schema.unwrap();
    assert_eq!(check(&schema, &json!({ "a": "text", "b": 1 })), Vec::<String>::new());
    let found = check(&schema, &json!({ "a": 1, "b": "text" }));
    assert_eq!(found, [r#"/a: value is not of type "string""#, r#"/b: value is not of type "integer""#]);
}

#[test]
fn unknown_keywords_and_broken_references_are_errors() {
    for (schema, what) in [
        (json!({ "patern": "a" }), "this.json: : Unevaluated properties are not allowed ('patern' was unexpected)"),
        (json!({ "properties": { "a": { "minlength": 1 } } }), "/properties/a: Unevaluated properties"),
        (json!({ "oneOf": [{ "required": ["a"] }, { "require": ["b"] }] }), "/oneOf/1: Unevaluated properties"),
        (json!({ "type": "text" }), "/type: value is not valid"),
        (json!(3), "value is not of types"),
        (json!({ "$ref": "#/$defs/nowhere" }), "nowhere"),
        (json!({ "$ref": "nowhere.json" }), "nowhere.json"),
    ] {
        let error = two_schemas(schema.clone()).err().unwrap_or_else(|| panic!("{schema} is accepted"));
        assert!(error.contains(what), "{schema}: {error}");
    }
}
