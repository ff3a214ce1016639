//! Every algorithm with a public key: valid signatures, and signatures with one fault.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::rfc7518::ECDSA_FORM;
use fapi::requirement::rfc8725::{ALGORITHM_LIST, ALL_LAYERS_VALIDATED};
use fapi::requirement::rfc9864::ED25519;
use serde_json::{Value, json};

use super::{FAPI, Group, Keys, PAYLOAD, of_key};
use crate::vectors::forge;
use crate::vectors::keys::{mac, signed};

const ALL: &[&str] = &[
    "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519", "HS256", "HS384",
    "HS512",
];

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let algorithms = [
        ("ES256", "client-es256", "stranger-es256"),
        ("ES384", "client-es384", "sender-es384"),
        ("ES512", "client-es512", "sender-es512"),
        ("PS256", "client-ps256", "stranger-ps256"),
        ("PS384", "client-ps256", "stranger-ps256"),
        ("PS512", "client-ps256", "stranger-ps256"),
        ("RS256", "client-ps256", "stranger-ps256"),
        ("RS384", "client-ps256", "stranger-ps256"),
        ("RS512", "client-ps256", "stranger-ps256"),
        ("EdDSA", "client-eddsa", "stranger-eddsa"),
        ("Ed25519", "client-eddsa", "stranger-eddsa"),
    ];
    let mut groups: Vec<_> = algorithms.into_iter().map(|(algorithm, key, other)| of(keys, algorithm, key, other)).collect();
    groups.extend([confusion(keys), of_fapi(keys), bound(keys, "ES256"), bound(keys, "PS256"), bound(keys, "EdDSA")]);
    groups
}

/// A signature.
type Octets = Vec<u8>;

/// Changes a signature.
type Spoil = fn(Octets) -> Octets;

/// Makes a JWS with a changed signature.
type Spoilt<'a> = dyn Fn(&dyn Fn(Octets) -> Octets) -> String + 'a;

fn header(algorithm: &str) -> Vec<u8> {
    json!({ "alg": algorithm }).to_string().into_bytes()
}

