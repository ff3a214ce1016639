package peer;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.ReadOnlyOIDCProviderEndpointMetadata;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;

/** The whole flow of one client, with the requests that the server has to refuse beside those that it has to accept. */
final class Flow {
    private static final URI REDIRECT_URI = URI.create("https://client.example/cb");
    private static final Scope SCOPE = Scope.parse("openid offline_access profile email");

    private final OIDCProviderMetadata server;
    private final ReadOnlyOIDCProviderEndpointMetadata endpoints;
    private final Client client;
    private final Browser browser;
    private final String subject;

    Flow(OIDCProviderMetadata server, Client client, Browser browser, String subject) {
        this.server = server;
        this.endpoints = client.usesCertificate() ? server.getMtlsEndpointAliases() : server;
        this.client = client;
        this.browser = browser;
        this.subject = subject;
    }

    /** A code, and what is needed to redeem it. */
    private record Authorized(AuthorizationCode code, CodeVerifier verifier, Nonce nonce) {
        AuthorizationGrant grant() {
            return new AuthorizationCodeGrant(code, REDIRECT_URI, verifier);
        }
    }

    void run() throws Exception {
        Authorized authorized = authorized();
        Report.ok("pushed request and code", "state and iss are those of the request");

        OIDCTokenResponse tokens = (OIDCTokenResponse) tokens(authorized.grant(), null).toSuccessResponse();
        AccessToken access = tokens.getOIDCTokens().getAccessToken();
        RefreshToken refresh = tokens.getOIDCTokens().getRefreshToken();
        Report.ok("token", access.getType() + ", expires in " + access.getLifetime() + " s");
        verify(tokens, authorized.nonce());
        userinfo(access);

        TokenIntrospectionSuccessResponse live = introspected(access);
        Report.require(live.isActive(), "introspection: the token is not active");
        Report.equal(subject, live.getSubject().getValue(), "introspection: sub");
        Object confirmation = client.usesCertificate()
                ? live.getX509CertificateConfirmation().getValue().toString()
                : live.getJWKThumbprintConfirmation().getValue().toString();
        Report.equal(client.thumbprint(), confirmation, "introspection: cnf");
        Report.ok("introspection", "active, scope " + live.getScope());

        HTTPResponse stolen = client.sendWithoutProof(() -> userinfoRequest(access), access);
        Report.equal(401, stolen.getStatusCode(), "userinfo without the key of the token");
        Report.ok("userinfo, wrong key", "401 " + error(stolen));

        TokenResponse refreshed = tokens(new RefreshTokenGrant(refresh), null);
        AccessToken fresh = refreshed.toSuccessResponse().getTokens().getAccessToken();
        Report.require(!fresh.getValue().equals(access.getValue()), "refresh: the access token is the old one");
        userinfo(fresh);
        Report.ok("refresh", "new access token");

        revoke(fresh);
        Report.require(!introspected(fresh).isActive(), "introspection: the revoked token is active");
        HTTPResponse revoked = client.sendWithProof(() -> userinfoRequest(fresh), fresh);
        Report.equal(401, revoked.getStatusCode(), "userinfo with a revoked token");
        Report.ok("access token revoked", "inactive; userinfo 401 " + error(revoked));

        // In a grant of its own, since the end of an access token may be the end of its grant (RFC 7009 section 2.1).
        RefreshToken ended = tokens(authorized().grant(), null).toSuccessResponse().getTokens().getRefreshToken();
        tokens(new RefreshTokenGrant(ended), null);
        revoke(ended);
        refused("refresh token revoked", new RefreshTokenGrant(ended));

        TokenResponse credentials = tokens(new ClientCredentialsGrant(), Scope.parse("api:read"));
        AccessToken machine = credentials.toSuccessResponse().getTokens().getAccessToken();
        HTTPResponse resource = client.sendWithProof(() -> resourceRequest(machine), machine);
        Report.equal(200, resource.getStatusCode(), "the resource");
        Report.ok("client credentials", "scope " + machine.getScope() + ", the resource answers 200");

        Authorized second = authorized();
        refused("another verifier", new AuthorizationCodeGrant(second.code(), REDIRECT_URI, new CodeVerifier()));
        Authorized third = authorized();
        tokens(third.grant(), null).toSuccessResponse();
        refused("code again", third.grant());
    }

