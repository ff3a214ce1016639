//! A small checker of JSON Schema: the words that the schemas of `vectors/schema` use, and no other, so that nothing stands in a
//! schema that is not checked.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// The schemas of a folder, by file name.
pub(super) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
        let mut schemas = BTreeMap::new();
        for entry in std::fs::read_dir(folder).map_err(|error| failed(&error))? {
            let path = entry.map_err(|error| failed(&error))?.path();
            let text = std::fs::read_to_string(&path).map_err(|error| failed(&error))?;
            let schema = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            schemas.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), schema);
        }
        Ok(Self(schemas))
    }

    /// What in the value is not as the schema of this name says.
    pub(super) fn check(&self, name: &str, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        match self.0.get(name) {
            Some(schema) => Check { schemas: self, document: name, found: &mut found }.check(schema, value, "$"),
            None => found.push(format!("no schema {name}")),
        }
        found
    }
}

struct Check<'a> {
    schemas: &'a Schemas,
    /// The schema that `#` means.
    document: &'a str,
    found: &'a mut Vec<String>,
}

impl Check<'_> {
    fn check(&mut self, schema: &Value, value: &Value, at: &str) {
        let Some(words) = schema.as_object() else { return self.note(at, "the schema is no object") };
        for (word, wanted) in words {
            match word.as_str() {
                "$schema" | "$id" | "title" | "description" | "$defs" => {}
                "$ref" => self.refer(wanted, value, at),
                "type" => self.require(types(wanted).any(|name| is(name, value)), at, || format!("is no {wanted}")),
                "const" => self.require(value == wanted, at, || format!("is not {wanted}")),
                "enum" => {
                    let known = wanted.as_array().is_some_and(|known| known.contains(value));
                    self.require(known, at, || format!("is none of {wanted}"));
                }
                "minLength" => {
                    let long = value.as_str().is_none_or(|text| text.chars().count() as u64 >= wanted.as_u64().unwrap_or(0));
                    self.require(long, at, || "is too short".into());
                }
                "minimum" => {
                    let enough = value.as_i64().is_none_or(|number| number >= wanted.as_i64().unwrap_or(0));
                    self.require(enough, at, || "is too small".into());
                }
                "minItems" => {
                    let enough = value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap_or(0));
                    self.require(enough, at, || "has too few items".into());
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}[{index}]"));
                    }
                }
                "required" => {
                    for name in wanted.as_array().into_iter().flatten().filter_map(Value::as_str) {
                        let there = value.as_object().is_none_or(|members| members.contains_key(name));
                        self.require(there, at, || format!("has no {name}"));
                    }
                }
                "oneOf" => {
                    let fitting = wanted.as_array().into_iter().flatten().filter(|schema| self.fits(schema, value)).count();
                    self.require(fitting == 1, at, || format!("fits {fitting} of the forms of which it must have one"));
                }
                "not" => self.require(!self.fits(wanted, value), at, || format!("must not be {wanted}")),
                "properties" => self.properties(wanted, value, at),
                "additionalProperties" => self.additional(schema, wanted, value, at),
                other => self.note(at, &format!("the schema says {other}, which is not checked")),
            }
        }
    }

    /// Whether the value is as another schema says.
    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        Check { schemas: self.schemas, document: self.document, found: &mut found }.check(schema, value, "");
        found.is_empty()
    }

    fn properties(&mut self, wanted: &Value, value: &Value, at: &str) {
        for (name, member) in value.as_object().into_iter().flatten() {
            if let Some(schema) = wanted.get(name) {
                self.check(schema, member, &format!("{at}.{name}"));
            }
        }
    }

    fn additional(&mut self, schema: &Value, wanted: &Value, value: &Value, at: &str) {
        let named = |name: &str| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
        for (name, member) in value.as_object().into_iter().flatten().filter(|(name, _)| !named(name)) {
            match wanted {
                Value::Bool(allowed) => {
                    self.require(*allowed, at, || format!("has a member {name} that its schema does not know"))
                }
                schema => self.check(schema, member, &format!("{at}.{name}")),
            }
        }
    }

    fn refer(&mut self, target: &Value, value: &Value, at: &str) {
        let target = target.as_str().unwrap_or_default();
        let (document, pointer) = target.split_once('#').unwrap_or((target, ""));
        let document = if document.is_empty() { self.document } else { document };
        let found = self.schemas.0.get(document).and_then(|schema| schema.pointer(pointer));
        let Some(found) = found else { return self.note(at, &format!("the schema refers to {target}, which is not there")) };
        Check { schemas: self.schemas, document, found: self.found }.check(found, value, at);
    }

    fn require(&mut self, holds: bool, at: &str, what: impl FnOnce() -> String) {
        if !holds {
            self.note(at, &what());
        }
    }

    fn note(&mut self, at: &str, what: &str) {
        self.found.push(format!("{at} {what}"));
    }
}

fn types(wanted: &Value) -> impl Iterator<Item = &str> {
    let several = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
    wanted.as_str().into_iter().chain(several)
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(schema: Value, value: Value) -> usize {
        Schemas(BTreeMap::from([("s".to_owned(), schema)])).check("s", &value).len()
    }

    #[test]
    fn each_word_bites() {
        for (schema, good, bad) in [
            (json!({"type": "integer"}), json!(1), json!("1")),
            (json!({"type": ["string", "null"]}), json!(null), json!(1)),
            (json!({"const": "a"}), json!("a"), json!("b")),
            (json!({"enum": ["a", 1]}), json!(1), json!(2)),
            (json!({"minLength": 2}), json!("ab"), json!("a")),
            (json!({"minimum": 2}), json!(2), json!(1)),
            (json!({"minItems": 1}), json!([1]), json!([])),
            (json!({"items": {"type": "string"}}), json!(["a"]), json!(["a", 1])),
            (json!({"required": ["a"]}), json!({"a": 1}), json!({"b": 1})),
            (json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}), json!({"a": 1}), json!({})),
            (json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}), json!({"b": 1}), json!({"a": 1, "b": 1})),
            (json!({"not": {"const": "a"}}), json!("b"), json!("a")),
            (json!({"properties": {"a": {"type": "null"}}}), json!({"a": null, "b": 1}), json!({"a": 1})),
            (json!({"properties": {"a": {}}, "additionalProperties": false}), json!({"a": 1}), json!({"b": 1})),
            (json!({"additionalProperties": {"type": "string"}}), json!({"a": "b"}), json!({"a": 1})),
            (json!({"$ref": "s#/$defs/a", "$defs": {"a": {"type": "string"}}}), json!("a"), json!(1)),
            (json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}), json!("a"), json!(1)),
        ] {
            assert_eq!(check(schema.clone(), good), 0, "{schema}");
            assert_eq!(check(schema.clone(), bad), 1, "{schema}");
        }
    }

    #[test]
    fn what_is_not_checked_is_said() {
        for schema in [json!({"pattern": "a"}), json!({"$ref": "#/nowhere"}), json!(true)] {
            assert_eq!(check(schema.clone(), json!("a")), 1, "{schema}");
        }
    }
}
