package peer;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The pages of the application, which tell the driver what the client has. */
@RestController
class SpringPages {
    private final OAuth2AuthorizedClientRepository clients;
    private final OAuth2AuthorizedClientManager manager;

    SpringPages(OAuth2AuthorizedClientRepository clients, OAuth2AuthorizedClientManager manager) {
        this.clients = clients;
        this.manager = manager;
    }

    /** The user and the access token of the login. */
    @GetMapping("/user")
    Map<String, Object> user(@AuthenticationPrincipal OidcUser user, Authentication authentication, HttpServletRequest request) {
        OAuth2AuthorizedClient client = clients.loadAuthorizedClient(SpringApp.REGISTRATION, authentication, request);
        return Map.of("sub", user.getSubject(), "email", user.getUserInfo().getEmail(), "token", client.getAccessToken().getTokenValue());
    }

    /** The access token after a refresh. */
    @GetMapping("/refreshed")
    Map<String, Object> refreshed(Authentication authentication) {
        OAuth2AuthorizeRequest request = OAuth2AuthorizeRequest.withClientRegistrationId(SpringApp.REGISTRATION)
                .principal(authentication)
                .build();
        return Map.of("token", manager.authorize(request).getAccessToken().getTokenValue());
    }

    /** The resource. */
    @GetMapping("/api")
    Map<String, Object> api(@AuthenticationPrincipal Jwt token) {
        return Map.of("client_id", token.getClaimAsString("client_id"));
    }
}
