module fapi-peer-go-oidc

go 1.25.0

require github.com/luikyv/go-oidc v0.23.0

require (
	github.com/go-jose/go-jose/v4 v4.1.4 // indirect
	github.com/google/uuid v1.6.0 // indirect
)
