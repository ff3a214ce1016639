//! Users who cannot log in, or may not.

use fapi_conformance::http::Answer;

use super::bench::{KEYS, Mistake, OAUTH, field, mistake, response};

pub(crate) fn mistakes() -> Vec<Mistake> {
    let wrong = |name, variant, fields| {
        mistake(name, variant).value("user", "fields", fields).is("user", "fields", "came back after it was sent once")
    };
    let after_login = |name, status, html: &'static str, line, says| {
        mistake(name, KEYS)
            .answer("", move |request, answer| match field(request, "password") {
                Some(_) => response(status, &[("content-type", "text/html")], html),
                None => answer,
            })
            .is("user", line, says)
    };
    let mistakes = vec![
        wrong("a wrong password", KEYS, "{ username = \"alice\", password = \"wrong\" }"),
        wrong("a wrong password without OpenID", OAUTH, "{ username = \"alice\", password = \"wrong\" }"),
        wrong("an unknown user", KEYS, "{ username = \"mallory\", password = \"wrong\" }"),
        wrong("an empty password", KEYS, "{ username = \"alice\", password = \"\" }"),
        mistake("a password with a space", KEYS)
                .text("\"password\" = \"", "\"password\" = \" ")
            .is("user", "fields", "came back after it was sent once"),
        mistake("a user in upper case", KEYS).text("\"username\" = \"alice\"", "\"username\" = \"ALICE\"").is("user", "fields", "came back"),
        mistake("name and password in the wrong order", KEYS)
                .text("\"password\" = ", "\"other\" = ")
            .text("\"username\" = ", "\"password\" = ")
            .text("\"other\" = ", "\"username\" = ")
            .is("user", "fields", "came back after it was sent once"),
        wrong("a wrong password beside a search", KEYS, "{ username = \"alice\", password = \"wrong\" }").answer("", |request, answer| {
            match answer {
                Answer::Response { status, headers, body } if request.purpose == "user agent" => {
                    let search = "<form action=/search><input name=q><button>Search</button></form><form method=\"post\"";
                    let page = String::from_utf8_lossy(&body).replacen("<form method=\"post\"", search, 1);
                    Answer::Response { status, headers, body: page.into() }
                }
                other => other,
            }
        }),
        after_login(
            "a locked account",
            200,
            "<title>Log in</title><p>Locked</p><form method=post><input name=username><input type=password name=password><button>Log in</button></form>",
            "fields",
            "or the account is locked",
        ),
        after_login(
            "a login that is refused with a status",
            401,
            "<title>Log in</title><form method=post><input name=username><input type=password name=password><button>Log in</button></form>",
            "fields",
            "came back after it was sent once",
        ),
        after_login(
            "a second factor after the password",
            200,
            "<title>Your code</title><form method=post><input name=totp><button>Verify</button></form>",
            "fields",
            "as a second factor does",
        ),
        after_login(
            "a password that must be changed",
            200,
            "<title>Update password</title><form method=post><input type=password name=new><input type=password name=again><button>Go</button></form>",
            "fields",
            "has `new` and `again`, which no field of the target file fills",
        ),
        after_login(
            "an address that must be confirmed",
            200,
            "<title>Check your mail</title><p>We sent you a link.</p>",
            "strategy",
            "no form that can be filled in without a script",
        ),
        mistake("a user who may not", KEYS)
            .answer("", |request, answer| match field(request, "password") {
                Some(_) => {
                    let to = "https://client-1.example/callback/openid-private_key_jwt-dpop-1?error=access_denied&error_description=Not+for+you";
                    response(303, &[("location", to)], "")
                }
                None => answer,
            })
            .is("user", "approve", "or the user may not use the client"),
    ];
    // Failed logins of one mistake must not count for another.
    mistakes.into_iter().map(Mistake::alone).collect()
}
