package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.jarm.JARMUtils;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.op.ReadOnlyOIDCProviderEndpointMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.AuthorizationCodeValidator;
import com.nimbusds.openid.connect.sdk.validators.InvalidHashException;
import com.nimbusds.openid.connect.sdk.validators.StateValidator;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import net.minidev.json.JSONObject;

/** Flows of a client whose requests are request objects and whose responses are JWTs or have detached signatures. */
final class MessageFlow {
    private static final URI REDIRECT_URI = URI.create("https://client.example/cb");
    private static final Scope SCOPE = Scope.parse("openid profile email");

    /** What a flow asks for: a mode of null leaves it to the server. The request is pushed or is in the URL. */
    record Way(ResponseType type, ResponseMode mode, boolean pushed) {
        boolean isJarm() {
            return mode != null && JARMUtils.RESPONSE_MODES.contains(mode);
        }

        /** How the response comes. */
        ResponseMode delivery() {
            if (ResponseMode.FORM_POST_JWT.equals(mode) || ResponseMode.FORM_POST.equals(mode)) {
                return ResponseMode.FORM_POST;
            }
            if (ResponseMode.QUERY_JWT.equals(mode) || ResponseMode.QUERY.equals(mode)) {
                return ResponseMode.QUERY;
            }
            boolean byDefault = mode == null || ResponseMode.JWT.equals(mode);
            return byDefault && ResponseType.CODE.equals(type) ? ResponseMode.QUERY : ResponseMode.FRAGMENT;
        }

        @Override
        public String toString() {
            return type + (mode == null ? "" : ", " + mode) + (pushed ? ", pushed" : ", by value");
        }
    }

    private final OIDCProviderMetadata server;
    private final ReadOnlyOIDCProviderEndpointMetadata endpoints;
    private final Client client;
    private final Messages messages;
    private final Browser browser;
    private final String subject;

    MessageFlow(OIDCProviderMetadata server, Client client, Messages messages, Browser browser, String subject) {
        this.server = server;
        this.endpoints = client.usesCertificate() ? server.getMtlsEndpointAliases() : server;
        this.client = client;
        this.messages = messages;
        this.browser = browser;
        this.subject = subject;
    }

    /** A request before it is signed, and what is needed to finish its flow. */
    record Asked(AuthenticationRequest request, CodeVerifier verifier) {
        static Asked anew(Way way, Client client) {
            CodeVerifier verifier = new CodeVerifier();
            AuthenticationRequest request = new AuthenticationRequest.Builder(way.type(), SCOPE, client.id, REDIRECT_URI)
                    .state(new State())
                    .nonce(new Nonce())
                    .codeChallenge(verifier, CodeChallengeMethod.S256)
                    .responseMode(way.mode())
                    .build();
            return new Asked(request, verifier);
        }
    }

    /** The whole flow: a request object, the response, the tokens. */
    AccessToken run(Way way) throws Exception {
        Asked asked = Asked.anew(way, client);
        URI start = started(way, messages.requestObject(asked.request()), asked.request());
        Callback callback = browser.callback(start, REDIRECT_URI, "approve");
        AuthenticationResponse response = read(way, asked, callback);
        Report.require(response.indicatesSuccess(), "authorization: an error came back");
        AuthenticationSuccessResponse success = response.toSuccessResponse();
        Report.equal(way.type(), success.impliedResponseType(), "response type");
        IDTokenClaimsSet detached = success.getIDToken() == null ? null : detached(asked, success);

        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(success.getAuthorizationCode(), REDIRECT_URI, asked.verifier());
        TokenResponse tokens = OIDCTokenResponseParser.parse(client.sendWithProof(
                () -> new TokenRequest.Builder(endpoints.getTokenEndpointURI(), client.authentication(), grant).build().toHTTPRequest(),
                null));
        if (!tokens.indicatesSuccess()) {
            throw new AssertionError("token: " + tokens.toErrorResponse().getErrorObject().toJSONObject());
        }
        OIDCTokenResponse issued = (OIDCTokenResponse) tokens.toSuccessResponse();
        AccessToken access = issued.getOIDCTokens().getAccessToken();
        IDTokenClaimsSet claims = idToken(issued.getOIDCTokens().getIDToken(), asked);
        if (claims.getAccessTokenHash() != null) {
            AccessTokenValidator.validate(access, client.idTokenAlgorithm, claims.getAccessTokenHash());
        }
        if (detached != null) {
            Report.equal(detached.getSubject(), claims.getSubject(), "ID token: sub of the one from the token endpoint");
        }
        String form = way.isJarm() ? "response " + Messages.form(callback.response()) : "ID token with c_hash and s_hash in front";
        Report.ok(way.toString(), form + "; ID token " + Messages.form(issued.getOIDCTokens().getIDToken()));
        return access;
    }

