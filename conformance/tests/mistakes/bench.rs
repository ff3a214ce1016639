//! A target that passes, and changes to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fapi_conformance::http::{Answer, Middleware, Request};
use fapi_conformance::preflight::{self, Diagnosis};
use fapi_conformance::target::in_process::{Alteration, Fixture, Skew};
use fapi_conformance::target::{Target, file, written};
use fapi_conformance::variant::PLANS;
use fapi_server::config::Config;

pub(crate) const KEYS: &str = "openid/private_key_jwt/dpop";
pub(crate) const CERTIFICATES: &str = "openid/mtls/mtls";
pub(crate) const OAUTH: &str = "oauth/private_key_jwt/mtls";
pub(crate) const CREDENTIALS: &str = "client_credentials/private_key_jwt/dpop";
pub(crate) const VARIANTS: [&str; 4] = [KEYS, CERTIFICATES, OAUTH, CREDENTIALS];

/// Changes an answer, which is that of the server to this request.
type Change = Arc<dyn Fn(&Request, Answer) -> Answer + Send + Sync>;
/// Changes the text of the target file; its folder may be changed too.
type Edit = Box<dyn Fn(&mut String, &Path) + Send + Sync>;

/// A change to a target that passes, and the diagnosis to expect.
pub(crate) struct Mistake {
    pub(crate) name: &'static str,
    variant: &'static str,
    edits: Vec<Edit>,
    server: Option<fn(&mut Config)>,
    clock: Option<Skew>,
    alone: bool,
    answers: Vec<Change>,
    /// The heading of a section, and the beginning of a line in it; or only the heading.
    at: (&'static str, &'static str),
    says: &'static str,
}

/// A mistake in a target of this variant.
pub(crate) fn mistake(name: &'static str, variant: &'static str) -> Mistake {
    let (edits, answers) = (Vec::new(), Vec::new());
    Mistake { name, variant, edits, server: None, clock: None, alone: false, answers, at: ("", ""), says: "" }
}

impl Mistake {
    /// Replaces a text of the target file, the first time that it is there.
    pub(crate) fn text(self, from: &'static str, to: &'static str) -> Self {
        self.edit(move |text, _| {
            assert!(text.contains(from), "{from:?} is not in {text}");
            *text = text.replacen(from, to, 1);
        })
    }

    /// Replaces the value of a member in a section of the target file; an empty one removes the line.
    pub(crate) fn value(self, section: &'static str, member: &'static str, value: &'static str) -> Self {
        self.edit(move |text, _| set(text, section, member, value))
    }

    pub(crate) fn edit(mut self, edit: impl Fn(&mut String, &Path) + Send + Sync + 'static) -> Self {
        self.edits.push(Box::new(edit));
        self
    }

    /// Starts a server of another configuration.
    pub(crate) fn server(mut self, configure: fn(&mut Config)) -> Self {
        self.server = Some(configure);
        self
    }

    /// Starts a server with another clock.
    pub(crate) fn clock(mut self, skew: Skew) -> Self {
        self.clock = Some(skew);
        self
    }

    /// Starts a server of its own, which is otherwise like that of the others.
    pub(crate) fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Changes the answers at URLs that contain a text.
    pub(crate) fn answer(
        mut self,
        url: &'static str,
        change: impl Fn(&Request, Answer) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.answers.push(Arc::new(
            move |request, answer| {
                if request.url.as_str().contains(url) { change(request, answer) } else { answer }
            },
        ));
        self
    }

    /// Answers at URLs that contain a text.
    pub(crate) fn page(self, url: &'static str, status: u16, media: &'static str, body: &'static str) -> Self {
        self.answer(url, move |_, _| response(status, &[("content-type", media)], body))
    }

    /// The expected place: a section and the beginning of a line in it (or its heading), and a part of the sentence.
    pub(crate) fn is(mut self, section: &'static str, line: &'static str, says: &'static str) -> Self {
        (self.at, self.says) = ((section, line), says);
        self
    }
}

/// A middleware that changes answers.
struct Answers(Vec<Change>);

impl Middleware for Answers {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        self.0.iter().fold(answer, |answer, change| change(request, answer))
    }
}

