//! Scripts of the allowed origins call the endpoints that public clients use, and no others.

mod common;

use bytes::Bytes;
use common::{Client, oauth, running};
use fapi_server::config::AllowedOrigins;
use http::{Request, Response, StatusCode};
use http_body_util::Full;

/// The endpoints for scripts and their methods.
const ENDPOINTS: [(&str, &str); 8] = [
    ("par", "POST"),
    ("token", "POST"),
    ("revoke", "POST"),
    ("userinfo", "GET, POST"),
    ("resource", "GET, HEAD, POST"),
    ("jwks", "GET, HEAD"),
    (".well-known/openid-configuration", "GET, HEAD"),
    (".well-known/oauth-authorization-server", "GET, HEAD"),
];

fn request(method: &str, url: &str, origin: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(url);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    if method == "OPTIONS" {
        request = request.header("access-control-request-method", "POST");
        request = request.header("access-control-request-headers", "dpop,content-type");
    }
    request.body(Full::default()).unwrap()
}

fn header<'r>(response: &'r Response<String>, name: &str) -> Option<&'r str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn scripts_of_every_origin_may_call_what_needs_no_cookie() {
    let running = running(oauth()).await;
    let client = Client::of(&running);
    for (path, methods) in ENDPOINTS {
        let url = format!("{}/{path}", running.issuer);
        let preflight = client.send(request("OPTIONS", &url, Some("https://spa.example"))).await;
        assert_eq!(preflight.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(header(&preflight, "access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(header(&preflight, "access-control-allow-methods"), Some(methods), "{path}");
        let allowed = "authorization, content-type, dpop, x-fapi-interaction-id";
        assert_eq!(header(&preflight, "access-control-allow-headers"), Some(allowed), "{path}");
        assert_eq!(header(&preflight, "access-control-allow-credentials"), None, "{path}");
        // Without an origin as well: a cached response serves scripts too.
        for origin in [Some("https://spa.example"), None] {
            let called = client.send(request("GET", &url, origin)).await;
            assert_eq!(header(&called, "access-control-allow-origin"), Some("*"), "{path}");
            let exposed = "dpop-nonce, www-authenticate, retry-after, x-fapi-interaction-id";
            assert_eq!(header(&called, "access-control-expose-headers"), Some(exposed), "{path}");
        }
    }
}

#[tokio::test]
async fn the_pages_and_the_endpoints_of_servers_allow_no_scripts() {
    let running = running(oauth()).await;
    let client = Client::of(&running);
    for path in ["authorize", "interaction/x", "introspect", "health", "nowhere"] {
        for method in ["OPTIONS", "GET", "POST"] {
            let called = client.send(request(method, &format!("{}/{path}", running.issuer), Some("https://spa.example"))).await;
            assert!(called.headers().keys().all(|name| !name.as_str().starts_with("access-control")), "{method} {path}");
            assert_ne!(called.status(), StatusCode::NO_CONTENT, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn only_listed_origins_are_allowed_if_some_are_listed() {
    let mut config = oauth();
    config.allowed_origins = AllowedOrigins::Listed(vec!["https://spa.example".into(), "http://localhost:5173".into()]);
    let running = running(config).await;
    let client = Client::of(&running);
    for (path, _) in ENDPOINTS {
        let url = format!("{}/{path}", running.issuer);
        for origin in ["https://spa.example", "http://localhost:5173"] {
            let preflight = client.send(request("OPTIONS", &url, Some(origin))).await;
            assert_eq!(preflight.status(), StatusCode::NO_CONTENT, "{path}");
            assert_eq!(header(&preflight, "access-control-allow-origin"), Some(origin), "{path}");
            assert_eq!(header(&preflight, "vary"), Some("origin"), "{path}");
        }
        let others = [
            "https://evil.example",
            "https://spa.example.evil.example",
            "http://spa.example",
            "https://spa.example:8443",
            "null",
        ];
        for origin in others.map(Some).into_iter().chain([None]) {
            for method in ["OPTIONS", "GET"] {
                let called = client.send(request(method, &url, origin)).await;
                assert_eq!(header(&called, "access-control-allow-origin"), None, "{method} {path} {origin:?}");
                assert_eq!(header(&called, "vary"), Some("origin"), "a cache keeps the origins apart: {method} {path}");
                assert_ne!(called.status(), StatusCode::NO_CONTENT, "{method} {path} {origin:?}");
            }
        }
    }
}
