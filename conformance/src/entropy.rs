//! The entropy that samples of a value leave possible.
//!
//! A pure estimate from above. Each position of the value gets the logarithm of its alphabet as long as the samples look uniform there,
//! one after the other as well, and otherwise the entropy that they show; a position that agrees with an earlier one more often than
//! chance gets less. So no value with enough entropy is ever found short: a lawful one reaches its full figure unless a test with an
//! error below 10⁻⁶ rejects it, and even then it loses a fraction of a bit.
//!
//! It finds counters, times, constant parts, copies, small alphabets and steps that repeat. It cannot find a predictable value
//! that was hashed or encrypted, such as the MD5 of a counter: no one can who sees only the samples.

mod statistic;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use statistic::{Column, alphabet, shared};

/// The number of samples below which nothing is estimated.
pub const FEWEST: usize = 64;

/// The most positions that are compared with each other.
const COMPARED: usize = 96;

/// The estimate for a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number of samples.
    pub samples: usize,
    /// The most entropy that the samples leave possible, in bits.
    pub bits: f64,
    /// The number of characters of the longest sample.
    pub length: usize,
    /// The number of these characters that are the same in every sample.
    pub constant: usize,
    /// True if a value appears twice.
    pub repeats: bool,
}

/// Estimates the entropy of a value from samples of it, in the order in which the server made them. `None` if there are fewer than
/// [`FEWEST`].
pub fn estimate(samples: &[String]) -> Option<Estimate> {
    if samples.len() < FEWEST {
        return None;
    }
    let distinct: BTreeSet<_> = samples.iter().collect();
    let length = samples.iter().map(|sample| sample.chars().count()).max().unwrap_or_default();
    let fields = fields(samples);
    let columns: Vec<(usize, Column)> = fields
        .iter()
        .enumerate()
        .flat_map(|(number, field)| columns(field).into_iter().map(move |column| (number, column)))
        .collect();
    let constant = columns.iter().filter(|(_, column)| column.is_constant()).count();
    let varying: Vec<&(usize, Column)> = columns.iter().filter(|(_, column)| !column.is_constant()).collect();
    let mut of_fields = vec![0.0; fields.len()];
    for (place, (field, column)) in varying.iter().enumerate() {
        let own = column.bits();
        let earlier = varying.iter().take(place.min(COMPARED));
        let known = earlier.map(|(_, other)| shared(other, column)).fold(0.0, f64::max);
        if let Some(bits) = of_fields.get_mut(*field) {
            *bits += (own - known).max(0.0);
        }
    }
    let least = |(bits, field): (f64, &Vec<Vec<char>>)| steps::bits(field).map_or(bits, |steps| steps.min(bits));
    let bits = of_fields.into_iter().zip(&fields).map(least).sum();
    let repeats = distinct.len() < samples.len();
    Some(Estimate { samples: samples.len(), bits, length, constant, repeats })
}

/// Returns true if a text is a signed or encrypted JWT. Such a value is not guessed, because its key would have to be.
pub fn is_jwt(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or_default();
    let header = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap_or_default();
    let parts = text.split('.').count();
    let names = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&header).unwrap_or_default();
    matches!(parts, 3 | 5) && names.contains_key("alg")
}

/// The parts of the samples between dots, if all samples have the same number of them, so that a part of varying length does not
/// displace the others.
fn fields(samples: &[String]) -> Vec<Vec<Vec<char>>> {
    let split = |sample: &String| sample.split('.').map(|field| field.chars().collect()).collect::<Vec<Vec<char>>>();
    let rows: Vec<_> = samples.iter().map(split).collect();
    let width = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != width) {
        return vec![samples.iter().map(|sample| sample.chars().collect()).collect()];
    }
    (0..width).map(|place| rows.iter().map(|row| row.get(place).cloned().unwrap_or_default()).collect()).collect()
}

/// The columns of a field. A sample that ends early has a symbol of its own there.
fn columns(field: &[Vec<char>]) -> Vec<Column> {
    let longest = field.iter().map(Vec::len).max().unwrap_or_default();
    let at = |place: usize| field.iter().map(move |sample| sample.get(place).copied());
    let varying: Vec<usize> = (0..longest).filter(|place| at(*place).collect::<BTreeSet<_>>().len() > 1).collect();
    let seen: BTreeSet<char> = varying.iter().flat_map(|place| at(*place)).flatten().collect();
    let size = alphabet(&seen);
    (0..longest).map(|place| Column::new(&at(place).collect::<Vec<_>>(), size)).collect()
}

/// The number of times that each symbol appears.
fn counts<T: Ord + Copy>(symbols: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for symbol in symbols {
        *counts.entry(symbol).or_default() += 1;
    }
    counts
}
