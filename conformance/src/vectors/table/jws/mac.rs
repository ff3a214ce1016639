//! Shared secrets.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::rfc7518::{HMAC_KEY_SIZE, NO_ALG_NONE};
use fapi::requirement::rfc8725::{ALGORITHM_LIST, ALL_LAYERS_VALIDATED};
use serde_json::json;

use super::{Group, PAYLOAD};
use crate::vectors::keys::{mac, signed};

const ALL: &[&str] = &["HS256", "HS384", "HS512"];

pub(super) fn groups() -> Vec<Group> {
    vec![rfc7515(), sized(32), sized(48), sized(64), only_hs256()]
}

fn of(secret: &[u8], algorithms: &[&str]) -> Group {
    Group::new().gives("secret", json!({ "base64url": BASE64URL_NOPAD.encode(secret) })).gives("algorithms", json!(algorithms))
}

fn header(algorithm: &str) -> Vec<u8> {
    json!({ "alg": algorithm }).to_string().into_bytes()
}

/// A secret of this length, of octets that are not UTF-8.
fn secret(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at as u8).wrapping_mul(37).wrapping_add(200)).collect()
}

fn rfc7515() -> Group {
    let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let mut group = Group::from("RFC 7515, appendix A.1");
    group.members.extend(of(&BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap_or_default(), ALL).members);
    group.valid("Rfc", "the message of appendix A.1", format!("{message}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).invalid(
        &ALL_LAYERS_VALIDATED,
        "Signature",
        "appendix A.1 with another first character of the MAC",
        format!("{message}.eBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    )
}

fn sized(length: usize) -> Group {
    let secret = secret(length);
    let mut group = of(&secret, ALL);
    for (algorithm, least) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        let name = |what: &str| format!("{algorithm} with {length} octets of secret: {what}");
        let good = signed(&header(algorithm), PAYLOAD, |message| mac(&secret, algorithm, message));
        if length < least {
            group = group.invalid(&HMAC_KEY_SIZE, "Size", name("too short"), good);
            continue;
        }
        group = group.valid("Size", name("good"), good);
        if length > least {
            continue;
        }
        let spoilt = |spoil: &dyn Fn(Vec<u8>) -> Vec<u8>| {
            signed(&header(algorithm), PAYLOAD, |message| spoil(mac(&secret, algorithm, message)))
        };
        for (what, jws) in [
            ("no MAC", spoilt(&|_| vec![])),
            ("the first octet of the MAC", spoilt(&|it| it[..1].to_vec())),
            ("half of the MAC", spoilt(&|it| it[..it.len() / 2].to_vec())),
            ("one octet more", spoilt(&|it| [&it[..], &[0]].concat())),
            (
                "the last bit flipped",
                spoilt(&|mut it| {
                    if let Some(last) = it.last_mut() {
                        *last ^= 1;
                    }
                    it
                }),
            ),
            ("under another secret", signed(&header(algorithm), PAYLOAD, |message| mac(&vec![1; length], algorithm, message))),
            ("of the payload only", signed(&header(algorithm), PAYLOAD, |_| mac(&secret, algorithm, PAYLOAD))),
        ] {
            group = group.invalid(&ALL_LAYERS_VALIDATED, "Signature", name(what), jws);
        }
    }
    group
}

fn only_hs256() -> Group {
    let secret = secret(65);
    let jws = |algorithm: &str| signed(&header(algorithm), PAYLOAD, |message| mac(&secret, algorithm, message));
    of(&secret, &["HS256"])
        .valid("AlgConfusion", "HS256, where only that is allowed", jws("HS256"))
        .invalid(&ALGORITHM_LIST, "AlgConfusion", "HS384, where only HS256 is allowed", jws("HS384"))
        .invalid(&ALGORITHM_LIST, "AlgConfusion", "HS512, where only HS256 is allowed", jws("HS512"))
        .invalid(&NO_ALG_NONE, "AlgNone", "none, where a MAC is expected", signed(&header("none"), PAYLOAD, |_| vec![]))
        .invalid(
            &NO_ALG_NONE,
            "AlgNone",
            "none, under a valid MAC",
            signed(&header("none"), PAYLOAD, |message| mac(&secret, "HS256", message)),
        )
}
