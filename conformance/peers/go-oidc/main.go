// An authorization server that the suite judges: go-oidc with its FAPI 2.0 profile, on loopback, over TLS. A second port asks for
// client certificates. The files that it reads are made by ../clients.sh.
//
// Test use only: private keys are in files, one user, everything is in memory.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
)

var (
	keys    = flag.String("keys", "keys", "the folder that clients.sh made")
	port    = flag.Int("port", 9472, "the port; the next one asks for client certificates")
	verbose = flag.Bool("verbose", false, "log why requests were refused")
)

func main() {
	flag.Parse()
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	issuer := fmt.Sprintf("https://127.0.0.1:%d", *port)
	mtlsHost := fmt.Sprintf("https://127.0.0.1:%d", *port+1)
	var signing goidc.JSONWebKeySet
	if err := readJSON("signing.jwks.json", &signing); err != nil {
		return err
	}
	clients, err := readClients()
	if err != nil {
		return err
	}
	authority, err := os.ReadFile(filepath.Join(*keys, "ca.pem"))
	if err != nil {
		return err
	}
	accepted := certificates{authorities: x509.NewCertPool(), clients: clients}
	accepted.authorities.AppendCertsFromPEM(authority)

	records := newStore()
	pages := newPages(issuer)
	op, err := provider.New(
		issuer,
		records,
		func(context.Context) (goidc.JSONWebKeySet, error) { return signing, nil },
		provider.WithProfile(goidc.ProfileFAPI2),
		provider.WithScopes(goidc.ScopeOpenID, goidc.ScopeOfflineAccess, goidc.ScopeProfile, goidc.ScopeEmail, goidc.NewScope("api:read")),
		provider.WithIDTokenSignatureAlgs(goidc.ES256, goidc.PS256),
		provider.WithAuthCodeGrant(records, goidc.ResponseTypeCode),
		provider.WithRefreshTokenGrant(records),
		provider.WithClientCredentialsGrant(),
		provider.WithPARRequired(records),
		provider.WithPKCERequired(goidc.CodeChallengeMethodSHA256),
		provider.WithIssuerResponseParameter(),
		provider.WithClaimsParameter(),
		provider.WithClaims(goidc.ClaimName, goidc.ClaimEmail, goidc.ClaimEmailVerified),
		provider.WithPrivateKeyJWTAuthn(goidc.ES256, goidc.PS256),
		provider.WithMTLS(mtlsHost, clientCertificate),
		provider.WithTLSAuthn(),
		provider.WithSelfSignedTLSAuthn(),
		provider.WithDPoP(goidc.ES256, goidc.PS256),
		provider.WithTLSTokenBinding(),
		provider.WithTokenBindingRequired(),
		provider.WithTokenOptions(func(context.Context, *goidc.Grant, *goidc.Client) goidc.TokenOptions {
			return goidc.NewJWTTokenOptions(goidc.ES256, 300)
		}),
		// Each client may introspect and revoke its own tokens.
		provider.WithTokenIntrospection(func(_ context.Context, client *goidc.Client, token goidc.TokenInfo) bool {
			return token.ClientID == client.ID
		}),
		provider.WithTokenRevocation(func(context.Context, *goidc.Client) bool { return true }),
		// Without it, a revoked JWT stays active.
		provider.WithTokenRevocationRevokeGrantOnAccessToken(),
		provider.WithIDTokenClaims(pages.idTokenClaims),
		provider.WithUserInfoClaims(pages.userInfoClaims),
		provider.WithPolicies(goidc.NewPolicy("pages", pages.begin, pages.authenticate)),
		provider.WithErrorRenderer(pages.renderError),
		provider.WithErrorHandler(func(_ context.Context, err error) {
			if *verbose {
				log.Print(err)
			}
		}),
		provider.WithStaticClients(clients[0], clients[1:]...),
		provider.WithJTIConsumer(records.consume),
		provider.WithJWTLeewayTime(30),
	)
	if err != nil {
		return err
	}

	certificate, err := tls.LoadX509KeyPair(filepath.Join(*keys, "server.pem"), filepath.Join(*keys, "server.key"))
	if err != nil {
		return err
	}
	settings := func(clients tls.ClientAuthType) *tls.Config {
		return &tls.Config{
			Certificates: []tls.Certificate{certificate},
			MinVersion:   tls.VersionTLS12,
			ClientAuth:   clients,
			// Go's own list for TLS 1.2 has suites that RFC 9325 does not recommend.
			CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384},
		}
	}
	// The listeners are open before the line that says so.
	failed := make(chan error)
	for offset, clients := range []tls.ClientAuthType{tls.NoClientCert, tls.RequestClientCert} {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port+offset))
		if err != nil {
			return err
		}
		server := &http.Server{
			Handler:           accepted.inContext(op.Handler()),
			TLSConfig:         settings(clients),
			ReadHeaderTimeout: 5 * time.Second,
			ErrorLog:          log.New(logged{}, "", 0),
		}
		go func() { failed <- server.ServeTLS(listener, "", "") }()
	}
	fmt.Println("ready", issuer)
	return <-failed
}

