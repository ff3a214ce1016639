//! Content codings ([RFC 9110 §8.4](https://www.rfc-editor.org/rfc/rfc9110#section-8.4)). Requests offer gzip alone.

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::io::{self, Read};

/// The most codings of one body.
const CODINGS: usize = 4;

#[derive(Debug, thiserror::Error)]
pub(super) enum CodingError {
    #[error("the content coding {0:?} is not supported, and the request offered gzip alone")]
    Unknown(String),
    #[error("the body has more than {CODINGS} content codings")]
    Many,
    #[error("the body is not valid gzip: {0}")]
    Gzip(io::Error),
    #[error("the decoded body is longer than {0} octets")]
    Long(usize),
}

/// The body without its content codings, of which the last one named was applied last.
pub(super) fn decoded(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, CodingError> {
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let codings: Vec<_> =
        values.flat_map(|value| value.split(',').map(|name| name.trim().to_ascii_lowercase()).collect::<Vec<_>>()).collect();
    let codings: Vec<_> = codings.iter().filter(|coding| !matches!(coding.as_str(), "" | "identity")).collect();
    if codings.len() > CODINGS {
        return Err(CodingError::Many);
    }
    codings.into_iter().rev().try_fold(body, |body, coding| match coding.as_str() {
        "gzip" | "x-gzip" => gunzip(&body, limit),
        other => Err(CodingError::Unknown(other.chars().take(32).collect())),
    })
}

fn gunzip(body: &[u8], limit: usize) -> Result<Bytes, CodingError> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(body).take(limit as u64 + 1).read_to_end(&mut plain).map_err(CodingError::Gzip)?;
    if plain.len() > limit { Err(CodingError::Long(limit)) } else { Ok(plain.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(codings: &[&str], body: &[u8]) -> Result<Bytes, String> {
        let mut headers = HeaderMap::new();
        for coding in codings {
            headers.append(CONTENT_ENCODING, coding.parse().unwrap());
        }
        decoded(&headers, Bytes::copy_from_slice(body), 1_000).map_err(|error| error.to_string())
    }

    #[test]
    fn gzip_is_decoded_by_either_name_and_in_order() {
        assert_eq!(decode(&[], b"{}").unwrap(), "{}");
        assert_eq!(decode(&["identity"], b"{}").unwrap(), "{}");
        for name in ["gzip", "GZip", "x-gzip", "identity, gzip", " gzip ,"] {
            assert_eq!(decode(&[name], &gzip(b"{}")).unwrap(), "{}", "{name}");
        }
        assert_eq!(decode(&["gzip, gzip"], &gzip(&gzip(b"{}"))).unwrap(), "{}");
        assert_eq!(decode(&["gzip", "gzip"], &gzip(&gzip(b"{}"))).unwrap(), "{}");
        assert_eq!(decode(&["gzip"], &[gzip(b"{"), gzip(b"}")].concat()).unwrap(), "{}", "members follow each other");
    }

    #[test]
    fn the_decoded_body_is_limited() {
        assert_eq!(decode(&["gzip"], &gzip(&[b' '; 1_000])).unwrap().len(), 1_000);
        assert_eq!(decode(&["gzip"], &gzip(&[b' '; 1_001])), Err("the decoded body is longer than 1000 octets".into()));
    }

    #[test]
    fn other_codings_and_broken_bodies_are_refused_by_name() {
        let other = "the content coding \"br\" is not supported, and the request offered gzip alone";
        assert_eq!(decode(&["br"], b"{}"), Err(other.into()));
        assert_eq!(decode(&["gzip, br"], b"{}"), Err(other.into()));
        assert!(decode(&["gzip"], b"{}").unwrap_err().starts_with("the body is not valid gzip"));
        let whole = gzip(b"{}");
        assert!(decode(&["gzip"], &whole[..whole.len() - 1]).unwrap_err().starts_with("the body is not valid gzip"));
        assert_eq!(decode(&["gzip, gzip, gzip, gzip, gzip"], b""), Err("the body has more than 4 content codings".into()));
    }
}
