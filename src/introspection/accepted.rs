//! What a caller accepts as the answer: the `Accept` header
//! ([RFC 9110 §12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)).

use crate::response::INTROSPECTION_JWT;
use http::HeaderMap;
use http::header::ACCEPT;

/// The forms of an answer that a caller accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    /// It asks for a JWT, by name and not less than for JSON.
    Jwt,
    /// A JWT is as good as JSON: there is no header, or the header does not decide.
    Either,
    /// It does not accept a JWT.
    Json,
}

impl Accepted {
    /// Reads the header; a part of it that cannot be read accepts nothing.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut ranges = vec![];
        for value in headers.get_all(ACCEPT) {
            ranges.extend(value.to_str().unwrap_or_default().split(',').filter_map(range));
        }
        let named = ranges.iter().any(|(range, quality)| *range == INTROSPECTION_JWT && *quality > 0);
        let (jwt, json) = (quality(&ranges, INTROSPECTION_JWT), quality(&ranges, "application/json"));
        match (headers.contains_key(ACCEPT), named) {
            (true, true) if jwt >= json => Self::Jwt,
            (true, _) if jwt == 0 => Self::Json,
            _ => Self::Either,
        }
    }
}

/// The quality of a media type by the most specific range that holds it, in thousandths.
fn quality(ranges: &[(String, u32)], media_type: &str) -> u32 {
    let by = |wanted: &str| ranges.iter().filter(|(range, _)| range == wanted).map(|(_, quality)| *quality).max();
    by(media_type).or_else(|| by("application/*")).or_else(|| by("*/*")).unwrap_or(0)
}

/// A media range in lower case, with its quality in thousandths.
fn range(text: &str) -> Option<(String, u32)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?.to_ascii_lowercase();
    let quality = parts.filter_map(|parameter| parameter.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let quality = quality.map_or(Some(1_000), |(_, value)| thousandths(value.trim()))?;
    Some((range, quality))
}

/// A `qvalue` ([RFC 9110 §12.4.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2)).
fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|digit| digit.is_ascii_digit());
    let fraction = format!("{fraction:0<3}").parse::<u32>().ok().filter(|_| digits)?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(values: &[&str]) -> Accepted {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT, value.parse().expect("a header"));
        }
        Accepted::of(&headers)
    }

    #[test]
    fn a_jwt_is_asked_for_by_name() {
        for values in [
            &["application/token-introspection+jwt"][..],
            &["Application/Token-Introspection+JWT;q=0.5"],
            &["application/json, application/token-introspection+jwt"],
            &["application/json;q=0.9, application/token-introspection+jwt ; q=1.0"],
            &["application/json;q=0.9", "application/token-introspection+jwt"],
            &["application/token-introspection+jwt, */*;q=0.1"],
        ] {
            assert_eq!(accepted(values), Accepted::Jwt, "{values:?}");
        }
    }

    #[test]
    fn json_is_asked_for_by_naming_it_alone() {
        for values in [
            &["application/json"][..],
            &["application/json, text/html"],
            &["*/*, application/token-introspection+jwt;q=0"],
            &["application/token-introspection+jwt;q=2, application/json"],
            &["application/token-introspection+jwt;q=0.1234"],
            &["application/jwt"],
            &[""],
        ] {
            assert_eq!(accepted(values), Accepted::Json, "{values:?}");
        }
    }

    #[test]
    fn without_a_preference_either_is_accepted() {
        for values in [
            &[][..],
            &["*/*"],
            &["application/*;q=0.1"],
            &["application/json, application/token-introspection+jwt;q=0.5"],
            &["application/json, */*"],
        ] {
            assert_eq!(accepted(values), Accepted::Either, "{values:?}");
        }
    }
}
