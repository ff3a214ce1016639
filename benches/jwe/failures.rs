//! The times of failures: messages with a wrong tag, a wrong key, wrong padding or a content key of the wrong length, in random
//! order, and whether their times come from one distribution.

#![allow(clippy::print_stdout, clippy::disallowed_types, clippy::disallowed_methods)] // a report about times

use crate::party::{Party, drawn, joined, parts};
use fapi::jose::jwe::decrypt;
use fapi::jose::{ContentEncryption, Jwe, KeyManagement};
use fapi::primitives::aws_lc;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

const ENC: ContentEncryption = ContentEncryption::A256Gcm;
/// The different messages of each kind of failure.
const MESSAGES: usize = 32;
/// The measurements of each kind of failure.
const RUNS: usize = 20_000;
const ENCRYPTED_KEY: usize = 1;
const TAG: usize = 4;

/// Prints, for each algorithm and kind of failure, the median and Welch's t against the wrong tag. Values beyond 4.5 either way mean
/// that an observer could tell the two apart, given as many measurements without noise of a network.
pub fn compare() {
    use KeyManagement::{A128Kw, A256GcmKw, EcdhEsA128Kw, RsaOaep, RsaOaep256};
    println!("failures of decryption: median in ns, quotient by that of the wrong tag, Welch's t ({RUNS} runs)");
    for alg in [RsaOaep256, RsaOaep, EcdhEsA128Kw, A128Kw, A256GcmKw] {
        let party =
            || if alg.is_symmetric() { Party::sharing(alg, alg.wrapping_length().unwrap()) } else { Party::generate(alg) };
        report(alg, &party(), &party());
    }
}

fn report(alg: KeyManagement, party: &Party, other: &Party) {
    let kinds = kinds(party, other);
    let names: Vec<_> = kinds.keys().copied().collect();
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let order = drawn(RUNS * names.len());
    for (run, drawn) in order.iter().enumerate() {
        let name = names[usize::from(*drawn) % names.len()];
        let jwe = &kinds[name][run % MESSAGES];
        let start = Instant::now();
        let failed = black_box(decrypt(black_box(jwe), &party.key)).is_err();
        let time = start.elapsed();
        assert!(failed, "{alg}: {name}");
        times.entry(name).or_default().push(time.as_nanos() as f64);
    }
    let summaries: BTreeMap<_, _> = times.into_iter().map(|(name, times)| (name, Summary::of(times))).collect();
    let base = &summaries[WRONG_TAG];
    for (name, summary) in &summaries {
        let quotient = summary.median / base.median;
        println!("{alg:<16} {name:<36} {:>9.0} {quotient:>7.4} {:>7.2}", summary.median, summary.t(base));
    }
}

const WRONG_TAG: &str = "a wrong tag";

fn kinds(party: &Party, other: &Party) -> BTreeMap<&'static str, Vec<Jwe>> {
    let altered = |alter: &dyn Fn(&mut [Vec<u8>; 5])| -> Vec<Jwe> {
        let message = |_| {
            let mut parts = parts(&party.encrypt(ENC, &crate::PLAINTEXT));
            alter(&mut parts);
            Jwe::parse(&joined(&parts), aws_lc()).unwrap()
        };
        (0..MESSAGES).map(message).collect()
    };
    BTreeMap::from([
        (WRONG_TAG, altered(&|parts| parts[TAG][3] ^= 1)),
        (
            "the encrypted key of another recipient",
            altered(&|parts| {
                // It may not be above the modulus, which is public.
                parts[ENCRYPTED_KEY] =
                    std::iter::repeat_with(|| super::party::parts(&other.encrypt(ENC, b""))[ENCRYPTED_KEY].clone())
                        .find(|key| key[0] < 0x80)
                        .unwrap();
            }),
        ),
        (
            "an encrypted key of random octets",
            altered(&|parts| {
                let length = parts[ENCRYPTED_KEY].len();
                parts[ENCRYPTED_KEY] = drawn(length);
                parts[ENCRYPTED_KEY][0] &= 0x7f;
            }),
        ),
        (
            "a content key of another length",
            altered(&|parts| {
                let short = super::party::parts(&party.encrypt(ContentEncryption::A128Gcm, &crate::PLAINTEXT));
                let header = String::from_utf8(short[0].clone()).unwrap().replace("\"A128GCM\"", "\"A256GCM\"");
                *parts = short;
                parts[0] = header.into_bytes();
            }),
        ),
    ])
}

/// The times of one kind, without the slowest tenth, which the machine's other work makes slow.
struct Summary {
    median: f64,
    mean: f64,
    variance: f64,
    count: f64,
}

impl Summary {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        times.truncate(times.len() * 9 / 10);
        let count = times.len() as f64;
        let mean = times.iter().sum::<f64>() / count;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { median: times[times.len() / 2], mean, variance, count }
    }

    fn t(&self, other: &Self) -> f64 {
        (self.mean - other.mean) / (self.variance / self.count + other.variance / other.count).sqrt()
    }
}
