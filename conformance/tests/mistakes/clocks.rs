//! Clocks that differ.

use std::sync::Arc;

use fapi::Timestamp;
use fapi_conformance::http::Answer;
use fapi_server::Clock;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

use super::bench::{CERTIFICATES, CREDENTIALS, KEYS, Mistake, OAUTH, mistake};

pub(crate) fn mistakes() -> Vec<Mistake> {
    // A proxy may tell its own time, or none.
    let hidden = |mistake: Mistake, says| mistake.answer("", |_, answer| without_date(answer)).is("", "clock_tolerance", says);
    let said = |mistake: Mistake, seconds: i64, says| {
        mistake.answer("", move |_, answer| dated(answer, seconds)).is("", "clock_tolerance", says)
    };
    vec![
        said(mistake("two minutes ahead", KEYS).clock(|right| by(right, 120)), 120, "s ahead of ours"),
        said(mistake("two minutes behind", KEYS).clock(|right| by(right, -120)), -120, "s behind ours"),
        said(mistake("an hour ahead", KEYS).clock(|right| by(right, 3_600)), 3_600, "the server's clock is 3"),
        said(mistake("an hour behind", OAUTH).clock(|right| by(right, -3_600)), -3_600, "s behind ours"),
        said(mistake("a day ahead", CREDENTIALS).clock(|right| by(right, 86_400)), 86_400, "the server's clock is 86"),
        said(mistake("five minutes behind", CREDENTIALS).clock(|right| by(right, -300)), -300, "s behind ours"),
        said(mistake("ten minutes ahead, with certificates", CERTIFICATES).clock(|right| by(right, 600)), 600, "s ahead of ours"),
        said(mistake("half a minute ahead", KEYS).clock(|right| by(right, 30)), 30, "or raise `clock_tolerance`"),
        said(mistake("half a minute behind", CREDENTIALS).clock(|right| by(right, -30)), -30, "or raise `clock_tolerance`"),
        said(
            mistake("more than the tolerance", KEYS).value("", "clock_tolerance", "60").clock(|right| by(right, 90)),
            90,
            "or raise `clock_tolerance`",
        ),
        said(
            mistake("a clock without a tolerance", KEYS).value("", "clock_tolerance", "").clock(|right| by(right, 120)),
            120,
            "clock_tolerance: ",
        )
        .is("", "", "s ahead of ours"),
        hidden(mistake("ahead, which nothing says", KEYS).clock(|right| by(right, 25)), "by the `iat` of its tokens"),
        hidden(mistake("behind, which nothing says", KEYS).clock(|right| by(right, -25)), "by the `iat` of its tokens"),
        mistake("a tolerance in words", KEYS).value("", "clock_tolerance", "\"10 s\"").is(
            "",
            "clock_tolerance",
            "expected an integer",
        ),
    ]
}

fn without_date(answer: Answer) -> Answer {
    let Answer::Response { status, mut headers, body } = answer else { return answer };
    headers.retain(|(name, _)| name != "date");
    Answer::Response { status, headers, body }
}

struct Shifted(Arc<dyn Clock>, i64);

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.now().seconds() + self.1)
    }
}

fn by(right: Arc<dyn Clock>, seconds: i64) -> Arc<dyn Clock> {
    Arc::new(Shifted(right, seconds))
}

/// The same answer with the `Date` of that clock. The HTTP library of our server has a clock of its own.
fn dated(answer: Answer, seconds: i64) -> Answer {
    let Answer::Response { status, mut headers, body } = answer else { return answer };
    for (_, value) in headers.iter_mut().filter(|(name, _)| name == "date") {
        let date = DateTimeParser::new().parse_timestamp(value.as_str()).unwrap_or_else(|error| panic!("{value}: {error}"));
        let shifted = jiff::Timestamp::from_second(date.as_second() + seconds).unwrap_or(date);
        *value = DateTimePrinter::new().timestamp_to_rfc9110_string(&shifted).unwrap_or_else(|error| panic!("{error}"));
    }
    Answer::Response { status, headers, body }
}
