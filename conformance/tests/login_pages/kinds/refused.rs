//! A login that the server refuses. The password is sent once.

use fapi_conformance::browser::{Browser, Intention, Landing};
use fapi_conformance::finding::{Hindrance, Stop};
use fapi_conformance::http::{Connector, Http};
use fapi_conformance::target::{FormStrategy, UserStrategy};
use std::sync::{Arc, Mutex};
use url::Url;

use super::{CALLBACK, Kind, Served, Server, differing, visit};

const START: &str = "GET /authorize?client_id=one";
const LOGIN: &str =
    "<form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>";
const AGAIN: &str = "<div class='alert alert-danger' style='display: none'>Script failed.</div><p role=alert>Invalid user name or <b>password</b>.</p>\
    <form method=post action=/login><input name=user value=alice><input name=password type=password><button>Log in</button></form>";
const SENT: &str = "POST /login user=alice&password=secret";
const SAYS: &str = "the server shows its login page again after the user name and password of `[user] fields` were sent (it says: Invalid user name or password.)";
const SILENT: &str = "the server shows its login page again after the user name and password of `[user] fields` were sent";
const ONCE: &[Served] = &[(START, 200, &[], LOGIN), (SENT, 200, &[], AGAIN)];

static KINDS: &[Kind] = &[
    Kind::new("the page says why", ONCE, SAYS),
    Kind::new("the page says nothing", &[(START, 200, &[], LOGIN), (SENT, 200, &[], LOGIN)], SILENT),
    Kind::new("the page comes with status 401", &[(START, 200, &[], LOGIN), (SENT, 401, &[], AGAIN)], SAYS),
    Kind::new(
        "the server redirects to its login page",
        &[
            (START, 302, &[("location", "/login")], ""),
            ("GET /login", 200, &[], LOGIN),
            (SENT, 302, &[("location", "/login?error")], ""),
            ("GET /login?error", 200, &[], AGAIN),
        ],
        SAYS,
    ),
    Kind::new(
        "the password is asked for in a second step",
        &[
            (START, 200, &[], "<form method=post action=/user><input name=user><button>Next</button></form>"),
            (
                "POST /user user=alice",
                200,
                &[],
                "<form method=post action=/login><input type=hidden name=user value=alice><input name=password type=password><button>Log in</button></form>",
            ),
            (SENT, 200, &[], AGAIN),
        ],
        SAYS,
    ),
    Kind::new(
        "the first of two steps comes back",
        &[
            (START, 200, &[], "<form method=post action=/user><input name=user><button>Next</button></form>"),
            (
                "POST /user user=alice",
                200,
                &[],
                "<form method=post action=/login><input name=password type=password><button>Log in</button></form>",
            ),
            (
                "POST /login password=secret",
                200,
                &[],
                "<form method=post action=/user><input name=user><button>Next</button></form>",
            ),
        ],
        SILENT,
    ),
    Kind::new(
        "the user name is unknown",
        &[
            (START, 200, &[], "<form method=post action=/user><input name=user><button>Next</button></form>"),
            (
                "POST /user user=alice",
                200,
                &[],
                "<span class=error-message>No such user: alice</span><form method=post action=/user><input name=user><button>Next</button></form>",
            ),
        ],
        "the server shows its login page again after `user` of `[user] fields` was sent (it says: No such user: …)",
    ),
    Kind::new(
        "a button leads back to the login page",
        &[
            (START, 200, &[], LOGIN),
            (
                SENT,
                200,
                &[],
                "<form action=/authorize><input type=hidden name=client_id value=one><button>Try again</button></form>",
            ),
        ],
        SILENT,
    ),
];

#[tokio::test]
async fn these_logins_are_refused() {
    let differing = differing(KINDS, Some(Hindrance::Login)).await;
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    for kind in KINDS {
        let mut posted: Vec<_> = visit(kind, Intention::Approve).await.asked;
        posted.retain(|asked| asked.contains("user=") || asked.contains("password="));
        let sent = posted.len();
        posted.sort();
        posted.dedup();
        assert_eq!(posted.len(), sent, "{}: {posted:?}", kind.name);
        let passwords = posted.iter().filter(|asked| asked.contains("password=secret")).count();
        assert!(passwords <= 1, "{}: {posted:?}", kind.name);
    }
}

