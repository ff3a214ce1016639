"""An OpenID provider that the suite judges: idpyoidc's server on loopback, over TLS, with pushed requests, PKCE, private_key_jwt
and DPoP. idpyoidc has no HTTP of its own, so this file is the host: it passes requests on, maps idpyoidc's errors to statuses, and
shows the login and consent pages. The files that it reads are made by ../clients.sh.

Test use only: private keys are in files, one user, everything is in memory.
"""

import argparse
import hmac
import html
import json
import logging
import ssl
import threading
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptojwt.jwt import JWT, utc_time_sans_frac
from idpyoidc.message.oauth2 import ResponseMessage
from idpyoidc.message.oidc import AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.exception import (
    BearerTokenAuthenticationError,
    ClientAuthenticationError,
    InvalidClient,
    InvalidToken,
    UnAuthorizedClient,
    UnknownClient,
)
from idpyoidc.server.user_authn.user import UserAuthnMethod
from idpyoidc.server.user_info import UserInfo

USER = "alice"
PASSWORD = "wonderland"
CLAIMS = {USER: {"name": "Alice Liddell", "email": "alice@wonderland.example", "email_verified": True}}
BROWSER = "__Host-browser"
ACR = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
ALGORITHMS = ["ES256", "PS256"]


class Pages(UserAuthnMethod):
    """Logs the user in. idpyoidc calls it when an authorization request needs a login, and shows what it returns."""

    def __call__(self, **arguments):
        return page("login", self.pack(arguments))

    def pack(self, arguments):
        """Signs what the next page has to bring back."""
        context = self.upstream_get("context")
        keys = self.upstream_get("attribute", "keyjar")
        return JWT(keys, iss=context.issuer, sign_alg="ES256", lifetime=600).pack(payload={"pages": arguments})

    def unpack(self, token):
        return JWT(self.upstream_get("attribute", "keyjar"), allowed_sign_algs=["ES256"]).unpack(token)["pages"]

    def verify(self, form):
        """Checks the user's name and password."""
        name = hmac.compare_digest(form.get("user", "").encode(), USER.encode())
        return hmac.compare_digest(form.get("password", "").encode(), PASSWORD.encode()) and name


FORMS = {
    "login": '<label>User <input name="user"></label> <label>Password <input name="password" type="password"></label>'
    '<button name="answer" value="login">Log in</button> <button name="answer" value="cancel">Cancel</button>',
    "consent": '<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button>',
}


def page(name, token, problem=""):
    problem = f'<p role="alert">{html.escape(problem)}</p>' if problem else ""
    return (
        f'<!doctype html><html lang="en"><title>{name}</title><h1>{name}</h1>{problem}<form method="post" action="/{name}">'
        f'<input type="hidden" name="token" value="{html.escape(token)}">{FORMS[name]}</form></html>'
    )


def at(name, path, kind, **arguments):
    """The configuration of an endpoint."""
    return {name: {"path": path, "class": f"idpyoidc.server.{kind}", "kwargs": arguments}}