// readClients reads the registrations. go-oidc finds a self-signed certificate by its thumbprint, so that is added to the key.
func readClients() ([]*goidc.Client, error) {
	var registrations []struct {
		ID string `json:"client_id"`
		goidc.ClientMeta
	}
	if err := readJSON("clients.json", &registrations); err != nil {
		return nil, err
	}
	if len(registrations) == 0 {
		return nil, errors.New("clients.json has no client")
	}
	var clients []*goidc.Client
	for _, registration := range registrations {
		client := &goidc.Client{ID: registration.ID, ClientMeta: registration.ClientMeta}
		for index := range keysOf(client) {
			key := &client.JWKS.Keys[index]
			if len(key.Certificates) > 0 {
				thumbprint := sha256.Sum256(key.Certificates[0].Raw)
				key.CertificateThumbprintSHA256 = thumbprint[:]
			}
		}
		clients = append(clients, client)
	}
	return clients, nil
}

func keysOf(client *goidc.Client) []goidc.JSONWebKey {
	if client.JWKS == nil {
		return nil
	}
	return client.JWKS.Keys
}

func readJSON(name string, value any) error {
	text, err := os.ReadFile(filepath.Join(*keys, name))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, value)
}

// certificates are those that the host accepts: issued by an authority, or registered by a client.
type certificates struct {
	authorities *x509.CertPool
	clients     []*goidc.Client
}

type certificateKey struct{}

// inContext puts an accepted client certificate where clientCertificate finds it.
func (c certificates) inContext(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sent := r.TLS.PeerCertificates; len(sent) > 0 && c.accept(sent) {
			r = r.WithContext(context.WithValue(r.Context(), certificateKey{}, sent[0]))
		}
		next.ServeHTTP(w, r)
	})
}

func (c certificates) accept(sent []*x509.Certificate) bool {
	for _, client := range c.clients {
		for _, key := range keysOf(client) {
			if len(key.Certificates) > 0 && bytes.Equal(key.Certificates[0].Raw, sent[0].Raw) {
				return true
			}
		}
	}
	options := x509.VerifyOptions{Roots: c.authorities, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, Intermediates: x509.NewCertPool()}
	for _, certificate := range sent[1:] {
		options.Intermediates.AddCert(certificate)
	}
	_, err := sent[0].Verify(options)
	return err == nil
}

func clientCertificate(ctx context.Context) (*x509.Certificate, error) {
	certificate, found := ctx.Value(certificateKey{}).(*x509.Certificate)
	if !found {
		return nil, errors.New("no client certificate was accepted")
	}
	return certificate, nil
}

// logged drops what net/http logs about handshakes that fail, unless -verbose is given.
type logged struct{}

func (logged) Write(text []byte) (int, error) {
	if *verbose {
		return os.Stderr.Write(text)
	}
	return len(text), nil
}
