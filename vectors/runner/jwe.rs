//! `jwe`: a compact JWE and the key that decrypts it.

use super::Otherwise;
use super::group::{array, maybe, member, object, octets, text};
use fapi::Secret;
use fapi::jose::jwe::{DecryptionKey, decrypt};
use fapi::jose::{ContentEncryption, Json, Jwe, JweError, KeyManagement, Object};
use fapi::primitives::aws_lc;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let refused = |error: JweError| Otherwise::refused(error.basis());
    let unknown = || Otherwise::Unjudged("an unknown algorithm".into());
    let alg = KeyManagement::parse(text(group, "alg")?).ok_or_else(unknown)?;
    let enc = |name: &Json| name.as_str().and_then(ContentEncryption::parse).ok_or_else(unknown);
    let allowed: Vec<_> = array(group, "encryption")?.iter().map(enc).collect::<Result<_, _>>()?;
    let key = match group.get("secret") {
        Some(secret) => DecryptionKey::shared(alg, &Secret::from(octets(secret)?)),
        None => DecryptionKey::from_jwk(alg, object(member(group, "key")?)?),
    };
    let key = key.map_err(Otherwise::unjudged)?;
    let jwe = Jwe::parse(text(test, "input")?, aws_lc()).map_err(refused)?;
    jwe.require(alg, &allowed).map_err(refused)?;
    let plaintext = decrypt(&jwe, &key).map_err(|error| Otherwise::refused(error.basis()))?;
    if maybe(group, "content") == Some("jwt") {
        jwe.nested(&plaintext).map_err(refused)?;
    }
    Otherwise::unless_same(&octets(member(test, "output")?)?, &plaintext)
}
