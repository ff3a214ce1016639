package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// The user. The password is the host's business, and so are the claims.
const (
	userName     = "alice"
	userPassword = "wonderland"
	userSubject  = "248289761001"
)

const (
	sessionCookie = "__Host-session"
	browserCookie = "__Host-browser"
)

// pages log the user in and ask for consent; go-oidc calls them for every authorization request.
type pages struct {
	issuer string
	mutex  sync.Mutex
	// logins are the moments at which the users of these cookies logged in.
	logins map[string]int64
}

func newPages(issuer string) *pages {
	return &pages{issuer: issuer, logins: map[string]int64{}}
}

// The names of what an authorization session keeps between pages.
const (
	kept         = "browser"  // the browser that began it
	loggedIn     = "login"    // the moment of the login
	asked        = "asked"    // the consent page was shown
	grantedClaim = "claims"   // the claims that the client asked for at userinfo
	idTokenClaim = "id_token" // and in the ID token
)

func (p *pages) begin(_ *http.Request, session *goidc.AuthnSession, _ *goidc.Client) bool {
	session.Store = map[string]any{}
	return true
}

// authenticate is called once for the request of the client, and then for every form that the user sends.
func (p *pages) authenticate(w http.ResponseWriter, r *http.Request, session *goidc.AuthnSession, client *goidc.Client) (goidc.Status, error) {
	prompts := strings.Fields(string(session.Prompt))
	prompted := func(prompt string) bool { return contains(prompts, prompt) }
	if !p.isOfThisBrowser(w, r, session) {
		return goidc.StatusPending, p.renderError(w, r, errors.New("another browser began this"))
	}
	if _, found := session.Store[loggedIn]; !found {
		at, known := p.login(r)
		fresh := known && !prompted("login")
		if fresh && session.MaxAuthnAgeSecs != nil {
			fresh = time.Now().Unix()-at < int64(*session.MaxAuthnAgeSecs)
		}
		switch {
		case fresh:
		case prompted("none"):
			return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeLoginRequired, "the user is not logged in")
		case r.PostFormValue("answer") == "cancel":
			return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeAccessDenied, "the user refused")
		case r.Method != http.MethodPost || r.PostFormValue("user") == "":
			return p.show(w, loginPage, session, client, "")
		case !p.isUser(r):
			return p.show(w, loginPage, session, client, "This is not the user's password.")
		default:
			at = time.Now().Unix()
			p.remember(w, at)
		}
		session.Store[loggedIn] = int(at)
		session.Subject = userSubject
		session.Username = userName
		if !canBeSatisfied(session.Claims) {
			return goidc.StatusFailure, goidc.NewError("unmet_authentication_requirements", "the claims cannot be satisfied")
		}
	}
	if prompted("none") {
		return goidc.StatusFailure, goidc.NewError("consent_required", "the user is asked for consent every time")
	}
	if _, found := session.Store[asked]; !found {
		session.Store[asked] = true
		return p.show(w, consentPage, session, client, "")
	}
	switch {
	case r.Method == http.MethodPost && r.PostFormValue("answer") == "deny":
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeAccessDenied, "the user refused")
	case r.Method != http.MethodPost || r.PostFormValue("answer") != "allow":
		return p.show(w, consentPage, session, client, "")
	}
	session.GrantedScopes = session.Scopes
	session.GrantedResources = session.Resources
	if session.Claims != nil {
		session.Store[grantedClaim] = names(session.Claims.UserInfo)
		session.Store[idTokenClaim] = names(session.Claims.IDToken)
	}
	return goidc.StatusSuccess, nil
}

// isOfThisBrowser binds a session to the browser that began it.
func (p *pages) isOfThisBrowser(w http.ResponseWriter, r *http.Request, session *goidc.AuthnSession) bool {
	began, found := session.Store[kept].(string)
	cookie, err := r.Cookie(browserCookie)
	if !found {
		browser := rand.Text()
		if err == nil {
			browser = cookie.Value
		}
		session.Store[kept] = browser
		setCookie(w, browserCookie, browser)
		return true
	}
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(began)) == 1
}

func (p *pages) isUser(r *http.Request) bool {
	name := subtle.ConstantTimeCompare([]byte(r.PostFormValue("user")), []byte(userName))
	return name&subtle.ConstantTimeCompare([]byte(r.PostFormValue("password")), []byte(userPassword)) == 1
}

