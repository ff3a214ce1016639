//! Every page is readable on a small screen, in the light and in the dark, and by those who hear it.

use crate::support::*;
use fapi::jose::{Jwk, Object};
use fapi::policy::OAUTH;
use fapi::primitives::aws_lc;
use fapi::{AuthorizationServer, Context, Entropy, Inbound, Navigation, Settings, Step, Timestamp};
use std::path::Path;

/// Texts with less contrast to their background than 4.5, and borders with less than 3 (WCAG 2.2 §1.4.3 and §1.4.11).
const LOW_CONTRAST: &str = r#"(() => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = color => {
        paint.clearRect(0, 0, 1, 1);
        paint.fillStyle = color;
        paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const contrast = (a, b) => {
        const [dark, light] = [luminance(a), luminance(b)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const background = element => {
        for (; element; element = element.parentElement) {
            const color = rgba(getComputedStyle(element).backgroundColor);
            if (color[3] === 255) return color;
        }
        return rgba("Canvas");
    };
    const low = [];
    const check = (element, what, color, behind, least) => {
        const found = contrast(rgba(color), behind);
        if (found < least) low.push(`${element.tagName} ${what} ${found.toFixed(2)}`);
    };
    for (const element of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(element);
        const own = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if ((own && element.tagName !== "SCRIPT") || element.tagName === "INPUT") {
            check(element, "text", style.color, background(element), 4.5);
        }
        if (style.borderLeftStyle !== "none" && style.borderLeftWidth !== "0px") {
            check(element, "border", style.borderLeftColor, background(element.parentElement), 3);
        }
    }
    return low;
})()"#;

/// The luminance of the page's background in per mille, to see that dark is dark.
const BRIGHTNESS: &str =
    r#"getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"#;

/// What is missing for those who hear the page.
const UNHEARD: &str = r#"(() => {
    const missing = [];
    const need = (there, what) => { if (!there) missing.push(what); };
    need(document.documentElement.lang === "en", "lang");
    need(document.title.trim(), "title");
    need(document.querySelectorAll("h1").length === 1, "one h1");
    need(document.querySelectorAll("main").length === 1, "one main");
    for (const input of document.querySelectorAll("input:not([type=hidden])")) {
        need(input.labels.length === 1 && input.labels[0].innerText.trim(), `label of ${input.name}`);
        need(input.type === "checkbox" || input.autocomplete, `autocomplete of ${input.name}`);
        const described = input.getAttribute("aria-describedby");
        need(!described || document.getElementById(described), `description of ${input.name}`);
    }
    for (const button of document.querySelectorAll("button")) {
        need(button.innerText.trim(), "name of a button");
        need(button.getBoundingClientRect().height >= 40, "height of a button");
    }
    return missing;
})()"#;