    /** The user refuses: the error is in a response that is signed and encrypted like any other. */
    void denied(Way way) throws Exception {
        Asked asked = Asked.anew(way, client);
        URI start = started(way, messages.requestObject(asked.request()), asked.request());
        AuthenticationResponse response = read(way, asked, browser.callback(start, REDIRECT_URI, "deny"));
        Report.require(!response.indicatesSuccess(), "authorization: the user refused, and a code came back");
        Report.equal("access_denied", response.toErrorResponse().getErrorObject().getCode(), "the error");
        Report.ok("the user refuses, " + way.mode(), "access_denied, in a verified response");
    }

    /** Another client does not take the response. */
    void notForAnother(Way way, Messages another) throws Exception {
        Asked asked = Asked.anew(way, client);
        URI start = started(way, messages.requestObject(asked.request()), asked.request());
        Callback callback = browser.callback(start, REDIRECT_URI, "approve");
        read(way, asked, callback);
        try {
            callback.read(another.authorizationResponses());
        } catch (ParseException expected) {
            Report.ok("the response at another client", expected.getMessage());
            return;
        }
        throw new AssertionError("another client takes the response");
    }

    /** The URL for the user: the request object is pushed, or in it. */
    private URI started(Way way, JWT requestObject, AuthenticationRequest plain) throws Exception {
        return way.pushed() ? pushed(pushed(requestObject)) : byValue(requestObject, plain);
    }

    private URI byValue(JWT requestObject, AuthenticationRequest plain) {
        // OpenID Connect wants these two outside too; FAPI 1.0 takes them from the request object.
        return new AuthenticationRequest.Builder(requestObject, client.id)
                .responseType(plain.getResponseType())
                .scope(new Scope("openid"))
                .endpointURI(server.getAuthorizationEndpointURI())
                .build()
                .toURI();
    }

    private PushedAuthorizationResponse pushed(JWT requestObject) throws Exception {
        return push(new AuthorizationRequest.Builder(requestObject, client.id).build());
    }

    private PushedAuthorizationResponse push(AuthorizationRequest request) throws Exception {
        URI endpoint = endpoints.getPushedAuthorizationRequestEndpointURI();
        HTTPRequest push = new PushedAuthorizationRequest(endpoint, client.authentication(), request).toHTTPRequest();
        return PushedAuthorizationResponse.parse(client.send(push));
    }

    private URI pushed(PushedAuthorizationResponse response) {
        if (!response.indicatesSuccess()) {
            throw new AssertionError("pushed request: " + response.toErrorResponse().getErrorObject().toJSONObject());
        }
        return new AuthorizationRequest.Builder(response.toSuccessResponse().getRequestURI(), client.id)
                .endpointURI(server.getAuthorizationEndpointURI())
                .build()
                .toURI();
    }

    /** Verifies a response, and that it came in the right way and the right form. */
    private AuthenticationResponse read(Way way, Asked asked, Callback callback) throws Exception {
        Report.equal(way.delivery(), callback.way(), "the way of the response");
        AuthenticationResponse response = callback.read(way.isJarm() ? messages.authorizationResponses() : null);
        Report.equal(asked.request().getState(), response.getState(), "state");
        if (way.isJarm()) {
            String expected = Messages.form(messages.registered.getAuthorizationJWEAlg(), messages.registered.getAuthorizationJWEEnc());
            Report.equal(expected, Messages.form(callback.response()), "the response");
        } else {
            Report.equal(server.getIssuer(), response.getIssuer(), "iss");
        }
        return response;
    }

    private IDTokenClaimsSet idToken(JWT idToken, Asked asked) throws Exception {
        String expected = Messages.form(messages.registered.getIDTokenJWEAlg(), messages.registered.getIDTokenJWEEnc());
        Report.equal(expected, Messages.form(idToken), "the ID token");
        IDTokenClaimsSet claims = messages.idTokens().validate(idToken, asked.request().getNonce());
        Report.equal(subject, claims.getSubject().getValue(), "ID token: sub");
        return claims;
    }

    /** The ID token that signs a code and a state beside it; other ones do not fit. */
    private IDTokenClaimsSet detached(Asked asked, AuthenticationSuccessResponse response) throws Exception {
        IDTokenClaimsSet claims = idToken(response.getIDToken(), asked);
        JWSAlgorithm algorithm = client.idTokenAlgorithm;
        Report.require(claims.hasRequiredClaims(asked.request().getResponseType(), true), "ID token: a claim is missing");
        AuthorizationCodeValidator.validate(response.getAuthorizationCode(), algorithm, claims.getCodeHash());
        StateValidator.validate(response.getState(), algorithm, claims.getStateHash());
        mismatch("c_hash", () -> AuthorizationCodeValidator.validate(new AuthorizationCode(), algorithm, claims.getCodeHash()));
        mismatch("s_hash", () -> StateValidator.validate(new State(), algorithm, claims.getStateHash()));
        return claims;
    }

    private interface Validation {
        void validate() throws InvalidHashException;
    }

    private static void mismatch(String name, Validation validation) {
        try {
            validation.validate();
        } catch (InvalidHashException expected) {
            return;
        }
        throw new AssertionError(name + " fits another value too");
    }

