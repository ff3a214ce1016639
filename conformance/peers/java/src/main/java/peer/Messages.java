package peer;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWEDecryptionKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.jarm.JARMValidator;
import com.nimbusds.oauth2.sdk.util.JSONArrayUtils;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformation;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import net.minidev.json.JSONObject;

/** Makes the signed and encrypted messages of one client, and reads those for it, by what it registered and the server publishes. */
final class Messages {
    final OIDCClientMetadata registered;
    private final OIDCClientInformation client;
    private final OIDCProviderMetadata server;
    private final JWKSet serverKeys;
    private final JWK signing;
    private final JWKSet own;

    /** Reads the registration in `clients.json`, and the keys of the client. */
    Messages(Path folder, String id, OIDCProviderMetadata server) throws Exception {
        JSONObject registration = JSONArrayUtils.parse(Files.readString(folder.resolve("clients.json"))).stream()
                .map(JSONObject.class::cast)
                .filter(each -> id.equals(each.get("client_id")))
                .findFirst()
                .orElseThrow();
        this.client = OIDCClientInformation.parse(registration);
        this.registered = client.getOIDCMetadata();
        this.server = server;
        this.serverKeys = JWKSet.parse(new HTTPRequest(HTTPRequest.Method.GET, server.getJWKSetURI()).send().getBody());
        this.signing = JWK.parse(Files.readString(folder.resolve(id + ".jwk.json")));
        this.own = JWKSet.load(folder.resolve(id + ".private.jwks.json").toFile());
    }

    /** The request object of a request, encrypted if the client registered that. */
    JWT requestObject(AuthorizationRequest request) throws Exception {
        return encrypted(signed(request, signing, server.getIssuer().getValue()));
    }

    /** A request object that another key signed under the identifier of the client's key. */
    JWT forged(AuthorizationRequest request) throws Exception {
        return encrypted(signed(request, Keys.like(signing), server.getIssuer().getValue()));
    }

    /** A request object for another server. */
    JWT misdirected(AuthorizationRequest request) throws Exception {
        return encrypted(signed(request, signing, "https://elsewhere.example"));
    }

    /** A request object that is encrypted with another key under the identifier of the server's key. */
    JWT sealedForAnother(AuthorizationRequest request) throws Exception {
        return encrypted(new Payload(signed(request, signing, server.getIssuer().getValue())), Keys.like(recipient()));
    }

    /** A request object that is encrypted and not signed. */
    JWT unsigned(AuthorizationRequest request) throws Exception {
        return encrypted(new Payload(request.toJWTClaimsSet().toJSONObject()), recipient());
    }

    boolean encryptsRequests() {
        return registered.getRequestObjectJWEAlg() != null;
    }

    private SignedJWT signed(AuthorizationRequest request, JWK key, String audience) throws Exception {
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder(request.toJWTClaimsSet())
                .issuer(client.getID().getValue())
                .audience(audience)
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        JWSAlgorithm algorithm = registered.getRequestObjectJWSAlg();
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .type(new JOSEObjectType("oauth-authz-req+jwt"))
                .keyID(key.getKeyID())
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(new DefaultJWSSignerFactory().createJWSSigner(key, algorithm));
        return jwt;
    }

    private JWT encrypted(SignedJWT jwt) throws Exception {
        return encryptsRequests() ? encrypted(new Payload(jwt), recipient()) : jwt;
    }

    private EncryptedJWT encrypted(Payload payload, JWK key) throws Exception {
        JWEHeader header = new JWEHeader.Builder(registered.getRequestObjectJWEAlg(), registered.getRequestObjectJWEEnc())
                .contentType(payload.toSignedJWT() == null ? null : "JWT")
                .keyID(key.getKeyID())
                .build();
        JWEObject jwe = new JWEObject(header, payload);
        jwe.encrypt(key.getKeyType() == KeyType.RSA ? new RSAEncrypter(key.toRSAKey()) : new ECDHEncrypter(key.toECKey()));
        return EncryptedJWT.parse(jwe.serialize());
    }

    /** The published key that request objects are encrypted with. */
    private JWK recipient() {
        JWKMatcher fits = new JWKMatcher.Builder()
                .keyUse(KeyUse.ENCRYPTION)
                .algorithm(registered.getRequestObjectJWEAlg())
                .build();
        return new JWKSelector(fits).select(serverKeys).get(0);
    }

    JARMValidator authorizationResponses() throws Exception {
        return JARMValidator.create(server, client, new ImmutableJWKSet<SecurityContext>(own));
    }

    IDTokenValidator idTokens() throws Exception {
        return IDTokenValidator.create(server, client, new ImmutableJWKSet<SecurityContext>(own));
    }

    /** The claims of a userinfo response. The SDK has no validator for them. */
    JWTClaimsSet userinfo(JWT jwt) throws Exception {
        Report.equal(form(registered.getUserInfoJWEAlg(), registered.getUserInfoJWEEnc()), form(jwt), "userinfo");
        return claims(jwt, null, registered.getUserInfoJWSAlg(), registered.getUserInfoJWEAlg(), registered.getUserInfoJWEEnc());
    }

    /** The claims of an introspection response (RFC 9701). The SDK knows neither it nor the metadata for it. */
    JWTClaimsSet introspection(JWT jwt) throws Exception {
        JWSAlgorithm algorithm = JWSAlgorithm.parse((String) registered.getCustomField("introspection_signed_response_alg"));
        String alg = (String) registered.getCustomField("introspection_encrypted_response_alg");
        String enc = (String) registered.getCustomField("introspection_encrypted_response_enc");
        JWEAlgorithm management = alg == null ? null : JWEAlgorithm.parse(alg);
        EncryptionMethod method = enc == null ? null : EncryptionMethod.parse(enc);
        Report.equal(form(management, method), form(jwt), "introspection");
        return claims(jwt, new JOSEObjectType("token-introspection+jwt"), algorithm, management, method);
    }

    private JWTClaimsSet claims(JWT jwt, JOSEObjectType type, JWSAlgorithm algorithm, JWEAlgorithm management, EncryptionMethod method)
            throws Exception {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        if (type != null) {
            processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(type));
        }
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithm, new ImmutableJWKSet<>(serverKeys)));
        if (management != null) {
            processor.setJWEKeySelector(new JWEDecryptionKeySelector<>(management, method, new ImmutableJWKSet<>(own)));
        }
        JWTClaimsSet expected = new JWTClaimsSet.Builder().issuer(server.getIssuer().getValue()).build();
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(client.getID().getValue(), expected, Set.of()));
        return processor.process(jwt, null);
    }

    /** What a message looks like from outside. */
    static String form(JWT jwt) {
        return jwt instanceof EncryptedJWT encrypted
                ? form(encrypted.getHeader().getAlgorithm(), encrypted.getHeader().getEncryptionMethod())
                : form(null, null);
    }

    static String form(JWEAlgorithm algorithm, EncryptionMethod method) {
        return algorithm == null ? "signed" : "signed, encrypted (" + algorithm + ", " + method + ")";
    }
}
