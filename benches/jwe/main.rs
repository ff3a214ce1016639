//! Benchmarks of encrypted messages beside the raw operations that they contain, in one run, and a statistical comparison of the
//! times that failures of decryption take. Nothing is asserted: quotients of lines of one run can be compared, and times cannot.

#![allow(missing_docs, unreachable_pub)]

mod failures;
mod party;
mod raw;

use criterion::{Criterion, criterion_group, criterion_main};
use fapi::jose::jwe::decrypt;
use fapi::jose::{ContentEncryption, Jwe, KeyManagement};
use fapi::primitives::aws_lc;
use party::Party;
use raw::Raw;
use std::hint::black_box;
use std::time::Duration;

/// The plaintext of a message: as long as a small signed JWT.
const PLAINTEXT: [u8; 600] = [b'a'; 600];

/// A group of four benchmarks: a message is encrypted, or read and decrypted, and the same with the raw operations only.
fn compare(c: &mut Criterion, name: &str, party: &Party, enc: ContentEncryption) {
    let mut group = c.benchmark_group(format!("{name} {enc}"));
    let raw = Raw::of(party, enc);
    group.bench_function("encrypt", |b| b.iter(|| party.encrypt(enc, black_box(&PLAINTEXT))));
    group.bench_function("encrypt, raw operations", |b| b.iter(|| raw.encrypt(black_box(&PLAINTEXT))));
    let compact = party.encrypt(enc, &PLAINTEXT);
    let read = || decrypt(&Jwe::parse(black_box(&compact), aws_lc()).unwrap(), &party.key).unwrap();
    group.bench_function("decrypt", |b| b.iter(read));
    group.bench_function("decrypt, raw operations", |b| b.iter(|| raw.decrypt()));
    group.finish();
}

fn operations(c: &mut Criterion) {
    use ContentEncryption::{A128CbcHs256, A256Gcm};
    use KeyManagement::{A128Kw, Dir, EcdhEs, EcdhEsA128Kw, RsaOaep256};
    for enc in [A256Gcm, A128CbcHs256] {
        compare(c, "RSA-OAEP-256", &Party::generate(RsaOaep256), enc);
        compare(c, "ECDH-ES P-256", &Party::generate(EcdhEs), enc);
        compare(c, "ECDH-ES X25519", &Party::x25519(EcdhEs), enc);
        compare(c, "ECDH-ES+A128KW P-256", &Party::generate(EcdhEsA128Kw), enc);
        compare(c, "A128KW", &Party::sharing(A128Kw, 16), enc);
        compare(c, "dir", &Party::sharing(Dir, enc.key_length()), enc);
    }
}

fn settings() -> Criterion {
    Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

fn times_of_failures(_: &mut Criterion) {
    failures::compare();
}

criterion_group! { name = benches; config = settings(); targets = operations, times_of_failures }
criterion_main!(benches);
