//! The steps between values that are read as numbers: those of a counter repeat, whatever it is multiplied by and however many clients
//! it serves at a time.

use super::counts;

/// The fewest bits of a number. Steps of shorter ones may repeat by chance.
const FEWEST_BITS: f64 = 64.0;

/// The alphabets that numbers are written in, with the most digits that fit into 128 bits.
const ALPHABETS: [(&str, usize); 4] = [
    ("0123456789", 38),
    ("0123456789abcdef", 32),
    ("0123456789ABCDEF", 32),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 21),
];

/// The entropy that the steps from one sample to the next leave possible, in bits; `None` unless some step repeats.
pub(super) fn bits(field: &[Vec<char>]) -> Option<f64> {
    let mut least: Option<f64> = None;
    for (alphabet, most) in ALPHABETS {
        let Some((numbers, modulus)) = numbers(field, alphabet, most) else { continue };
        let steps = numbers.windows(2).filter_map(|pair| match pair {
            [one, next] => Some(step(*one, *next, modulus)),
            _ => None,
        });
        let steps: Vec<u128> = steps.collect();
        let agreeing: f64 = counts(steps.iter().copied()).values().map(|count| pairs(*count)).sum();
        if agreeing > 0.0 {
            let shown = (pairs(steps.len()) / agreeing).log2();
            least = Some(least.map_or(shown, |least| least.min(shown)));
        }
    }
    least
}

/// The last digits of each sample as a number, and the first number that is too great; `None` if the samples are not numbers of one
/// length, or too short.
fn numbers(field: &[Vec<char>], alphabet: &str, most: usize) -> Option<(Vec<u128>, Option<u128>)> {
    let digits: Vec<char> = alphabet.chars().collect();
    let base = u128::try_from(digits.len()).ok()?;
    let length = field.first()?.len();
    let used = length.min(most);
    let bits = u32::try_from(used).map(f64::from).ok()? * u32::try_from(digits.len()).map(f64::from).ok()?.log2();
    if bits < FEWEST_BITS || field.iter().any(|sample| sample.len() != length) {
        return None;
    }
    let number = |sample: &Vec<char>| {
        sample.iter().skip(length - used).try_fold(0u128, |number, digit| {
            let digit = digits.iter().position(|known| known == digit)?;
            number.checked_mul(base)?.checked_add(u128::try_from(digit).ok()?)
        })
    };
    let numbers: Option<Vec<u128>> = field.iter().map(number).collect();
    Some((numbers?, base.checked_pow(u32::try_from(used).ok()?)))
}

/// The step from one number to the next, around the end of the numbers.
fn step(one: u128, next: u128, modulus: Option<u128>) -> u128 {
    match modulus {
        Some(modulus) if next < one => modulus - (one - next),
        _ => next.wrapping_sub(one),
    }
}

fn pairs(count: usize) -> f64 {
    let count = u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
    count * (count - 1.0).max(0.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::bits;

    fn field(values: impl Iterator<Item = u128>) -> Vec<Vec<char>> {
        values.map(|value| format!("{value:032x}").chars().collect()).collect()
    }

    /// A permutation of small numbers: several clients are served at a time.
    fn shuffled(count: u128) -> impl Iterator<Item = u128> {
        (0..count).map(|place| place / 8 * 8 + place % 8 * 5 % 8)
    }

    #[test]
    fn a_multiplied_counter_is_found_whatever_the_order_of_its_clients() {
        let constant = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
        let counted = bits(&field(shuffled(200).map(|number| number.wrapping_mul(constant))));
        assert!(counted.is_some_and(|bits| bits < 8.0), "{counted:?}");
    }

    #[test]
    fn random_values_have_no_repeated_step() {
        let mut state = 7u128;
        let random = std::iter::repeat_with(|| {
            let mut octets = [0; 16];
            for octet in &mut octets {
                state = state.wrapping_mul(0xda94_2042_e4dd_58b5).wrapping_add(1);
                *octet = state.to_be_bytes()[4];
            }
            u128::from_be_bytes(octets)
        });
        assert_eq!(bits(&field(random.take(1000))), None);
    }

    #[test]
    fn short_numbers_are_left_alone() {
        let short: Vec<Vec<char>> = (0..200).map(|number| format!("{number:06}").chars().collect()).collect();
        assert_eq!(bits(&short), None);
    }
}
