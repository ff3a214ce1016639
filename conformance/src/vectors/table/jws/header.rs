//! Headers, and payloads that must be claims sets.

use fapi::requirement::Requirement;
use fapi::requirement::rfc7515::{
    ALG_ALLOWED, CRIT_UNDERSTOOD, CRIT_WELL_FORMED, HEADER_NAMES_UNIQUE, KID_IS_HINT, SIGNED_AS_RECEIVED, TYP_AS_MEDIA_TYPE,
    UNKNOWN_HEADERS_IGNORED,
};
use fapi::requirement::rfc7517::KEY_WELL_FORMED;
use fapi::requirement::rfc7518::NO_ALG_NONE;
use fapi::requirement::rfc7519::{CLAIM_NAMES_UNIQUE, WHOLE_JWT_VALID};
use fapi::requirement::rfc8725::{ALL_LAYERS_VALIDATED, UTF8_ONLY};
use serde_json::{Value, json};

use super::{FAPI, Group, Keys, PAYLOAD, of_key};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![ignored(keys), json_of(keys), parameters(keys), crit(keys), claims(keys)]
}

fn sign(keys: &Keys, header: impl AsRef<[u8]>) -> String {
    keys.jws_of("client-es256", "ES256", header.as_ref(), PAYLOAD)
}