// login returns the moment at which the browser's user logged in.
func (p *pages) login(r *http.Request) (int64, bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return 0, false
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	at, found := p.logins[cookie.Value]
	return at, found
}

func (p *pages) remember(w http.ResponseWriter, at int64) {
	value := rand.Text()
	p.mutex.Lock()
	p.logins[value] = at
	p.mutex.Unlock()
	setCookie(w, sessionCookie, value)
}

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (p *pages) idTokenClaims(_ context.Context, grant *goidc.Grant) map[string]any {
	claims := named(grant, idTokenClaim)
	if at, found := grant.Store[loggedIn]; found {
		claims[goidc.ClaimAuthTime] = at
	}
	return claims
}

func (p *pages) userInfoClaims(_ context.Context, grant *goidc.Grant) map[string]any {
	claims := named(grant, grantedClaim)
	scopes := strings.Fields(grant.Scopes)
	if contains(scopes, goidc.ScopeProfile.ID) {
		claims[goidc.ClaimName] = "Alice Liddell"
	}
	if contains(scopes, goidc.ScopeEmail.ID) {
		claims[goidc.ClaimEmail] = "alice@wonderland.example"
		claims[goidc.ClaimEmailVerified] = true
	}
	return claims
}

// canBeSatisfied returns false if the claims ask for another user, or need an authentication that a password is not.
func canBeSatisfied(claims *goidc.ClaimsObject) bool {
	if claims == nil {
		return true
	}
	for _, wanted := range []map[string]goidc.ClaimObjectInfo{claims.IDToken, claims.UserInfo} {
		if subject, found := wanted[goidc.ClaimSubject]; found && subject.Value != "" && subject.Value != userSubject {
			return false
		}
		if acr, found := wanted[goidc.ClaimACR]; found && acr.IsEssential && (acr.Value != "" || len(acr.Values) > 0) {
			return false
		}
	}
	return true
}

// named are the user's claims among those that the client asked for by name.
func named(grant *goidc.Grant, where string) map[string]any {
	claims := map[string]any{}
	wanted, _ := grant.Store[where].([]string)
	for _, name := range wanted {
		switch name {
		case goidc.ClaimName:
			claims[name] = "Alice Liddell"
		case goidc.ClaimEmail:
			claims[name] = "alice@wonderland.example"
		case goidc.ClaimEmailVerified:
			claims[name] = true
		}
	}
	return claims
}

func names(claims map[string]goidc.ClaimObjectInfo) []string {
	var list []string
	for name := range claims {
		list = append(list, name)
	}
	return list
}

func contains(words []string, word string) bool {
	for _, each := range words {
		if each == word {
			return true
		}
	}
	return false
}

type page struct {
	Title, Action, Client, Scopes, Error string
}

func (p *pages) show(w http.ResponseWriter, form *template.Template, session *goidc.AuthnSession, client *goidc.Client, problem string) (goidc.Status, error) {
	header(w)
	err := form.Execute(w, page{Action: p.issuer + "/authorize/" + session.ID, Client: client.ID, Scopes: session.Scopes, Error: problem})
	if err != nil {
		return goidc.StatusFailure, err
	}
	return goidc.StatusPending, nil
}

func (p *pages) renderError(w http.ResponseWriter, _ *http.Request, _ error) error {
	header(w)
	w.WriteHeader(http.StatusBadRequest)
	return errorPage.Execute(w, nil)
}

func header(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.Header().Set("X-Frame-Options", "DENY")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Strict-Transport-Security", "max-age=31536000")
}

var (
	loginPage = template.Must(template.New("login").Parse(`<!doctype html><html lang="en"><title>Log in</title><h1>Log in</h1>
{{with .Error}}<p role="alert">{{.}}</p>{{end}}<form method="post" action="{{.Action}}">
<label>User <input name="user"></label> <label>Password <input name="password" type="password"></label>
<button name="answer" value="login">Log in</button> <button name="answer" value="cancel">Cancel</button></form></html>
`))
	consentPage = template.Must(template.New("consent").Parse(`<!doctype html><html lang="en"><title>Consent</title><h1>Consent</h1>
<p>{{.Client}} asks for: {{.Scopes}}</p><form method="post" action="{{.Action}}">
<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></form></html>
`))
	errorPage = template.Must(template.New("error").Parse(`<!doctype html><html lang="en"><title>Error</title><h1>Error</h1>
<p>This request cannot be answered.</p></html>
`))
)
