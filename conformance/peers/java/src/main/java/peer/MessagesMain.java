package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** `fapi2` or `fapi1`, and FOLDER ISSUER USER PASSWORD SUBJECT: runs the flows of the clients with signed and encrypted messages. */
public final class MessagesMain {
    private static final List<ResponseMode> SIGNED =
            List.of(ResponseMode.JWT, ResponseMode.QUERY_JWT, ResponseMode.FRAGMENT_JWT, ResponseMode.FORM_POST_JWT);

    private final Path folder;
    private final OIDCProviderMetadata server;
    private final SSLContext tls;
    private final String[] arguments;

    private MessagesMain(String[] arguments) throws Exception {
        this.arguments = arguments;
        this.folder = Path.of(arguments[1]);
        this.tls = Tls.context(folder, null);
        HTTPRequest.setDefaultSSLSocketFactory(tls.getSocketFactory());
        // The validators fetch the keys of the server with this one; by default they wait half a second.
        HttpsURLConnection.setDefaultSSLSocketFactory(tls.getSocketFactory());
        for (String name : List.of("Connect", "Read")) {
            System.setProperty("com.nimbusds.jose.jwk.source.RemoteJWKSet.defaultHttp" + name + "Timeout", "10000");
        }
        this.server = OIDCProviderMetadata.resolve(new Issuer(arguments[2]));
    }

    public static void main(String[] arguments) {
        try {
            MessagesMain main = new MessagesMain(arguments);
            if (arguments[0].equals("fapi2")) {
                main.fapi2();
            } else {
                main.fapi1();
            }
        } catch (Exception | AssertionError failure) {
            System.out.println("FAIL  " + failure);
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /** FAPI 2.0 Message Signing: every request is pushed, and every response is a JWT. */
    private void fapi2() throws Exception {
        MessageFlow.Way way = new MessageFlow.Way(ResponseType.CODE, ResponseMode.JWT, true);
        List<MessageFlow.Way> ways = SIGNED.stream().map(mode -> new MessageFlow.Way(ResponseType.CODE, mode, true)).toList();
        for (String id : List.of("signed", "sealed-rsa", "sealed-ec")) {
            System.out.println("-- client " + id);
            Messages messages = new Messages(folder, id, server);
            JWSAlgorithm algorithm = messages.registered.getIDTokenJWSAlg();
            MessageFlow flow = flow(new Client.Dpop(folder, id, algorithm, server.getIssuer(), false), messages);
            AccessToken token = null;
            for (MessageFlow.Way each : ways) {
                token = flow.run(each);
            }
            flow.userinfo(token);
            flow.introspection(token);
            flow.denied(way);
            if (id.equals("signed")) {
                flow.notForAnother(way, new Messages(folder, "sealed-ec", server));
            }
            flow.refused(way);
            flow.unsignedRefused(way);
            flow.plainResponseRefused();
        }
    }

    /** FAPI 1.0 Advanced: requests are signed in the URL or pushed, and responses are JWTs or have an ID token beside the code. */
    private void fapi1() throws Exception {
        ResponseType hybrid = ResponseType.CODE_IDTOKEN;
        MessageFlow.Way way = new MessageFlow.Way(hybrid, null, false);
        List<MessageFlow.Way> ways = Stream.of(
                        Stream.of(way, new MessageFlow.Way(hybrid, ResponseMode.FORM_POST, false)),
                        Stream.of(new MessageFlow.Way(hybrid, ResponseMode.JWT, false), new MessageFlow.Way(hybrid, null, true)),
                        SIGNED.stream().map(mode -> new MessageFlow.Way(ResponseType.CODE, mode, false)))
                .flatMap(each -> each)
                .toList();
        for (String id : List.of("fapi1-signed", "fapi1-sealed-rsa", "fapi1-sealed-ec")) {
            System.out.println("-- client " + id);
            Messages messages = new Messages(folder, id, server);
            MessageFlow flow = flow(new Client.Certificate(folder, id, messages.registered.getIDTokenJWSAlg()), messages);
            AccessToken token = null;
            for (MessageFlow.Way each : ways) {
                token = flow.run(each);
            }
            flow.userinfo(token);
            flow.denied(new MessageFlow.Way(ResponseType.CODE, ResponseMode.JWT, false));
            flow.refused(way);
            flow.unsignedRefused(new MessageFlow.Way(hybrid, null, true));
        }
    }

    private MessageFlow flow(Client client, Messages messages) {
        return new MessageFlow(server, client, messages, new Browser(tls, arguments[3], arguments[4]), arguments[5]);
    }
}
