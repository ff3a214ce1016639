//! Media types in headers ([RFC 7515 §4.1.9](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9)).

/// Returns true if both name the same media type. A name without a slash stands for one with the prefix `application/`, and case
/// is ignored.
pub(super) fn same_media_type(one: &str, other: &str) -> bool {
    fn short(media_type: &str) -> &str {
        match media_type.split_at_checked(APPLICATION.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(APPLICATION) && !rest.contains('/') => rest,
            _ => media_type,
        }
    }
    short(one).eq_ignore_ascii_case(short(other))
}

const APPLICATION: &str = "application/";