/// A browser whose user has these pages, and the record of what the server is asked.
fn browser(pages: &'static [Served], user: &Arc<UserStrategy>) -> (Browser, Arc<Server>) {
    let server = Arc::new(Server { pages, asked: Mutex::default() });
    (Browser::new(Http::new(Connector::new(super::TRUST.clone()).through(server.clone())), user.clone()), server)
}

fn alice() -> Arc<UserStrategy> {
    let fields = super::ALICE.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Arc::new(UserStrategy::Form(FormStrategy { fields, ..FormStrategy::default() }))
}

fn passwords(server: &Server) -> usize {
    server.asked.lock().unwrap_or_else(|error| panic!("{error}")).iter().filter(|asked| asked.contains("password=secret")).count()
}

fn start() -> Url {
    Url::parse(super::START).unwrap_or_else(|error| panic!("{error}"))
}

async fn opens(browser: &mut Browser, intention: Intention) -> String {
    match browser.visit(start(), CALLBACK, intention).await {
        Ok(landing) => landing.describe(),
        Err(Stop::Obstacle(obstacle)) => obstacle.text,
        Err(stop) => panic!("{stop:?}"),
    }
}

#[tokio::test]
async fn a_password_that_was_never_right_is_not_sent_in_another_visit() {
    let user = alice();
    let (mut browser, server) = browser(ONCE, &user);
    assert_eq!(opens(&mut browser, Intention::Approve).await, SAYS);
    let (mut second, same) = self::browser(ONCE, &user);
    let refused = "the server refused the user name and password of `[user] fields` before, so they are not sent again";
    assert_eq!(opens(&mut second, Intention::LogIn).await, refused);
    assert_eq!((passwords(&server), passwords(&same)), (1, 0));
}

#[tokio::test]
async fn a_password_that_was_right_is_sent_until_it_is_refused_three_times_in_a_row() {
    const RIGHT: &[Served] = &[(START, 200, &[], LOGIN), (SENT, 303, &[("location", "https://client.example/cb?code=1")], "")];
    let user = alice();
    let (mut right, _) = browser(RIGHT, &user);
    let (mut wrong, server) = browser(ONCE, &user);
    assert_eq!(opens(&mut right, Intention::Approve).await, "the redirect URI with a code");
    for _ in 0..2 {
        assert_eq!(opens(&mut wrong, Intention::Approve).await, SAYS);
    }
    assert_eq!(opens(&mut right, Intention::Approve).await, "the redirect URI with a code");
    for _ in 0..6 {
        opens(&mut wrong, Intention::Approve).await;
    }
    assert_eq!(passwords(&server), 5);
}

#[tokio::test]
async fn an_old_login_page_that_leads_to_a_new_one_says_nothing_about_the_password() {
    let user = alice();
    let (mut browser, server) = browser(ONCE, &user);
    let Ok(Landing::Waiting(page)) = browser.visit(start(), CALLBACK, Intention::Look).await else { panic!("no login page") };
    let Ok(landing) = browser.go_on(&page, CALLBACK, Intention::Approve).await else { panic!("stopped") };
    assert_eq!(landing.describe(), "a page that waits for the user");
    assert_eq!(passwords(&server), 1);
    // A scenario that demands a code hears why there is none.
    assert_eq!(landing.obstacle(&user).map(|obstacle| obstacle.text).as_deref(), Some(SAYS));
}

#[tokio::test]
async fn a_user_who_refuses_types_nothing() {
    const CANCEL: &[Served] = &[
        (
            START,
            200,
            &[],
            "<form method=post action=/login><input name=user><input name=password type=password><button name=do value=in>Log in</button><button name=do value=cancel>Cancel</button></form>",
        ),
        ("POST /login user=&password=&do=cancel", 303, &[("location", "https://client.example/cb?error=access_denied")], ""),
    ];
    let (mut browser, _) = browser(CANCEL, &alice());
    assert_eq!(opens(&mut browser, Intention::Deny).await, "the redirect URI with error access_denied");
}
