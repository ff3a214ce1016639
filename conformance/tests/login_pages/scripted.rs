//! A login page that only a script draws and sends, opened in Chromium.

use std::sync::Arc;

use fapi_conformance::browser::{Browser, Intention, Landing};
use fapi_conformance::finding::{Hindrance, Obstacle, Stop};
use fapi_conformance::http::{Connector, Http, Trust};
use fapi_conformance::target::{BrowserStrategy, FormStrategy, UserStrategy};
use url::Url;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const CALLBACK: &str = "https://client.example/cb";

/// A user name first, then a password, without a `<form>`. The page draws each step after an answer of the server.
const APPLICATION: &str = r#"<!doctype html><title>Log in</title><div id=app>Loading</div><script>
    const app = document.getElementById('app');
    let user;
    const post = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body) });
    const draw = (html, on) => { app.innerHTML = html; app.querySelectorAll('button').forEach(one => one.onclick = () => on[one.id]()); };
    const cancel = () => location.href = '/cancelled';
    const first = () => draw('<button id=menu>Menu</button><input id=user><button id=next>Next</button><button id=cancel>Cancel</button>', {
        async next() { user = app.querySelector('#user').value; await post('/user', user); second(''); }, cancel, menu() {} });
    const second = error => draw(`<p role=alert>${error}</p><input id=password type=password>
        <button id=show>Show password</button><button id=login>Log in</button>`, {
        async login() {
            app.querySelector('#login').disabled = true;
            const answer = await post('/login', { user, password: app.querySelector('#password').value });
            if (answer.ok) location.href = '/consent'; else second('Wrong password');
        }, show() {} });
    fetch('/session').then(answer => answer.ok ? location.replace('/consent') : first());
</script>"#;
const CONSENT: &str =
    "<form method=post action=/consent><button name=do value=deny>Deny</button><button name=do value=allow>Allow</button></form>";

