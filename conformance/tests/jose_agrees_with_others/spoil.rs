//! Faults of messages and keys, one at a time.

use super::forge::*;
use serde_json::{Map, Value, json};

type Members = Map<String, Value>;

/// One fault. Faulty headers are signed; faults of texts, signatures and keys are made after signing.
pub enum Spoil {
    Nothing,
    /// Another header, with `ALG` for the algorithm.
    Header(&'static str),
    /// Octets before and after the usual header.
    HeaderOctets(&'static [u8], &'static [u8]),
    /// An additional member of the header.
    Member(String, String),
    Signature(fn(&str, &[u8]) -> Option<Vec<u8>>),
    Text(fn(&str) -> Option<String>),
    Key(fn(&str, &mut Members) -> Option<()>),
    KeyText(fn(&str) -> String),
    ShortModulus,
    /// A signature that begins with a zero octet, without that octet.
    LeadingZero,
    /// A flipped bit in one of the three parts.
    Bit(usize, u16),
    Character(u16, char),
    /// A flipped bit in one of the numbers of the key.
    KeyBit(usize, u16),
}

use Spoil::*;

pub const SPOILS: &[(&str, Spoil)] = &[
    ("nothing is wrong", Nothing),
    ("alg twice", Header(r#"{"alg":"none","alg":"ALG"}"#)),
    ("a member twice", Header(r#"{"alg":"ALG","x":1,"x":1}"#)),
    ("a name twice, once escaped", Header(r#"{"alg":"ALG","x":1,"\u0078":1}"#)),
    ("a member of a member twice", Header(r#"{"alg":"ALG","x":{"a":1,"a":1}}"#)),
    ("no alg", Header("{}")),
    ("alg none", Header(r#"{"alg":"none"}"#)),
    ("alg in small letters", Header(r#"{"alg":"es256"}"#)),
    ("alg of a MAC", Header(r#"{"alg":"HS256"}"#)),
    ("alg of another key", Header(r#"{"alg":"ES384"}"#)),
    ("alg of another padding", Header(r#"{"alg":"PS256"}"#)),
    ("alg of another hash", Header(r#"{"alg":"RS384"}"#)),
    ("alg is a list", Header(r#"{"alg":["ALG"]}"#)),
    ("alg escaped", Header(r#"{"\u0061lg":"ALG"}"#)),
    ("crit is empty", Header(r#"{"alg":"ALG","crit":[]}"#)),
    ("crit is a text", Header(r#"{"alg":"ALG","crit":"x","x":1}"#)),
    ("crit is null", Header(r#"{"alg":"ALG","crit":null}"#)),
    ("crit lists a number", Header(r#"{"alg":"ALG","crit":[1]}"#)),
    ("crit lists a missing member", Header(r#"{"alg":"ALG","crit":["x"]}"#)),
    ("crit lists an unknown member", Header(r#"{"alg":"ALG","crit":["x"],"x":1}"#)),
    ("crit lists alg", Header(r#"{"alg":"ALG","crit":["alg"]}"#)),
    ("crit lists b64", Header(r#"{"alg":"ALG","crit":["b64"],"b64":false}"#)),
    ("b64 without crit", Header(r#"{"alg":"ALG","b64":false}"#)),
    ("b64 is true", Header(r#"{"alg":"ALG","b64":true}"#)),
    ("zip", Header(r#"{"alg":"ALG","zip":"DEF"}"#)),
    ("kid is a number", Header(r#"{"alg":"ALG","kid":1}"#)),
    ("kid is null", Header(r#"{"alg":"ALG","kid":null}"#)),
    ("kid is a name", Header(r#"{"alg":"ALG","kid":"k"}"#)),
    ("typ is null", Header(r#"{"alg":"ALG","typ":null}"#)),
    ("cty is a list", Header(r#"{"alg":"ALG","cty":[]}"#)),
    ("jwk is a text", Header(r#"{"alg":"ALG","jwk":"{}"}"#)),
    ("jwk is empty", Header(r#"{"alg":"ALG","jwk":{}}"#)),
    ("jwk is a secret", Header(r#"{"alg":"ALG","jwk":{"kty":"oct","k":"AA"}}"#)),
    ("jku", Header(r#"{"alg":"ALG","jku":"https://evil.example/"}"#)),
    ("jku is a number", Header(r#"{"alg":"ALG","jku":1}"#)),
    ("x5u is a number", Header(r#"{"alg":"ALG","x5u":1}"#)),
    ("x5c is a text", Header(r#"{"alg":"ALG","x5c":"x"}"#)),
    ("an unknown member", Header(r#"{"alg":"ALG","x":{"y":[1.5,null]}}"#)),
    ("a number out of range", Header(r#"{"alg":"ALG","x":1e400}"#)),
    ("minus zero", Header(r#"{"alg":"ALG","x":-0}"#)),
    ("a lone surrogate", Header(r#"{"alg":"ALG","x":"\ud800"}"#)),
    (
        "nested a hundred times",
        Header(concat!(
            r#"{"alg":"ALG","x":"#,
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
            "}"
        )),
    ),
    ("the header is a list", Header(r#"[{"alg":"ALG"}]"#)),
    ("the header is empty", Header("")),
    ("a comma too many", Header(r#"{"alg":"ALG",}"#)),
    ("a comment", Header(r#"{"alg":"ALG"/**/}"#)),
    ("spaces around the header", HeaderOctets(b" \n\t", b"\r\n ")),
    ("something after the header", HeaderOctets(b"", b"x")),
    ("a byte order mark", HeaderOctets(b"\xef\xbb\xbf", b"")),
    ("not UTF-8", HeaderOctets(b"\xff", b"")),
    ("DER", Signature(as_der)),
    ("the other signature of the pair", Signature(malleable)),
    ("a scalar that is the order", Signature(with_order)),
    ("a scalar beyond the order", Signature(unreduced)),
    ("an empty signature", Signature(|_, _| Some(vec![]))),
    ("nothing but zeros", Signature(|_, signature| Some(vec![0; signature.len()]))),
    ("nothing but ones", Signature(|_, signature| Some(vec![0xff; signature.len()]))),
    ("one octet less", Signature(|_, signature| Some(signature[..signature.len() - 1].to_vec()))),
    ("without its leading zero", LeadingZero),
    ("a zero before it", Signature(|_, signature| Some([&[0], signature].concat()))),
    ("a zero after it", Signature(|_, signature| Some([signature, &[0]].concat()))),
    (
        "halves in the other order",
        Signature(|_, signature| {
            let (one, other) = signature.split_at(signature.len() / 2);
            Some([other, one].concat())
        }),
    ),
    ("base64 padding", Text(padded)),
    ("trailing bits", Text(trailing_bits)),
    ("the standard alphabet of base64", Text(standard_alphabet)),
    ("a space before", Text(|compact| Some(format!(" {compact}")))),
    ("a line break after", Text(|compact| Some(format!("{compact}\n")))),
    ("a line break within", Text(|compact| Some(format!("{}\r\n{}", &compact[..9], &compact[9..])))),
    ("two parts", Text(|compact| compact.rsplit_once('.').map(|(two, _)| two.to_owned()))),
    ("four parts", Text(|compact| Some(format!("{compact}.")))),
    ("far too long", Text(|compact| Some(format!("{compact}{}", "A".repeat(20_000))))),
    ("another key", Key(another)),
    ("a private member", Key(with_private_member)),
    ("a symmetric member", Key(|_, key| set(key, "k", json!("AA")))),
    ("no kty", Key(|_, key| key.remove("kty").map(drop))),
    ("kty in small letters", Key(|_, key| set(key, "kty", json!("ec")))),
    ("kty oct", Key(|_, key| set(key, "kty", json!("oct")))),
    ("crv of another curve", Key(|algorithm, key| (algorithm == "ES256").then(|| set(key, "crv", json!("P-384")))?)),
    ("no crv", Key(|_, key| key.remove("crv").map(drop))),
    ("use for encryption", Key(|_, key| set(key, "use", json!("enc")))),
    ("use for signatures", Key(|_, key| set(key, "use", json!("sig")))),
    ("use is a number", Key(|_, key| set(key, "use", json!(1)))),
    ("key_ops without verify", Key(|_, key| set(key, "key_ops", json!(["sign"])))),
    ("key_ops with verify", Key(|_, key| set(key, "key_ops", json!(["verify"])))),
    ("key_ops with verify twice", Key(|_, key| set(key, "key_ops", json!(["verify", "verify"])))),
    ("key_ops is empty", Key(|_, key| set(key, "key_ops", json!([])))),
    (
        "use and key_ops contradict each other",
        Key(|_, key| {
            set(key, "use", json!("sig"))?;
            set(key, "key_ops", json!(["verify", "encrypt"]))
        }),
    ),
    ("alg of the key is another", Key(|_, key| set(key, "alg", json!("HS256")))),
    ("alg of the key is the same", Key(|algorithm, key| set(key, "alg", json!(algorithm)))),
    (
        "alg of the key is its other name",
        Key(|algorithm, key| match algorithm {
            "EdDSA" => set(key, "alg", json!("Ed25519")),
            "Ed25519" => set(key, "alg", json!("EdDSA")),
            _ => None,
        }),
    ),
    ("alg of the key is unknown", Key(|_, key| set(key, "alg", json!("XX256")))),
    ("kid of the key is a number", Key(|_, key| set(key, "kid", json!(1)))),
    ("kid of the key only", Key(|_, key| set(key, "kid", json!("k")))),
    ("x5c of the key is not a certificate", Key(|_, key| set(key, "x5c", json!(["AAAA"])))),
    ("x5c of the key is empty", Key(|_, key| set(key, "x5c", json!([])))),
    ("a zero before x", Key(|_, key| with(key, "x", |x| [&[0], &x[..]].concat()))),
    ("x without its first octet", Key(|_, key| with(key, "x", |x| x[1..].to_vec()))),
    ("an octet of x in y", Key(shifted)),
    ("the mirrored point", Key(mirrored)),
    ("x is zero", Key(|_, key| with(key, "x", |x| vec![0; x.len()]))),
    ("x is all ones", Key(|_, key| with(key, "x", |x| vec![0xff; x.len()]))),
    (
        "x and y exchanged",
        Key(|_, key| {
            let (x, y) = (key.get("x")?.clone(), key.get("y")?.clone());
            set(key, "x", y)?;
            set(key, "y", x)
        }),
    ),
    (
        "padding of a member",
        Key(|_, key| {
            let name = if key.contains_key("x") { "x" } else { "e" };
            let padded = format!("{}=", key[name].as_str()?);
            set(key, name, json!(padded))
        }),
    ),
    ("a zero before n", Key(|_, key| with(key, "n", |n| [&[0], &n[..]].concat()))),
    (
        "n is even",
        Key(|_, key| {
            with(key, "n", |mut n| {
                n.iter_mut().last().into_iter().for_each(|last| *last &= 0xfe);
                n
            })
        }),
    ),
    ("n is short", ShortModulus),
    ("a zero before e", Key(|_, key| with(key, "e", |e| [&[0], &e[..]].concat()))),
    ("e is 1", Key(|_, key| with(key, "e", |_| vec![1]))),
    ("e is 3", Key(|_, key| with(key, "e", |_| vec![3]))),
    ("e is even", Key(|_, key| with(key, "e", |_| vec![1, 0, 0]))),
    ("e is zero", Key(|_, key| with(key, "e", |_| vec![0]))),
    ("e is long", Key(|_, key| with(key, "e", |_| vec![1, 0, 0, 0, 0, 0, 0, 1]))),
    ("a member of the key twice", KeyText(|key| key.replacen('{', r#"{"kty":"oct","#, 1))),
    ("something after the key", KeyText(|key| format!("{key}x"))),
    ("a key in a list", KeyText(|key| format!("[{key}]"))),
];
