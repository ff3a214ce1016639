//! The answer for people, and the tables of the library.

use super::{Explained, ExplainedApi, ExplainedClient, Token};
use fapi::scope::Scope;
use fapi::table::{Is, Printed};
use fapi::tables;
use std::fmt::{self, Write};

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |api: &ExplainedApi| if api.name.is_empty() { api.identifier.clone() } else { api.name.clone() };
        let named = self.api.as_ref().map_or_else(|| "userinfo".to_owned(), name);
        let width = named.chars().count().max(self.client.client_id.chars().count());
        writeln!(f, "client   {:width$}  {}", self.client.client_id, self.client)?;
        match &self.api {
            Some(api) => writeln!(f, "API      {named:width$}  {} access: {api}", self.subject_type)?,
            None if self.api_named => writeln!(f, "API      {named:width$}  the token would be for userinfo alone")?,
            None => writeln!(f, "API      {named:width$}  no API is named, and there is no default audience")?,
        }
        if let Some(user) = &self.user {
            writeln!(f, "user     {}  permissions: {}", user.name, words(&user.permissions))?;
        }
        self.steps(f)?;
        if let Some(refused) = &self.refused {
            writeln!(f, "refused  {}: {} ({})", refused.error, refused.detail, refused.requirements.join(", "))?;
        }
        if let Some(consent) = &self.consent {
            let asked = if consent.asked { "is asked" } else { "is not asked" };
            writeln!(f, "consent  {asked}: {} ({})", consent.reason, consent.requirement)?;
        }
        if let Some(token) = &self.token {
            writeln!(f, "token    {token}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note     {note}"))
    }
}

impl Explained {
    fn steps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.steps.iter().map(|step| step.requirement.len()).max().unwrap_or_default();
        let names = self.steps.iter().map(|step| step.name.len()).max().unwrap_or_default();
        let left = self.steps.iter().map(|step| words(&step.left).len()).max().unwrap_or_default();
        for step in &self.steps {
            let line = format!("  {:ids$}  {:names$}  {:left$}", step.requirement, step.name, words(&step.left));
            let dropped = if step.dropped.is_empty() { String::new() } else { format!("  \u{2212} {}", step.dropped) };
            writeln!(f, "{}", format!("{line}{dropped}").trim_end())?;
        }
        Ok(())
    }
}

/// A scope as words.
fn words(scope: &Scope) -> String {
    if scope.is_empty() { "nothing".into() } else { scope.to_string() }
}

impl fmt::Display for ExplainedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.first_party { "first party" } else { "third party" })?;
        if let Some(kind) = self.kind {
            write!(f, ", {}", kind.name())?;
        }
        write!(f, ", {}", self.method)?;
        self.profiles.iter().try_for_each(|profile| write!(f, ", profile {profile}"))
    }
}

impl fmt::Display for ExplainedApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.access)?;
        if self.enforce_policies {
            f.write_str(", RBAC")?;
        }
        write!(f, ", {}", self.dialect)?;
        self.signing_alg.iter().try_for_each(|algorithm| write!(f, ", {algorithm}"))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.signing_alg.is_some() { "JWT" } else { "opaque" };
        write!(f, "{form}, aud [{}], scope \"{}\"", self.audience.join(", "), self.scope)?;
        if let Some(permissions) = &self.permissions {
            write!(f, ", permissions [{}]", permissions.iter().collect::<Vec<_>>().join(", "))?;
        }
        write!(f, ", {} s", self.lifetime)?;
        self.bound_to.iter().try_for_each(|bound| write!(f, ", bound to {bound}"))?;
        let with = [("an ID token", self.id_token), ("a refresh token", self.refresh_token)];
        let with: Vec<_> = with.into_iter().filter_map(|(name, there)| there.then_some(name)).collect();
        if with.is_empty() { Ok(()) } else { write!(f, "; with {}", with.join(" and ")) }
    }
}

/// Every decision table of the library, as `explain --tables` prints it.
pub fn printed_tables() -> String {
    tables::all().iter().map(printed).collect::<Vec<_>>().join("\n")
}

fn printed(table: &Printed) -> String {
    let head = table.inputs.iter().map(|input| (*input).to_owned()).chain(["outcome".into(), "statement".into()]);
    let mut rows = vec![head.collect::<Vec<_>>()];
    for row in &table.rows {
        let answers = row.when.iter().map(|is| match is {
            Is::Yes => "yes",
            Is::No => "no",
            Is::Any => "",
        });
        rows.push(answers.chain([row.then.as_str(), row.basis.id]).map(str::to_owned).collect());
    }
    let mut text = format!("{}\n", table.name);
    for row in &rows {
        let width = |at: usize| rows.iter().map(|row| row[at].len()).max().unwrap_or_default();
        let cells: Vec<_> = row.iter().enumerate().map(|(at, cell)| format!("{cell:0$}", width(at))).collect();
        let _ = writeln!(text, "  {}", cells.join("  ").trim_end());
    }
    text
}