fn ignored(keys: &Keys) -> Group {
    let certificate = json!(["not a certificate"]);
    let mut group = of_key(keys.public("client-es256"), FAPI);
    for (what, more) in [
        ("an unknown parameter", json!({ "colour": { "alg": "none" } })),
        ("an object that some parsers read as a number", json!({ "colour": { "$serde_json::private::Number": "7 " } })),
        ("jku, which is not followed", json!({ "jku": "https://attacker.example/jwks" })),
        ("x5u, which is not followed", json!({ "x5u": "https://attacker.example/chain" })),
        ("x5c, which is not trusted", json!({ "x5c": certificate })),
        ("the jwk of another party", json!({ "jwk": keys.public("stranger-es256") })),
        ("an empty kid", json!({ "kid": "" })),
        ("a kid that looks like a path", json!({ "kid": "../../../dev/null" })),
        ("enc, which is a parameter of encryption", json!({ "enc": "A128GCM" })),
    ] {
        group = group.valid("Ignored", what, keys.jws("client-es256", "ES256", &more, &json!({ "iss": "joe" })));
        group = group.shows(&UNKNOWN_HEADERS_IGNORED);
    }
    for (what, typ) in [("JWT", "JWT"), ("a media type", "application/jwt"), ("any text", "whatever it is")] {
        let header = json!({ "typ": typ, "cty": typ });
        group = group.valid("Ignored", format!("typ and cty: {what}"), keys.jws("client-es256", "ES256", &header, &json!({})));
        group = group.shows(&TYP_AS_MEDIA_TYPE);
    }
    let own = json!({ "jwk": keys.public("stranger-es256") });
    group
        .valid("HeaderJson", "white space in the header", sign(keys, " {\r\n\t\"alg\" : \"ES256\" }\n"))
        .valid("HeaderJson", "a name and a value in escapes", sign(keys, r#"{"\u0061lg":"\u0045S256"}"#))
        .valid("HeaderJson", "alg after 200 other parameters", sign(keys, many(200)))
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "KeyInMessage",
            "signed by the key in its own jwk",
            keys.jws("stranger-es256", "ES256", &own, &json!({ "iss": "joe" })),
        )
}

fn many(count: usize) -> String {
    let others: String = (0..count).map(|at| format!("\"p{at}\":{at},")).collect();
    format!("{{{others}\"alg\":\"ES256\"}}")
}

fn json_of(keys: &Keys) -> Group {
    let deep = |levels: usize| format!(r#"{{"alg":"ES256","x":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    let mut group =
        of_key(keys.public("client-es256"), FAPI).valid("HeaderJson", "31 arrays in the header", sign(keys, deep(31)));
    for (what, header) in [
        ("an empty header", String::new()),
        ("white space as header", "  ".into()),
        ("null as header", "null".into()),
        ("a string as header", r#""ES256""#.into()),
        ("an array as header", r#"[{"alg":"ES256"}]"#.into()),
        ("a number as header", "256".into()),
        ("a header that is not closed", r#"{"alg":"ES256""#.into()),
        ("text after the header's object", r#"{"alg":"ES256"}x"#.into()),
        ("two objects as header", r#"{"alg":"ES256"}{"alg":"ES256"}"#.into()),
        ("a comma after the last parameter", r#"{"alg":"ES256",}"#.into()),
        ("single quotes in the header", "{'alg':'ES256'}".into()),
        ("no quotes around a name in the header", r#"{alg:"ES256"}"#.into()),
        ("a comment in the header", r#"{"alg":"ES256"/*x*/}"#.into()),
        ("a byte order mark before the header", "\u{feff}{\"alg\":\"ES256\"}".into()),
        ("a line feed inside of a string of the header", "{\"alg\":\"ES256\",\"x\":\"\n\"}".into()),
        ("half a surrogate pair in the header", r#"{"alg":"ES256","x":"\ud800"}"#.into()),
        ("NaN in the header", r#"{"alg":"ES256","x":NaN}"#.into()),
        ("a number beyond every double in the header", r#"{"alg":"ES256","x":1e999}"#.into()),
        ("a number with a leading zero in the header", r#"{"alg":"ES256","x":01}"#.into()),
        ("32 arrays in the header", deep(32)),
        ("3,000 arrays in the header", deep(3_000)),
    ] {
        group = group.invalid(&SIGNED_AS_RECEIVED, "HeaderJson", what, sign(keys, header));
    }
    for (what, header) in [
        ("a header in Latin-1", &b"{\"alg\":\"ES256\",\"x\":\"\xe9\"}"[..]),
        ("a header in UTF-16", b"{\0\"\0a\0l\0g\0\"\0:\0\"\0E\0S\x002\x005\x006\0\"\0}\0\xff\xfe"),
        ("an overlong spelling in the header", b"{\"alg\":\"ES256\",\"x\":\"\xc0\xaf\"}"),
        ("a surrogate in UTF-8 in the header", b"{\"alg\":\"ES256\",\"x\":\"\xed\xa0\x80\"}"),
    ] {
        group = group.invalid(&UTF8_ONLY, "HeaderJson", what, sign(keys, header));
    }
    for (what, header) in [
        ("alg twice, the valid one last", r#"{"alg":"none","alg":"ES256"}"#),
        ("alg twice, the valid one first", r#"{"alg":"ES256","alg":"none"}"#),
        ("alg twice, the same", r#"{"alg":"ES256","alg":"ES256"}"#),
        ("alg twice, once in escapes", r#"{"alg":"ES256","\u0061lg":"none"}"#),
        ("an unknown parameter twice", r#"{"alg":"ES256","x":1,"x":1}"#),
        ("a name twice deep inside", r#"{"alg":"ES256","x":[{"y":{"z":1,"z":2}}]}"#),
        ("an empty name twice", r#"{"alg":"ES256","":1,"":2}"#),
    ] {
        group = group.invalid(&HEADER_NAMES_UNIQUE, "HeaderJson", what, sign(keys, header));
    }
    group.valid("HeaderJson", "the same name in two objects", sign(keys, r#"{"alg":"ES256","x":[{"y":1},{"y":1}],"y":1}"#)).valid(
        "HeaderJson",
        "names that differ by case",
        sign(keys, r#"{"alg":"ES256","ALG":"none","Alg":1}"#),
    )
}

type Case = (&'static str, &'static Requirement, &'static str, Value);

fn parameters(keys: &Keys) -> Group {
    let mut group = of_key(keys.public("client-es256"), FAPI)
        .valid("HeaderParameter", "alg alone", sign(keys, r#"{"alg":"ES256"}"#))
        .invalid(&ALG_ALLOWED, "HeaderParameter", "no alg", sign(keys, "{}"))
        .invalid(&ALG_ALLOWED, "HeaderParameter", "no alg, but a typ", sign(keys, r#"{"typ":"JWT"}"#));
    let cases: &[Case] = &[
        ("null", &ALG_ALLOWED, "alg", json!(null)),
        ("a number", &ALG_ALLOWED, "alg", json!(256)),
        ("an array", &ALG_ALLOWED, "alg", json!(["ES256"])),
        ("an object", &ALG_ALLOWED, "alg", json!({ "alg": "ES256" })),
        ("empty", &ALG_ALLOWED, "alg", json!("")),
        ("in lower case", &ALG_ALLOWED, "alg", json!("es256")),
        ("with a space", &ALG_ALLOWED, "alg", json!("ES256 ")),
        ("with a NUL", &ALG_ALLOWED, "alg", json!("ES256\0")),
        ("an unknown one", &ALG_ALLOWED, "alg", json!("ES123")),
        ("ES256K", &ALG_ALLOWED, "alg", json!("ES256K")),
        ("RSA1_5, which encrypts", &ALG_ALLOWED, "alg", json!("RSA1_5")),
        ("an RSA signature by its XML name", &ALG_ALLOWED, "alg", json!("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")),
        ("none", &NO_ALG_NONE, "alg", json!("none")),
        ("None", &NO_ALG_NONE, "alg", json!("None")),
        ("NONE", &NO_ALG_NONE, "alg", json!("NONE")),
        ("nOnE", &NO_ALG_NONE, "alg", json!("nOnE")),
        ("a number", &KID_IS_HINT, "kid", json!(1)),
        ("null", &KID_IS_HINT, "kid", json!(null)),
        ("an array", &KID_IS_HINT, "kid", json!(["k1"])),
        ("an object", &KID_IS_HINT, "kid", json!({})),
        ("a number", &SIGNED_AS_RECEIVED, "typ", json!(1)),
        ("null", &SIGNED_AS_RECEIVED, "typ", json!(null)),
        ("an array", &SIGNED_AS_RECEIVED, "typ", json!(["JWT"])),
        ("a boolean", &SIGNED_AS_RECEIVED, "cty", json!(true)),
        ("null", &SIGNED_AS_RECEIVED, "cty", json!(null)),
        ("a string", &KEY_WELL_FORMED, "jwk", json!("{\"kty\":\"EC\"}")),
        ("an array", &KEY_WELL_FORMED, "jwk", json!([])),
        ("null", &KEY_WELL_FORMED, "jwk", json!(null)),
        ("false", &SIGNED_AS_RECEIVED, "b64", json!(false)),
        ("true", &SIGNED_AS_RECEIVED, "b64", json!(true)),
        ("DEF", &SIGNED_AS_RECEIVED, "zip", json!("DEF")),
    ];
    for (what, requirement, name, value) in cases {
        let flag = if *requirement == &NO_ALG_NONE { "AlgNone" } else { "HeaderParameter" };
        let header = json!({ (*name): value });
        let jws = keys.jws("client-es256", "ES256", &header, &json!({ "iss": "joe" }));
        group = group.invalid(requirement, flag, format!("{name}: {what}"), jws);
    }
    group
}

fn crit(keys: &Keys) -> Group {
    let mut group = of_key(keys.public("client-es256"), FAPI).valid(
        "Crit",
        "an extension that is not critical",
        sign(keys, r#"{"alg":"ES256","http://example.com/exp":1}"#),
    );
    let malformed = [
        ("empty", json!([]), json!({})),
        ("null", json!(null), json!({})),
        ("a string", json!("exp"), json!({ "exp": 1 })),
        ("an object", json!({ "exp": 1 }), json!({ "exp": 1 })),
        ("a number among names", json!(["exp", 1]), json!({ "exp": 1 })),
        ("a name twice", json!(["exp", "exp"]), json!({ "exp": 1 })),
        ("a name that is not there", json!(["exp"]), json!({})),
        ("a parameter of the specification itself: alg", json!(["alg"]), json!({})),
        ("a parameter of the specification itself: kid", json!(["kid"]), json!({ "kid": "k1" })),
        ("crit itself", json!(["crit"]), json!({})),
    ];
    let unknown = [
        ("an empty name", json!([""]), json!({ "": 1 })),
        ("an extension that is there", json!(["http://example.com/exp"]), json!({ "http://example.com/exp": 1 })),
        ("b64 false", json!(["b64"]), json!({ "b64": false })),
        ("b64 true", json!(["b64"]), json!({ "b64": true })),
        ("two extensions", json!(["a", "b"]), json!({ "a": 1, "b": 2 })),
    ];
    let absent = [("a name in another case", json!(["EXP"]), json!({ "exp": 1 }))];
    let malformed = malformed.into_iter().map(|case| (&CRIT_WELL_FORMED, case));
    let unknown = unknown.into_iter().map(|case| (&CRIT_UNDERSTOOD, case));
    let absent = absent.into_iter().map(|case| (&CRIT_WELL_FORMED, case));
    for (rule, (what, crit, more)) in malformed.chain(unknown).chain(absent) {
        let mut header = json!({ "crit": crit });
        if let (Some(header), Some(more)) = (header.as_object_mut(), more.as_object()) {
            header.extend(more.clone());
        }
        let jws = keys.jws("client-es256", "ES256", &header, &json!({ "iss": "joe" }));
        group = group.invalid(rule, "Crit", format!("crit: {what}"), jws);
    }
    group
}

fn claims(keys: &Keys) -> Group {
    let sign = |payload: &[u8]| keys.jws_of("client-es256", "ES256", br#"{"alg":"ES256"}"#, payload);
    let mut group = of_key(keys.public("client-es256"), FAPI).gives("payload", "claims");
    for (what, payload) in [
        ("no claims", "{}"),
        ("unknown claims", r#"{"colour":"blue","":null}"#),
        ("white space around the claims", "\n {\"iss\" : \"joe\"}\t"),
        ("names that differ by case", r#"{"iss":"joe","ISS":"jane"}"#),
        ("the same name in two objects", r#"{"a":{"iss":1},"b":{"iss":1}}"#),
        ("every character of JSON's escapes", r#"{"iss":"\"\\\/\b\f\n\r\t\u00e9\ud83d\udd11"}"#),
    ] {
        group = group.valid("Claims", format!("claims: {what}"), sign(payload.as_bytes()));
    }
    for (what, payload) in [
        ("an empty payload", ""),
        ("text", "iss=joe"),
        ("null", "null"),
        ("a string", r#""{}""#),
        ("an array", r#"[{"iss":"joe"}]"#),
        ("a truncated object", r#"{"iss":"joe""#),
        ("two objects", r#"{"iss":"joe"}{"iss":"jane"}"#),
        ("a JWT, which would be nested", "eyJhbGciOiJub25lIn0.e30."),
        ("a byte order mark", "\u{feff}{}"),
        ("an unpaired surrogate", r#"{"iss":"\udc00"}"#),
        ("a NUL after the object", "{}\0"),
    ] {
        group = group.invalid(&WHOLE_JWT_VALID, "Claims", format!("claims: {what}"), sign(payload.as_bytes()));
    }
    for (what, payload) in [
        ("iss twice", r#"{"iss":"joe","iss":"jane"}"#),
        ("aud twice, the same", r#"{"aud":"a","aud":"a"}"#),
        ("a name twice, once in escapes", r#"{"exp":1,"e\u0078p":9999999999}"#),
        ("an unknown claim twice", r#"{"x":1,"x":1}"#),
        ("a name twice in a nested object", r#"{"cnf":{"jkt":"a","jkt":"b"}}"#),
    ] {
        group = group.invalid(&CLAIM_NAMES_UNIQUE, "Claims", format!("claims: {what}"), sign(payload.as_bytes()));
    }
    group.invalid(&UTF8_ONLY, "Claims", "claims: Latin-1", sign(b"{\"iss\":\"jos\xe9\"}")).invalid(
        &UTF8_ONLY,
        "Claims",
        "claims: UTF-16",
        sign(b"\xff\xfe{\0}\0"),
    )
}
