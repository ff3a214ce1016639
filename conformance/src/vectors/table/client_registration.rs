//! `client_registration`: client metadata that is accepted or refused.

use fapi::requirement::fapi2_sp::{
    CONFIDENTIAL_CLIENTS, JWKS_OVER_TLS, REDIRECT_URI_ENCRYPTED, SIGNING_ALGORITHMS, STRONG_CLIENT_AUTHENTICATION,
};
use fapi::requirement::local::CLIENT_ID_SYNTAX;
use fapi::requirement::local::{CLIENT_FITS_POLICY, REQUEST_SIZE};
use fapi::requirement::oidcc::SECRET_LENGTH;
use fapi::requirement::oidcr::PUBLIC_KEYS_ONLY;
use fapi::requirement::rfc6749::{
    CLIENT_CREDENTIALS_CONFIDENTIAL, GRANT_TYPE_SERVED, METHOD_OF_CLIENT, REDIRECT_ABSOLUTE, REDIRECT_REGISTRATION,
    REDIRECT_WITHOUT_FRAGMENT, RESPONSE_TYPE_PRESENT,
};
use fapi::requirement::rfc7517::{CERTIFICATE_MATCHES_KEY, KEY_USE, KEY_WELL_FORMED, UNUSABLE_KEYS_SKIPPED};
use fapi::requirement::rfc7518::{EC_POINT, RSA_KEY_SIZE};
use fapi::requirement::rfc7523::ASSERTION_SIGNED;
use fapi::requirement::rfc7591::ONE_KEY_SET;
use fapi::requirement::rfc8252::REDIRECT_COMPLETE;
use fapi::requirement::rfc8705::{CERTIFICATE_REGISTERED, CERTIFICATE_SUBJECT};
use fapi::requirement::rfc9700::REDIRECT_ENCRYPTED;
use fapi::requirement::rfc9700::{NO_IMPLICIT_GRANT, NO_PASSWORD_GRANT};
use serde_json::{Map, Value, json};

use super::common::{self, named};
use super::exchange::{REDIRECT, SECRET, by_certificate, certificate};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "client_registration",
        &[
            "The metadata of a client, over those that every client of these files has (README.md), and its secret if it has one.",
            "Valid means that a server under the policies of the group registers the client. Unusable metadata are refused.",
            "Limits: a client_id of 255 characters, redirect URIs as in the file redirect_uri.",
        ],
    )
    .flag("Good", "clients that are accepted")
    .flag("Identifier", "the client_id")
    .flag("RedirectUri", "redirect URIs")
    .flag("Grant", "grant and response types")
    .flag("Credential", "the credentials of a client")
    .flag("Keys", "unsuitable keys")
    .flag("Certificate", "subjects of certificates, and certificates as keys")
    .flag("Policy", "metadata that a policy does not allow")
    .group(oauth(keys))
    .group(redirect_uris())
    .group(keys_of(keys))
    .group(fapi2(keys))
}

fn of(policy: &[&str], keys: &Keys) -> Group {
    Group::new()
        .gives("policy", json!(policy))
        .gives("now", common::NOW)
        .gives("keys", json!([named(keys, "server-es256", "as-1", "ES256")]))
}

fn with(client: Value) -> Value {
    json!({ "client": client, "client_secret": SECRET })
}

fn bare(client: Value) -> Value {
    json!({ "client": client })
}

