package peer;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.jarm.JARMValidator;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a user comes back to a client: with a URL, or with a form that is posted there, which is otherwise null. */
record Callback(URI uri, Map<String, String> form) {
    /** The response, which is a JWT if there is a validator for it. */
    AuthenticationResponse read(JARMValidator validator) throws Exception {
        if (form == null) {
            return validator == null
                    ? AuthenticationResponseParser.parse(uri)
                    : AuthenticationResponseParser.parse(uri, validator);
        }
        return validator == null
                ? AuthenticationResponseParser.parse(uri, parameters())
                : AuthenticationResponseParser.parse(uri, parameters(), validator);
    }

    /** The JWT that is the response. */
    JWT response() throws Exception {
        Map<String, List<String>> parameters = parameters();
        Report.equal(1, parameters.size(), "number of parameters in the response");
        return JWTParser.parse(parameters.get("response").get(0));
    }

    /** The way in which the parameters came. */
    ResponseMode way() {
        return form != null ? ResponseMode.FORM_POST : uri.getRawFragment() != null ? ResponseMode.FRAGMENT : ResponseMode.QUERY;
    }

    private Map<String, List<String>> parameters() {
        if (form == null) {
            return URLUtils.parseParameters(way() == ResponseMode.FRAGMENT ? uri.getRawFragment() : uri.getRawQuery());
        }
        Map<String, List<String>> parameters = new HashMap<>();
        form.forEach((name, value) -> parameters.put(name, List.of(value)));
        return parameters;
    }
}
