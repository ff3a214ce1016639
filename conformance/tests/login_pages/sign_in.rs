//! A browser with several hosts, whose answers need no network.

use std::sync::{Arc, Mutex};

use fapi_conformance::browser::{Browser, Intention, Landing};
use fapi_conformance::http::{Answer, Connector, Http, Middleware, Request, Trust};
use fapi_conformance::target::{FormStrategy, UserStrategy};
use url::Url;

const CALLBACK: &str = "https://client.example/cb";

type Response = (u16, Vec<(&'static str, &'static str)>, &'static str);

/// Servers that answer by method, URL and cookies, and write down what they are asked.
struct Servers {
    answer: fn(&str, &str) -> Response,
    asked: Mutex<Vec<String>>,
}

impl Middleware for Servers {
    fn request(&self, request: Request) -> Request {
        // No connection is tried: a URL of this scheme has no port.
        Request { url: Url::parse("none://host/").unwrap_or(request.url), ..request }
    }

    fn answer(&self, request: &Request, _: Answer) -> Answer {
        let field = |name: &str| request.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let asked = format!("{} {}", request.method, request.url);
        let (origin, body) = (field("origin").unwrap_or("-"), String::from_utf8_lossy(&request.body));
        self.asked.lock().unwrap_or_else(|error| panic!("{error}")).push(format!("{asked} {origin} {body}"));
        let (status, headers, body) = (self.answer)(&asked, field("cookie").unwrap_or_default());
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Answer::Response { status, headers, body: body.into() }
    }
}

fn browser(answer: fn(&str, &str) -> Response) -> (Browser, Arc<Servers>) {
    let servers = Arc::new(Servers { answer, asked: Mutex::default() });
    let http = Http::new(Connector::new(Trust::system()).through(servers.clone()));
    let fields = [("user".to_owned(), "alice".to_owned())].into();
    let strategy = UserStrategy::Form(FormStrategy { fields, ..FormStrategy::default() });
    (Browser::new(http, Arc::new(strategy)), servers)
}

async fn land(browser: &mut Browser, url: &str, intention: Intention) -> String {
    let url = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    match browser.visit(url, CALLBACK, intention).await {
        Ok(Landing::Callback(callback)) => callback.url.into(),
        Ok(landing) => landing.describe(),
        Err(stop) => panic!("{stop:?}"),
    }
}

/// An authorization server whose login page is on another host of its domain.
fn two_hosts(asked: &str, cookies: &str) -> Response {
    match (asked, cookies) {
        ("GET https://as.bugs.test/authorize", "") => {
            let cookie = ("set-cookie", "sso=1; Domain=bugs.test; Path=/; Secure");
            (302, vec![("location", "https://login.bugs.test/"), cookie], "")
        }
        ("GET https://login.bugs.test/", "sso=1") => {
            (200, vec![], "<form method=post action=https://as.bugs.test/login><input name=user><button>Log in</button></form>")
        }
        ("POST https://as.bugs.test/login", "sso=1") => (303, vec![("location", "https://client.example/cb?code=1")], ""),
        _ => (400, vec![], "the cookie is missing"),
    }
}

#[tokio::test]
async fn a_login_page_on_another_host_gets_the_cookie_of_the_domain() {
    let (mut browser, servers) = browser(two_hosts);
    let landed = land(&mut browser, "https://as.bugs.test/authorize", Intention::Approve).await;
    assert_eq!(landed, "https://client.example/cb?code=1", "the cookie was kept for the host that set it");
    let asked = servers.asked.lock().unwrap_or_else(|error| panic!("{error}"));
    let posted = asked.last().map(String::as_str);
    // The origin is that of the page, not that of the server that receives the form.
    assert_eq!(posted, Some("POST https://as.bugs.test/login https://login.bugs.test user=alice"));
}

#[tokio::test]
async fn two_browsers_share_no_cookies() {
    let (mut one, _) = browser(two_hosts);
    let mut two = one.clone();
    land(&mut one, "https://as.bugs.test/authorize", Intention::Look).await;
    assert_eq!(land(&mut two, "https://login.bugs.test/", Intention::Look).await, "a page with status 400");
    assert_eq!(land(&mut one.without_cookies(), "https://login.bugs.test/", Intention::Look).await, "a page with status 400");
    assert_eq!(land(&mut one.clone(), "https://login.bugs.test/", Intention::Look).await, "a page that waits for the user");
    assert_eq!(land(&mut one, "https://login.bugs.test/", Intention::Look).await, "a page that waits for the user");
}

#[tokio::test]
async fn a_link_that_runs_a_script_is_no_way_to_refuse() {
    let (mut browser, _) = browser(|_, _| {
        let page = "<base href=/x/><a href='javascript:history.back()'>Cancel</a><a href=//client.example/cb?error=access_denied>Cancel</a>";
        (200, vec![], page)
    });
    let landed = land(&mut browser, "https://as.example/authorize", Intention::Deny).await;
    assert_eq!(landed, "https://client.example/cb?error=access_denied");
}

#[tokio::test]
async fn a_page_that_only_a_script_fills_leads_nowhere() {
    let (mut browser, _) = browser(|_, _| (200, vec![], "<html><div id=app></div><script src=/app.js></script></html>"));
    let landed = land(&mut browser, "https://as.example/authorize", Intention::Approve).await;
    assert_eq!(landed, "a page with status 200");
}