fn oauth(keys: &Keys) -> Group {
    let machine = json!({ "grant_types": ["client_credentials"], "redirect_uris": [] });
    let public = |more: Value| {
        let mut client = json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"] });
        more.as_object().into_iter().flatten().for_each(|(name, value)| client[name] = value.clone());
        client
    };
    let jwt = json!({ "token_endpoint_auth_method": "client_secret_jwt" });
    let mut group = of(&[], keys)
        .valid("Good", "a client with a secret", with(json!({})))
        .valid("Good", "a client for itself, without redirect URIs", with(machine))
        .valid("Good", "a public client", bare(public(json!({}))))
        .valid("Good", "a client_id of 255 characters", with(json!({ "client_id": "c".repeat(255) })))
        .valid("Good", "a client_id with spaces and colons", with(json!({ "client_id": "a client: one" })))
        .valid("Good", "unknown metadata", with(json!({ "colour": "blue" })))
        .valid("Good", "a secret of 32 octets that keys a MAC", {
            json!({ "client": jwt, "client_secret": "0123456789abcdef0123456789abcdef" })
        })
        .valid("Good", "ID tokens with the server's algorithm", with(json!({ "id_token_signed_response_alg": "ES256" })))
        .valid("Good", "keys at an https URL", {
            bare(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://client.example/jwks" }))
        });
    for (what, id) in [
        ("empty", String::new()),
        ("of 256 characters", "c".repeat(256)),
        ("with a line feed", "client\n1".into()),
        ("with a NUL", "client\0".into()),
        ("with letters beyond ASCII", "caf\u{e9}".into()),
    ] {
        group = group.invalid(&CLIENT_ID_SYNTAX, "Identifier", format!("client_id: {what}"), with(json!({ "client_id": id })));
    }
    for (what, grants, rule) in [
        ("implicit", json!(["authorization_code", "implicit"]), &NO_IMPLICIT_GRANT),
        ("password", json!(["password"]), &NO_PASSWORD_GRANT),
    ] {
        group = group.invalid(rule, "Grant", format!("grant_types: {what}"), with(json!({ "grant_types": grants })));
    }
    for (what, grants) in [
        ("one in another case", json!(["Authorization_Code"])),
        ("an empty one", json!([""])),
        ("one that is not served", json!(["urn:ietf:params:oauth:grant-type:device_code"])),
    ] {
        group =
            group.invalid(&GRANT_TYPE_SERVED, "Grant", format!("grant_types: {what}"), with(json!({ "grant_types": grants })));
    }
    for (what, types) in [("token", json!(["token"])), ("hybrid", json!(["code", "code id_token"])), ("empty", json!([""]))] {
        let what = format!("response_types: {what}");
        group = group.invalid(&RESPONSE_TYPE_PRESENT, "Grant", what, with(json!({ "response_types": types })));
    }
    group = group
        .invalid(&CLIENT_CREDENTIALS_CONFIDENTIAL, "Grant", "a public client that acts for itself", {
            bare(public(json!({ "grant_types": ["client_credentials"] })))
        })
        .invalid(&METHOD_OF_CLIENT, "Credential", "a public client with a secret", with(public(json!({}))))
        .invalid(&METHOD_OF_CLIENT, "Credential", "client_secret_post without secret", bare(json!({})))
        .invalid(&METHOD_OF_CLIENT, "Credential", "client_secret_basic without secret", {
            bare(json!({ "token_endpoint_auth_method": "client_secret_basic" }))
        })
        .invalid(&METHOD_OF_CLIENT, "Credential", "an empty secret", json!({ "client": {}, "client_secret": "" }))
        .invalid(&SECRET_LENGTH, "Credential", "a secret of 31 octets that keys a MAC", {
            json!({ "client": jwt, "client_secret": "0123456789abcdef0123456789abcde" })
        })
        .invalid(&SECRET_LENGTH, "Credential", "no secret for MACs", bare(jwt.clone()))
        .invalid(&ASSERTION_SIGNED, "Credential", "private_key_jwt without keys", {
            bare(json!({ "token_endpoint_auth_method": "private_key_jwt" }))
        })
        .invalid(&ONE_KEY_SET, "Credential", "private_key_jwt with keys both by value and by URL", {
            let jwks = json!({ "keys": [named(keys, "client-es256", "k1", "ES256")] });
            let method = "private_key_jwt";
            bare(json!({ "token_endpoint_auth_method": method, "jwks": jwks, "jwks_uri": "https://client.example/jwks" }))
        })
        .invalid(&CERTIFICATE_REGISTERED, "Certificate", "self_signed_tls_client_auth without keys", {
            bare(json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth" }))
        });
    for (what, url) in [
        ("http", "http://client.example/jwks"),
        ("a file", "file:///etc/jwks"),
        ("user information", "https://user@client.example/jwks"),
        ("a password", "https://:secret@client.example/jwks"),
        ("no scheme", "//client.example/jwks"),
        ("nothing", ""),
    ] {
        let client = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": url });
        group = group.invalid(&JWKS_OVER_TLS, "Keys", format!("jwks_uri: {what}"), bare(client));
    }
    group
        .invalid(&CLIENT_FITS_POLICY, "Policy", "tokens that are bound to a key and to a certificate", {
            with(json!({ "dpop_bound_access_tokens": true, "tls_client_certificate_bound_access_tokens": true }))
        })
        .errors("invalid_client_metadata")
}

fn redirect_uris() -> Group {
    let uris = |uris: Value| with(json!({ "redirect_uris": uris }));
    let mut group = Group::new()
        .gives("policy", json!([]))
        .gives("now", common::NOW)
        .valid("Good", "several redirect URIs", uris(json!([REDIRECT, "https://client.example/cb2?x=y"])))
        .valid("Good", "loopback addresses", uris(json!(["http://127.0.0.1/cb", "http://[::1]/cb"])))
        .valid("Good", "a private-use scheme", uris(json!(["com.example.app:/cb"])))
        .invalid(&REDIRECT_REGISTRATION, "RedirectUri", "codes without redirect URI", uris(json!([])));
    for (requirement, what, uri) in [
        (&REDIRECT_WITHOUT_FRAGMENT, "a fragment", "https://client.example/cb#x"),
        (&REDIRECT_WITHOUT_FRAGMENT, "an empty fragment", "https://client.example/cb#"),
        (&REDIRECT_ABSOLUTE, "a path alone", "/cb"),
        (&REDIRECT_ABSOLUTE, "no scheme", "//client.example/cb"),
        (&REDIRECT_ABSOLUTE, "nothing", ""),
        (&REDIRECT_ABSOLUTE, "user information", "https://user@client.example/cb"),
        (&REDIRECT_ABSOLUTE, "a space", "https://client.example/c b"),
        (&REDIRECT_ABSOLUTE, "no host", "https:///cb"),
        (&REDIRECT_ENCRYPTED, "http", "http://client.example/cb"),
        (&REDIRECT_COMPLETE, "javascript", "javascript:alert(1)"),
        (&REDIRECT_COMPLETE, "data", "data:text/html,x"),
        (&REDIRECT_COMPLETE, "a scheme without a dot", "myapp:/cb"),
    ] {
        group = group.invalid(requirement, "RedirectUri", format!("redirect_uris: {what}"), uris(json!([uri])));
    }
    let long = format!("https://client.example/{}", "c".repeat(4096));
    group
        .invalid(&REDIRECT_WITHOUT_FRAGMENT, "RedirectUri", "redirect_uris: a fragment in the second", {
            uris(json!([REDIRECT, "https://client.example/cb#x"]))
        })
        .invalid(&REQUEST_SIZE, "RedirectUri", "redirect_uris: more than 4,096 characters", uris(json!([long])))
        .errors("invalid_redirect_uri")
}

fn keys_of(keys: &Keys) -> Group {
    let client = |jwks: Value| bare(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }));
    let one = |key: Map<String, Value>| client(json!({ "keys": [key] }));
    let changed = |name: &str, value: Value| {
        let mut key = named(keys, "client-es256", "k1", "ES256");
        key.insert(name.into(), value);
        one(key)
    };
    let private = |name: &str| one(keys.private(name));
    let mut group = of(&[], keys)
        .valid("Good", "a P-256 key", one(named(keys, "client-es256", "k1", "ES256")))
        .valid("Good", "an RSA key of 2,048 bits", one(named(keys, "client-ps256", "k1", "PS256")))
        .valid("Good", "an Ed25519 key", one(named(keys, "client-eddsa", "k1", "EdDSA")));
    for (what, jwks) in [("an array", json!([])), ("a text", json!("keys"))] {
        group = group.invalid(&KEY_WELL_FORMED, "Keys", format!("jwks: {what}"), client(jwks));
    }
    for (requirement, what, input) in [
        (&RSA_KEY_SIZE, "an RSA key of 2,040 bits", one(keys.public("short-rsa"))),
        (&PUBLIC_KEYS_ONLY, "a private EC key", private("client-es256")),
        (&PUBLIC_KEYS_ONLY, "a private RSA key", private("client-ps256")),
        (&EC_POINT, "a point off the curve", changed("x", json!("A".repeat(43)))),
        (&EC_POINT, "a coordinate that is cut off", changed("x", json!("AAAA"))),
    ] {
        group = group.invalid(requirement, "Keys", format!("jwks: {what}"), input);
    }
    let good = || Value::Object(named(keys, "client-es256", "k1", "ES256"));
    for (what, key) in [
        ("an unknown key type", json!({ "kty": "AKP", "kid": "pq-1", "alg": "ML-DSA-65", "pub": "AAAA", "use": "sig" })),
        ("an unknown curve", json!({ "kty": "OKP", "crv": "Ed448", "x": "AAAA" })),
        ("a key for encryption", json!({ "kty": "RSA", "use": "enc", "alg": "RSA-OAEP-256", "n": "AQAB", "e": "AQAB" })),
        ("an RSA key of 2,040 bits", Value::Object(keys.public("short-rsa"))),
        ("a number", json!(1)),
    ] {
        group = group.valid("Good", format!("beside a good key: {what}"), client(json!({ "keys": [key, good()] })));
        group = group.shows(&UNUSABLE_KEYS_SKIPPED);
    }
    for (requirement, what, set) in [
        (&KEY_USE, "a key for encryption alone", json!([{ "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB" }])),
        (&KEY_WELL_FORMED, "a key of unknown type alone", json!([{ "kty": "AKP", "pub": "AAAA" }])),
        (&ASSERTION_SIGNED, "none", json!([])),
        (&PUBLIC_KEYS_ONLY, "a symmetric key after a good one", json!([good(), { "kty": "oct", "k": "AAAA" }])),
    ] {
        group = group.invalid(requirement, "Keys", format!("jwks: {what}"), client(json!({ "keys": set })));
    }
    let other = certificate(keys, "client-1");
    let mut foreign = keys.public("stranger-es256");
    foreign.insert("x5c".into(), json!([other]));
    group
        .invalid(&CERTIFICATE_MATCHES_KEY, "Certificate", "a key with the certificate of another", one(foreign))
        .invalid(&CERTIFICATE_MATCHES_KEY, "Certificate", "a key with an invalid certificate", changed("x5c", json!(["AAAA"])))
        .errors("invalid_client_metadata")
}

