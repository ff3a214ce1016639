package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the Spring application, logs in there as a user, and calls its resource with tokens of each kind. */
public final class SpringMain {
    private SpringMain() {}

    /** The arguments are FOLDER ISSUER USER PASSWORD SUBJECT PORT, the port being that of the application. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        SSLContext tls = Tls.context(folder, null);
        SSLContext.setDefault(tls);
        HTTPRequest.setDefaultSSLSocketFactory(tls.getSocketFactory());
        int status = 0;
        SpringApplication application = new SpringApplication(SpringApp.class);
        application.setDefaultProperties(properties(folder, arguments[1], arguments[5]));
        try (ConfigurableApplicationContext context = application.run()) {
            URI base = URI.create("https://localhost:" + arguments[5]);
            client(base, new Browser(tls, arguments[2], arguments[3]), arguments[4]);
            resourceServer(base.resolve("/api"), folder, new Issuer(arguments[1]));
        } catch (Exception | AssertionError failure) {
            System.out.println("FAIL  " + failure);
            failure.printStackTrace();
            status = 1;
        }
        System.exit(status);
    }

    private static Map<String, Object> properties(Path folder, String issuer, String port) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("peer.issuer", issuer);
        properties.put("peer.key", folder.resolve("spring.jwk.json").toString());
        properties.put("server.port", port);
        properties.put("server.address", "127.0.0.1");
        properties.put("server.ssl.certificate", folder.resolve("server.pem").toUri().toString());
        properties.put("server.ssl.certificate-private-key", folder.resolve("server.key").toUri().toString());
        properties.put("server.ssl.trust-certificate", folder.resolve("ca.pem").toUri().toString());
        properties.put("server.ssl.client-auth", "want");
        properties.put("spring.main.banner-mode", "off");
        properties.put("logging.level.root", "warn");
        String registration = "spring.security.oauth2.client.registration." + SpringApp.REGISTRATION;
        properties.put(registration + ".client-id", "spring");
        properties.put(registration + ".client-authentication-method", "private_key_jwt");
        properties.put(registration + ".authorization-grant-type", "authorization_code");
        properties.put(registration + ".redirect-uri", "{baseUrl}/login/oauth2/code/{registrationId}");
        properties.put(registration + ".scope", "openid,offline_access,profile,email,api:read");
        properties.put("spring.security.oauth2.client.provider." + SpringApp.REGISTRATION + ".issuer-uri", issuer);
        return properties;
    }

    private static void client(URI base, Browser browser, String subject) throws Exception {
        URI callback = browser.authorize(base.resolve("/user"), base.resolve("/login/oauth2/code/" + SpringApp.REGISTRATION));
        Map<String, Object> login = JSONObjectUtils.parse(browser.page(callback));
        Report.equal(subject, login.get("sub"), "sub");
        Report.ok("login", "ID token and userinfo: sub " + login.get("sub") + ", email " + login.get("email"));

        Map<String, Object> refreshed = JSONObjectUtils.parse(browser.page(base.resolve("/refreshed")));
        Report.require(!refreshed.get("token").equals(login.get("token")), "refresh: the access token is the old one");
        Report.ok("refresh", "new access token");

        HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, base.resolve("/api"));
        answers("resource without a token", 401, request.send());
        request.setAuthorization(new BearerAccessToken((String) refreshed.get("token")).toAuthorizationHeader());
        answers("resource, Bearer", 200, request.send());
    }

    private static void resourceServer(URI api, Path folder, Issuer issuer) throws Exception {
        OIDCProviderMetadata server = OIDCProviderMetadata.resolve(issuer);
        Client dpop = new Client.Dpop(folder, "es256", JWSAlgorithm.ES256, issuer, false);
        bound("DPoP", api, dpop, server.getTokenEndpointURI());
        bound("mTLS", api, new Client.Certificate(folder, "mtls"), server.getMtlsEndpointAliases().getTokenEndpointURI());
    }

    /** A token that is bound to a key is good with the proof of it and not with another or none. */
    private static void bound(String kind, URI api, Client client, URI endpoint) throws Exception {
        TokenResponse response = TokenResponse.parse(client.sendWithProof(
                () -> new TokenRequest.Builder(endpoint, client.authentication(), new ClientCredentialsGrant())
                        .scope(Scope.parse("api:read")).build().toHTTPRequest(),
                null));
        if (!response.indicatesSuccess()) {
            throw new AssertionError(kind + ": " + response.toErrorResponse().getErrorObject().toJSONObject());
        }
        AccessToken token = response.toSuccessResponse().getTokens().getAccessToken();
        Client.Maker maker = () -> {
            HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, api);
            request.setAuthorization(token.toAuthorizationHeader());
            return request;
        };
        answers("resource, " + kind, 200, client.sendWithProof(maker, token));
        answers("resource, " + kind + ", without its key", 401, client.sendWithoutProof(maker, token));
    }

    private static void answers(String step, int status, HTTPResponse response) {
        Report.equal(status, response.getStatusCode(), step + " (" + response.getHeaderValue("WWW-Authenticate") + ")");
        Report.ok(step, String.valueOf(status));
    }
}
