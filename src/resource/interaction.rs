//! The `x-fapi` headers of requests with access tokens
//! ([FAPI 1.0 Part 1 §6.2](https://openid.net/specs/openid-financial-api-part-1-1_0-final.html#rfc.section.6.2)).

use crate::context::Context;
use crate::inbound::Inbound;
use crate::policy::InteractionInput;
use crate::primitives::Primitives;
use crate::response::INTERACTION_ID;
use http::header::{HeaderName, HeaderValue};
use std::net::IpAddr;

const AUTH_DATE: HeaderName = HeaderName::from_static("x-fapi-auth-date");
const CUSTOMER_ADDRESS: HeaderName = HeaderName::from_static("x-fapi-customer-ip-address");

/// The id that the response repeats: the one of the request as it came, the first of several, or a new UUID.
pub(crate) fn interaction_id(inbound: &Inbound<'_>, context: &Context, primitives: &dyn Primitives) -> HeaderValue {
    let sent = inbound.headers().get(&INTERACTION_ID).cloned();
    sent.or_else(|| HeaderValue::try_from(context.uuid(primitives, "interaction id")).ok())
        .unwrap_or(HeaderValue::from_static(""))
}

/// Tells whether a value is well-formed.
type Syntax = fn(&str) -> bool;

/// The `x-fapi` headers of a request, as a rule sees them.
pub(crate) fn interaction_headers(inbound: &Inbound<'_>) -> InteractionInput {
    let headers: [(HeaderName, Syntax); 3] =
        [(INTERACTION_ID, is_uuid), (AUTH_DATE, is_http_date), (CUSTOMER_ADDRESS, is_address)];
    let once_and_well_formed = |(name, is_well_formed): &(HeaderName, Syntax)| {
        let mut values = inbound.headers().get_all(name).iter();
        let value = values.next();
        value.is_none_or(|value| value.to_str().is_ok_and(is_well_formed)) && values.next().is_none()
    };
    if !headers.iter().all(once_and_well_formed) {
        return InteractionInput::Malformed;
    }
    match inbound.headers().contains_key(&INTERACTION_ID) {
        true => InteractionInput::Present,
        false => InteractionInput::Absent,
    }
}

/// `8-4-4-4-12` hexadecimal digits of either case ([RFC 4122 §3](https://www.rfc-editor.org/rfc/rfc4122#section-3)).
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let digits = groups.iter().all(|group| group.bytes().all(|octet| octet.is_ascii_hexdigit()));
    digits && groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
}

/// The form in which dates are sent ([RFC 9110 §5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)), such as
/// `Tue, 11 Sep 2012 19:43:31 GMT`.
fn is_http_date(text: &str) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number = |text: &str, digits: usize, most: u32| {
        text.len() == digits
            && text.bytes().all(|octet| octet.is_ascii_digit())
            && text.parse().is_ok_and(|read: u32| read <= most)
    };
    let words: Vec<&str> = text.split(' ').collect();
    let [name, day, month, year, time, "GMT"] = words[..] else { return false };
    let Some(name) = name.strip_suffix(',') else { return false };
    let clock: Vec<&str> = time.split(':').collect();
    let [hour, minute, second] = clock[..] else { return false };
    DAYS.contains(&name)
        && number(day, 2, 31)
        && MONTHS.contains(&month)
        && number(year, 4, 9999)
        && number(hour, 2, 23)
        && number(minute, 2, 59)
        && number(second, 2, 60)
}

/// An IPv4 or IPv6 address.
fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_five_groups_of_hexadecimal_digits() {
        for text in ["c770aef3-6784-41f7-8e0e-ff5f97bddb3a", "C770AEF3-6784-41F7-8E0E-FF5F97BDDB3A"] {
            assert!(is_uuid(text), "{text}");
        }
        for text in [
            "",
            "c4f0",
            "c770aef3678441f78e0eff5f97bddb3a",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3g",
            "{c770aef3-6784-41f7-8e0e-ff5f97bddb3a}",
            "urn:uuid:c770aef3-6784-41f7-8e0e-ff5f97bddb3a",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3a-",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }

    #[test]
    fn a_date_has_the_form_in_which_dates_are_sent() {
        for text in ["Tue, 11 Sep 2012 19:43:31 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert!(is_http_date(text), "{text}");
        }
        for text in [
            "",
            "Tue, 11 Sep 2012 19:43:31",
            "Tue, 11 Sep 2012 19:43:31 UTC",
            "Tue 11 Sep 2012 19:43:31 GMT",
            "Tue, 11  Sep 2012 19:43:31 GMT",
            "Tue, 41 Sep 2012 19:43:31 GMT",
            "Tue, 11 Sep 2012 24:43:31 GMT",
            "Tue, 1 Sep 2012 19:43:31 GMT",
            "Tue, +1 Sep 2012 19:43:31 GMT",
            "Tuesday, 11-Sep-12 19:43:31 GMT",
            "2012-09-11T19:43:31Z",
        ] {
            assert!(!is_http_date(text), "{text}");
        }
    }

    #[test]
    fn an_address_is_one_of_either_protocol() {
        for text in ["198.51.100.119", "2001:DB8::1893:25c8:1946", "::1", "::ffff:198.51.100.119"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["", "198.51.100", "198.51.100.119:80", "[::1]", "host.example", "198.51.100.119, 198.51.100.120"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
