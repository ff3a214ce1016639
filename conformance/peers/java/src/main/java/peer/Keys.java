package peer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The keys of the clients, in files of a folder: `ID.jwk.json` is the private key that one signs with, `ID.private.jwks.json` has its
 * private keys, and `ID.jwks.json` their public ones for its registration.
 */
final class Keys {
    private Keys() {}

    static void write(Path folder) throws Exception {
        for (String id : List.of("es256", "spring")) {
            write(folder, id, ec(KeyUse.SIGNATURE));
        }
        write(folder, "ps256", rsa(KeyUse.SIGNATURE));
        for (String id : List.of("signed", "fapi1-signed")) {
            write(folder, id, ec(KeyUse.SIGNATURE));
        }
        for (String id : List.of("sealed-rsa", "fapi1-sealed-rsa")) {
            write(folder, id, rsa(KeyUse.SIGNATURE), rsa(KeyUse.ENCRYPTION));
        }
        for (String id : List.of("sealed-ec", "fapi1-sealed-ec")) {
            write(folder, id, ec(KeyUse.SIGNATURE), ec(KeyUse.ENCRYPTION));
        }
    }

    private static void write(Path folder, String id, JWK... keys) throws Exception {
        JWKSet all = new JWKSet(List.of(keys));
        Files.writeString(folder.resolve(id + ".jwk.json"), keys[0].toJSONString());
        Files.writeString(folder.resolve(id + ".private.jwks.json"), all.toString(false));
        Files.writeString(folder.resolve(id + ".jwks.json"), all.toString(true));
    }

    private static JWK ec(KeyUse use) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).keyUse(use).generate();
    }

    private static JWK rsa(KeyUse use) throws JOSEException {
        return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).keyUse(use).generate();
    }

    /** Another key of the same kind, under the same identifier. */
    static JWK like(JWK key) throws JOSEException {
        return key.getKeyType() == KeyType.RSA
                ? new RSAKeyGenerator(2048).keyID(key.getKeyID()).generate()
                : new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate();
    }
}
