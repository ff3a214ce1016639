//! One position of a value in all samples, and two of them together.

use std::collections::BTreeSet;

use super::counts;

/// The deviation, in standard deviations, at which a uniform distribution is rejected: an error of about 10⁻⁹ for each test, of which
/// there are fewer than 1000.
const REJECTED: f64 = 6.0;

/// The symbols at one position, in the order of the samples.
pub(super) struct Column {
    /// The rank of each symbol among those that appear.
    ranks: Vec<usize>,
    /// The number of samples with each rank.
    counts: Vec<usize>,
    /// The size of the alphabet of the whole field.
    alphabet: usize,
}

impl Column {
    /// The column of these symbols, from a field with an alphabet of this size.
    pub(super) fn new(symbols: &[Option<char>], alphabet: usize) -> Self {
        let counted = counts(symbols.iter().copied());
        let order: Vec<Option<char>> = counted.keys().copied().collect();
        let ranks = symbols.iter().map(|symbol| order.binary_search(symbol).unwrap_or_default()).collect();
        Self { ranks, counts: counted.into_values().collect(), alphabet }
    }

    /// Returns true if every sample has the same symbol.
    pub(super) fn is_constant(&self) -> bool {
        self.counts.len() < 2
    }

    /// The most entropy of this position: that of its symbols, or of their steps from one sample to the next.
    pub(super) fn bits(&self) -> f64 {
        let size = self.counts.len();
        let steps = self.ranks.windows(2).filter_map(|pair| match pair {
            [one, next] => Some((next + size - one) % size),
            _ => None,
        });
        let steps: Vec<usize> = counts(steps).into_values().collect();
        let own = entropy(&self.counts, self.alphabet);
        // The steps between independent uniform symbols are uniform too; those of a counter are not.
        let steady = is_uniform(&self.counts, size) && !is_uniform(&steps, size);
        if steady { own.min(entropy(&steps, size)) } else { own }
    }

    /// The number of pairs of samples with the same symbol.
    fn agreeing(&self) -> f64 {
        self.counts.iter().copied().map(pairs).sum()
    }
}

/// The entropy that two positions share, in bits: 0 unless they agree more often than chance.
pub(super) fn shared(one: &Column, other: &Column) -> f64 {
    let width = other.counts.len();
    let mut cells = vec![0_usize; one.counts.len() * width];
    let mut both = 0;
    for (first, second) in one.ranks.iter().zip(&other.ranks) {
        if let Some(cell) = cells.get_mut(first * width + second) {
            both += *cell;
            *cell += 1;
        }
    }
    let both = float(both);
    let expected = one.agreeing() * other.agreeing() / pairs(one.ranks.len());
    let by_chance = expected * 1.15 + 10.0 * expected.sqrt() + 15.0;
    if both > by_chance { (both / expected.max(1.0)).log2() } else { 0.0 }
}

/// The size of the usual alphabet that has all of these characters.
pub(super) fn alphabet(seen: &BTreeSet<char>) -> usize {
    let within = |fits: fn(char) -> bool| seen.iter().all(|character| fits(*character));
    match () {
        () if within(|character| character.is_ascii_digit()) => 10,
        () if within(|character| matches!(character, '0'..='9' | 'a'..='f')) => 16,
        () if within(|character| matches!(character, '0'..='9' | 'A'..='F')) => 16,
        () if within(|character| matches!(character, '2'..='7' | 'a'..='z')) => 32,
        () if within(|character| matches!(character, '2'..='7' | 'A'..='Z')) => 32,
        () if within(|character| matches!(character, '0'..='9' | 'a'..='z')) => 36,
        () if within(|character| matches!(character, '0'..='9' | 'A'..='Z')) => 36,
        () if within(|character| character.is_ascii_alphanumeric()) => 62,
        () if seen.iter().filter(|character| !character.is_ascii_alphanumeric()).count() <= 2 => 64,
        () => seen.len().max(95),
    }
}

/// The most entropy of symbols with these counts, from an alphabet of this size, in bits.
fn entropy(counts: &[usize], alphabet: usize) -> f64 {
    if is_uniform(counts, alphabet) {
        return log2(alphabet);
    }
    if is_uniform(counts, counts.len()) {
        return log2(counts.len());
    }
    let total = float(counts.iter().sum());
    let surprises = || counts.iter().map(|count| (float(*count) / total, -(float(*count) / total).log2()));
    let mean: f64 = surprises().map(|(share, bits)| share * bits).sum();
    let spread: f64 = surprises().map(|(share, bits)| share * (bits - mean).powi(2)).sum::<f64>().sqrt();
    // The plain estimate is too low by (k - 1) / 2n nats, and uncertain.
    let bias = float(counts.len() - 1) / (2.0 * total * std::f64::consts::LN_2);
    (mean + bias + REJECTED * spread / total.sqrt()).min(log2(alphabet.max(counts.len())))
}

/// Returns true if these counts may be those of a uniform distribution over an alphabet of this size (Pearson's test, with the
/// approximation of Wilson and Hilferty).
fn is_uniform(counts: &[usize], size: usize) -> bool {
    if counts.len() > size || size < 2 {
        return false;
    }
    let total = float(counts.iter().sum());
    let statistic = float(size) / total * counts.iter().map(|count| float(*count).powi(2)).sum::<f64>() - total;
    let free = float(size - 1);
    let spread = 2.0 / (9.0 * free);
    ((statistic.max(0.0) / free).cbrt() - (1.0 - spread)) / spread.sqrt() < REJECTED
}

/// The number of pairs among so many.
fn pairs(count: usize) -> f64 {
    float(count) * (float(count) - 1.0) / 2.0
}

fn log2(size: usize) -> f64 {
    float(size).log2()
}

fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
