//! The inputs of the vectors in the format of the fuzz targets. The replay of the corpora includes only this file.

use fapi::jose::{Json, Object, base64url};

/// An input for a fuzz target.
pub struct Case {
    /// The name of the target.
    pub target: &'static str,
    /// The id of its test, with a number if the test has several inputs for one target.
    pub name: String,
    /// The input.
    pub octets: Vec<u8>,
}

/// The inputs of one test, each with its target.
type Inputs = Vec<(&'static str, Vec<u8>)>;
/// Reads the inputs from a group and the input of a test.
type Read = fn(&Object, &Json) -> Inputs;

/// The kinds of vectors with inputs for a target, and the code that reads them.
const KINDS: &[(&str, Read)] = &[
    ("access_token", |_, input| [header(input, "authorization"), header(input, "dpop"), certificates(input)].concat()),
    ("authorization_request", |group, _| all_certificates(group)),
    ("basic", |_, input| octets("basic", input)),
    ("client_assertion", |_, input| compact(input)),
    ("client_registration", |_, input| certificates(input)),
    ("code_challenge", |_, input| {
        lines("pkce", &[text(input, "code_challenge"), text(input, "code_challenge_method"), VERIFIER])
    }),
    ("distinguished_name", |group, input| {
        [lines("distinguished_name", &[whole(input), first(group)]), all_certificates(group)].concat()
    }),
    ("dpop_proof", |_, input| compact(input)),
    ("form", |_, input| octets("form", input)),
    ("htu", |group, input| lines("htu", &[whole(input), member(group, "url")])),
    ("introspection_request", |group, input| [all_certificates(group), certificates(input)].concat()),
    ("jwk", |_, input| [octets("jwk", input), octets("json", input), certificates(input)].concat()),
    ("jwk_set", |_, input| [octets("jwk_set", input), octets("json", input)].concat()),
    ("jws", |_, input| compact(input)),
    ("pkce", |group, input| {
        lines("pkce", &[member(group, "code_challenge"), member(group, "code_challenge_method"), whole(input)])
    }),
    ("pushed_request", |_, input| certificates(input)),
    ("redirect_uri", |_, input| lines("redirect_uri", &[whole(input), whole(input)])),
    ("redirect_uri_match", |group, input| lines("redirect_uri", &[registered(group), whole(input)])),
    ("scope", |group, input| lines("scope", &[whole(input), first(group)])),
    ("thumbprint", |_, input| octets("jwk", input)),
    ("token_request", |_, input| certificates(input)),
    ("userinfo_request", |_, input| certificates(input)),
];

/// The verifier of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The kinds that have cases.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, _)| *kind)
}

/// The cases of a kind, from the text of its file.
pub fn cases(kind: &str, file: &str) -> Result<Vec<Case>, String> {
    let (_, inputs) =
        KINDS.iter().find(|(known, _)| *known == kind).ok_or_else(|| format!("there is no fuzz target for {kind}"))?;
    let file = Object::parse(file.as_bytes()).map_err(|error| format!("{kind}: {error}"))?;
    let mut cases = vec![];
    for group in members(file.get("groups")).filter_map(Json::as_object) {
        for test in members(group.get("tests")).filter_map(Json::as_object) {
            let given = inputs(group, test.get("input").unwrap_or(&Json::Null));
            for (at, (target, octets)) in given.iter().enumerate() {
                let same = given[..at].iter().filter(|(known, _)| known == target).count();
                let id = member(test, "id");
                let name = if same == 0 { id.to_owned() } else { format!("{id}-{}", same + 1) };
                cases.push(Case { target, name, octets: octets.clone() });
            }
        }
    }
    Ok(cases)
}

fn members(array: Option<&Json>) -> impl Iterator<Item = &Json> {
    array.and_then(Json::as_array).into_iter().flatten()
}

fn whole(input: &Json) -> &str {
    input.as_str().unwrap_or_default()
}

fn member<'o>(object: &'o Object, name: &str) -> &'o str {
    object.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// A text member of an input.
fn text<'i>(input: &'i Json, name: &str) -> &'i str {
    input.as_object().map(|input| member(input, name)).unwrap_or_default()
}

/// The input of the first test of a group, of which the other inputs are variations.
fn first(group: &Object) -> &str {
    members(group.get("tests")).next().map(|test| text(test, "input")).unwrap_or_default()
}

/// The redirect URI that the client of a group registered.
fn registered(group: &Object) -> &str {
    let uris = group.get("client").and_then(Json::as_object).and_then(|client| client.get("redirect_uris"));
    members(uris).next().map(whole).unwrap_or_default()
}

fn lines(target: &'static str, lines: &[&str]) -> Inputs {
    vec![(target, lines.join("\n").into_bytes())]
}

/// An input: text, octets in base64url, or a JSON value.
fn octets(target: &'static str, input: &Json) -> Inputs {
    let encoded = base64url::decode(text(input, "base64url")).filter(|octets| !octets.is_empty());
    vec![(target, encoded.unwrap_or_else(|| input.as_str().map_or_else(|| input.to_string(), str::to_owned).into_bytes()))]
}

/// Compact serializations and the claims sets in them.
fn compact(input: &Json) -> Inputs {
    let jws = input.as_str().into_iter().chain(members(Some(input)).filter_map(Json::as_str));
    let payload = |jws: &str| base64url::decode(jws.split('.').nth(1)?);
    jws.flat_map(|jws| [("jws", Some(jws.as_bytes().to_vec())), ("jwt", payload(jws))])
        .filter_map(|(target, octets)| Some((target, octets?)))
        .collect()
}

/// The compact serialization in a header field, after its scheme if it has one.
fn header(input: &Json, name: &str) -> Inputs {
    let value = text(input, name);
    compact(&value.rsplit(' ').next().unwrap_or_default().into())
}

/// All certificates in a value.
fn certificates(value: &Json) -> Inputs {
    match value {
        Json::Object(object) => all_certificates(object),
        Json::Array(values) => values.iter().flat_map(certificates).collect(),
        _ => vec![],
    }
}

fn all_certificates(object: &Object) -> Inputs {
    let der = |text: &Json| Some(("certificate", data_encoding::BASE64.decode(text.as_str()?.as_bytes()).ok()?));
    let inner = object.iter().filter(|(name, _)| *name != "tests").flat_map(|(name, value)| match name {
        "certificate" => der(value).into_iter().collect(),
        "x5c" => members(Some(value)).filter_map(der).collect(),
        _ => certificates(value),
    });
    inner.collect()
}
