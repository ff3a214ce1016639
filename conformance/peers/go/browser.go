package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

var (
	formTag   = regexp.MustCompile(`<form\b[^>]*\baction="([^"]*)"`)
	hiddenTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// authorize does what a user does at the pages of the server: it logs in, allows access, and returns the URL that the client receives.
func authorize(transport http.RoundTripper, start, redirectURI, user, password string) (url.Values, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	browser := &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(request *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(request.URL.String(), redirectURI) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	response, err := browser.Get(start)
	for range 5 {
		if err != nil {
			return nil, err
		}
		body, readError := io.ReadAll(response.Body)
		response.Body.Close()
		if readError != nil {
			return nil, readError
		}
		if location, err := response.Location(); err == nil {
			return location.Query(), nil
		}
		page := string(body)
		form := formTag.FindStringSubmatch(page)
		if response.StatusCode != http.StatusOK || form == nil {
			return nil, fmt.Errorf("%s has no form: HTTP %d", response.Request.URL.Path, response.StatusCode)
		}
		action, parseError := response.Request.URL.Parse(html.UnescapeString(form[1]))
		if parseError != nil {
			return nil, parseError
		}
		fields := url.Values{"decision": {"approve"}}
		for _, hidden := range hiddenTag.FindAllStringSubmatch(page, -1) {
			fields.Set(html.UnescapeString(hidden[1]), html.UnescapeString(hidden[2]))
		}
		if strings.Contains(page, `name="password"`) {
			fields.Set("username", user)
			fields.Set("password", password)
		}
		response, err = browser.PostForm(action.String(), fields)
	}
	return nil, fmt.Errorf("no callback after five pages")
}
