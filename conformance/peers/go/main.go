// Runs golang.org/x/oauth2 with the relying party of github.com/coreos/go-oidc against a server: discovery, code flow with PKCE, ID
// token, userinfo, refresh, and three requests that the server has to refuse.
package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

var (
	issuer      = flag.String("issuer", "", "the issuer")
	authority   = flag.String("authority", "", "the certificate authority of the server, PEM")
	clientID    = flag.String("client-id", "", "the client")
	secret      = flag.String("secret", "", "its secret; none for a public client")
	algorithm   = flag.String("algorithm", "RS256", "the algorithm that its ID tokens are signed with")
	style       = flag.String("style", "detect", "the place of the secret: detect, header or body")
	redirectURI = flag.String("redirect-uri", "https://client.example/cb", "its redirect URI; nothing listens there")
	user        = flag.String("user", "", "the user who logs in")
	password    = flag.String("password", "", "the password")
	subject     = flag.String("subject", "", "the subject of the user")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Printf("FAIL  %v\n", err)
		os.Exit(1)
	}
}

func ok(step, format string, values ...any) {
	fmt.Printf("ok    %-20s %s\n", step, fmt.Sprintf(format, values...))
}

func run() error {
	pem, err := os.ReadFile(*authority)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s has no certificate", *authority)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	ctx := oidc.ClientContext(context.Background(), client)

	provider, err := oidc.NewProvider(ctx, *issuer)
	if err != nil {
		return fmt.Errorf("discovery: %w", err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = map[string]oauth2.AuthStyle{
		"detect": oauth2.AuthStyleAutoDetect, "header": oauth2.AuthStyleInHeader, "body": oauth2.AuthStyleInParams,
	}[*style]
	ok("discovery", "token endpoint %s", endpoint.TokenURL)

	config := &oauth2.Config{
		ClientID: *clientID, ClientSecret: *secret, Endpoint: endpoint, RedirectURL: *redirectURI,
		Scopes: []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess, "profile", "email"},
	}
	// The algorithm is given, so that an ID token signed with another one than the client registered is refused.
	verifier := provider.VerifierContext(ctx, &oidc.Config{ClientID: *clientID, SupportedSigningAlgs: []string{*algorithm}})

	code, pkce, nonce, err := authorized(transport, config)
	if err != nil {
		return fmt.Errorf("authorization: %w", err)
	}
	ok("authorization", "state and iss are those of the request")

	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(pkce))
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	if !tokens.Valid() || tokens.Type() != "Bearer" || tokens.RefreshToken == "" {
		return fmt.Errorf("token: type %q, valid %t, refresh token %t", tokens.Type(), tokens.Valid(), tokens.RefreshToken != "")
	}
	ok("token", "%s, expires in %d s", tokens.Type(), tokens.ExpiresIn)

	idToken, err := verified(ctx, verifier, tokens)
	if err != nil {
		return err
	}
	if idToken.Nonce != nonce {
		return errors.New("ID token: the nonce is not that of the request")
	}
	if idToken.AccessTokenHash != "" {
		if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil {
			return fmt.Errorf("ID token: %w", err)
		}
	}
	ok("ID token", "%s, sub %s", *algorithm, idToken.Subject)

	if err := userinfo(ctx, provider, oauth2.StaticTokenSource(tokens)); err != nil {
		return err
	}

	// A token source refreshes when its token has expired.
	expired := *tokens
	expired.Expiry = time.Now().Add(-time.Minute)
	source := config.TokenSource(ctx, &expired)
	fresh, err := source.Token()
	if err != nil {
		return fmt.Errorf("refresh: %w", err)
	}
	if fresh.AccessToken == tokens.AccessToken {
		return errors.New("refresh: the access token is the old one")
	}
	if fresh.Extra("id_token") != nil {
		again, err := verified(ctx, verifier, fresh)
		if err != nil {
			return err
		}
		if again.Subject != idToken.Subject {
			return errors.New("refresh: the ID token has another subject")
		}
	}
	ok("refresh", "new access token, rotated %t, with an ID token %t", fresh.RefreshToken != tokens.RefreshToken, fresh.Extra("id_token") != nil)
	if err := userinfo(ctx, provider, source); err != nil {
		return err
	}

	if *secret != "" {
		machine := clientcredentials.Config{
			ClientID: *clientID, ClientSecret: *secret, TokenURL: endpoint.TokenURL, AuthStyle: endpoint.AuthStyle, Scopes: []string{"api:read"},
		}
		token, err := machine.Token(ctx)
		if err != nil {
			return fmt.Errorf("client credentials: %w", err)
		}
		ok("client credentials", "%s, scope %v", token.Type(), token.Extra("scope"))
		machine.ClientSecret = strings.Repeat("x", len(*secret))
		_, err = machine.Token(ctx)
		if err := refused("wrong secret", err, "invalid_client"); err != nil {
			return err
		}
	}

	// The code of a flow that succeeded is used, and a code needs its own verifier: both flows above are the control.
	_, err = config.Exchange(ctx, code, oauth2.VerifierOption(pkce))
	if err := refused("code again", err, "invalid_grant"); err != nil {
		return err
	}
	code, _, _, err = authorized(transport, config)
	if err != nil {
		return fmt.Errorf("authorization: %w", err)
	}
	_, err = config.Exchange(ctx, code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	return refused("another verifier", err, "invalid_grant")
}

// authorized does a code flow up to the code, and returns it with the PKCE verifier and the nonce.
func authorized(transport http.RoundTripper, config *oauth2.Config) (code, pkce, nonce string, err error) {
	pkce, nonce = oauth2.GenerateVerifier(), rand.Text()
	state := rand.Text()
	start := config.AuthCodeURL(state, oauth2.S256ChallengeOption(pkce), oidc.Nonce(nonce), oauth2.SetAuthURLParam("prompt", "consent"))
	callback, err := authorize(transport, start, *redirectURI, *user, *password)
	if err != nil {
		return "", "", "", err
	}
	if callback.Get("state") != state || callback.Get("iss") != *issuer || callback.Get("code") == "" {
		return "", "", "", fmt.Errorf("the callback has %v", callback)
	}
	return callback.Get("code"), pkce, nonce, nil
}

func verified(ctx context.Context, verifier *oidc.IDTokenVerifier, tokens *oauth2.Token) (*oidc.IDToken, error) {
	raw, present := tokens.Extra("id_token").(string)
	if !present {
		return nil, errors.New("there is no ID token")
	}
	idToken, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("ID token: %w", err)
	}
	if idToken.Subject != *subject {
		return nil, fmt.Errorf("ID token: the subject is %q", idToken.Subject)
	}
	return idToken, nil
}

func userinfo(ctx context.Context, provider *oidc.Provider, source oauth2.TokenSource) error {
	info, err := provider.UserInfo(ctx, source)
	if err != nil {
		return fmt.Errorf("userinfo: %w", err)
	}
	if info.Subject != *subject || !info.EmailVerified || info.Email == "" {
		return fmt.Errorf("userinfo: %+v", info)
	}
	ok("userinfo", "sub %s, email %s", info.Subject, info.Email)
	return nil
}

// refused expects a token error response with a code.
func refused(step string, err error, code string) error {
	var response *oauth2.RetrieveError
	if !errors.As(err, &response) || response.ErrorCode != code {
		return fmt.Errorf("%s: expected %s, got %v", step, code, err)
	}
	ok(step, "%d %s", response.Response.StatusCode, response.ErrorCode)
	return nil
}
