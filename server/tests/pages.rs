//! Login and consent: plain pages that show exactly what is asked, and that only the browser that began can answer.

mod common;

use common::{Browser, authorization_url, location, oauth, running};
use http::StatusCode;

const LOGIN: [(&str, &str); 3] = [("username", "alice"), ("password", "wonderland"), ("decision", "approve")];

/// One element per line, and the same text in every run.
fn shown(body: &str, page: &str) -> String {
    body.replace(page, "/interaction/[id]").replace("><", ">\n<")
}

#[tokio::test]
async fn a_user_logs_in_and_consents() {
    let running = running(oauth()).await;
    let mut browser = Browser::new(&running);
    let begun = browser.open(&authorization_url(&running, "&scope=api:read&login_hint=alice")).await;
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    let page = location(&begun).to_owned();

    let login = browser.open(&page).await;
    assert_eq!(login.status(), StatusCode::OK);
    assert_eq!(login.headers()["cache-control"], "no-store");
    insta::assert_snapshot!("login", shown(login.body(), &page));
    let policy = login.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("form-action"), "Chromium would apply it to the redirects of the callback: {policy}");

    let logged_in = browser.submit(&page, &LOGIN).await;
    assert_eq!((logged_in.status(), location(&logged_in)), (StatusCode::SEE_OTHER, page.as_str()));
    let consent = browser.open(&page).await;
    insta::assert_snapshot!("consent", shown(consent.body(), &page));

    let concluded = browser.submit(&page, &[("scope", "api:read"), ("decision", "approve")]).await;
    assert_eq!(concluded.status(), StatusCode::SEE_OTHER);
    let answer = location(&concluded);
    assert!(answer.starts_with("https://client.example/cb?code=") && answer.contains("&state=s&iss="), "{answer}");
    assert_eq!(browser.open(&page).await.status(), StatusCode::BAD_REQUEST, "it is over");
}

#[tokio::test]
async fn who_is_logged_in_need_not_log_in_again() {
    let running = running(oauth()).await;
    let mut browser = Browser::new(&running);
    let page = location(&browser.open(&authorization_url(&running, "&scope=api:read")).await).to_owned();
    browser.submit(&page, &LOGIN).await;
    browser.submit(&page, &[("scope", "api:read"), ("remember", "yes"), ("decision", "approve")]).await;
    let again = browser.open(&authorization_url(&running, "&scope=api:read")).await;
    assert!(location(&again).starts_with("https://client.example/cb?code="), "remembered: nothing is asked");
    let more = browser.open(&authorization_url(&running, "&scope=api:read+api:write")).await;
    let page = browser.open(location(&more)).await;
    assert!(page.body().contains("Allow access?"), "what was not granted before is asked");
}

#[tokio::test]
async fn a_wrong_password_is_told_on_the_page_and_then_slowed_down() {
    let running = running(oauth()).await;
    let mut browser = Browser::new(&running);
    let page = location(&browser.open(&authorization_url(&running, "&scope=api:read")).await).to_owned();
    let wrong = [("username", "alice"), ("password", "looking-glass"), ("decision", "approve")];
    for _ in 0..5 {
        let refused = browser.submit(&page, &wrong).await;
        assert_eq!(location(&refused), format!("{page}?failed=credentials"));
    }
    let shown = browser.open(&format!("{page}?failed=credentials")).await;
    assert!(shown.body().contains("role=\"alert\"") && shown.body().contains("Wrong user name or password"));
    let paused = browser.submit(&page, &LOGIN).await;
    assert_eq!(location(&paused), format!("{page}?failed=paused"), "not even the right one is verified");
    assert!(!browser.cookies.contains_key("fapi-session"));
}

#[tokio::test]
async fn a_user_may_say_no_at_either_page() {
    let running = running(oauth()).await;
    for log_in in [false, true] {
        let mut browser = Browser::new(&running);
        let page = location(&browser.open(&authorization_url(&running, "&scope=api:read")).await).to_owned();
        if log_in {
            browser.submit(&page, &LOGIN).await;
        }
        let denied =
            browser.submit(&page, &[("username", ""), ("password", ""), ("scope", "api:read"), ("decision", "deny")]).await;
        assert!(location(&denied).starts_with("https://client.example/cb?error=access_denied"), "{}", location(&denied));
    }
}

#[tokio::test]
async fn nobody_is_shown_the_page_of_somebody_else() {
    let running = running(oauth()).await;
    let mut browser = Browser::new(&running);
    let page = location(&browser.open(&authorization_url(&running, "&scope=api:read")).await).to_owned();
    let mut stranger = Browser::new(&running);
    assert_eq!(stranger.open(&page).await.status(), StatusCode::BAD_REQUEST);
    stranger.open(&authorization_url(&running, "&scope=api:read")).await;
    assert_eq!(stranger.open(&page).await.status(), StatusCode::BAD_REQUEST, "with a browser cookie of its own neither");
    assert_eq!(stranger.submit(&page, &LOGIN).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(browser.open(&page).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn with_auto_approve_nobody_is_asked() {
    let mut config = oauth();
    config.auto_approve = true;
    let running = running(config).await;
    let mut browser = Browser::new(&running);
    let answered = browser.open(&authorization_url(&running, "&scope=api:read")).await;
    assert!(location(&answered).starts_with("https://client.example/cb?code="), "{}", location(&answered));
    assert!(browser.cookies.contains_key("fapi-session"));
}

/// Five failures of a name are allowed, so six logins at the same time would be too many if they counted until they succeed.
#[tokio::test(flavor = "multi_thread")]
async fn logins_of_one_user_at_the_same_time_all_succeed() {
    let running = std::sync::Arc::new(running(oauth()).await);
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..24 {
        let running = running.clone();
        logins.spawn(async move {
            let mut browser = Browser::new(&running);
            let page = location(&browser.open(&authorization_url(&running, "&scope=api:read")).await).to_owned();
            location(&browser.submit(&page, &LOGIN).await) == page
        });
    }
    assert_eq!(logins.join_all().await, [true; 24]);
}