/// A server that knows one password.
async fn server() -> MockServer {
    let server = MockServer::start().await;
    let answer = |request: &Request| {
        let is_known = request.headers.get("cookie").is_some_and(|cookie| cookie.as_bytes().starts_with(b"session=1"));
        let body = String::from_utf8_lossy(&request.body);
        let html = |text: &str| ResponseTemplate::new(200).set_body_raw(text.to_owned(), "text/html");
        let to = |query: &str| ResponseTemplate::new(303).insert_header("location", format!("{CALLBACK}?{query}").as_str());
        match request.url.path() {
            "/authorize" => html(APPLICATION),
            "/session" if !is_known => ResponseTemplate::new(401),
            "/session" | "/user" => ResponseTemplate::new(204),
            "/login" if body.contains(r#""user":"alice","password":"secret""#) => {
                ResponseTemplate::new(204).insert_header("set-cookie", "session=1; HttpOnly; Path=/")
            }
            "/login" => ResponseTemplate::new(403),
            "/consent" if is_known && request.method.as_str() == "GET" => html(CONSENT),
            "/consent" if body == "do=allow" => to("code=1"),
            "/consent" | "/cancelled" => to("error=access_denied"),
            _ => ResponseTemplate::new(404),
        }
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn user(password: &str) -> Arc<UserStrategy> {
    Arc::new(UserStrategy::Browser(BrowserStrategy { form: form(password), ..BrowserStrategy::default() }))
}

fn form(password: &str) -> FormStrategy {
    let fields = [("user", "alice"), ("password", password)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    FormStrategy { fields: fields.into(), ..FormStrategy::default() }
}

fn browser(user: &Arc<UserStrategy>) -> Browser {
    Browser::new(Http::new(Connector::new(Trust::system())), user.clone())
}

async fn visit(browser: &mut Browser, server: &MockServer, intention: Intention) -> Result<Landing, Obstacle> {
    let start = Url::parse(&format!("{}/authorize?client_id=one", server.uri())).unwrap_or_else(|error| panic!("{error}"));
    match browser.visit(start, CALLBACK, intention).await {
        Ok(landing) => Ok(landing),
        Err(Stop::Obstacle(obstacle)) => Err(*obstacle),
        Err(stop) => panic!("{stop:?}"),
    }
}

fn url(landed: Result<Landing, Obstacle>) -> String {
    match landed {
        Ok(Landing::Callback(callback)) => callback.url.into(),
        other => panic!("not at the redirect URI: {other:?}"),
    }
}

async fn posted(server: &MockServer, path: &str) -> usize {
    let requests = server.received_requests().await.unwrap_or_default();
    requests.iter().filter(|request| request.method.as_str() == "POST" && request.url.path() == path).count()
}

#[tokio::test]
async fn a_page_that_a_script_draws_is_driven_in_chromium() {
    let (server, user) = (server().await, user("secret"));
    let mut browser = browser(&user);
    let landed = visit(&mut browser, &server, Intention::Approve).await;
    if let Ok(Landing::Callback(callback)) = &landed {
        assert_eq!(callback.after_forms, [303]);
    }
    assert_eq!(url(landed), "https://client.example/cb?code=1");
    assert_eq!((posted(&server, "/login").await, posted(&server, "/consent").await), (1, 1));

    // The browser keeps its cookies. A copy of it has them, too, and another browser has none.
    for mut known in [browser.clone(), browser.clone()] {
        assert_eq!(url(visit(&mut known, &server, Intention::Deny).await), "https://client.example/cb?error=access_denied");
    }
    let looked = visit(&mut browser, &server, Intention::Look).await;
    let Ok(Landing::Waiting(page)) = looked else { panic!("{looked:?}") };
    assert!(page.text().contains("Allow"), "{}", page.text());
    let looked = visit(&mut browser.without_cookies(), &server, Intention::Look).await;
    let Ok(Landing::Waiting(page)) = looked else { panic!("{looked:?}") };
    assert!(page.text().contains("Next") && !page.text().contains("Allow"), "{}", page.text());
    assert_eq!(posted(&server, "/login").await, 1, "the password was sent although the session was there");

    let denied = visit(&mut browser.without_cookies(), &server, Intention::Deny).await;
    assert_eq!(url(denied), "https://client.example/cb?error=access_denied");
}

#[tokio::test]
async fn forms_do_not_suffice_for_that_page() {
    let (server, user) = (server().await, Arc::new(UserStrategy::Form(form("secret"))));
    let landed = visit(&mut browser(&user), &server, Intention::Approve).await;
    let obstacle = landed.ok().and_then(|landing| landing.obstacle(&user)).map(|obstacle| obstacle.text);
    assert!(obstacle.as_deref().is_some_and(|text| text.contains("only a script: use `strategy = \"browser\"`")), "{obstacle:?}");
}

#[tokio::test]
async fn a_wrong_password_is_typed_once_in_chromium_too() {
    let (server, user) = (server().await, user("wrong password"));
    let Err(obstacle) = visit(&mut browser(&user), &server, Intention::Approve).await else { panic!("logged in") };
    let text = "the server shows its login page again after the user name and password of `[user] fields` were sent (it says: Wrong password)";
    assert_eq!((obstacle.hindrance, obstacle.text.as_str()), (Hindrance::Login, text));
    assert_eq!(posted(&server, "/login").await, 1);
    let Err(again) = visit(&mut browser(&user), &server, Intention::Approve).await else { panic!("logged in") };
    assert!(again.text.contains("so they are not sent again"), "{}", again.text);
    assert_eq!(posted(&server, "/login").await, 1);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_an_obstacle() {
    let user = user("secret");
    let start = Url::parse("http://127.0.0.1:1/authorize").unwrap_or_else(|error| panic!("{error}"));
    let stopped = browser(&user).visit(start, CALLBACK, Intention::Approve).await;
    let Err(Stop::Obstacle(obstacle)) = stopped else { panic!("{stopped:?}") };
    assert_eq!(obstacle.text, "Chromium cannot open http://127.0.0.1:1/authorize: net::ERR_UNSAFE_PORT");
}
