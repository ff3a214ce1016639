//! Pages that cannot be driven by forms, and pages that the scenario judges.

use fapi_conformance::finding::Hindrance;

use super::{Kind, differing};

const START: &str = "GET /authorize?client_id=one";
const LOGIN: &str =
    "<form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>";
const SENT: &str = "POST /login user=alice&password=secret";

static KINDS: &[Kind] = &[
    Kind::new(
        "an application of scripts",
        &[(START, 200, &[], "<html><div id=app></div><script src=/app.js></script></html>")],
        "the page https://as.example/authorize has no form, only a script: use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "a script that leads on",
        &[(START, 200, &[], "<script>location.replace('/login')</script>")],
        "the page https://as.example/authorize has no form, only a script: use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "a login in a frame",
        &[(START, 200, &[], "<h1>Welcome</h1><iframe src='/login?x=1'></iframe>")],
        "the page https://as.example/authorize has no form, only a frame (/login): use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "a login form that a script sends",
        &[(START, 200, &[], "<form onsubmit='return go()'><input name=user><input name=password type=password><button>Log in</button></form><script src=/x.js></script>")],
        "the form of the page https://as.example/authorize is sent by a script, not by the browser: use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "a login form with a button for a script",
        &[(START, 200, &[], "<form><input name=user><button type=button onclick='go()'>Next</button></form>")],
        "the form of the page https://as.example/authorize is sent by a script, not by the browser: use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "a form whose address is a script",
        &[(START, 200, &[], "<form action='javascript:go()' method=post><input name=user><input name=password type=password><button>Log in</button></form>")],
        "the form of the page https://as.example/authorize is sent by a script, not by the browser: use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "buttons that all look like refusals",
        &[(START, 200, &[], "<form method=post><button name=a value=1>Nein, danke</button><button name=a value=2>Abbrechen</button></form>")],
        "none of the buttons of the page https://as.example/authorize seems to continue (`Nein, danke` and `Abbrechen`): name the one that does in `approve` of `[user]`",
    ),
    Kind::new(
        "only a way back",
        &[(START, 200, &[], "<form action=/><button>Back</button></form><form method=post action=/out><button>Not you? Log out</button></form>")],
        "none of the buttons of the page https://as.example/authorize seems to continue (`Back` and `Not you? Log out`): name the one that does in `approve` of `[user]`",
    ),
    Kind::new(
        "only links",
        &[(START, 200, &[], "<a href=/go>Continue as alice</a><a href=/other>Another account</a>")],
        "none of the buttons of the page https://as.example/authorize seems to continue (`Continue as alice` and `Another account`): name the one that does in `approve` of `[user]`",
    ),
    Kind::new(
        "`approve` names no button of the page",
        &[(START, 200, &[], LOGIN), (SENT, 200, &[], "<form method=post action=/c><button>Zustimmen</button><button>Ablehnen</button></form>")],
        "the page https://as.example/login has the buttons `Zustimmen` and `Ablehnen`, but not `Allow` or `Yes`, which `approve` of `[user]` names",
    )
    .approving(&["Allow", "Yes"]),
    Kind::new(
        "a one-time code that the target file lacks",
        &[(START, 200, &[], LOGIN), (SENT, 200, &[], "<form method=post action=/otp><input name=otp autocomplete=one-time-code><button>Verify</button></form>")],
        "the page https://as.example/login requires `otp`, which `fields` of `[user]` does not name",
    ),
    Kind::new(
        "a user name of another name",
        &[(START, 200, &[], "<form method=post action=/login><input name=email type=email><input name=password type=password><button>Log in</button></form>")],
        "the page https://as.example/authorize requires `email`, which `fields` of `[user]` does not name",
    ),
    Kind::new(
        "a login of which the target file names nothing",
        &[(START, 200, &[], "<form method=post action=/login><input name=j_username><input name=j_password type=password><button>Log in</button></form>")],
        "the page https://as.example/authorize requires `j_username` and `j_password`, which `fields` of `[user]` does not name",
    ),
    Kind::new(
        "required fields",
        &[(START, 200, &[], "<form method=post action=/login><input name=user required><input name=phone type=tel required><input name=pin type=number aria-required=true><input name=note><button>Log in</button></form>")],
        "the page https://as.example/authorize requires `phone` and `pin`, which `fields` of `[user]` does not name",
    ),
    Kind::new(
        "a password that is asked for again on another page",
        &[
            (START, 200, &[], LOGIN),
            (SENT, 200, &[], "<form method=post action=/consent><button>Allow</button></form>"),
            ("POST /consent", 302, &[("location", "/confirm?id=1")], ""),
            ("GET /confirm?id=1", 200, &[], "<form method=post action=/confirm><input name=password type=password><button>Confirm</button></form>"),
        ],
        "the page https://as.example/confirm asks for the password a second time in one visit; the suite types it only once, so that no account is locked: use `strategy = \"command\"` in `[user]`",
    ),
    Kind::new(
        "pages without an end",
        &[(START, 200, &[], "<form method=post action=/a><button>Continue</button></form>"), ("POST /a", 302, &[("location", "/authorize?client_id=one")], "")],
        "the browser made 25 requests, 13 of them to https://as.example/authorize, and is not at the redirect URI yet",
    ),
    Kind::new(
        "a page that waits for another device",
        &[(START, 200, &[], "<meta http-equiv=refresh content=3>Confirm the login on your phone.")],
        "the browser made 25 requests, 25 of them to https://as.example/authorize, and is not at the redirect URI yet",
    ),
    Kind::new(
        "a redirect without a place",
        &[(START, 302, &[], "")],
        "the server redirects the browser at https://as.example/authorize (status 302) and names no place in `Location`",
    ),
    Kind::new(
        "a login that the browser is told to send again",
        &[(START, 200, &[], LOGIN), (SENT, 307, &[("location", "/login")], "")],
        "the server answers the form that was sent to https://as.example/login with status 307, which makes the browser send the form \
         again, with everything that was typed; after status 303 it would fetch the next page instead",
    ),
    Kind::new(
        "a redirect to a host that does not answer",
        &[(START, 302, &[("location", "https://gone.example/login?x=1")], "")],
        "the server sent the browser to https://gone.example/login, which does not answer: connection refused",
    ),
];

#[tokio::test]
async fn these_pages_are_obstacles() {
    let differing = differing(KINDS, Some(Hindrance::Pages)).await;
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

static JUDGED: &[Kind] = &[
    Kind::new("an error page", &[(START, 400, &[], "<h1>invalid_request</h1>")], "a page with status 400"),
    Kind::new("an error page with a login form", &[(START, 400, &[], LOGIN)], "a page with status 400"),
    Kind::new("a page of a broken server", &[(START, 500, &[], "<script src=/x.js></script>")], "a page with status 500"),
    Kind::new("an error page with status 200", &[(START, 200, &[], "<h1>invalid_request</h1>")], "a page with status 200"),
    Kind::new(
        "a login that is answered by an error page",
        &[(START, 200, &[], LOGIN), (SENT, 403, &[], "Locked")],
        "a page with status 403",
    ),
    Kind::new(
        "an error page behind a redirect",
        &[(START, 302, &[("location", "/error")], ""), ("GET /error", 404, &[], "")],
        "a page with status 404",
    ),
];

#[tokio::test]
async fn the_scenario_judges_these_pages() {
    let differing = differing(JUDGED, None).await;
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