    private Authorized authorized() throws Exception {
        CodeVerifier verifier = new CodeVerifier();
        State state = new State();
        Nonce nonce = new Nonce();
        AuthorizationRequest request = new AuthenticationRequest.Builder(ResponseType.CODE, SCOPE, client.id, REDIRECT_URI)
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .prompt(Prompt.Type.CONSENT)
                .build();
        URI endpoint = endpoints.getPushedAuthorizationRequestEndpointURI();
        HTTPRequest push = new PushedAuthorizationRequest(endpoint, client.authentication(), request).toHTTPRequest();
        PushedAuthorizationResponse pushed = PushedAuthorizationResponse.parse(client.send(push));
        if (!pushed.indicatesSuccess()) {
            throw new AssertionError("pushed request: " + pushed.toErrorResponse().getErrorObject());
        }
        URI start = new AuthorizationRequest.Builder(pushed.toSuccessResponse().getRequestURI(), client.id)
                .endpointURI(server.getAuthorizationEndpointURI())
                .build()
                .toURI();
        AuthorizationResponse response = AuthorizationResponse.parse(browser.authorize(start, REDIRECT_URI));
        Report.require(response.indicatesSuccess(), "authorization: an error came back");
        Report.equal(state, response.getState(), "state");
        Report.equal(server.getIssuer(), response.getIssuer(), "iss");
        return new Authorized(response.toSuccessResponse().getAuthorizationCode(), verifier, nonce);
    }

    /** Sends a token request; the response may be an error. */
    private TokenResponse request(AuthorizationGrant grant, Scope scope) throws Exception {
        URI endpoint = endpoints.getTokenEndpointURI();
        return OIDCTokenResponseParser.parse(client.sendWithProof(
                () -> new TokenRequest.Builder(endpoint, client.authentication(), grant).scope(scope).build().toHTTPRequest(), null));
    }

    private TokenResponse tokens(AuthorizationGrant grant, Scope scope) throws Exception {
        TokenResponse response = request(grant, scope);
        if (!response.indicatesSuccess()) {
            throw new AssertionError(grant.getType() + ": " + response.toErrorResponse().getErrorObject().toJSONObject());
        }
        return response;
    }

    private void refused(String step, AuthorizationGrant grant) throws Exception {
        TokenResponse response = request(grant, null);
        Report.require(!response.indicatesSuccess(), step + ": the server gave tokens");
        Report.equal("invalid_grant", response.toErrorResponse().getErrorObject().getCode(), step);
        Report.ok(step, response.toErrorResponse().getErrorObject().getHTTPStatusCode() + " invalid_grant");
    }

    private void verify(OIDCTokenResponse tokens, Nonce nonce) throws Exception {
        JWKSet keys = JWKSet.parse(new HTTPRequest(HTTPRequest.Method.GET, server.getJWKSetURI()).send().getBody());
        IDTokenValidator validator = new IDTokenValidator(server.getIssuer(), client.id, client.idTokenAlgorithm, keys);
        IDTokenClaimsSet claims = validator.validate(tokens.getOIDCTokens().getIDToken(), nonce);
        Report.equal(subject, claims.getSubject().getValue(), "ID token: sub");
        if (claims.getAccessTokenHash() != null) {
            AccessTokenValidator.validate(tokens.getOIDCTokens().getAccessToken(), client.idTokenAlgorithm, claims.getAccessTokenHash());
        }
        Report.ok("ID token", client.idTokenAlgorithm + ", sub " + claims.getSubject());
    }

    private HTTPRequest userinfoRequest(AccessToken token) {
        return new UserInfoRequest(endpoints.getUserInfoEndpointURI(), token).toHTTPRequest();
    }

    private HTTPRequest resourceRequest(AccessToken token) {
        // The resource has no place in the metadata; it is beside userinfo.
        HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, endpoints.getUserInfoEndpointURI().resolve("resource"));
        request.setAuthorization(token.toAuthorizationHeader());
        return request;
    }

    private void userinfo(AccessToken token) throws Exception {
        UserInfoResponse response = UserInfoResponse.parse(client.sendWithProof(() -> userinfoRequest(token), token));
        if (!response.indicatesSuccess()) {
            throw new AssertionError("userinfo: " + response.toErrorResponse().getErrorObject());
        }
        UserInfo info = response.toSuccessResponse().getUserInfo();
        Report.equal(subject, info.getSubject().getValue(), "userinfo: sub");
        Report.ok("userinfo", "sub " + info.getSubject() + ", email " + info.getEmailAddress());
    }

    private TokenIntrospectionSuccessResponse introspected(Token token) throws Exception {
        URI endpoint = endpoints.getIntrospectionEndpointURI();
        HTTPRequest request = new TokenIntrospectionRequest(endpoint, client.authentication(), token).toHTTPRequest();
        TokenIntrospectionResponse response = TokenIntrospectionResponse.parse(client.send(request));
        if (!response.indicatesSuccess()) {
            throw new AssertionError("introspection: " + response.toErrorResponse().getErrorObject());
        }
        return response.toSuccessResponse();
    }

    private void revoke(Token token) throws Exception {
        URI endpoint = endpoints.getRevocationEndpointURI();
        HTTPRequest request = new TokenRevocationRequest(endpoint, client.authentication(), token).toHTTPRequest();
        Report.equal(200, client.send(request).getStatusCode(), "revocation");
    }

    private static String error(HTTPResponse response) {
        String challenge = String.valueOf(response.getHeaderValue("WWW-Authenticate"));
        Report.require(challenge.contains("error=\"invalid_token\""), "expected invalid_token, got " + challenge);
        return "invalid_token";
    }
}