/// Servers and target files.
pub(crate) struct Bench {
    fixture: Fixture,
    targets: Vec<Target>,
    folder: PathBuf,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let variants = VARIANTS.map(|name| PLANS[0].variant(name).unwrap_or_else(|error| panic!("{error}")));
        let fixture = Fixture::new(&PLANS[0], &variants).unwrap_or_else(|error| panic!("{error}"));
        let targets = fixture.start(&Alteration::default()).await.unwrap_or_else(|error| panic!("{error}"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mistakes-{}", fapi_conformance::keys::random()));
        Self { fixture, targets, folder }
    }

    /// The steps of a target with this change.
    pub(crate) async fn steps(&self, mistake: &Mistake) -> Result<Vec<String>, String> {
        let (path, text) = self.written(mistake)?;
        checked(mistake, &path, &text).await
    }

    /// The target file of a variant, without a mistake.
    pub(crate) fn file(&self, variant: &'static str) -> PathBuf {
        self.written(&mistake("unchanged", variant)).unwrap_or_else(|error| panic!("{error}")).0
    }

    /// The diagnosis of a mistake, if it is the expected one; otherwise, what is wrong with it.
    pub(crate) async fn told(&self, mistake: &Mistake) -> Result<String, String> {
        let own;
        let targets = if mistake.alone || mistake.server.is_some() || mistake.clock.is_some() {
            let alteration = Alteration { configure: mistake.server, clock: mistake.clock, ..Alteration::default() };
            own = self.fixture.start(&alteration).await?;
            &own
        } else {
            &self.targets
        };
        let (path, text) = self.write(mistake, targets)?;
        let told = match checked(mistake, &path, &text).await {
            Ok(steps) => return Err(format!("no diagnosis after {steps:#?}")),
            Err(told) => told,
        };
        let expected = format!("{}:{}:", path.display(), line_of(&text, mistake.at.0, mistake.at.1));
        if !told.lines().any(|line| line.starts_with(&expected) && line.contains(mistake.says)) {
            return Err(format!("expected {expected} … {:?} …\n    got {told}", mistake.says));
        }
        Ok(told)
    }

    /// Writes the changed target file of a mistake.
    pub(crate) fn written(&self, mistake: &Mistake) -> Result<(PathBuf, String), String> {
        self.write(mistake, &self.targets)
    }

    /// Writes the changed target file of a mistake.
    fn write(&self, mistake: &Mistake, targets: &[Target]) -> Result<(PathBuf, String), String> {
        let target = targets.iter().find(|target| target.variant.to_string() == mistake.variant);
        let target = target.ok_or("no such variant")?;
        let folder = self.folder.join(mistake.name.replace(' ', "-"));
        let mut written = written::write(std::slice::from_ref(target), &folder)?;
        let (path, mut text) = written.pop().ok_or("no file")?;
        for edit in &mistake.edits {
            edit(&mut text, &folder);
        }
        std::fs::write(&path, &text).map_err(|error| error.to_string())?;
        Ok((path, text))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The steps of the preflight, or its diagnosis. A mistake that the reader of the file finds is one, too.
async fn checked(mistake: &Mistake, path: &Path, text: &str) -> Result<Vec<String>, String> {
    let targets = file::parse(text, path, &PLANS[0]);
    let targets = targets.map_err(|mistakes| mistakes.0.iter().map(|one| format!("{one}\n")).collect::<String>())?;
    let answers = Arc::new(Answers(mistake.answers.clone()));
    let through = |mut target: Target| {
        target.connector = target.connector.clone().through(answers.clone());
        Arc::new(target)
    };
    let targets: Vec<_> = targets.into_iter().map(through).collect();
    let mut steps = Vec::new();
    let checked = preflight::check(&targets, |done| steps.push(done.to_string())).await;
    checked.map(|()| steps).map_err(|diagnosis: Box<Diagnosis>| diagnosis.to_string())
}

/// The number of the line of a section that begins with a text; that of its heading, without a text. `client 2` is the second
/// client.
fn line_of(text: &str, section: &str, line: &str) -> usize {
    let lines: Vec<_> = text.lines().collect();
    let (from, to) = section_of(&lines, section);
    let found = (from..to).find(|number| line.is_empty() || lines[*number].starts_with(line));
    found.unwrap_or_else(|| panic!("no line {line:?} in {section:?} of {text}")) + 1
}

/// The lines of a section, with its heading. The section without a name is before the first heading.
fn section_of(lines: &[&str], section: &str) -> (usize, usize) {
    let heading = |number: &usize| lines[*number].starts_with('[');
    let from = match section {
        "" => 0,
        "client 1" => (0..lines.len()).find(|number| lines[*number] == "[[client]]").unwrap_or_default(),
        "client 2" => (0..lines.len()).filter(|number| lines[*number] == "[[client]]").nth(1).unwrap_or_default(),
        name => (0..lines.len()).find(|number| lines[*number] == format!("[{name}]")).unwrap_or_default(),
    };
    let to = (from + 1..lines.len()).find(heading).unwrap_or(lines.len());
    (from, to)
}

/// Sets a member of a section; an empty value removes it.
fn set(text: &mut String, section: &str, member: &str, value: &str) {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let (from, to) = section_of(&lines.iter().map(String::as_str).collect::<Vec<_>>(), section);
    let there = (from..to).find(|number| lines[*number].starts_with(&format!("{member} = ")));
    let line = format!("{member} = {value}");
    match there {
        Some(number) if value.is_empty() => _ = lines.remove(number),
        Some(number) => lines[number] = line,
        None if section.is_empty() => lines.insert(0, line),
        None => lines.insert(from + 1, line),
    }
    *text = lines.join("\n") + "\n";
}

/// A response.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer::Response { status, headers, body: body.to_owned().into() }
}

/// An error response of an endpoint.
pub(crate) fn refusal(status: u16, error: &str, description: &str) -> Answer {
    let body = serde_json::json!({ "error": error, "error_description": description }).to_string();
    response(status, &[("content-type", "application/json")], &body)
}

/// The fields of a form that is sent.
pub(crate) fn field(request: &Request, name: &str) -> Option<String> {
    form_urlencoded::parse(&request.body).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

/// A JSON body, changed.
pub(crate) fn changed(answer: Answer, change: impl Fn(&mut serde_json::Value)) -> Answer {
    match answer {
        Answer::Response { status, headers, body } => match serde_json::from_slice::<serde_json::Value>(&body) {
            Ok(mut json) => {
                change(&mut json);
                Answer::Response { status, headers, body: json.to_string().into() }
            }
            Err(_) => Answer::Response { status, headers, body },
        },
        other => other,
    }
}
