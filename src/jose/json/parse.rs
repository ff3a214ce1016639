//! A strict JSON parser.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{DEPTH, Json, JsonError, Object};

pub(super) fn parse(text: &[u8]) -> Result<Json, JsonError> {
    let text = std::str::from_utf8(text).map_err(|_| JsonError::Encoding)?;
    let defect = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Value { depth: 0, defect: &defect }.deserialize(&mut reader);
    match value.and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(_) => Err(defect.take().unwrap_or(JsonError::Syntax)),
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value { depth: 0, defect: &Cell::new(None) }.deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Object(object) => Ok(object),
            _ => Err(de::Error::custom(JsonError::NoObject)),
        }
    }
}

#[derive(Clone, Copy)]
struct Value<'a> {
    depth: usize,
    defect: &'a Cell<Option<JsonError>>,
}

impl Value<'_> {
    fn refuse<E: de::Error>(self, defect: JsonError) -> E {
        let error = E::custom(&defect);
        self.defect.set(Some(defect));
        error
    }

    fn inner<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH {
            return Err(self.refuse(JsonError::Depth));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn number<E: de::Error>(self, digits: &str) -> Result<Json, E> {
        match digits.parse() {
            Ok(integer) if digits != "-0" => return Ok(Json::Integer(integer)),
            _ => {}
        }
        digits.parse().ok().filter(|float: &f64| float.is_finite()).map(Json::Float).ok_or_else(|| self.refuse(JsonError::Syntax))
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: de::Error>(self, bool: bool) -> Result<Json, E> {
        Ok(Json::Bool(bool))
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Json, E> {
        Ok(Json::Integer(integer))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Json, E> {
        Ok(i64::try_from(integer).map_or(Json::Float(integer as f64), Json::Integer))
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Json, E> {
        if float.is_finite() { Ok(Json::Float(float)) } else { Err(self.refuse(JsonError::Syntax)) }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element_seed(inner)? {
            elements.push(element);
        }
        Ok(Json::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut object = Object::new();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            match name {
                Name::Written(name) => object.0.push((name, map.next_value_seed(inner)?)),
                Name::OfNumber => return self.number(&map.next_value::<String>()?),
            }
        }
        if object.first_repeated().is_some() {
            return Err(self.refuse(JsonError::Repeated));
        }
        Ok(Json::Object(object))
    }
}

/// The name of a member. When any crate in the build enables the `arbitrary_precision` feature of `serde_json`, `serde_json`
/// presents every number as an object with one specially named member. This form is recognized in every build, so that the
/// feature does not change how a text is read.
enum Name {
    Written(String),
    OfNumber,
}

/// Deserializes a member name by asking for an option. A deserializer of text answers with `visit_some`, whereas the stand-in
/// for a number answers with `visit_str`. An object in the text that happens to have a member of the special name is therefore
/// still read as an object.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        String::deserialize(deserializer).map(Name::Written)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Name, E> {
        const OF_NUMBER: &str = "$serde_json::private::Number";
        Ok(if name == OF_NUMBER { Name::OfNumber } else { Name::Written(name.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn anything_but_one_strict_value_is_refused() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for (text, defect) in [
            (&b"{\"a\":1,\"a\":2}"[..], JsonError::Repeated),
            (b"{\"a\":1,\"\\u0061\":2}", JsonError::Repeated),
            (b"[[{\"b\":{\"a\":1,\"c\":0,\"a\":2}}]]", JsonError::Repeated),
            (b"{} {}", JsonError::Syntax),
            (b"{},", JsonError::Syntax),
            (b"\xef\xbb\xbf{}", JsonError::Syntax),
            (b"{\"a\":1e999}", JsonError::Syntax),
            (b"{\"a\":01}", JsonError::Syntax),
            (b"{\"a\":NaN}", JsonError::Syntax),
            (b"\"\\ud800\"", JsonError::Syntax),
            (b"", JsonError::Syntax),
            (b"{\"a\":\"\xff\"}", JsonError::Encoding),
            (deep(DEPTH + 1).as_bytes(), JsonError::Depth),
            (deep(10_000).as_bytes(), JsonError::Depth),
        ] {
            assert_eq!(Json::parse(text), Err(defect), "{}", String::from_utf8_lossy(text));
        }
        assert!(Json::parse(deep(DEPTH).as_bytes()).is_ok());
    }

    #[test]
    fn numbers_are_integers_where_they_can_be() {
        for (text, value) in [
            ("0", Json::Integer(0)),
            ("-9223372036854775808", Json::Integer(i64::MIN)),
            ("9223372036854775807", Json::Integer(i64::MAX)),
            ("9223372036854775808", Json::Float(9_223_372_036_854_775_808_u64 as f64)),
            ("-0", Json::Float(-0.0)),
            ("1.0", Json::Float(1.0)),
            ("1e3", Json::Float(1000.0)),
        ] {
            assert_eq!(Json::parse(text.as_bytes()), Ok(value), "{text}");
        }
    }

    #[test]
    fn an_object_is_never_read_as_a_number() {
        for text in [
            r#"{"$serde_json::private::Number":"7"}"#,
            r#"{"$serde_json::private::Number":7,"a":1}"#,
            r#"{"\u0024serde_json::private::Number":{"a":"7"}}"#,
            r#"{"a":1,"$serde_json::private::Number":"-0"}"#,
            r#"{"$serde_json::private::RawValue":"7"}"#,
        ] {
            let read = Json::parse(text.as_bytes()).map(|json| json.to_string());
            assert_eq!(read.as_deref(), Ok(&*text.replace(r"\u0024", "$")), "{text}");
            let elsewhere: Result<Json, _> = serde_json::from_str(text);
            assert!(matches!(elsewhere, Ok(Json::Object(_))), "{text}");
        }
        let value: serde_json::Value = serde_json::from_str(r#"{"a":[1,-1.5,18446744073709551615,1e3]}"#).unwrap();
        assert_eq!(
            Json::deserialize(value).map(|json| json.to_string()).as_deref().ok(),
            Some(r#"{"a":[1,-1.5,1.8446744073709552e+19,1000.0]}"#)
        );
    }

    #[test]
    fn members_keep_their_order() {
        let text = r#"{"z":1,"a":{"y":[true,null,"\"é"],"b":-1.5}}"#;
        assert_eq!(Json::parse(text.as_bytes()).map(|json| json.to_string()).as_deref(), Ok(text));
    }

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::Integer),
            any::<i32>().prop_map(|number| Json::Float(f64::from(number) + 0.5)),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::btree_map("[a-z]{0,4}", inner, 0..6).prop_map(|members| {
                    Json::Object(members.into_iter().fold(Object::new(), |object, (name, value)| object.with(name, value)))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(value in json()) {
            prop_assert_eq!(Json::parse(value.to_string().as_bytes()), Ok(value));
        }

        #[test]
        fn any_octets_are_read_or_refused(text: Vec<u8>) {
            let _ = Json::parse(&text);
        }

        #[test]
        fn serde_json_reads_every_accepted_text(text in r#"[\[\]{}":,a0-9.eE+\-tru\\ ]{0,24}"#) {
            if Json::parse(text.as_bytes()).is_ok() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
            }
        }
    }
}
