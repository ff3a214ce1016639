//! The estimate of entropy: lawful values are never found short, whatever their encoding; predictable ones are.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use fapi_conformance::entropy::{FEWEST, estimate, is_jwt};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};

/// Makes the value of this number, in the order in which a server makes them.
type Maker = fn(&mut StdRng, u128) -> String;

fn octets<const N: usize>(random: &mut StdRng) -> [u8; N] {
    let mut octets = [0; N];
    random.fill_bytes(&mut octets);
    octets
}

fn in_base(alphabet: &[u8], mut number: u128) -> String {
    let base = u128::try_from(alphabet.len()).unwrap_or(2);
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(alphabet[usize::try_from(number % base).unwrap_or_default()]);
        number /= base;
    }
    digits.reverse();
    String::from_utf8(digits).unwrap_or_default()
}

const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn uuid(octets: [u8; 16]) -> String {
    let hex = HEXLOWER.encode(&octets);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn uuid_v4(random: &mut StdRng) -> String {
    let mut octets = octets::<16>(random);
    octets[6] = octets[6] & 0x0f | 0x40;
    octets[8] = octets[8] & 0x3f | 0x80;
    uuid(octets)
}

const LAWFUL: &[(&str, Maker)] = &[
    ("base64url of 128 bits", |random, _| BASE64URL_NOPAD.encode(&octets::<16>(random))),
    ("base64 of 128 bits", |random, _| BASE64.encode(&octets::<16>(random))),
    ("base64url of 256 bits", |random, _| BASE64URL_NOPAD.encode(&octets::<32>(random))),
    ("hex of 128 bits", |random, _| HEXLOWER.encode(&octets::<16>(random))),
    ("upper-case hex of 160 bits", |random, _| HEXUPPER.encode(&octets::<20>(random))),
    ("base32 of 128 bits", |random, _| BASE32_NOPAD.encode(&octets::<16>(random))),
    ("lower-case base32 of 128 bits", |random, _| BASE32_NOPAD.encode(&octets::<16>(random)).to_ascii_lowercase()),
    ("base36 of 128 bits", |random, _| in_base(BASE36, random.random())),
    ("base58 of 128 bits", |random, _| in_base(BASE58, random.random())),
    ("decimal of 128 bits", |random, _| random.random::<u128>().to_string()),
    ("22 characters of base62", |random, _| (0..22).map(|_| char::from(BASE62[random.random_range(0..62)])).collect()),
    ("a prefix and 128 bits", |random, _| format!("as_code_v1:{}", HEXLOWER.encode(&octets::<16>(random)))),
    ("a counter and 128 bits", |random, number| format!("{number}.{}", BASE64URL_NOPAD.encode(&octets::<16>(random)))),
    ("two UUIDs", |random, _| format!("{}.{}", uuid_v4(random), uuid_v4(random))),
    ("each bit as its own digit", |random, _| (0..128).map(|_| if random.random() { '1' } else { '0' }).collect()),
];

const PREDICTABLE: &[(&str, Maker)] = &[
    ("a counter in decimal", |_, number| format!("{}", 4_000_000 + number)),
    ("a counter in hex behind zeros", |_, number| format!("{number:064x}")),
    ("a time in milliseconds", |random, number| format!("{}", 1_796_000_000_000 + number * 7 + random.random_range(0..7))),
    ("a time and 64 bits", |random, number| {
        format!("{:016x}{}", 1_796_000_000_000_000 + number * 997, HEXLOWER.encode(&octets::<8>(random)))
    }),
    ("8 characters behind a long prefix", |random, _| {
        format!("uR7bX0qZk3vT9yLmN2cW5eA8sD1fG4hJ{}", BASE64URL_NOPAD.encode(&octets::<6>(random)))
    }),
    ("64 bits in hex", |random, _| HEXLOWER.encode(&octets::<8>(random))),
    ("96 bits in base64url", |random, _| BASE64URL_NOPAD.encode(&octets::<12>(random))),
    ("64 bits twice", |random, _| HEXLOWER.encode(&octets::<8>(random)).repeat(2)),
    ("64 bits and their complement", |random, _| {
        let octets = octets::<8>(random);
        format!("{}{}", HEXLOWER.encode(&octets), HEXLOWER.encode(&octets.map(|octet| !octet)))
    }),
    ("a UUID of version 1", |random, number| {
        let mut octets = octets::<16>(&mut StdRng::seed_from_u64(7));
        octets[..4]
            .copy_from_slice(&u32::try_from(number * 10_000 + random.random_range(0..10_000)).unwrap_or_default().to_be_bytes());
        uuid(octets)
    }),
    ("a UUID of version 7", |random, number| {
        let mut octets = octets::<16>(random);
        octets[..6].copy_from_slice(&(1_796_000_000_000 + u64::try_from(number).unwrap_or_default()).to_be_bytes()[2..]);
        octets[6] = octets[6] & 0x0f | 0x70;
        octets[8] = octets[8] & 0x3f | 0x80;
        uuid(octets)
    }),
    ("steps of one size modulo 2 to the power of 128", |_, number| {
        format!("{:032x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
    }),
    ("32 digits of which each is 0 or 1", |random, _| (0..32).map(|_| if random.random() { '1' } else { '0' }).collect()),
    ("20 letters of the first half of the alphabet", |random, _| {
        (0..20).map(|_| char::from(b'a' + random.random_range(0..13))).collect()
    }),
];

fn bits(maker: Maker, seed: u64, count: usize) -> f64 {
    let mut random = StdRng::seed_from_u64(seed);
    let samples: Vec<String> = (0..count).map(|number| maker(&mut random, u128::try_from(number).unwrap_or_default())).collect();
    estimate(&samples).map_or(0.0, |estimate| estimate.bits)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_lawful_value_is_never_found_short(seed in any::<u64>(), count in prop_oneof![FEWEST..200, Just(1000)]) {
        for (name, maker) in LAWFUL {
            let bits = bits(*maker, seed, count);
            prop_assert!(bits >= 127.5, "{name}: {bits:.1} bits from {count} samples");
        }
        let bits = bits(|random, _| uuid_v4(random), seed, count);
        prop_assert!((121.5..122.5).contains(&bits), "UUID: {bits:.1} bits from {count} samples");
    }

    #[test]
    fn a_predictable_value_is_found_short(seed in any::<u64>(), count in prop_oneof![FEWEST..200, Just(1000)]) {
        for (name, maker) in PREDICTABLE {
            let bits = bits(*maker, seed, count);
            prop_assert!(bits < 120.0, "{name}: {bits:.1} bits from {count} samples");
        }
    }

    #[test]
    fn any_texts_have_an_estimate(samples in prop::collection::vec(".{0,20}", FEWEST..FEWEST + 8)) {
        let estimate = estimate(&samples);
        prop_assert!(estimate.is_some_and(|estimate| estimate.bits.is_finite() && estimate.bits >= 0.0));
    }
}

#[test]
fn a_repeated_value_and_constant_characters_are_told() {
    let mut random = StdRng::seed_from_u64(1);
    let mut samples: Vec<String> = (0..100).map(|_| format!("prefix-{}", HEXLOWER.encode(&octets::<16>(&mut random)))).collect();
    let once = estimate(&samples);
    assert!(once.is_some_and(|it| !it.repeats && it.constant == 7 && it.length == 39 && it.samples == 100), "{once:?}");
    samples[70] = samples[3].clone();
    assert!(estimate(&samples).is_some_and(|it| it.repeats));
    assert_eq!(estimate(&samples[..FEWEST - 1]), None);
}

#[test]
fn the_digest_of_a_counter_looks_random() {
    // No one who sees only the samples can tell; the documentation of the module says so.
    let digest = |_: &mut StdRng, number: u128| fapi_conformance::keys::digest(&number.to_string());
    assert!(bits(digest, 0, 1000) > 250.0);
}

#[test]
fn signed_and_encrypted_tokens_are_recognised() {
    let header = BASE64URL_NOPAD.encode(br#"{"alg":"PS256","typ":"at+jwt"}"#);
    assert!(is_jwt(&format!("{header}.e30.c2ln")) && is_jwt(&format!("{header}.a.b.c.d")));
    for other in ["", "a.b.c", "eyJ.x.y", "6a0c3d5e.1f2e.77aa", &header] {
        assert!(!is_jwt(other), "{other}");
    }
}
