package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * `keys FOLDER` makes the keys of the clients; `port FOLDER` prints a free port; `run FOLDER ISSUER USER PASSWORD SUBJECT NONCES` runs
 * the flow of each client.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "keys" -> keys(folder);
            case "port" -> port();
            default -> runAll(folder, arguments);
        }
    }

    private static void runAll(Path folder, String[] arguments) {
        try {
            run(folder, new Issuer(arguments[2]), arguments[3], arguments[4], arguments[5], Boolean.parseBoolean(arguments[6]));
        } catch (Exception | AssertionError failure) {
            System.out.println("FAIL  " + failure);
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /** Prints a free port. */
    private static void port() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            System.out.println(socket.getLocalPort());
        }
    }

    /** Writes the private key of each client, and its key set for the configuration of the server. */
    private static void keys(Path folder) throws Exception {
        JWK es256 = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).keyUse(KeyUse.SIGNATURE).generate();
        JWK ps256 = new RSAKeyGenerator(2048).keyIDFromThumbprint(true).keyUse(KeyUse.SIGNATURE).generate();
        write(folder, "es256", es256);
        write(folder, "ps256", ps256);
        write(folder, "spring", new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).keyUse(KeyUse.SIGNATURE).generate());
    }

    private static void write(Path folder, String id, JWK key) throws Exception {
        Files.writeString(folder.resolve(id + ".jwk.json"), key.toJSONString());
        Files.writeString(folder.resolve(id + ".jwks.json"), new JWKSet(List.of(key)).toPublicJWKSet().toString());
    }

    private static void run(Path folder, Issuer issuer, String user, String password, String subject, boolean nonces) throws Exception {
        SSLContext tls = Tls.context(folder, null);
        HTTPRequest.setDefaultSSLSocketFactory(tls.getSocketFactory());
        OIDCProviderMetadata server = OIDCProviderMetadata.resolve(issuer);
        Report.ok("discovery", server.getIssuer() + ", with mTLS aliases at " + server.getMtlsEndpointAliases().getTokenEndpointURI());

        Client.Dpop es256 = new Client.Dpop(folder, "es256", JWSAlgorithm.ES256, issuer, nonces);
        Client.Dpop ps256 = new Client.Dpop(folder, "ps256", JWSAlgorithm.PS256, issuer, nonces);
        for (Client client : List.of(es256, ps256, new Client.Certificate(folder, "mtls"))) {
            System.out.println("-- client " + client.id);
            new Flow(server, client, new Browser(tls, user, password), subject).run();
        }
        for (Client.Dpop client : List.of(es256, ps256)) {
            Report.equal(nonces, client.challenges > 0, "a nonce was asked for");
        }
    }
}
