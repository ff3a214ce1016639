package peer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PKITLSClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import javax.net.ssl.SSLSocketFactory;

/** Authenticates at the server, and proves the possession of the key that its tokens are bound to. */
abstract class Client {
    final ClientID id;
    /** The algorithm that its ID tokens are signed with. */
    final JWSAlgorithm idTokenAlgorithm;

    Client(String id, JWSAlgorithm idTokenAlgorithm) {
        this.id = new ClientID(id);
        this.idTokenAlgorithm = idTokenAlgorithm;
    }

    /** Makes a request; it is called again for a repetition. */
    interface Maker {
        HTTPRequest make() throws Exception;
    }

    /** A new authentication. */
    abstract ClientAuthentication authentication() throws Exception;

    /** Sends a request that needs no more proof than the authentication in it. */
    HTTPResponse send(HTTPRequest request) throws Exception {
        return request.send();
    }

    /** Sends a request with the proof of possession for a token, or for the token endpoint if it is null. */
    abstract HTTPResponse sendWithProof(Maker maker, AccessToken token) throws Exception;

    /** Sends a request with a token, and with the proof of another key or with none. */
    abstract HTTPResponse sendWithoutProof(Maker maker, AccessToken token) throws Exception;

    /** The confirmation of its tokens. */
    abstract String thumbprint() throws Exception;

    abstract boolean usesCertificate();

    /** private_key_jwt and DPoP. */
    static final class Dpop extends Client {
        private final Issuer issuer;
        private final JWSAlgorithm algorithm;
        private final JWK key;
        private final JWK proofKey = new ECKeyGenerator(Curve.P_256).generate();
        private final boolean wantsNonces;
        private Nonce nonce;
        /** The number of times that the server asked for a nonce. */
        int challenges;

        Dpop(Path folder, String id, JWSAlgorithm algorithm, Issuer issuer, boolean wantsNonces) throws Exception {
            super(id, algorithm);
            this.issuer = issuer;
            this.algorithm = algorithm;
            this.wantsNonces = wantsNonces;
            this.key = JWK.parse(Files.readString(folder.resolve(id + ".jwk.json")));
        }

        @Override
        ClientAuthentication authentication() throws Exception {
            JWTAuthenticationClaimsSet claims = new JWTAuthenticationClaimsSet(id, new Audience(issuer));
            PrivateKey secret = ((AsymmetricJWK) key).toPrivateKey();
            return new PrivateKeyJWT(claims, algorithm, secret, key.getKeyID(), null);
        }

        @Override
        HTTPResponse sendWithProof(Maker maker, AccessToken token) throws Exception {
            HTTPResponse response = attempt(maker.make(), token, proofKey);
            boolean challenged = String.valueOf(response.getHeaderValue("WWW-Authenticate")).contains("use_dpop_nonce")
                    || String.valueOf(response.getBody()).contains("use_dpop_nonce");
            if (!challenged) {
                return response;
            }
            Report.require(wantsNonces, "the server asks for a nonce");
            challenges++;
            return attempt(maker.make(), token, proofKey);
        }

        @Override
        HTTPResponse sendWithoutProof(Maker maker, AccessToken token) throws Exception {
            return attempt(maker.make(), token, new ECKeyGenerator(Curve.P_256).generate());
        }

        private HTTPResponse attempt(HTTPRequest request, AccessToken token, JWK proofKey) throws Exception {
            DefaultDPoPProofFactory proofs = new DefaultDPoPProofFactory(proofKey, JWSAlgorithm.ES256);
            request.setDPoP(proofs.createDPoPJWT(request.getMethod().name(), request.getURI(), token, nonce));
            HTTPResponse response = request.send();
            nonce = response.getDPoPNonce() != null ? response.getDPoPNonce() : nonce;
            return response;
        }

        @Override
        String thumbprint() throws Exception {
            return proofKey.computeThumbprint().toString();
        }

        @Override
        boolean usesCertificate() {
            return false;
        }
    }

    /** tls_client_auth, and tokens that are bound to the certificate. */
    static final class Certificate extends Client {
        private final SSLSocketFactory sockets;
        private final Path file;

        Certificate(Path folder, String id) throws Exception {
            super(id, JWSAlgorithm.ES256);
            this.sockets = Tls.context(folder, id).getSocketFactory();
            this.file = folder.resolve(id + ".pem");
        }

        @Override
        ClientAuthentication authentication() {
            return new PKITLSClientAuthentication(id, sockets);
        }

        @Override
        HTTPResponse sendWithProof(Maker maker, AccessToken token) throws Exception {
            HTTPRequest request = maker.make();
            request.setSSLSocketFactory(sockets);
            return request.send();
        }

        @Override
        HTTPResponse sendWithoutProof(Maker maker, AccessToken token) throws Exception {
            return maker.make().send();
        }

        @Override
        String thumbprint() throws Exception {
            return X509CertUtils.computeSHA256Thumbprint(Tls.certificate(file)).toString();
        }

        @Override
        boolean usesCertificate() {
            return true;
        }
    }
}
