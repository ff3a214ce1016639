//! A user who logs in and consents reaches the application, whatever its callback does next.

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_callback_shows_the_application_itself() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.consent_page(&chromium, "one").await;
    tab.clicks(GO_ON).await;
    tab.sees("Welcome to the application").await;
    assert!(tab.url().await.starts_with(&world.application.callback), "{}", tab.url().await);
    assert_eq!(world.application.received("state"), ["one"]);
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callback_redirects_to_another_origin() {
    for status in [302, 303, 307, 308] {
        let world = World::new(Next::OtherOrigin(status)).await;
        let chromium = Chromium::start(Setting::Default).await;
        let tab = world.consent_page(&chromium, "one").await;
        tab.clicks(GO_ON).await;
        tab.sees("Welcome to the application").await;
        assert_eq!(tab.url().await, world.application.elsewhere, "{status}");
        chromium.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callback_redirects_to_an_app_on_the_device() {
    for status in [302, 307] {
        let world = World::new(Next::To(status, "com.example.app:/done?a=b")).await;
        let chromium = Chromium::start(Setting::Default).await;
        let tab = world.consent_page(&chromium, "one").await;
        tab.clicks(GO_ON).await;
        tab.is_sent_to("com.example.app:/done?a=b").await;
        assert_eq!(world.application.received("state"), ["one"], "{status}");
        chromium.end().await;
    }
}

/// The reason why the pages have no `form-action`: if Chromium stops to do this, they may have it again.
#[tokio::test(flavor = "multi_thread")]
async fn form_action_would_stop_the_redirect_of_the_callback() {
    let application = Application::start(Next::OtherOrigin(302)).await;
    let chromium = Chromium::start(Setting::Default).await;
    let origin = application.callback.trim_end_matches("/callback");
    for (policy, arrives) in [(format!("form-action 'self' {origin}"), false), ("base-uri 'none'".to_owned(), true)] {
        let tab = chromium.tab().await;
        tab.open(&form(policy, format!("{}?state={arrives}", application.callback)).await).await;
        tab.clicks("button").await;
        if arrives {
            tab.sees("Welcome to the application").await;
        } else {
            tab.logs("form-action").await;
            assert!(!tab.text().await.contains("Welcome to the application"));
        }
    }
    assert_eq!(application.received("state"), ["false", "true"], "the callback itself was reached both times");
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_alone_ends_there_too() {
    let world = World::new(Next::OtherOrigin(302)).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = chromium.tab().await;
    tab.open(&world.link_of("own", "one")).await;
    tab.logs_in("wonderland").await;
    tab.sees("Welcome to the application").await;
    assert_eq!(tab.url().await, world.application.elsewhere);
    assert_eq!(world.application.received("state"), ["one"]);
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_server_with_tls_to_a_device_without() {
    let world = World::with_tls(Next::OtherOrigin(302)).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.consent_page(&chromium, "one").await;
    assert!(tab.url().await.starts_with("https:"));
    tab.clicks(GO_ON).await;
    tab.sees("Welcome to the application").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_refuses_is_told_by_the_application() {
    let world = World::new(Next::OtherOrigin(302)).await;
    let chromium = Chromium::start(Setting::Default).await;
    let login = world.login_page(&chromium, "at-login").await;
    login.clicks(END).await;
    login.sees("Welcome to the application").await;
    let consent = world.consent_page(&chromium, "at-consent").await;
    consent.clicks(END).await;
    consent.sees("Welcome to the application").await;
    assert_eq!(world.application.received("state"), ["at-login", "at-consent"]);
    assert_eq!(world.application.received("error"), ["access_denied", "access_denied"]);
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts() {
    let world = World::new(Next::OtherOrigin(302)).await;
    let chromium = Chromium::start(Setting::BlockScripts).await;
    let tab = world.login_page(&chromium, "one").await;
    tab.logs_in("looking-glass").await;
    tab.sees("Wrong user name or password").await;
    tab.logs_in("wonderland").await;
    tab.sees("Allow access?").await;
    tab.clicks(GO_ON).await;
    tab.sees("Welcome to the application").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_keyboard_alone() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.login_page(&chromium, "one").await;
    tab.types("alice").await;
    tab.presses("Tab", 9).await;
    tab.types("wonderland").await;
    tab.presses("Enter", 13).await;
    tab.sees("Allow access?").await;
    for _ in 0..2 {
        // To the checkbox, and on to "Allow".
        tab.presses("Tab", 9).await;
    }
    tab.presses("Enter", 13).await;
    tab.sees("Welcome to the application").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_wrong_password() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.login_page(&chromium, "one").await;
    for _ in 0..2 {
        tab.logs_in("looking-glass").await;
        tab.sees("Wrong user name or password. Please try again.").await;
    }
    tab.logs_in("wonderland").await;
    tab.sees("Allow access?").await;
    tab.clicks(GO_ON).await;
    tab.sees("Welcome to the application").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_finish_in_either_order() {
    for order in [[0, 1], [1, 0]] {
        let world = World::new(Next::Page).await;
        let chromium = Chromium::start(Setting::Default).await;
        let tabs = [world.login_page(&chromium, "first").await, world.login_page(&chromium, "second").await];
        for tab in order.map(|place| &tabs[place]) {
            tab.comes_to_front().await;
            tab.logs_in("wonderland").await;
            tab.sees("Allow access?").await;
        }
        for tab in order.map(|place| &tabs[place]) {
            tab.comes_to_front().await;
            tab.clicks(GO_ON).await;
            tab.sees("Welcome to the application").await;
        }
        assert_eq!(world.application.received("state"), order.map(|place| ["first", "second"][place]));
        assert!(world.application.received("code").iter().all(|code| !code.is_empty()));
        chromium.end().await;
    }
}
