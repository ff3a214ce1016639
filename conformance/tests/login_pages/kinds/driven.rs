//! Pages that lead to the redirect URI.

use super::{Kind, differing};

const CODE: &str = "https://client.example/cb?code=1";
const TO_CODE: &[(&str, &str)] = &[("location", CODE)];
const START: &str = "GET /authorize?client_id=one";
const LOGIN: &str =
    "<form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>";
const SENT: &str = "POST /login user=alice&password=secret";

static KINDS: &[Kind] = &[
    Kind::new("a login form", &[(START, 200, &[], LOGIN), (SENT, 303, TO_CODE, "")], CODE),
    Kind::new("a session that is already there", &[(START, 302, TO_CODE, "")], CODE),
    Kind::new(
        "a login that is answered with status 401 before anything was sent",
        &[(START, 401, &[("www-authenticate", "Form")], LOGIN), (SENT, 302, TO_CODE, "")],
        CODE,
    ),
    Kind::new(
        "two steps",
        &[
            (START, 200, &[], "<form method=post action=/user><input name=user autofocus><button>Next</button></form>"),
            ("POST /user user=alice", 200, &[],
             "<form method=post action=/login><input name=user type=hidden value=alice><input name=password type=password><button>Log in</button></form>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "two steps, the second of which shows the user name again",
        &[
            (START, 200, &[], "<form method=post action=/user><input name=user><button>Next</button></form>"),
            ("POST /user user=alice", 200, &[], LOGIN),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "two steps on two servers, each of which asks for the user name",
        &[
            (START, 200, &[], "<form method=post action=https://idp.example/user><input name=user><button>Next</button></form>"),
            ("POST https://idp.example/user user=alice", 200, &[],
             "<form method=post action=https://as.example/user><input name=user><button>Next</button></form>"),
            ("POST /user user=alice", 200, &[], LOGIN),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a one-time code after the password",
        &[
            (START, 200, &[], LOGIN),
            (SENT, 200, &[], "<form method=post action=/otp><input name=otp autocomplete=one-time-code><button>Verify</button></form>"),
            ("POST /otp otp=123456", 302, TO_CODE, ""),
        ],
        CODE,
    )
    .with(&[("user", "alice"), ("password", "secret"), ("otp", "123456")]),
    Kind::new(
        "a second password of another name",
        &[
            (START, 200, &[], LOGIN),
            (SENT, 200, &[], "<form method=post action=/pin><input name=pin type=password><button>Confirm</button></form>"),
            ("POST /pin pin=9876", 302, TO_CODE, ""),
        ],
        CODE,
    )
    .with(&[("user", "alice"), ("password", "secret"), ("pin", "9876")]),
    Kind::new(
        "a consent page",
        &[
            (START, 200, &[], LOGIN),
            (SENT, 302, &[("location", "/consent")], ""),
            ("GET /consent", 200, &[],
             "<form method=post action=/consent><input type=hidden name=csrf value=t><button name=do value=deny>Deny</button><button name=do value=allow>Allow</button></form>"),
            ("POST /consent csrf=t&do=allow", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "an account chooser",
        &[
            (START, 200, &[],
             "<form method=post action=/choose><select name=account required><option value=''>Choose<option value=7>alice</select><button>Continue</button></form>"),
            ("POST /choose account=7", 302, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a choice of radio buttons, and terms to accept",
        &[
            (START, 200, &[],
             "<form method=post action=/c><input type=radio name=account value=1><input type=radio name=account value=2>\
              <input type=checkbox name=terms required><input type=checkbox name=remember><button>Accept</button></form>"),
            ("POST /c account=1&terms=on", 302, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a box that remembers the user stays empty",
        &[
            (START, 200, &[],
             "<form method=post action=/login><input name=user><input name=password type=password><input type=checkbox name=remember_me><button>Log in</button></form>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a form that a script sends, with a button for browsers without scripts",
        &[
            (START, 200, &[],
             "<body onload='document.forms[0].submit()'><form method=post action=/relay><input type=hidden name=s value=1><noscript><button>Continue</button></noscript></form>"),
            ("POST /relay s=1", 302, TO_CODE, ""),
        ],
        CODE,
    )
    .approving(&["Allow"]),
    Kind::new(
        "a form that a script sends, without a button",
        &[
            (START, 200, &[], "<form method=post action=/relay id=f></form><script>document.getElementById('f').submit()</script>"),
            ("POST /relay", 302, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a base",
        &[
            (START, 200, &[], "<base href=/realms/x/><form method=post action=login><input name=user><input name=password type=password><button>Log in</button></form>"),
            ("POST /realms/x/login user=alice&password=secret", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "cookies of the server, the domain and the path",
        &[
            (START, 302, &[("location", "https://login.as.example/"), ("set-cookie", "sso=1; Domain=as.example; Path=/"), ("set-cookie", "own=2")], ""),
            ("GET https://login.as.example/ [sso=1]", 302, &[("location", "https://as.example/next"), ("set-cookie", "ip=4; Domain=1.2.3.4"), ("set-cookie", "tld=5; Domain=example")], ""),
            ("GET /next [sso=1; own=2]", 302, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a page that leads on by itself",
        &[
            (START, 200, &[], "<meta http-equiv=Refresh content='0; URL=/login'>One moment, please."),
            ("GET /login", 200, &[], LOGIN),
            (SENT, 200, &[], "<meta http-equiv=refresh content=\"2;url='https://client.example/cb?code=1'\">You are logged in."),
        ],
        CODE,
    ),
    Kind::new(
        "a header that leads on",
        &[(START, 200, &[("refresh", "0;url=/login")], "Loading"), ("GET /login", 200, &[], LOGIN), (SENT, 303, TO_CODE, "")],
        CODE,
    ),
    Kind::new(
        "a login page that leads away after half an hour",
        &[
            (START, 200, &[],
             "<meta http-equiv=refresh content='1800;url=/expired'><noscript><meta http-equiv=refresh content='0;url=/enable-scripts'></noscript>\
              <form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a search and a choice of the language before the login form",
        &[
            (START, 200, &[],
             "<form action=/search><input name=q type=search><button>Go</button></form>\
              <form action=/lang method=post><select name=lang><option>en<option>de</select><button>OK</button></form>\
              <form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a search, a choice of the language and a logout before the consent",
        &[
            (START, 200, &[],
             "<form action=/search><input name=term type=search><button>Go</button></form>\
              <form action=/x method=post><select name=ui_locale><option>en<option>de</select><button>OK</button></form>\
              <form action=/session/end method=post><button>Log out</button></form>\
              <form method=post action=/consent><input type=checkbox name=scope value=a checked><button name=ok>Grant access</button></form>"),
            ("POST /consent scope=a&ok=", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "an enrolment beside the login",
        &[
            (START, 200, &[],
             "<form method=post action=/enrol><input name=user><input name=email required><input name=password type=password><input name=again type=password><button>Register</button></form>\
              <form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a form that is not posted",
        &[
            (START, 200, &[], "<form action=/user><input name=user><button>Next</button></form>"),
            ("GET /user?user=alice", 200, &[], LOGIN),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a button outside of its form, which sends the form elsewhere",
        &[
            (START, 200, &[],
             "<form id=f method=post action=/nowhere><input name=user><input name=password type=password></form><button type=button>Show</button><button form=f formaction=/login>Log in</button>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "an image as a button",
        &[
            (START, 200, &[],
             "<form method=post action=/login><input name=user><input name=password type=password><input type=image name=go alt='Log in' src=x></form>"),
            ("POST /login user=alice&password=secret&go.x=0&go.y=0", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "several buttons, the first of which refuses",
        &[
            (START, 200, &[],
             "<form method=post action=/login><button name=do value=back>Zurück</button><input name=user><input name=password type=password>\
              <button name=do value=no>Abbrechen</button><button name=do value=yes>Anmelden</button></form>"),
            ("POST /login user=alice&password=secret&do=yes", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "`approve` names the button of the consent page only",
        &[
            (START, 200, &[], LOGIN),
            (SENT, 200, &[], "<form method=post action=/c><button name=a value=1>Weiter ohne</button><button name=a value=2>Gerne</button></form>"),
            ("POST /c a=2", 303, TO_CODE, ""),
        ],
        CODE,
    )
    .approving(&["gerne"]),
    Kind::new(
        "`approve` names a button of the login page",
        &[
            (START, 200, &[],
             "<form method=post action=/login><input name=user><input name=password type=password><button name=by value=key>Use a passkey</button><button name=by value=password>Log in</button></form>"),
            ("POST /login user=alice&password=secret&by=password", 303, TO_CODE, ""),
        ],
        CODE,
    )
    .approving(&["by=password"]),
    Kind::new(
        "`approve` names a link",
        &[(START, 200, &[], "<a href=/help>Help</a> <a href=/go>Continue as alice</a>"), ("GET /go", 302, TO_CODE, "")],
        CODE,
    )
    .approving(&["continue as alice"]),
    Kind::new(
        "names in upper case",
        &[
            (START, 200, &[], "<form method=POST action=/login><INPUT NAME=USER><INPUT NAME=PASSWORD TYPE=PASSWORD><INPUT TYPE=SUBMIT VALUE=GO></form>"),
            ("POST /login USER=alice&PASSWORD=secret", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "fields that are named by their ids",
        &[
            (START, 200, &[],
             "<form method=post action=/login><input id=user name=j_id1:u><input id=password name=j_id1:p type=password><button>Log in</button></form>"),
            ("POST /login j_id1%3Au=alice&j_id1%3Ap=secret", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a login that keeps its method and its body",
        &[(START, 200, &[], LOGIN), (SENT, 307, &[("location", "/backend")], ""), ("POST /backend user=alice&password=secret", 302, TO_CODE, "")],
        CODE,
    ),
    Kind::new(
        "a fragment that the redirect URI gets from the form",
        &[
            (START, 200, &[], "<form method=post action=/login#top><input name=user><input name=password type=password><button>Log in</button></form>"),
            ("POST /login#top user=alice&password=secret", 302, TO_CODE, ""),
        ],
        "https://client.example/cb?code=1#top",
    ),
    Kind::new(
        "a consent page with a check box for each scope",
        &[
            (START, 200, &[],
             "<form name=consent_form method=post action=/authorize><input type=hidden name=client_id value=one><input type=hidden name=state value=s>
              <input class=form-check-input type=checkbox name=scope value=profile id=profile><label for=profile>profile</label>
              <input class=form-check-input type=checkbox name=scope value=email id=email><label for=email>email</label>
              <button type=submit id=submit-consent>Submit Consent</button><button type=button id=cancel-consent>Cancel</button></form>"),
            ("POST /authorize client_id=one&state=s&scope=profile&scope=email", 302, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a consent page of whose check boxes `fields` names one",
        &[
            (START, 200, &[],
             "<form method=post action=/consent><input type=checkbox name=scope value=a><input type=checkbox name=share value=all><button>Allow</button></form>"),
            ("POST /consent scope=a", 302, TO_CODE, ""),
        ],
        CODE,
    )
    .with(&[("user", "alice"), ("password", "secret"), ("scope", "a")]),
    Kind::new(
        "a box of a consent page that remembers stays empty",
        &[
            (START, 200, &[],
             "<form method=post action=/c><input type=checkbox name=scope value=a><input type=checkbox name=remember_consent><button>Allow</button></form>"),
            ("POST /c scope=a", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "a consent page in Swedish",
        &[
            (START, 200, &[], "<form method=post action=/c><button name=a value=1>Tillåt inte</button><button name=a value=2>Avslå</button><button name=a value=3>Godkänn</button></form>"),
            ("POST /c a=3", 303, TO_CODE, ""),
        ],
        CODE,
    ),
    Kind::new(
        "an error on the page before anything was typed",
        &[
            (START, 200, &[], "<p class=alert>Your session has expired.</p><form method=post action=/login><input name=user><input name=password type=password><button>Log in</button></form>"),
            (SENT, 303, TO_CODE, ""),
        ],
        CODE,
    ),
];

#[tokio::test]
async fn these_pages_lead_to_the_redirect_uri() {
    let differing = differing(KINDS, None).await;
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