    /** Userinfo as a JWT. */
    void userinfo(AccessToken token) throws Exception {
        URI endpoint = endpoints.getUserInfoEndpointURI();
        HTTPResponse response = client.sendWithProof(() -> new UserInfoRequest(endpoint, token).toHTTPRequest(), token);
        UserInfoResponse userinfo = UserInfoResponse.parse(response);
        if (!userinfo.indicatesSuccess()) {
            throw new AssertionError("userinfo: " + userinfo.toErrorResponse().getErrorObject());
        }
        JWT jwt = userinfo.toSuccessResponse().getUserInfoJWT();
        Report.require(jwt != null, "userinfo: not a JWT");
        JWTClaimsSet claims = messages.userinfo(jwt);
        Report.equal(subject, claims.getSubject(), "userinfo: sub");
        Report.ok("userinfo", Messages.form(jwt) + ", email " + claims.getStringClaim("email"));
    }

    /** Introspection as a JWT (RFC 9701), whose content the SDK reads. */
    void introspection(AccessToken token) throws Exception {
        URI endpoint = endpoints.getIntrospectionEndpointURI();
        HTTPRequest request = new TokenIntrospectionRequest(endpoint, client.authentication(), token).toHTTPRequest();
        request.setAccept("application/token-introspection+jwt");
        HTTPResponse response = client.send(request);
        Report.equal("application/token-introspection+jwt", response.getEntityContentType().getType(), "introspection: media type");
        JWT jwt = JWTParser.parse(response.getBody());
        JWTClaimsSet claims = messages.introspection(jwt);
        Report.require(claims.getSubject() == null && claims.getExpirationTime() == null, "introspection: sub or exp on the top level");
        Map<String, Object> content = claims.getJSONObjectClaim("token_introspection");
        TokenIntrospectionSuccessResponse answer = TokenIntrospectionSuccessResponse.parse(new JSONObject(content));
        Report.require(answer.isActive(), "introspection: the token is not active");
        Report.equal(subject, answer.getSubject().getValue(), "introspection: sub");
        Report.ok("introspection", Messages.form(jwt) + ", active, scope " + answer.getScope());
    }

    private interface Forgery {
        JWT of(AuthorizationRequest request) throws Exception;
    }

    /** Requests that the server has to refuse; each differs from those of the flow in one thing. */
    void refused(Way way) throws Exception {
        refused(way, "request object with a foreign signature", messages::forged);
        if (messages.encryptsRequests()) {
            refused(way, "request object encrypted for another key", messages::sealedForAnother);
            refused(way, "request object encrypted and not signed", messages::unsigned);
        }
        String name = "request object for another server";
        Asked asked = Asked.anew(way, client);
        JWT requestObject = messages.misdirected(asked.request());
        if (way.pushed()) {
            refused(name, "invalid_request_object", pushed(requestObject));
            return;
        }
        // The client did sign this one, so it receives the error.
        Callback callback = browser.callback(byValue(requestObject, asked.request()), REDIRECT_URI, "approve");
        AuthenticationResponse response = read(way, asked, callback);
        Report.require(!response.indicatesSuccess(), name + ": the server takes it");
        Report.equal("invalid_request_object", response.toErrorResponse().getErrorObject().getCode(), name);
        Report.ok(name, "invalid_request_object at the client");
    }

    /** Nobody but the client may say where its users are sent, so an object that it did not sign ends at a page. */
    private void refused(Way way, String name, Forgery forgery) throws Exception {
        AuthenticationRequest plain = Asked.anew(way, client).request();
        JWT requestObject = forgery.of(plain);
        if (way.pushed()) {
            refused(name, "invalid_request_object", pushed(requestObject));
            return;
        }
        HttpResponse<String> answer = browser.answer(byValue(requestObject, plain));
        Report.equal(400, answer.statusCode(), name);
        Report.require(answer.body().contains("invalid_request_object"), name + ": the page does not say invalid_request_object");
        Report.ok(name, "a page with invalid_request_object");
    }

    void refused(String name, String error, PushedAuthorizationResponse response) {
        Report.require(!response.indicatesSuccess(), name + ": the server takes it");
        Report.equal(error, response.toErrorResponse().getErrorObject().getCode(), name);
        Report.ok(name, response.toErrorResponse().getErrorObject().getHTTPStatusCode() + " " + error);
    }

    /** A pushed request that is not signed. */
    void unsignedRefused(Way way) throws Exception {
        refused("request that is not signed", "invalid_request", push(Asked.anew(way, client).request()));
    }

    /** A signed request for a response that is not. */
    void plainResponseRefused() throws Exception {
        Way plain = new Way(ResponseType.CODE, ResponseMode.QUERY, true);
        JWT requestObject = messages.requestObject(Asked.anew(plain, client).request());
        refused("request for a plain response", "invalid_request", pushed(requestObject));
    }
}
