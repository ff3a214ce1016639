//! `typ` of request objects, and what they could be taken for.

use fapi::requirement::fapi2_ms::REQUEST_OBJECT_TYP;
use fapi::requirement::rfc7515::TYP_AS_MEDIA_TYPE;
use fapi::requirement::rfc8725::KINDS_EXCLUSIVE;
use serde_json::{Map, Value, json};

use super::super::common::{self, CLIENT};
use super::{Group, Keys, fapi2, good, good2, in_force, in_force2, members, output, plain, sent};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![types(keys), types_of_fapi2(keys)]
}

/// A header with this `typ`.
fn typed(keys: &Keys, typ: &Value, claims: &Map<String, Value>) -> Value {
    sent(keys.jws("client-es256", "ES256", &json!({ "kid": "k1", "typ": typ }), &Value::Object(claims.clone())))
}

fn types(keys: &Keys) -> Group {
    let without = sent(keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &Value::Object(good())));
    let mut group = output(plain(keys).valid("Typ", "no typ", without), &in_force());
    for typ in [
        "oauth-authz-req+jwt",
        "application/oauth-authz-req+jwt",
        "OAuth-Authz-Req+JWT",
        "Application/OAuth-AuthZ-Req+JWT",
        "JWT",
        "jwt",
        "application/jwt",
    ] {
        let mut claims = good();
        claims.insert("jti".into(), "typ".into());
        group = group.valid("Typ", format!("typ {typ}"), typed(keys, &json!(typ), &claims)).shows(&TYP_AS_MEDIA_TYPE);
        group = output(group, &in_force());
    }
    for typ in [
        "at+jwt",
        "dpop+jwt",
        "logout+jwt",
        "client-authentication+jwt",
        "token-introspection+jwt",
        "secevent+jwt",
        "JWS",
        "JOSE",
        "text/jwt",
        "oauth-authz-req",
        "oauth-authz-req+jwt ",
        "",
    ] {
        group = group.invalid(&KINDS_EXCLUSIVE, "Typ", format!("typ {typ:?}"), typed(keys, &json!(typ), &good()));
    }
    let subject = members(common::with(&good(), "sub", CLIENT));
    let explicit = typed(keys, &json!("oauth-authz-req+jwt"), &subject);
    group = output(group.valid("Identity", "sub is the client, and typ says what it is", explicit), &in_force());
    let other = members(common::with(&good(), "sub", "alice"));
    group = output(
        group.valid("Identity", "sub is somebody else, and there is no typ", {
            sent(keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &Value::Object(other)))
        }),
        &in_force(),
    );
    group
        .invalid(
            &KINDS_EXCLUSIVE,
            "Identity",
            "sub is the client, as in a client assertion",
            typed(keys, &json!("JWT"), &subject),
        )
        .invalid(&KINDS_EXCLUSIVE, "Identity", "sub is the client, and there is no typ", {
            sent(keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &Value::Object(subject.clone())))
        })
        .errors("invalid_request_object")
}

fn types_of_fapi2(keys: &Keys) -> Group {
    let without = sent(keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &Value::Object(good2())));
    let group = output(fapi2(keys).valid("Typ", "FAPI 2.0: no typ", without).shows(&REQUEST_OBJECT_TYP), &in_force2());
    let explicit = typed(keys, &json!("oauth-authz-req+jwt"), &good2());
    let group =
        output(group.valid("Typ", "FAPI 2.0: typ oauth-authz-req+jwt", explicit).shows(&REQUEST_OBJECT_TYP), &in_force2());
    group
        .invalid(&KINDS_EXCLUSIVE, "Typ", "FAPI 2.0: typ dpop+jwt", typed(keys, &json!("dpop+jwt"), &good2()))
        .invalid(&KINDS_EXCLUSIVE, "Typ", "FAPI 2.0: typ at+jwt", typed(keys, &json!("at+jwt"), &good2()))
        .errors("invalid_request_object")
}
