//! Request objects by reference: the client serves them at a registered address.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::oidcc::{
    NO_NESTED_REQUEST, REQUEST_URI_FETCHED, REQUEST_URI_HTTPS, REQUEST_URI_NOT_SUPPORTED, REQUEST_URI_REGISTERED,
};
use fapi::requirement::rfc7515::COMPACT_FORM;
use fapi::requirement::rfc7519::AUD_CONTAINS_RECIPIENT;
use fapi::requirement::rfc8725::{ALL_LAYERS_VALIDATED, COMPACT_ALPHABET};
use fapi::requirement::rfc9101::FETCH_GUARDED;
use fapi::requirement::rfc9126::REQUEST_URI_LIVE;
use serde_json::{Value, json};

use super::super::common;
use super::{Group, Keys, by_value, good, header, in_force, jwks, of, output, signed};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![addresses(keys), documents(keys), unsupported(keys)]
}

const URI: &str = "https://client.example/request";
const MEDIA_TYPE: &str = "application/oauth-authz-req+jwt";

fn served(keys: &Keys) -> Group {
    let uris = [URI, "https://client.example/other?a=b#GkurKxf5T0Y", "https://client.example:8443/request"];
    of(&[], json!({ "jwks": jwks(keys), "request_uris": uris })).gives("switches", json!({ "request_uri_parameter": true }))
}

fn fetched(uri: &str, body: impl Into<Value>, media_type: &str) -> Value {
    json!({ "request_uri": uri, "document": { "body": body.into(), "content_type": media_type } })
}

fn addresses(keys: &Keys) -> Group {
    let at = |uri: &str| fetched(uri, signed(keys, &Value::Object(good())), MEDIA_TYPE);
    let mut group = served(keys);
    for (what, uri) in [
        ("the registered one", URI),
        ("the registered one with a fragment", "https://client.example/request#0a1b2c"),
        ("with another fragment than the registered one", "https://client.example/other?a=b#changed"),
        ("without the registered fragment", "https://client.example/other?a=b"),
        ("with a port", "https://client.example:8443/request"),
    ] {
        group = output(group.valid("Reference", format!("request_uri: {what}"), at(uri)), &in_force());
    }
    for (what, uri) in [
        ("a longer path", "https://client.example/requests"),
        ("a path below", "https://client.example/request/x"),
        ("another query", "https://client.example/request?x"),
        ("without the query", "https://client.example/other"),
        ("in another case", "https://client.example/Request"),
        ("the host in another case", "https://CLIENT.example/request"),
        ("another host", "https://evil.example/request"),
        ("another port", "https://client.example:8444/request"),
        ("the server itself", "https://as.example/authorize"),
        ("the loopback address", "https://127.0.0.1/request"),
        ("the address of cloud metadata", "https://169.254.169.254/latest/meta-data"),
        ("a path with dots", "https://client.example/x/../request"),
    ] {
        group = group.invalid(&REQUEST_URI_REGISTERED, "Reference", format!("request_uri: {what}"), at(uri));
    }
    for (what, uri) in [
        ("http", "http://client.example/request"),
        ("a file", "file:///etc/passwd"),
        ("a relative reference", "request"),
        ("an unknown URN", "urn:example:request"),
        ("data", "data:application/jwt,x"),
        ("user information", "https://a@client.example/request"),
    ] {
        group = group.invalid(&REQUEST_URI_HTTPS, "Reference", format!("request_uri: {what}"), at(uri));
    }
    group
        .invalid(
            &REQUEST_URI_LIVE,
            "Reference",
            "request_uri: a handle of PAR that is unknown",
            at("urn:ietf:params:oauth:request_uri:a"),
        )
        .errors("invalid_request_uri")
}

fn documents(keys: &Keys) -> Group {
    let valid = signed(keys, &Value::Object(good()));
    let mut group = served(keys);
    for media_type in [
        "application/oauth-authz-req+jwt",
        "application/jwt",
        "Application/JWT",
        "application/oauth-authz-req+jwt; charset=utf-8",
        "application/jwt;x=y",
    ] {
        group = output(
            group.valid("Reference", format!("media type {media_type}"), fetched(URI, valid.clone(), media_type)),
            &in_force(),
        );
    }
    group = output(
        group.valid("Reference", "a line feed after the document", fetched(URI, format!("{valid}\n"), MEDIA_TYPE)),
        &in_force(),
    );
    for media_type in
        ["", "text/html", "application/json", "application/jose", "application/at+jwt", "text/application/jwt", "*/*"]
    {
        let what = format!("media type {media_type:?}");
        group = group.invalid(&FETCH_GUARDED, "Reference", what, fetched(URI, valid.clone(), media_type));
    }
    group
        .invalid(&FETCH_GUARDED, "Reference", "no media type", json!({ "request_uri": URI, "document": { "body": valid } }))
        .invalid(&FETCH_GUARDED, "Reference", "a document of 32,769 octets", fetched(URI, "A".repeat(32_769), MEDIA_TYPE))
        .invalid(&REQUEST_URI_FETCHED, "Reference", "a document that cannot be fetched", json!({ "request_uri": URI }))
        .invalid(&REQUEST_URI_FETCHED, "Reference", "a document that is not UTF-8", {
            fetched(URI, json!({ "base64url": BASE64URL_NOPAD.encode(b"\xff\xfe") }), MEDIA_TYPE)
        })
        .errors("invalid_request_uri")
        .invalid(&COMPACT_FORM, "Reference", "an empty document", fetched(URI, "", MEDIA_TYPE))
        .invalid(&COMPACT_ALPHABET, "Reference", "a document that is HTML", fetched(URI, "<html></html>", MEDIA_TYPE))
        .invalid(&ALL_LAYERS_VALIDATED, "Reference", "a document that another party signed", {
            fetched(URI, keys.jws("stranger-es256", "ES256", &header("k1"), &Value::Object(good())), MEDIA_TYPE)
        })
        .invalid(&AUD_CONTAINS_RECIPIENT, "Reference", "a document for another server", {
            fetched(URI, signed(keys, &common::with(&good(), "aud", "https://other.example")), MEDIA_TYPE)
        })
        .invalid(&NO_NESTED_REQUEST, "Reference", "a document that refers to itself", {
            fetched(URI, signed(keys, &common::with(&good(), "request_uri", URI)), MEDIA_TYPE)
        })
        .errors("invalid_request_object")
}

/// A server that fetches nothing, as by default.
fn unsupported(keys: &Keys) -> Group {
    let client = json!({ "jwks": jwks(keys), "request_uris": [URI] });
    let group = output(
        of(&[], client).valid("Reference", "a server that fetches nothing: by value", by_value(keys, &Value::Object(good()))),
        &in_force(),
    );
    let names = ["response_type", "redirect_uri", "scope"];
    let outside: Vec<_> = names.iter().map(|name| json!([name, good()[*name]])).collect();
    let mut input = fetched(URI, signed(keys, &Value::Object(good())), MEDIA_TYPE);
    input["outside"] = outside.into();
    group
        .invalid(&REQUEST_URI_NOT_SUPPORTED, "Reference", "a server that fetches nothing: by reference", input)
        .error("request_uri_not_supported")
}
