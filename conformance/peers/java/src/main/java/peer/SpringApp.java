package peer;

import com.nimbusds.jose.jwk.JWK;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.endpoint.NimbusJwtClientAuthenticationParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/** A Spring application: at /api a resource server, at every other path a client whose users log in at the server. */
@SpringBootApplication
public class SpringApp {
    static final String REGISTRATION = "fapi";

    @Value("${peer.key}")
    private Path key;

    @Bean
    @Order(1)
    SecurityFilterChain resourceServer(HttpSecurity http) throws Exception {
        return http.securityMatcher("/api")
                .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_api:read"))
                .oauth2ResourceServer(server -> server.jwt(jwt -> {}).dPoP(dpop -> {}))
                .build();
    }

    /** Access tokens are typed at+jwt (RFC 9068), which Spring's default validators do not expect. */
    @Bean
    JwtDecoder accessTokens(@Value("${peer.issuer}") String issuer, ClientRegistrationRepository registrations) {
        String keys = registrations.findByRegistrationId(REGISTRATION).getProviderDetails().getJwkSetUri();
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(keys).validateType(false).build();
        // The builder demands one client; here the tokens of all of them are good.
        OAuth2TokenValidator<Jwt> accessToken = JwtValidators.createAtJwtValidator().issuer(issuer).audience(issuer)
                .validators(validators -> validators.put("client_id", new JwtClaimValidator<>("client_id", Objects::nonNull)))
                .build();
        // Only the default validators compare the certificate, and they want a validator of the type beside them.
        decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(new JwtTypeValidator("at+jwt"), accessToken));
        return decoder;
    }

    @Bean
    @Order(2)
    SecurityFilterChain client(HttpSecurity http, ClientRegistrationRepository registrations) throws Exception {
        DefaultOAuth2AuthorizationRequestResolver resolver = new DefaultOAuth2AuthorizationRequestResolver(registrations);
        // OpenID Connect Core 1.0 section 11: offline_access needs consent.
        resolver.setAuthorizationRequestCustomizer(
                request -> request.additionalParameters(parameters -> parameters.put("prompt", "consent")));
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .oauth2Login(login -> login.authorizationEndpoint(endpoint -> endpoint.authorizationRequestResolver(resolver)))
                .build();
    }

    @Bean
    OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> codes() throws Exception {
        JWK secret = JWK.parse(Files.readString(key));
        RestClientAuthorizationCodeTokenResponseClient client = new RestClientAuthorizationCodeTokenResponseClient();
        client.addParametersConverter(new NimbusJwtClientAuthenticationParametersConverter<>(registration -> secret));
        return client;
    }

    @Bean
    OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest> refreshes() throws Exception {
        JWK secret = JWK.parse(Files.readString(key));
        RestClientRefreshTokenTokenResponseClient client = new RestClientRefreshTokenTokenResponseClient();
        client.addParametersConverter(new NimbusJwtClientAuthenticationParametersConverter<>(registration -> secret));
        return client;
    }

    /** Takes every access token for expired, so that each use refreshes it. */
    @Bean
    DefaultOAuth2AuthorizedClientManager eager(
            ClientRegistrationRepository registrations,
            OAuth2AuthorizedClientRepository clients,
            OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest> refreshes) {
        DefaultOAuth2AuthorizedClientManager manager = new DefaultOAuth2AuthorizedClientManager(registrations, clients);
        manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
                .refreshToken(refresh -> refresh.clockSkew(Duration.ofDays(1)).accessTokenResponseClient(refreshes))
                .build());
        return manager;
    }
}
