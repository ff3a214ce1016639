//! The application: a callback, and the places to which it sends the browser next.

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const WELCOME: &str = "<!doctype html><title>Application</title><link rel=icon href=data:,><p>Welcome to the application";

const FORM: &str = "<!doctype html><title>Form</title><link rel=icon href=data:,><form method=post><button>Send</button></form>";

/// The answer of the callback.
#[derive(Debug, Clone)]
pub(crate) enum Next {
    /// The application's page, with status 200.
    Page,
    /// A redirect with this status to the application's page at another origin.
    OtherOrigin(u16),
    /// A redirect with this status to this URL.
    To(u16, &'static str),
}

/// An application that runs until the end of the test.
pub(crate) struct Application {
    /// Its redirect URI.
    pub(crate) callback: String,
    /// The page of another origin to which the callback may redirect.
    pub(crate) elsewhere: String,
    responses: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
}

struct Callback {
    status: StatusCode,
    location: Option<String>,
    responses: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
}

impl Application {
    pub(crate) async fn start(next: Next) -> Self {
        let elsewhere = format!("{}/app", serve(Router::new().route("/app", get(|| async { Html(WELCOME) }))).await);
        let (status, location) = match next {
            Next::Page => (200, None),
            Next::OtherOrigin(status) => (status, Some(elsewhere.clone())),
            Next::To(status, location) => (status, Some(location.to_owned())),
        };
        let responses = Arc::<Mutex<_>>::default();
        let status = StatusCode::from_u16(status).expect("a status");
        let callback = Arc::new(Callback { status, location, responses: responses.clone() });
        let router = Router::new().route("/callback", get(respond)).with_state(callback);
        // Another origin than that of the page: the name of the host differs too.
        let origin = serve(router).await.replace("localhost", "127.0.0.1");
        Self { callback: format!("{origin}/callback"), elsewhere, responses }
    }

    /// The value of this parameter in every authorization response so far; empty where it is absent.
    pub(crate) fn received(&self, parameter: &str) -> Vec<String> {
        let responses = self.responses.lock().expect("no panic");
        responses.iter().map(|response| response.get(parameter).cloned().unwrap_or_default()).collect()
    }
}

async fn respond(State(callback): State<Arc<Callback>>, Query(response): Query<BTreeMap<String, String>>) -> Response {
    callback.responses.lock().expect("no panic").push(response);
    match &callback.location {
        Some(location) => (callback.status, [(LOCATION, location.clone())]).into_response(),
        None => (callback.status, Html(WELCOME)).into_response(),
    }
}

/// Serves one page that was made elsewhere, with its status and headers, and returns its URL.
pub(crate) async fn page(response: fapi::Response) -> String {
    serve(Router::new().route("/", get(move || async move { response.map(Body::from) }))).await
}

/// Serves a page with a form and this policy. The answer to the form is a redirect to the callback of the application.
pub(crate) async fn form(policy: String, callback: String) -> String {
    let shown = || async move { ([(CONTENT_SECURITY_POLICY, policy)], Html(FORM)) };
    let sent = || async move { (StatusCode::SEE_OTHER, [(LOCATION, callback)]) };
    serve(Router::new().route("/", get(shown).post(sent))).await
}

/// Serves on a free port, and returns the origin.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://localhost:{port}")
}