/// Checks the page in the tab; pictures of it go to the folder in `PICTURES`.
async fn check(tab: &Tab, name: &str) {
    for dark in [false, true] {
        tab.screen(360, dark).await;
        let place = format!("{name}, dark: {dark}");
        let width = tab.value("document.documentElement.scrollWidth").await;
        assert_eq!(width, Some(360.into()), "{place}: it scrolls sideways");
        let low = tab.value(LOW_CONTRAST).await.unwrap_or_else(|| panic!("{place}: no contrast"));
        assert_eq!(low, serde_json::json!([]), "{place}: too little contrast");
        let brightness = tab.value(BRIGHTNESS).await.and_then(|sum| sum.as_i64()).expect("a brightness");
        assert_eq!(brightness < 300, dark, "{place}: {brightness}");
        assert_eq!(tab.value(UNHEARD).await, Some(serde_json::json!([])), "{place}");
        let refused: Vec<_> = tab.log().into_iter().filter(|entry| entry.contains("Content Security Policy")).collect();
        assert!(refused.is_empty(), "{place}: {refused:?}");
        if let Ok(folder) = std::env::var("PICTURES") {
            let scheme = if dark { "dark" } else { "light" };
            tab.picture(&Path::new(&folder).join(format!("{name}-{scheme}.png"))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_pages_with_a_form() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.login_page(&chromium, "one").await;
    check(&tab, "login").await;
    assert_eq!(tab.value("document.activeElement.name").await, Some("username".into()), "typing begins there");
    assert_eq!(
        tab.value("[...document.querySelectorAll('input')].map(input => input.autocomplete)").await,
        Some(serde_json::json!(["username", "current-password"]))
    );
    tab.logs_in("looking-glass").await;
    tab.sees("Wrong user name or password").await;
    check(&tab, "login-failed").await;
    assert_eq!(tab.value("document.title").await, Some("Wrong user name or password".into()), "it is said first");
    let announced = "(input => [input.getAttribute('aria-invalid'), \
                     document.getElementById(input.getAttribute('aria-describedby')).innerText])(document.activeElement)";
    assert_eq!(
        tab.value(announced).await,
        Some(serde_json::json!(["true", "Wrong user name or password. Please try again."])),
        "and again at the field with the focus"
    );
    tab.logs_in("wonderland").await;
    tab.sees("Allow access?").await;
    check(&tab, "consent").await;

    let hinted = world.login_page(&chromium, "two&prompt=login&login_hint=alice").await;
    assert_eq!(
        hinted.value("[document.querySelector('input').value, document.activeElement.name]").await,
        Some(serde_json::json!(["alice", "password"])),
        "the name is known, so typing begins at the password"
    );
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_pages_for_errors() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    for (name, path, text) in [
        ("no-cookie", "/interaction/unknown", "You cannot go on in this browser"),
        ("wrong-request", "/authorize?client_id=nobody", "This request cannot be answered"),
        ("not-found", "/nothing", "There is no page at this address."),
    ] {
        let tab = chromium.tab().await;
        tab.open(&format!("{}{path}", world.running.issuer)).await;
        tab.sees(text).await;
        check(&tab, name).await;
    }
    let tab = world.login_page(&chromium, "one").await;
    tab.open(&format!("{}/interaction/unknown", world.running.issuer)).await;
    tab.sees("Nothing to do here").await;
    check(&tab, "over").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_library_s_own_page() {
    let chromium = Chromium::start(Setting::Default).await;
    let tab = chromium.tab().await;
    tab.open(&page(refusal().response()).await).await;
    tab.sees("This request cannot be answered").await;
    check(&tab, "library").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checks_notice_what_is_wrong() {
    let chromium = Chromium::start(Setting::Default).await;
    let tab = chromium.tab().await;
    tab.open(&page(refusal().response()).await).await;
    tab.sees("This request cannot be answered").await;
    tab.screen(360, true).await;
    tab.value("document.querySelector('p').style.color = '#666'").await;
    assert_eq!(tab.value(LOW_CONTRAST).await, Some(serde_json::json!(["P text 2.96"])));
    tab.value("document.querySelector('h1').style.width = '400px'").await;
    assert_ne!(tab.value("document.documentElement.scrollWidth").await, Some(360.into()));
    tab.value("document.documentElement.lang = '', document.querySelector('p').innerHTML = '<input name=a autocomplete=off>'")
        .await;
    assert_eq!(tab.value(UNHEARD).await, Some(serde_json::json!(["lang", "label of a"])));
    chromium.end().await;
}

/// The library's answer to a request of an unknown client.
fn refusal() -> fapi::ErrorPage {
    let key = Object::parse(
        br#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#,
    );
    let key = Jwk::parse(&key.expect("JSON"), aws_lc()).expect("a key");
    let server = AuthorizationServer::new(Settings::new("https://as.example", OAUTH.policy(), vec![key])).expect("settings");
    let request = axum::http::Request::get("/authorize").body(axum::body::Bytes::new()).expect("a request");
    let context = Context::new(Timestamp::from_seconds(1_800_000_000), Entropy::new([7; 32]));
    let Step::Done(outcome) = server.authorization_request(Inbound::new(&request), context) else { panic!("nothing to read") };
    let Navigation::Inform(page) = outcome.reply else { panic!("a page") };
    *page
}
