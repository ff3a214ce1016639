package main

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// store keeps sessions, grants and the ids of JWTs in memory, without a limit. go-oidc's own keeps 100 of each, which the suite's
// parallel scenarios exceed. A lookup takes as long as in a database, so that what races shows does not depend on the load of
// the machine. Records are copied on the way in and out, as a database would, so that no two requests share one.
type store struct {
	mutex    sync.Mutex
	sessions map[string]goidc.AuthnSession
	pushed   map[string]string
	grants   map[string]goidc.Grant
	codes    map[string]string
	refresh  map[string]string
	used     map[string]struct{}
}

const lookup = 20 * time.Millisecond

func newStore() *store {
	return &store{
		sessions: map[string]goidc.AuthnSession{},
		pushed:   map[string]string{},
		grants:   map[string]goidc.Grant{},
		codes:    map[string]string{},
		refresh:  map[string]string{},
		used:     map[string]struct{}{},
	}
}

func (s *store) SaveSession(_ context.Context, session *goidc.AuthnSession) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.sessions[session.ID] = copyOfSession(*session)
	if session.PushedAuthReqID != "" {
		s.pushed[session.PushedAuthReqID] = session.ID
	}
	return nil
}

func (s *store) Session(_ context.Context, id string) (*goidc.AuthnSession, error) {
	defer time.Sleep(lookup)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	session, found := s.sessions[id]
	if !found {
		return nil, goidc.ErrNotFound
	}
	session = copyOfSession(session)
	return &session, nil
}

func (s *store) SessionByPushedAuthReqID(ctx context.Context, id string) (*goidc.AuthnSession, error) {
	s.mutex.Lock()
	session := s.pushed[id]
	s.mutex.Unlock()
	return s.Session(ctx, session)
}

func (s *store) SaveGrant(_ context.Context, grant *goidc.Grant) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	// A refresh token that was replaced is no longer found.
	if before, found := s.grants[grant.ID]; found && before.RefreshToken != grant.RefreshToken {
		delete(s.refresh, before.RefreshToken)
	}
	s.grants[grant.ID] = copyOfGrant(*grant)
	if grant.AuthCode != "" {
		s.codes[grant.AuthCode] = grant.ID
	}
	if grant.RefreshToken != "" {
		s.refresh[grant.RefreshToken] = grant.ID
	}
	return nil
}

func (s *store) Grant(_ context.Context, id string) (*goidc.Grant, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	grant, found := s.grants[id]
	if !found {
		return nil, goidc.ErrNotFound
	}
	grant = copyOfGrant(grant)
	return &grant, nil
}

func (s *store) GrantByAuthCode(ctx context.Context, code string) (*goidc.Grant, error) {
	return s.grantBy(ctx, s.codes, code)
}

func (s *store) GrantByRefreshToken(ctx context.Context, token string) (*goidc.Grant, error) {
	return s.grantBy(ctx, s.refresh, token)
}

func (s *store) grantBy(ctx context.Context, index map[string]string, value string) (*goidc.Grant, error) {
	s.mutex.Lock()
	id := index[value]
	s.mutex.Unlock()
	grant, err := s.Grant(ctx, id)
	time.Sleep(lookup)
	return grant, err
}

// consume accepts the id of a JWT once.
func (s *store) consume(_ context.Context, id string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, found := s.used[id]; found {
		return errors.New("the jti was used before")
	}
	s.used[id] = struct{}{}
	return nil
}

func copyOfSession(session goidc.AuthnSession) goidc.AuthnSession {
	session.Store = maps.Clone(session.Store)
	return session
}

func copyOfGrant(grant goidc.Grant) goidc.Grant {
	grant.Store = maps.Clone(grant.Store)
	return grant
}
