package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.ServerSocket;
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
            case "keys" -> Keys.write(folder);
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

    private static void run(Path folder, Issuer issuer, String user, String password, String subject, boolean nonces) throws Exception {
        SSLContext tls = Tls.context(folder, null);
        HTTPRequest.setDefaultSSLSocketFactory(tls.getSocketFactory());
        OIDCProviderMetadata server = OIDCProviderMetadata.resolve(issuer);
        Report.ok("discovery", server.getIssuer() + ", with mTLS aliases at " + server.getMtlsEndpointAliases().getTokenEndpointURI());

        Client.Dpop es256 = new Client.Dpop(folder, "es256", JWSAlgorithm.ES256, issuer, nonces);
        Client.Dpop ps256 = new Client.Dpop(folder, "ps256", JWSAlgorithm.PS256, issuer, nonces);
        for (Client client : List.of(es256, ps256, new Client.Certificate(folder, "mtls", JWSAlgorithm.ES256))) {
            System.out.println("-- client " + client.id);
            new Flow(server, client, new Browser(tls, user, password), subject).run();
        }
        for (Client.Dpop client : List.of(es256, ps256)) {
            Report.equal(nonces, client.challenges > 0, "a nonce was asked for");
        }
    }
}