/// One algorithm with a key of its type. All algorithms are allowed, so that only the signature decides.
fn of(keys: &Keys, algorithm: &str, key: &str, other: &str) -> Group {
    let name = |what: &str| format!("{algorithm}: {what}");
    let sign = |message: &[u8]| keys.sign(key, algorithm, message);
    let good = signed(&header(algorithm), PAYLOAD, sign);
    let spoilt = |spoil: &dyn Fn(Vec<u8>) -> Vec<u8>| signed(&header(algorithm), PAYLOAD, |message| spoil(sign(message)));
    let unrelated = |octet: u8| signed(&header(algorithm), PAYLOAD, |message| vec![octet; sign(message).len()]);
    let message = good.rsplit_once('.').map(|(message, _)| message.to_owned()).unwrap_or_default();
    let signature = good.rsplit_once('.').map(|(_, signature)| signature.to_owned()).unwrap_or_default();
    let sibling = ALL.iter().find(|known| known[..2] == algorithm[..2] && **known != algorithm && fits(key, known));
    let mut group = of_key(keys.public(key), ALL)
        .valid("Signature", name("a valid signature"), good.as_str())
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", name("the first bit of the signature flipped"), spoilt(&|it| flip(it, true)))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", name("the last bit of the signature flipped"), spoilt(&|it| flip(it, false)))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", name("nothing but zeros"), unrelated(0))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", name("nothing but ones"), unrelated(0xff))
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            name("another payload under the same signature"),
            format!("{}.{}.{signature}", message.split('.').next().unwrap_or_default(), BASE64URL_NOPAD.encode(b"{}")),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            name("another header under the same signature"),
            format!(
                "{}.{}.{signature}",
                BASE64URL_NOPAD.encode(json!({ "alg": algorithm, "kid": "k" }).to_string().as_bytes()),
                BASE64URL_NOPAD.encode(PAYLOAD)
            ),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            name("only the payload was signed"),
            signed(&header(algorithm), PAYLOAD, |_| sign(PAYLOAD)),
        )
        .invalid(&ALL_LAYERS_VALIDATED, "WrongKey", name("by another key of the same kind"), {
            signed(&header(algorithm), PAYLOAD, |message| keys.sign(other, algorithm, message))
        });
    if let Some(sibling) = sibling {
        group = group.invalid(
            &ALL_LAYERS_VALIDATED,
            "AlgConfusion",
            name(&format!("signed with {sibling}")),
            signed(&header(algorithm), PAYLOAD, |message| keys.sign(key, sibling, message)),
        );
    }
    let wrong_length = if algorithm.starts_with("ES") { &ECDSA_FORM } else { &ALL_LAYERS_VALIDATED };
    let spoils: [(&str, Spoil); 6] = [
        ("an empty signature", |_| vec![]),
        ("one octet less", |mut it| {
            it.pop();
            it
        }),
        ("one octet more", |it| [&it[..], &[0]].concat()),
        ("a zero before the signature", |it| [&[0], &it[..]].concat()),
        ("half of the signature", |it| it[..it.len() / 2].to_vec()),
        ("the signature twice", |it| [&it[..], &it[..]].concat()),
    ];
    for (what, spoil) in spoils {
        group = group.invalid(wrong_length, "WrongForm", name(what), spoilt(&spoil));
    }
    match &algorithm[..2] {
        "ES" => ecdsa(group, algorithm, &spoilt),
        "PS" => forge::pss(group, keys, algorithm, key, &header(algorithm), PAYLOAD),
        "RS" => forge::pkcs1(group, keys, algorithm, key, &header(algorithm), PAYLOAD),
        _ => group
            .invalid(&ALL_LAYERS_VALIDATED, "Malleable", name("the order of the group added to S"), spoilt(&forge::plus_order))
            .invalid(&ALL_LAYERS_VALIDATED, "Malleable", name("the point at infinity as R, and zero as S"), {
                signed(&header(algorithm), PAYLOAD, |_| [&[1][..], &[0; 63]].concat())
            }),
    }
}

fn ecdsa(group: Group, algorithm: &str, spoilt: &Spoilt<'_>) -> Group {
    let name = |what: &str| format!("{algorithm}: {what}");
    let order = forge::order(algorithm);
    let mut group = group
        .valid(
            "Malleable",
            name("S subtracted from the order of the curve, which ECDSA does not distinguish"),
            spoilt(&|it| forge::other_s(&it, &order)),
        )
        .invalid(&ECDSA_FORM, "WrongForm", name("in DER"), spoilt(&|it| forge::der_of(&it)))
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "WrongForm",
            name("S before R"),
            spoilt(&|it| {
                let (r, s) = it.split_at(it.len() / 2);
                [s, r].concat()
            }),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "WrongForm",
            name("both halves little-endian"),
            spoilt(&|it| {
                let (r, s) = it.split_at(it.len() / 2);
                r.iter().rev().chain(s.iter().rev()).copied().collect()
            }),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Malleable",
            name("R zero"),
            spoilt(&|it| [&vec![0; it.len() / 2], &it[it.len() / 2..]].concat()),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Malleable",
            name("S zero"),
            spoilt(&|it| [&it[..it.len() / 2], &vec![0; it.len() / 2]].concat()),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Malleable",
            name("R and S the order of the curve"),
            spoilt(&|_| [&order[..], &order[..]].concat()),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Malleable",
            name("R and S one"),
            spoilt(&|it| {
                let half: Vec<u8> = (1..=it.len() / 2).map(|at| u8::from(at == it.len() / 2)).collect();
                [&half[..], &half[..]].concat()
            }),
        );
    if algorithm == "ES512" {
        group = group.invalid(
            &ALL_LAYERS_VALIDATED,
            "Malleable",
            name("the order of the curve added to S"),
            spoilt(&|it| forge::plus(&it, &order)),
        );
    }
    group
}

