//! Browsers: pages, logins, consent, and one code for one request.

use super::*;

/// The time that a user may take.
const PATIENCE: i64 = 10 * MINUTE;

impl Model {
    pub(super) fn present(&mut self, id: Id, visit: &Visit, client: usize, pushed: Id) -> Option<Reply> {
        let found = &self.pushed[&pushed];
        let own = found.asked.client == client && found.removals == self.removals[client];
        let good = self.registered[client] && own && !found.over && self.now < found.until;
        good.then(|| found.asked.clone()).map(|asked| self.open(id, visit, asked, Some(pushed)))
    }

    pub(super) fn direct(&mut self, id: Id, visit: &Visit, client: usize, scope: u8) -> Option<Reply> {
        // FAPI 2.0 accepts only pushed requests.
        let asked = Asked { client, scope, key: None, verifier: id };
        (client == PHONE && self.registered[client]).then(|| self.open(id, visit, asked, None))
    }

    fn open(&mut self, id: Id, visit: &Visit, asked: Asked, pushed: Option<Id>) -> Reply {
        let session = visit.session.filter(|session| self.goes_on(*session));
        let login = session.map(|session| self.sessions[&session].login);
        let (browser, until, removals) = (visit.browser, self.now + PATIENCE, self.removals[asked.client]);
        let page = Page { asked, pushed, removals, browser, login, session, until, over: false };
        self.pages.insert(id, page.clone());
        self.go_on(id, id, page)
    }

    pub(super) fn say(&mut self, id: Id, visit: &Visit, at: Id, say: &Say) -> Option<Reply> {
        let mut page = self.pages.get(&at)?.clone();
        if page.over || self.now >= page.until || page.browser != visit.browser {
            return None;
        }
        let client = page.asked.client;
        if !self.registered[client] || page.removals != self.removals[client] {
            return None;
        }
        if page.pushed.is_some_and(|pushed| self.pushed[&pushed].over) {
            return Some(self.no(at, client));
        }
        if page.session.is_some_and(|session| !self.goes_on(session)) {
            // A login of the same user in another tab replaced the session.
            let login = page.login.filter(|login| self.stands(*login));
            let of_same_user = |other: &Id| login.is_some_and(|login| login.user == self.sessions[other].login.user);
            page.session = visit.session.filter(|other| of_same_user(other) && self.goes_on(*other));
            page.login = page.session.and(login);
        }
        match (say, page.login) {
            (Say::Deny, _) => Some(self.no(at, client)),
            (Say::LogIn(user), None) => {
                let login = Login { user: *user, revocations: self.revocations[*user], session_ends: self.session_ends[*user] };
                if let Some(old) = visit.session.and_then(|old| self.sessions.get_mut(&old)) {
                    old.over = true;
                }
                self.sessions.insert(id, Session { login, until: self.now + 8 * 60 * MINUTE, over: false });
                (page.login, page.session) = (Some(login), Some(id));
                self.pages.insert(at, page.clone());
                Some(Reply::LoggedIn(Box::new(self.go_on(id, at, page))))
            }
            (Say::Consent { scope, remember }, Some(login)) => {
                let given = page.asked.scope & scope;
                if given == 0 {
                    return Some(self.no(at, client));
                }
                if *remember {
                    let scope = self.consented(client, login.user) | given;
                    self.consents.insert((client, login.user), (scope, self.now + MONTH, self.era(client, login.user)));
                }
                Some(self.code(id, at, &page, login, given))
            }
            (_, login) => Some(asked(&page.asked, login)),
        }
    }

    /// The scope to which the user has consented before.
    fn consented(&self, client: usize, user: usize) -> u8 {
        let live = |(_, until, era): &&(u8, i64, Era)| self.now < *until && *era == self.era(client, user);
        self.consents.get(&(client, user)).filter(live).map_or(0, |(scope, ..)| *scope)
    }

    /// Returns true if a session has neither expired nor been ended in any way.
    fn goes_on(&self, session: Id) -> bool {
        let session = &self.sessions[&session];
        !session.over && self.now < session.until && self.stands(session.login)
    }

    /// Returns true if neither the login nor all sessions of its user were ended.
    fn stands(&self, login: Login) -> bool {
        login.session_ends == self.session_ends[login.user] && self.counts(login)
    }

    /// Returns the next page, or a code if no question is left.
    fn go_on(&mut self, id: Id, at: Id, page: Page) -> Reply {
        match page.login {
            Some(login) if page.asked.scope & !self.consented(page.asked.client, login.user) == 0 => {
                let scope = page.asked.scope;
                self.code(id, at, &page, login, scope)
            }
            login => asked(&page.asked, login),
        }
    }

    fn code(&mut self, id: Id, at: Id, page: &Page, login: Login, scope: u8) -> Reply {
        self.end(at);
        let (until, remembered_until) = (self.now + MINUTE, self.now + DAY);
        let era = self.era(page.asked.client, login.user);
        let code = Code { asked: page.asked.clone(), login, scope, era, until, remembered_until, redeemed: false };
        self.codes.insert(id, code);
        Reply::Code { client: page.asked.client }
    }

    fn no(&mut self, at: Id, client: usize) -> Reply {
        self.end(at);
        Reply::Refused { at: Some(client) }
    }

    /// Ends a page and the request to which it belongs.
    fn end(&mut self, at: Id) {
        if let Some(page) = self.pages.get_mut(&at) {
            page.over = true;
            if let Some(pushed) = page.pushed.and_then(|pushed| self.pushed.get_mut(&pushed)) {
                pushed.over = true;
            }
        }
    }
}

fn asked(request: &Asked, login: Option<Login>) -> Reply {
    let user = login.map(|login| login.user);
    Reply::Asked { to_log_in: user.is_none(), client: request.client, user, scope: request.scope }
}
