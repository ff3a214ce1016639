#!/usr/bin/env python3
"""Runs the successful flow of a run with the configuration of the official suite, but without the suite: pushes a request,
lets the browser's tasks do what they say, redeems the code, calls the resource; with both clients. Then the refusals: the user
says no, a request that was not pushed, a used request_uri, a first look. Shows that servers, clients, keys and tasks fit.

Usage: rehearse.py [--work DIR] [RUN …]. Needs `cryptography` and both servers running.
"""
import argparse
import base64
import fnmatch
import hashlib
import html.parser
import http.client
import json
import os
import pathlib
import re
import secrets
import ssl
import sys
import tempfile
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

HERE = pathlib.Path(__file__).resolve().parent


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(text):
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")


def signed(header, claims, jwk):
    message = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    if jwk["kty"] == "EC":
        key = ec.derive_private_key(number(jwk["d"]), ec.SECP256R1())
        r, s = utils.decode_dss_signature(key.sign(message.encode(), ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        public = rsa.RSAPublicNumbers(number(jwk["e"]), number(jwk["n"]))
        key = rsa.RSAPrivateNumbers(*(number(jwk[name]) for name in ("p", "q", "d", "dp", "dq", "qi")), public).private_key()
        signature = key.sign(message.encode(), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return f"{message}.{b64(signature)}"


class Answer:
    def __init__(self, url, answer):
        self.url, self.status, self.headers, self.text = url, answer.status, answer.headers, answer.read().decode(errors="replace")

    def json(self):
        return json.loads(self.text)


class Peer:
    """An HTTP client; with a certificate if it was given one."""

    def __init__(self, authority, certificate=None, key=None):
        self.context = ssl.create_default_context(cafile=authority)
        if certificate:
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(key + certificate)
                file.flush()
                self.context.load_cert_chain(file.name)

    def call(self, method, url, form=None, headers=None):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=self.context, timeout=30)
        body = urllib.parse.urlencode(form) if form is not None else None
        sent = {"Accept": "*/*", **(headers or {}), **({"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {})}
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, sent)
        return Answer(url, connection.getresponse())


class Forms(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.action, self.fields, self.boxes, self.buttons, self.text = None, {}, {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        it = dict(attributes)
        if tag == "form":
            self.action = it.get("action")
        if tag == "input":
            (self.boxes if it.get("type") == "checkbox" else self.fields)[it["name"]] = it.get("value") or ""
        if tag == "button":
            self.buttons.append((it.get("name"), it.get("value")))

    def handle_data(self, data):
        self.text.append(data)


class Browser:
    """Follows redirects, keeps cookies, and executes the browser tasks of a run until the client's address."""

    def __init__(self, peer, suite):
        self.peer, self.suite, self.cookies, self.page, self.shown = peer, suite, {}, None, []

    def go(self, url, method="GET", form=None):
        while True:
            if url.startswith(self.suite):
                self.page = argparse.Namespace(url=url, status=200, text="<span id=submission_complete></span>")
                return
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            self.page = self.peer.call(method, url, form, {"Cookie": cookie} if cookie else {})
            for line in self.page.headers.get_all("Set-Cookie") or []:
                name, value = line.split(";")[0].split("=", 1)
                self.cookies[name] = value
            if self.page.status not in (301, 302, 303, 307):
                return
            url, method, form = urllib.parse.urljoin(url, self.page.headers["Location"]), "GET", None

    def run(self, scripts, url):
        for script in scripts:
            if fnmatch.fnmatchcase(url, script["match"]) and script.get("match-limit", 1) > 0:
                if "match-limit" in script:
                    script["match-limit"] -= 1
                self.go(url)
                return [self.task(task) for task in script["tasks"]]
        raise AssertionError(f"no script for {url}")

    def task(self, task):
        if not fnmatch.fnmatchcase(self.page.url, task.get("match", "*")):
            assert task.get("optional"), f"{task['task']}: the browser is at {self.page.url}"
            return f"({task['task']})"
        typed = {}
        for command, kind, target, *more in task.get("commands", []):
            forms = Forms(self.page.text)
            if command == "text":
                assert target in forms.fields or "optional" in more, f"no field {target}"
                if target in forms.fields:
                    typed[target] = more[0]
            elif command == "click" and kind == "name":
                assert target in forms.boxes or "optional" in more, f"no box {target}"
                typed |= {target: forms.boxes[target]} if target in forms.boxes else {}
            elif command == "click":
                value = re.fullmatch(r"button\[value=(\w+)\]", target)[1]
                button = next(it for it in forms.buttons if it[1] == value)
                self.go(urllib.parse.urljoin(self.page.url, forms.action), "POST", {**forms.fields, **typed, button[0]: button[1]})
            elif command == "wait" and len(more) > 1:
                text = " ".join(forms.text)
                assert re.search(more[1], text), f"not on the page: {more[1]}: {text[:300]}"
                self.shown.append(text[:120])
            elif command == "wait":
                assert target in self.page.text
        return task["task"]


class Client:
    def __init__(self, config, number, spec, metadata, work):
        self.it = config["client" if number == 1 else "client2"]
        tls = config["mtls" if number == 1 else "mtls2"]
        authority = str(work / "pki/ca.pem")
        variant = spec["variant"]
        self.method, self.binding, self.metadata = variant["client_auth_type"], variant["sender_constrain"], metadata
        self.needs_certificate = "mtls" in (self.method, self.binding)
        self.peer = Peer(authority, tls["cert"], tls["key"]) if self.needs_certificate else Peer(authority)
        self.dpop = self.it["jwks"]["keys"][0]

    def endpoint(self, name):
        aliases = self.metadata.get("mtls_endpoint_aliases", {}) if self.needs_certificate else {}
        return aliases.get(name) or self.metadata[name]

    def authentication(self):
        if self.method == "mtls":
            return {"client_id": self.it["client_id"]}
        key, now = self.it["jwks"]["keys"][0], int(time.time())
        claims = {"iss": self.it["client_id"], "sub": self.it["client_id"], "aud": self.metadata["issuer"], "iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16)}
        assertion = signed({"alg": key["alg"], "kid": key["kid"]}, claims, key)
        return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion": assertion}

    def proof(self, method, url, token=None):
        if self.binding != "dpop":
            return {}
        public = {name: value for name, value in self.dpop.items() if name in ("kty", "crv", "x", "y", "n", "e")}
        claims = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url.split("?")[0], "iat": int(time.time())}
        if token:
            claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
        return {"DPoP": signed({"typ": "dpop+jwt", "alg": self.dpop["alg"], "jwk": public}, claims, self.dpop)}

    def post(self, name, form):
        url = self.endpoint(name)
        return self.peer.call("POST", url, {**form, **self.authentication()}, self.proof("POST", url) if name == "token_endpoint" else {})

    def push(self, redirect_uri):
        self.verifier, self.redirect_uri = secrets.token_urlsafe(48), redirect_uri
        challenge = b64(hashlib.sha256(self.verifier.encode()).digest())
        form = {
            "client_id": self.it["client_id"], "response_type": "code", "redirect_uri": redirect_uri, "scope": self.it["scope"],
            "state": "s" * 128, "nonce": "n1", "code_challenge": challenge, "code_challenge_method": "S256",
        }
        answer = self.post("pushed_authorization_request_endpoint", form)
        assert answer.status == 201, f"{answer.status} {answer.text}"
        query = {"client_id": self.it["client_id"], "request_uri": answer.json()["request_uri"]}
        return f"{self.metadata['authorization_endpoint']}?{urllib.parse.urlencode(query)}"

    def redeem(self, url):
        back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        assert back.get("iss") == self.metadata["issuer"] and back.get("state") == "s" * 128 and "code" in back, back
        assert ("dummy1" in self.redirect_uri) == ("dummy1" in back), back
        answer = self.post("token_endpoint", {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": self.redirect_uri, "code_verifier": self.verifier})
        assert answer.status == 200, f"{answer.status} {answer.text}"
        return answer.json()

    def resource(self, url, tokens):
        token, scheme = tokens["access_token"], "DPoP" if self.binding == "dpop" else "Bearer"
        headers = {"Authorization": f"{scheme} {token}", "x-fapi-interaction-id": "c770aef3-6784-41f7-8e0e-ff5f97bddb3a", **self.proof("GET", url, token)}
        answer = self.peer.call("GET", url, headers=headers)
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/json" and answer.headers["Date"], answer.text
        assert answer.headers["x-fapi-interaction-id"] == headers["x-fapi-interaction-id"]


def rehearse(run, spec, work):
    config = json.loads((work / spec["config"]).read_text())
    suite = "https://localhost:" + dict(line.split("=", 1) for line in (work / "ports.env").read_text().split())["SUITE_PORT"]
    plain = Peer(str(work / "pki/ca.pem"))
    metadata = plain.call("GET", config["server"]["discoveryUrl"]).json()
    first, second = (Client(config, number, spec, metadata, work) for number in (1, 2))
    callback = f"{suite}/test/a/{config['alias']}/callback"
    if spec["variant"]["fapi_profile"] == "fapi_client_credentials_grant":
        for client in (first, second):
            answer = client.post("token_endpoint", {"grant_type": "client_credentials", "scope": client.it["scope"]})
            assert answer.status == 200, answer.text
            client.resource(config["resource"]["resourceUrl"], answer.json())
        return "tokens and resource for both clients"
    browser, said = Browser(plain, suite), []
    for client, address in ((first, callback), (second, callback + "?dummy1=lorem&dummy2=ipsum")):
        said.append(browser.run(config["browser"], client.push(address)))
        tokens = client.redeem(browser.page.url)
        assert ("id_token" in tokens) == ("openid" in client.it["scope"]), tokens
        client.resource(config["resource"]["resourceUrl"], tokens)
    override = config["override"]
    refuser = Browser(plain, suite)
    refuser.run(override["fapi2-security-profile-final-user-rejects-authentication"]["browser"], first.push(callback))
    assert "error=access_denied" in refuser.page.url, refuser.page.url
    looker, url = Browser(plain, suite), first.push(callback)
    scripts = override["fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"]["browser"]
    looker.run(scripts, url)
    assert "/interaction/" in looker.page.url
    looker.run(scripts, url)
    first.redeem(looker.page.url)
    looker.run(config["browser"], url)  # used: an error page, which becomes the screenshot
    direct = f"{metadata['authorization_endpoint']}?" + urllib.parse.urlencode({"client_id": first.it["client_id"], "response_type": "code", "redirect_uri": callback, "scope": first.it["scope"]})
    looker.run(config["browser"], direct)
    assert looker.shown or "error=" in looker.page.url, looker.page.url
    return f"{said[0]}, then {said[1]}; refused, looked; error pages shown: {looker.shown}; unpushed ends at {looker.page.url[:60]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", default=["sp-*", "cc-*"])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    options = parser.parse_args()
    failed = 0
    for run, spec in json.loads((options.work / "runs.json").read_text()).items():
        if any(fnmatch.fnmatch(run, pattern) for pattern in options.runs):
            try:
                print("ok    ", run, rehearse(run, spec, options.work.resolve()), flush=True)
            except Exception as error:
                failed += 1
                print("FAILED", run, f"{type(error).__name__}: {error}", flush=True)
                if os.environ.get("TRACE"):
                    raise
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
