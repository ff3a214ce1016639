//! Points in time as texts ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)).

use crate::time::Timestamp;

const DAY: i64 = 86_400;

/// The point in time that a text such as `2012-09-11T19:43:31.5+02:00` names, in whole seconds.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(['T', 't'])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at_checked(zone)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    let whole = (1..=last).contains(&day) && hour <= 23 && minute <= 59 && second <= 60;
    let digits = !fraction.is_empty() && fraction.bytes().all(|octet| octet.is_ascii_digit());
    let seconds = days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second;
    (whole && digits).then_some(Timestamp::from_seconds(seconds - offset(zone)?))
}

/// The text of a point in time, in UTC and without fraction: `2012-09-11T17:43:31Z`. `None` outside of the years 0 to 9999.
pub(crate) fn format(time: Timestamp) -> Option<String> {
    let (day, second) = (time.seconds().div_euclid(DAY), time.seconds().rem_euclid(DAY));
    // Eras of 400 years that begin in March, so that a leap day ends a year.
    let shifted = day.checked_add(719_468)?;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let text = format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z");
    (0..=9999).contains(&year).then_some(text)
}

/// The days from 1970-01-01 to a date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, from_march) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + (153 * from_march + 2) / 5 + day - 1 - 719_468
}

/// The seconds by which a zone is before UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, zone) = zone.strip_prefix('+').map(|zone| (1, zone)).or_else(|| Some((-1, zone.strip_prefix('-')?)))?;
    let (hour, minute) = zone.split_once(':')?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    (hour <= 23 && minute <= 59).then_some(sign * (hour * 3_600 + minute * 60))
}

fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut next = |digits| number(parts.next()?, digits);
    let found = [next(digits[0])?, next(digits[1])?, next(digits[2])?];
    parts.next().is_none().then_some(found)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|octet| octet.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_and_its_point_in_time() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2012-09-11T19:43:31Z", 1_347_392_611),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            let time = Timestamp::from_seconds(seconds);
            assert_eq!((parse(text), format(time).as_deref()), (Some(time), Some(text)));
        }
        for second in (-3_000_000_000..4_000_000_000).step_by(86_413 * 37) {
            let time = Timestamp::from_seconds(second);
            assert_eq!(format(time).as_deref().and_then(parse), Some(time));
        }
        for (text, seconds) in [
            ("2012-09-11T21:43:31.999+02:00", 1_347_392_611),
            ("2012-09-11t14:13:31-05:30", 1_347_392_611),
            ("2012-09-11T19:43:31z", 1_347_392_611),
        ] {
            assert_eq!(parse(text), Some(Timestamp::from_seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_names_none() {
        for text in [
            "",
            "2012-09-11",
            "2012-09-11T19:43:31",
            "2012-09-11 19:43:31Z",
            "2012-9-11T19:43:31Z",
            "2012-13-11T19:43:31Z",
            "2011-02-29T19:43:31Z",
            "1900-02-29T19:43:31Z",
            "2012-09-00T19:43:31Z",
            "2012-09-11T24:43:31Z",
            "2012-09-11T19:43Z",
            "2012-09-11T19:43:31.Z",
            "2012-09-11T19:43:31+2:00",
            "2012-09-11T19:43:31+0200",
            "2012-09-11T19:43:31+24:00",
            "2012-09-11T19:43:31ZZ",
            "+012-09-11T19:43:31Z",
            "1347392611",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(format(Timestamp::NEVER), None);
        assert_eq!(format(Timestamp::from_seconds(i64::MIN)), None);
        assert_eq!(format(Timestamp::from_seconds(253_402_300_800)), None);
    }
}