def lifetime(seconds):
    """The configuration of a kind of token."""
    return {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": seconds, "sign_alg": "ES256"}}


def provider(issuer, keys):
    """Builds idpyoidc's server."""
    clients_authenticate = ["private_key_jwt"]
    key_set = {"key_defs": [{"type": "OCT", "use": ["enc"], "kid": "password"}, {"type": "OCT", "use": ["enc"], "kid": "salt"}]}
    configuration = {
        "issuer": issuer,
        "base_url": issuer,
        "httpc_params": {"verify": True, "timeout": 4},
        "key_conf": {"private_path": str(keys / "signing.jwks.json"), "key_defs": [], "read_only": True, "uri_path": "jwks"},
        "preference": {
            "subject_types_supported": ["public"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "scopes_supported": ["openid", "offline_access", "profile", "email"],
            "id_token_signing_alg_values_supported": ALGORITHMS,
            "token_endpoint_auth_methods_supported": clients_authenticate,
            "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "claims_parameter_supported": True,
        },
        "endpoint": {
            **at(
                "provider_info",
                ".well-known/openid-configuration",
                "oidc.provider_config.ProviderConfiguration",
                client_authn_method=None,
            ),
            **at("authorization", "authorization", "oidc.authorization.Authorization", client_authn_method=["pushed_authz"]),
            **at(
                "pushed_authorization",
                "par",
                "oauth2.pushed_authorization.PushedAuthorization",
                client_authn_method=clients_authenticate,
                ttl=60,
            ),
            **at("token", "token", "oidc.token.Token", client_authn_method=clients_authenticate),
            **at("userinfo", "userinfo", "oidc.userinfo.UserInfo", client_authn_method=["dpop"]),
            **at(
                "introspection",
                "introspection",
                "oauth2.introspection.Introspection",
                client_authn_method=clients_authenticate,
                enforce_audience_restriction=False,
            ),
            **at(
                "token_revocation",
                "revocation",
                "oauth2.token_revocation.TokenRevocation",
                client_authn_method=clients_authenticate,
            ),
        },
        "authentication": {"user": {"acr": ACR, "class": Pages, "kwargs": {}}},
        "userinfo": {"class": UserInfo, "kwargs": {"db": CLAIMS}},
        "authz": {
            "class": "idpyoidc.server.authz.AuthzHandling",
            "kwargs": {
                "grant_config": {
                    "usage_rules": {
                        "authorization_code": {
                            "supports_minting": ["access_token", "refresh_token", "id_token"],
                            "max_usage": 1,
                            "expires_in": 60,
                        },
                        "access_token": {"expires_in": 300},
                        "refresh_token": {"supports_minting": ["access_token", "refresh_token", "id_token"], "expires_in": 86400},
                    },
                    "expires_in": 86400,
                }
            },
        },
        "add_on": {
            "pkce": {
                "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
                "kwargs": {"essential": True, "code_challenge_methods": {"S256": {}}},
            },
            # Not at userinfo: idpyoidc compares `ath` with a digest in hexadecimal (RFC 9449 4.2 has base64url), so no client passes.
            "dpop": {
                "function": "idpyoidc.server.oauth2.add_on.dpop.add_support",
                "kwargs": {"dpop_signing_alg_values_supported": ALGORITHMS, "dpop_endpoints": ["token"]},
            },
        },
        "token_handler_args": {
            "key_conf": {"key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}]},
            "code": {
                "lifetime": 60,
                "kwargs": {"crypt_conf": {"kwargs": {"password": token_urlsafe(), "salt": token_urlsafe(), "iterations": 1}}},
            },
            "token": lifetime(300),
            "refresh": lifetime(86400),
            "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {}},
        },
        "session_params": {"encrypter": {"kwargs": {"keys": key_set}}},
        "cookie_handler": {
            "class": "idpyoidc.server.cookie_handler.CookieHandler",
            "kwargs": {
                "sign_key": token_urlsafe(),
                "name": {"session": "__Host-session", "register": "__Host-register", "session_management": "__Host-state"},
            },
        },
    }
    server = Server(OPConfiguration(configuration), cwd=".")
    for registration in json.loads((keys / "clients.json").read_text()):
        if registration["token_endpoint_auth_method"] != "private_key_jwt" or "dpop_bound_access_tokens" not in registration:
            continue
        client = registration["client_id"]
        server.context.cdb[client] = {
            "client_id": client,
            "redirect_uris": [split(uri) for uri in registration["redirect_uris"]],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "allowed_scopes": ["openid", "offline_access", "profile", "email"],
            "token_endpoint_auth_method": "private_key_jwt",
            "client_authn_method": ["private_key_jwt", "pushed_authz", "dpop_client_auth"],
            "id_token_signed_response_alg": registration["jwks"]["keys"][0]["alg"],
        }
        server.keyjar.import_jwks(registration["jwks"], client)
    # What the configuration cannot say.
    server.context.provider_info.update(
        authorization_response_iss_parameter_supported=True,
        require_pushed_authorization_requests=True,
        dpop_signing_alg_values_supported=ALGORITHMS,
    )
    # The audience of an assertion: by default the endpoint, with "" the issuer, as FAPI 2.0 has it.
    for endpoint in server.endpoint.values():
        endpoint.allowed_targets = [""]
    return server


def split(uri):
    """A redirect URI as idpyoidc keeps it: what comes before the query, and the query."""
    base, _, query = uri.partition("?")
    values = {}
    for name, value in parse_qsl(query):
        values.setdefault(name, []).append(value)
    return (base, values)


NOT_AUTHENTICATED = (ClientAuthenticationError, InvalidClient, UnAuthorizedClient, UnknownClient, InvalidToken)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 15

    def do_GET(self):
        self.answer("")

    def do_POST(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self.close_connection = True
            return self.send(411, "text/plain", "The length of the body is missing.")
        if int(length) > 65536:
            self.close_connection = True
            return self.send(413, "text/plain", "The body is too long.")
        body = self.rfile.read(int(length))
        if body and self.headers.get_content_type() != "application/x-www-form-urlencoded":
            return self.error(400, "invalid_request", "The body must be a form.")
        try:
            self.answer(body.decode())
        except UnicodeDecodeError:
            self.error(400, "invalid_request", "The body must be UTF-8.")

    def not_allowed(self):
        self.close_connection = True
        self.send(405, "text/plain", "This method is not allowed.", [("Allow", "GET, POST")])

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = not_allowed

    def answer(self, body):
        where = urlsplit(self.path)
        name = where.path.strip("/")
        if name == "jwks":
            return self.send(200, "application/json", json.dumps(self.server.keys))
        # idpyoidc is not made for threads.
        with self.server.lock:
            if name in FORMS:
                return self.answer_page(name, dict(parse_qsl(body, keep_blank_values=True)))
            for endpoint in self.server.provider.endpoint.values():
                if endpoint.endpoint_path == name:
                    return self.pass_on(endpoint, where.query, body)
        self.send(404, "text/plain", "There is nothing here.")

    def pass_on(self, endpoint, query, body):
        """Gives a request to an endpoint of idpyoidc, and answers as it says."""
        only = {"authorization": None, "provider_config": "GET", "userinfo": None}.get(endpoint.name, "POST")
        if only and self.command != only:
            return self.send(405, "text/plain", "This method is not allowed.", [("Allow", only)])
        # As it came, so that idpyoidc sees what was sent twice.
        sent = query if self.command == "GET" else body
        parameters = dict(parse_qsl(sent, keep_blank_values=True))
        pushed = self.server.provider.context.par_db.get(parameters.get("request_uri"))
        if endpoint.name == "authorization" and pushed:
            # idpyoidc looks the pushed request up only after it has found these parameters beside its request_uri.
            for name in ("response_type", "redirect_uri", "scope", "prompt"):
                if name in pushed and name not in parameters:
                    sent += "&" + urlencode({name: pushed.to_dict()[name]})
        http = {
            # What was sent twice is joined, as Python's other servers do it.
            "headers": {name.lower(): ", ".join(self.headers.get_all(name)) for name in self.headers},
            "method": self.command,
            "url": self.server.provider.issuer + self.path,
            "cookie": [{"name": name, "value": value} for name, value in self.cookies().items()],
        }
        try:
            request = endpoint.parse_request(parameters if endpoint.name == "userinfo" else sent, http_info=http)
            if isinstance(request, ResponseMessage) and "error" in request:
                return self.refuse(endpoint, request["error"], request.get("error_description", ""))
            arguments = endpoint.process_request(request, http_info=http)
        except NOT_AUTHENTICATED as error:
            return self.refuse(endpoint, "invalid_client", error)
        except BearerTokenAuthenticationError as error:
            return self.refuse(endpoint, "invalid_token", error)
        except Exception as error:
            logging.exception("%s", endpoint.name)
            return self.refuse(endpoint, "invalid_request", error)
        if isinstance(arguments, ResponseMessage) and "error" in arguments:
            return self.refuse(endpoint, arguments["error"], arguments.get("error_description", ""))
        if "http_response" in arguments:
            if endpoint.name == "pushed_authorization":
                return self.send(201, "application/json", json.dumps(arguments["http_response"]))
            return self.show(arguments["http_response"])
        self.respond(endpoint, request, arguments)

    def respond(self, endpoint, request, arguments):
        info = endpoint.do_response(request=request, **arguments)
        headers = [(name, value) for name, value in info["http_headers"] if name.lower() != "content-type"]
        headers += [("Set-Cookie", self.cookie(each["name"], each["value"])) for each in info.get("cookie", [])]
        placement = info.get("response_placement") or endpoint.response_placement
        if placement == "url":
            return self.send(303, "", "", [("Location", info["response"]), *headers])
        kind = next((value for name, value in info["http_headers"] if name.lower() == "content-type"), "application/json")
        self.send(200, kind, info["response"], headers)

    def answer_page(self, name, form):
        """Continues after a login or consent page: the login page is followed by the consent page, that one by the client."""
        pages = self.server.pages
        endpoint = self.server.provider.get_endpoint("authorization")
        try:
            arguments = pages.unpack(form["token"])
        except Exception:
            return self.refuse(endpoint, "invalid_request", "")
        browser = self.cookies().get(BROWSER, "")
        if name == "consent" and not hmac.compare_digest(arguments["browser"], browser):
            return self.refuse(endpoint, "invalid_request", "")
        if form["token"] in self.server.answered:
            return self.refuse(endpoint, "invalid_request", "")
        request = AuthorizationRequest().from_urlencoded(arguments["query"])
        if form.get("answer") not in ("login", "allow"):
            error = endpoint.authentication_error_response(request, "access_denied", "The user refused.")
            error["iss"] = self.server.provider.issuer
            return self.send(303, "", "", [("Location", error.request(arguments["return_uri"]))])
        if name == "login":
            if not pages.verify(form):
                return self.show(page("login", form["token"], "This is not the user's password."))
            self.server.answered.add(form["token"])
            return self.show(page("consent", pages.pack({**arguments, "browser": browser})))
        self.server.answered.add(form["token"])
        session = endpoint.create_session(request, USER, arguments["authn_class_ref"], utc_time_sans_frac(), pages)
        result = endpoint.authz_part2(request=request, session_id=session)
        if isinstance(result, ResponseMessage) and "error" in result:
            return self.refuse(endpoint, result["error"], "")
        self.respond(endpoint, request, result)

    def refuse(self, endpoint, error, description):
        logging.info("%s refuses: %s %s", endpoint.name, error, description)
        if endpoint.name == "authorization":
            return self.send(
                400, "text/html; charset=utf-8", "<!doctype html><html lang=en><title>Error</title><h1>Error</h1></html>"
            )
        if endpoint.name == "userinfo":
            why = ', error="invalid_token"' if "Authorization" in self.headers else ""
            return self.error(401, "invalid_token", description, [("WWW-Authenticate", f'DPoP algs="ES256 PS256"{why}')])
        unauthorized = error == "invalid_client"
        challenge = [("WWW-Authenticate", "Basic")] if unauthorized and "Authorization" in self.headers else []
        self.error(401 if unauthorized else 400, error, description, challenge)

    def error(self, status, error, description, headers=()):
        text = "".join(each for each in str(description) if each.isascii() and each.isprintable() and each not in '"\\')
        self.send(status, "application/json", json.dumps({"error": error, "error_description": text}), headers)

    def show(self, text):
        headers = [
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Strict-Transport-Security", "max-age=31536000"),
        ]
        if BROWSER not in self.cookies():
            headers.append(("Set-Cookie", self.cookie(BROWSER, token_urlsafe())))
        self.send(200, "text/html; charset=utf-8", text, headers)

    def send(self, status, kind, text, headers=()):
        body = text.encode()
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("cache-control", "pragma"):
                self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def cookies(self):
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("Cookie", "")).items()}
        except CookieError:
            return {}

    @staticmethod
    def cookie(name, value):
        return f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax"

    def log_message(self, *_):
        pass


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--keys", type=Path, default=Path("keys"))
    options.add_argument("--port", type=int, default=9475)
    options.add_argument("--verbose", action="store_true")
    options = options.parse_args()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.CRITICAL)

    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler, bind_and_activate=False)
    server.daemon_threads = True
    server.request_queue_size = 128
    server.lock = threading.Lock()
    # The pages that were answered: each is answered once.
    server.answered = set()
    server.provider = provider(f"https://127.0.0.1:{options.port}", options.keys)
    server.keys = server.provider.keyjar.export_jwks(issuer_id="")
    server.pages = server.provider.context.authn_broker.db["user"]["method"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384")
    context.load_cert_chain(options.keys / "server.pem", options.keys / "server.key")
    # The handshake happens in the thread of the connection.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.server_bind()
    server.server_activate()
    print("ready", server.provider.issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