fn flip(mut signature: Vec<u8>, first: bool) -> Vec<u8> {
    let octet = if first { signature.first_mut() } else { signature.last_mut() };
    if let Some(octet) = octet {
        *octet ^= if first { 0x80 } else { 1 };
    }
    signature
}

fn fits(key: &str, algorithm: &str) -> bool {
    key.ends_with("ps256") && matches!(&algorithm[..2], "PS" | "RS")
}

/// Combinations of keys and algorithms that do not fit, with a list that allows the algorithm.
fn confusion(keys: &Keys) -> Group {
    let key = keys.public("client-es256");
    let point = |name: &str| BASE64URL_NOPAD.decode(key[name].as_str().unwrap_or_default().as_bytes()).unwrap_or_default();
    let encoded = [&[4][..], &point("x"), &point("y")].concat();
    let mut group = of_key(key.clone(), ALL).valid(
        "AlgConfusion",
        "ES256 under a P-256 key",
        keys.jws("client-es256", "ES256", &json!({}), &json!({})),
    );
    for (algorithm, signer) in [
        ("ES384", "client-es384"),
        ("ES512", "client-es512"),
        ("PS256", "client-ps256"),
        ("RS256", "client-ps256"),
        ("EdDSA", "client-eddsa"),
        ("Ed25519", "client-eddsa"),
    ] {
        let jws = keys.jws(signer, algorithm, &json!({}), &json!({}));
        group = group.invalid(&ALGORITHM_LIST, "AlgConfusion", format!("{algorithm} under a P-256 key"), jws);
    }
    for (what, secret) in [
        ("the point of the public key", encoded),
        ("the text of the public key", Value::Object(key.clone()).to_string().into_bytes()),
        ("the x of the public key", key["x"].as_str().unwrap_or_default().as_bytes().to_vec()),
    ] {
        for algorithm in ["HS256", "HS384", "HS512"] {
            let jws = signed(&header(algorithm), PAYLOAD, |message| mac(&secret, algorithm, message));
            group = group.invalid(&ALGORITHM_LIST, "AlgConfusion", format!("{algorithm} under {what}"), jws);
        }
    }
    group
}

/// The algorithms of FAPI 2.0 with an RSA key.
fn of_fapi(keys: &Keys) -> Group {
    let jws = |algorithm: &str| keys.jws("client-ps256", algorithm, &json!({}), &json!({}));
    let mut group = of_key(keys.public("client-ps256"), FAPI).valid("AlgConfusion", "PS256, which is on the list", jws("PS256"));
    for algorithm in ["PS384", "PS512", "RS256", "RS384", "RS512"] {
        group = group.invalid(&ALGORITHM_LIST, "AlgConfusion", format!("{algorithm}, which is not on the list"), jws(algorithm));
    }
    group
}

/// A key whose `alg` allows only one algorithm.
fn bound(keys: &Keys, algorithm: &str) -> Group {
    let name = match algorithm {
        "ES256" => "client-es256",
        "PS256" => "client-ps256",
        _ => "client-eddsa",
    };
    let mut key = keys.public(name);
    key.insert("alg".into(), algorithm.into());
    key.insert("use".into(), "sig".into());
    let jws = |algorithm: &str| keys.jws(name, algorithm, &json!({ "kid": "k1" }), &json!({}));
    let group = of_key(key, ALL).valid("AlgConfusion", format!("{algorithm} under a key for {algorithm}"), jws(algorithm));
    match algorithm {
        "PS256" => ["PS384", "PS512", "RS256", "RS384", "RS512"].into_iter().fold(group, |group, other| {
            group.invalid(&ALGORITHM_LIST, "WrongKey", format!("{other} under a key for PS256"), jws(other))
        }),
        "EdDSA" => {
            group.valid("AlgConfusion", "Ed25519 under a key for EdDSA: two names of the same", jws("Ed25519")).shows(&ED25519)
        }
        _ => group.invalid(
            &ALGORITHM_LIST,
            "WrongKey",
            "PS256 under a key for ES256",
            keys.jws("client-ps256", "PS256", &json!({}), &json!({})),
        ),
    }
}
