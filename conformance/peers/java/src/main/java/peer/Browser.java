package peer;

import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Does what a user does at the pages of the server: logs in and allows access. */
final class Browser {
    private static final Pattern FORM = Pattern.compile("<form\\b[^>]*\\baction=\"([^\"]*)\"");
    private static final Pattern HIDDEN = Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");

    private final HttpClient client;
    private final String user;
    private final String password;

    Browser(SSLContext tls, String user, String password) {
        this.client = HttpClient.newBuilder().sslContext(tls).cookieHandler(new CookieManager()).build();
        this.user = user;
        this.password = password;
    }

    /** The URL to which the user is sent back. */
    URI authorize(URI start, URI redirectUri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(start).build();
        for (int step = 0; step < 20; step++) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            URI here = request.uri();
            String location = response.headers().firstValue("location").orElse(null);
            if (location != null) {
                URI next = here.resolve(location);
                if (next.toString().startsWith(redirectUri.toString())) {
                    return next;
                }
                request = HttpRequest.newBuilder(next).build();
                continue;
            }
            Matcher form = FORM.matcher(response.body());
            if (response.statusCode() != 200 || !form.find()) {
                throw new IllegalStateException(here.getPath() + " has no form: HTTP " + response.statusCode());
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("decision", "approve");
            HIDDEN.matcher(response.body()).results().forEach(hidden -> fields.put(hidden.group(1), hidden.group(2)));
            if (response.body().contains("name=\"password\"")) {
                fields.put("username", user);
                fields.put("password", password);
            }
            request = HttpRequest.newBuilder(here.resolve(form.group(1).replace("&amp;", "&")))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(encoded(fields)))
                    .build();
        }
        throw new IllegalStateException("no callback after 20 steps");
    }

    /** The page that a URL ends at. */
    String page(URI start) throws Exception {
        URI here = start;
        for (int step = 0; step < 20; step++) {
            HttpResponse<String> response = client.send(HttpRequest.newBuilder(here).build(), HttpResponse.BodyHandlers.ofString());
            String location = response.headers().firstValue("location").orElse(null);
            if (location == null) {
                Report.equal(200, response.statusCode(), here.getPath());
                return response.body();
            }
            here = here.resolve(location);
        }
        throw new IllegalStateException("no page after 20 steps");
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