fn fapi2(keys: &Keys) -> Group {
    let jwks = json!({ "keys": [named(keys, "client-es256", "k1", "ES256")] });
    let good = |more: Value| {
        let mut client = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks });
        more.as_object().into_iter().flatten().for_each(|(name, value)| client[name] = value.clone());
        bare(client)
    };
    let tls = |more: Value| {
        let mut client = json!({ "token_endpoint_auth_method": "tls_client_auth" });
        more.as_object().into_iter().flatten().for_each(|(name, value)| client[name] = value.clone());
        bare(client)
    };
    // The server has keys for all three algorithms.
    let server = [("server-es256", "as-1", "ES256"), ("server-ps256", "as-2", "RS256"), ("server-es384", "as-3", "ES384")];
    let server = server.map(|(name, kid, algorithm)| named(keys, name, kid, algorithm));
    let mut group = of(&["fapi2_security"], keys)
        .gives("keys", json!(server))
        .valid("Good", "FAPI 2.0: private_key_jwt", good(json!({})))
        .valid("Good", "FAPI 2.0: self_signed_tls_client_auth", bare(by_certificate(keys, &certificate(keys, "client-1"))))
        .valid("Good", "FAPI 2.0: a loopback redirect URI", good(json!({ "redirect_uris": ["http://127.0.0.1/cb"] })))
        .valid("Certificate", "FAPI 2.0: a DNS name", tls(json!({ "tls_client_auth_san_dns": "client.example" })))
        .valid("Certificate", "FAPI 2.0: an IP address", tls(json!({ "tls_client_auth_san_ip": "2001:db8::1" })));
    for (what, method) in [
        ("client_secret_post", "client_secret_post"),
        ("client_secret_basic", "client_secret_basic"),
        ("client_secret_jwt", "client_secret_jwt"),
    ] {
        let client = with(json!({ "token_endpoint_auth_method": method }));
        group = group.invalid(&STRONG_CLIENT_AUTHENTICATION, "Policy", format!("FAPI 2.0: {what}"), client);
    }
    let keys_of = |set: Value| bare(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set }));
    group = group
        .invalid(&RSA_KEY_SIZE, "Policy", "FAPI 2.0: an RSA key of 2,040 bits", {
            keys_of(json!({ "keys": [keys.public("short-rsa")] }))
        })
        .invalid(&JWKS_OVER_TLS, "Policy", "FAPI 2.0: keys over plain http", {
            bare(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://client.example/jwks" }))
        })
        .invalid(&CONFIDENTIAL_CLIENTS, "Policy", "FAPI 2.0: a public client", {
            bare(json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] }))
        })
        .invalid(
            &SIGNING_ALGORITHMS,
            "Policy",
            "FAPI 2.0: ID tokens by RS256",
            good(json!({ "id_token_signed_response_alg": "RS256" })),
        )
        .invalid(
            &SIGNING_ALGORITHMS,
            "Policy",
            "FAPI 2.0: ID tokens by ES384",
            good(json!({ "id_token_signed_response_alg": "ES384" })),
        )
        .invalid(&CLIENT_FITS_POLICY, "Policy", "FAPI 2.0: assertions by RS256", {
            good(json!({ "token_endpoint_auth_signing_alg": "RS256" }))
        })
        .invalid(&CERTIFICATE_SUBJECT, "Certificate", "FAPI 2.0: no subject", tls(json!({})))
        .invalid(&CERTIFICATE_SUBJECT, "Certificate", "FAPI 2.0: two subjects", {
            tls(json!({ "tls_client_auth_san_dns": "client.example", "tls_client_auth_subject_dn": "CN=client-1" }))
        })
        .invalid(&CERTIFICATE_SUBJECT, "Certificate", "FAPI 2.0: an invalid name", {
            tls(json!({ "tls_client_auth_subject_dn": "client-1" }))
        })
        .invalid(&CERTIFICATE_SUBJECT, "Certificate", "FAPI 2.0: an invalid address", {
            tls(json!({ "tls_client_auth_san_ip": "192.0.2.300" }))
        })
        .errors("invalid_client_metadata");
    group
        .invalid(&REDIRECT_URI_ENCRYPTED, "RedirectUri", "FAPI 2.0: an http redirect URI", {
            good(json!({ "redirect_uris": ["http://client.example/cb"] }))
        })
        .error("invalid_redirect_uri")
}
