//! The words on buttons and links, in the languages in which the suite guesses: English, German, French, Spanish, Portuguese,
//! Italian, Dutch and Swedish.

use super::page::Control;

const REFUSE: &[&str] = &[
    // English
    "deny",
    "denied",
    "cancel",
    "reject",
    "refuse",
    "decline",
    "abort",
    "disagree",
    "no",
    "not",
    "don",
    "dont",
    "never",
    // German
    "ablehnen",
    "abbrechen",
    "verweigern",
    "zurückweisen",
    "nein",
    // French
    "refuser",
    "annuler",
    "rejeter",
    "décliner",
    "non",
    // Spanish and Portuguese
    "rechazar",
    "cancelar",
    "denegar",
    "negar",
    "recusar",
    "rejeitar",
    "não",
    "nao",
    // Italian
    "rifiuta",
    "rifiutare",
    "annulla",
    "annullare",
    "nega",
    "non",
    // Dutch
    "weigeren",
    "weiger",
    "annuleren",
    "annuleer",
    "afwijzen",
    "nee",
    // Swedish
    "neka",
    "avbryt",
    "avvisa",
    "avslå",
    "nej",
];

/// Words that make a refusal of the whole text, wherever they are.
const NEGATE: &[&str] = &["nicht", "ne", "pas", "niet", "inte"];

const ALLOW: &[&str] = &[
    // English
    "allow",
    "accept",
    "agree",
    "approve",
    "authorize",
    "authorise",
    "confirm",
    "consent",
    "continue",
    "grant",
    "permit",
    "yes",
    // German
    "erlauben",
    "akzeptieren",
    "annehmen",
    "bestätigen",
    "einwilligen",
    "fortfahren",
    "genehmigen",
    "ja",
    "weiter",
    "zulassen",
    "zustimmen",
    // French
    "accepter",
    "autoriser",
    "confirmer",
    "continuer",
    "oui",
    "permettre",
    // Spanish and Portuguese
    "aceptar",
    "aceitar",
    "autorizar",
    "confirmar",
    "continuar",
    "permitir",
    "sí",
    "sim",
    // Italian
    "accetta",
    "accettare",
    "autorizza",
    "autorizzare",
    "conferma",
    "confermare",
    "consenti",
    "consentire",
    "continua",
    "sì",
    // Dutch
    "accepteren",
    "bevestigen",
    "doorgaan",
    "toestaan",
    // Swedish
    "acceptera",
    "bekräfta",
    "fortsätt",
    "godkänn",
    "tillåt",
];

const BACK: &[&str] = &["back", "zurück", "retour", "atrás", "volver", "voltar", "indietro", "terug", "tillbaka"];

/// Words of buttons that lead elsewhere: out of the session, to another language, to help.
const ELSEWHERE: &[&str] = &[
    "logout",
    "signout",
    "abmelden",
    "déconnexion",
    "déconnecter",
    "uitloggen",
    "esci",
    "search",
    "suchen",
    "suche",
    "rechercher",
    "buscar",
    "pesquisar",
    "cerca",
    "zoeken",
    "sök",
    "language",
    "sprache",
    "langue",
    "idioma",
    "lingua",
    "taal",
    "språk",
    "register",
    "registrieren",
    "signup",
    "forgot",
    "vergessen",
    "oublié",
    "reset",
    "resend",
    "show",
    "hide",
    "toggle",
    "menu",
    "help",
    "hilfe",
    "aide",
    "cookie",
    "cookies",
];

/// Names of fields that belong to no login: a search, a choice of the language.
const ASIDE_FIELDS: &[&str] = &["q", "query", "search", "lang", "language", "locale"];

impl Control {
    /// Returns true if a button or link refuses, as far as its text tells, or else its value or name.
    pub(super) fn refuses(&self) -> bool {
        self.stance() == Some(false) && !self.leads_elsewhere()
    }

    /// Returns true if a button or link may continue: it neither refuses nor leads back or elsewhere.
    pub(super) fn may_continue(&self) -> bool {
        self.stance() != Some(false) && !self.leads_elsewhere() && !words(&self.said()).any(|word| BACK.contains(&&*word))
    }

    fn leads_elsewhere(&self) -> bool {
        let said = self.said();
        let pairs = ["log out", "sign out", "not you", "logga ut", "cerrar sesión", "terminar sessão"];
        pairs.iter().any(|pair| said.contains(pair)) || words(&said).any(|word| ELSEWHERE.contains(&&*word))
    }

    fn said(&self) -> String {
        if self.text.is_empty() { format!("{} {}", self.value, self.name) } else { self.text.clone() }.to_lowercase()
    }

    /// Returns true if a field belongs to a search or to a choice of the language.
    pub(super) fn is_aside(&self) -> bool {
        let named = || words(&self.name).any(|word| ASIDE_FIELDS.contains(&&*word));
        self.kind == "search" || (self.kind != "hidden" && !self.submits() && named())
    }

    /// The first word that allows or refuses decides: "Allow, and do not ask again" allows, "Do not allow" refuses.
    fn stance(&self) -> Option<bool> {
        if words(&self.text).any(|word| NEGATE.contains(&&*word)) {
            return Some(false);
        }
        let stance = |word: String| match () {
            () if REFUSE.contains(&&*word) => Some(false),
            () if ALLOW.contains(&&*word) => Some(true),
            () => None,
        };
        [&self.text, &self.value, &self.name].into_iter().find_map(|text| words(text).find_map(stance))
    }
}

/// Returns true for an address that ends the session or searches.
pub(super) fn is_elsewhere(address: &str) -> bool {
    words(address).any(|word| ["logout", "signout", "search"].contains(&&*word))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}
