#!/usr/bin/env python3
"""Writes the files of a run: a certificate authority, certificates, client keys, and the configurations of both servers, of nginx,
and of every run of the official suite.

Needs `cryptography` (PyPI). Usage: make.py [--work DIR] [--port N …]. The same folder is made once; --fresh makes it anew.
"""
import argparse
import base64
import datetime
import grp
import hashlib
import ipaddress
import json
import os
import pathlib
import pwd
import secrets
import shutil

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = pathlib.Path(__file__).resolve().parent
USER, PASSWORD = "alice", "wonderland"
CLAIMS = {
    "name": "Alice Liddell", "given_name": "Alice", "family_name": "Liddell", "middle_name": "Pleasance", "nickname": "Alice",
    "preferred_username": "alice", "profile": "https://wonderland.example/alice", "picture": "https://wonderland.example/alice.png",
    "website": "https://wonderland.example/", "gender": "female", "birthdate": "1852-05-04", "zoneinfo": "Europe/London",
    "locale": "en-GB", "updated_at": 1764374400, "email": "alice@wonderland.example", "email_verified": True,
    "phone_number": "+441865271271", "phone_number_verified": True,
    "address": {"formatted": "Christ Church, Oxford", "street_address": "Christ Church", "locality": "Oxford", "country": "United Kingdom"},
}


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def jwk(algorithm, kid):
    """A private JWK and its public part."""
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        point = private.public_numbers
        public = {"kty": "EC", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}
        secret = {"d": number(private.private_value, 32)}
    else:
        it = rsa.generate_private_key(65537, 2048).private_numbers()
        public = {"kty": "RSA", "n": number(it.public_numbers.n), "e": number(it.public_numbers.e)}
        secret = {"d": number(it.d), "p": number(it.p), "q": number(it.q), "dp": number(it.dmp1), "dq": number(it.dmq1), "qi": number(it.iqmp)}
    public |= {"use": "sig", "alg": algorithm, "kid": kid}
    return public | secret, public


class Authority:
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "fapi"), x509.NameAttribute(NameOID.COMMON_NAME, "fapi test authority")])
        self.certificate = self.sign(self.name, self.key.public_key(), True, [])

    def sign(self, subject, public, authority, names):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(public)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=90))
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if not authority:
            uses = [ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH]
            builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    def issue(self, common_name, names=()):
        """Issues a certificate for an RSA key, which every TLS library in the suite supports."""
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "fapi"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        return self.sign(subject, key.public_key(), False, list(names)), pem(key)


def client(identifier, method, binding, algorithm, authority, aliases, suite):
    """Returns the data of a client for the suite, and its metadata for the server."""
    private, public = jwk(algorithm, f"{identifier}-key")
    certificate, key = authority.issue(identifier)
    callbacks = [f"{suite}/test/a/{alias}/callback" for alias in aliases]
    metadata = {
        "client_id": identifier, "client_name": f"Official suite: {identifier}", "token_endpoint_auth_method": method,
        "redirect_uris": callbacks + [f"{callback}?dummy1=lorem&dummy2=ipsum" for callback in callbacks],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "response_types": ["code"],
    }
    if method == "private_key_jwt":
        metadata["jwks"] = {"keys": [public]}
    if method == "tls_client_auth":
        metadata["tls_client_auth_subject_dn"] = f"CN={identifier},O=fapi"
    if method.startswith("client_secret"):
        metadata["client_secret"] = secrets.token_urlsafe(48)
    if binding == "dpop":
        metadata["dpop_bound_access_tokens"] = True
    if binding == "mtls":
        metadata["tls_client_certificate_bound_access_tokens"] = True
    known = {
        "client_id": identifier, "private_jwks": {"keys": [private]}, "certificate": certificate, "certificate_key": key,
        "dpop_alg": algorithm, "client_secret": metadata.get("client_secret"),
    }
    if method.startswith("client_secret") or method == "none":
        known["private_jwks"] = None
    if method == "none":
        metadata["grant_types"].remove("client_credentials")
    return known, metadata


def fill(value, known):
    """Fills in a JSON template: a string `@name@` becomes the value of that name, and within other strings names become text."""
    if isinstance(value, dict):
        filled = {name: fill(member, known) for name, member in value.items()}
        return {name: member for name, member in filled.items() if member is not None}
    if isinstance(value, list):
        return [fill(member, known) for member in value]
    if not isinstance(value, str):
        return value
    if value.startswith("@") and value.endswith("@") and value.count("@") == 2:
        found = known
        for part in value.strip("@").split("."):
            found = found[part]
        return found
    for name in ("issuer", "suite", "user", "password", "alias", "run"):
        value = value.replace(f"@{name}@", str(known.get(name, f"@{name}@")))
    return value


def template(name, **known):
    text = (HERE / name).read_text()
    for key, value in known.items():
        text = text.replace(f"@{key}@", str(value))
    return text


def password_hash():
    salt = os.urandom(16)
    octets = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 600_000)
    return f"pbkdf2-sha256$600000${b64(salt)}${b64(octets)}"


def toml(claims):
    def value(it):
        if isinstance(it, dict):
            return "{ " + ", ".join(f"{name} = {value(member)}" for name, member in it.items()) + " }"
        return json.dumps(it)
    return "\n".join(f"{name} = {value(it)}" for name, it in claims.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--suite-port", type=int, default=8443)
    parser.add_argument("--backend-port", type=int, default=8080)
    parser.add_argument("--port", type=int, default=9443, help="of the FAPI instance; its mTLS aliases have the next one")
    parser.add_argument("--op-port", type=int, default=9543, help="of the OpenID instance; its mTLS aliases have the next one")
    options = parser.parse_args()
    work = options.work.resolve()
    if options.fresh:
        shutil.rmtree(work, ignore_errors=True)
    if (work / "runs.json").exists():
        return print(f"{work} is there already (--fresh makes it anew)")
    for folder in ("pki", "logs", "configs"):
        (work / folder).mkdir(parents=True, exist_ok=True)

    suite = f"https://localhost:{options.suite_port}"
    authority = Authority()
    (work / "pki/ca.pem").write_text(authority.certificate)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    for name in ("server", "suite"):
        certificate, key = authority.issue("localhost", names)
        (work / f"pki/{name}.pem").write_text(certificate)
        (work / f"pki/{name}.key").write_text(key)
        (work / f"pki/{name}.key").chmod(0o600)

    runs = json.loads((HERE / "configs/runs.json").read_text())
    # Each run has its own clients, so that runs do not influence each other at the server.
    kinds = {
        "pkjwt-dpop": ("private_key_jwt", "dpop"), "pkjwt-mtls": ("private_key_jwt", "mtls"),
        "mtls-dpop": ("tls_client_auth", "dpop"), "mtls-mtls": ("tls_client_auth", "mtls"),
        "op-basic": ("client_secret_basic", None), "op-basic2": ("client_secret_basic", None), "op-post": ("client_secret_post", None),
        "op-pkjwt": ("private_key_jwt", None), "op-pkjwt2": ("private_key_jwt", None), "op-post2": ("client_secret_post", None),
        "op-none": ("none", None), "op-none2": ("none", None), "op-jwt": ("client_secret_jwt", None), "op-jwt2": ("client_secret_jwt", None),
        "op-mtls": ("tls_client_auth", None), "op-mtls2": ("tls_client_auth", None),
    }
    metadata = {"fapi": [], "op": []}
    made = {}
    for run, spec in runs.items():
        server = spec.get("server", "fapi")
        kinds_here = spec["clients"] * 2 if server == "fapi" else spec["clients"]
        port = options.port if server == "fapi" else options.op_port
        issuer = f"https://localhost:{port}"
        known = {"run": run, "alias": run, "issuer": issuer, "suite": suite, "user": USER, "password": PASSWORD, "ca": authority.certificate}
        for position, kind in enumerate(kinds_here, 1):
            method, binding = kinds[kind]
            first = spec.get("algorithm", "ES256")
            algorithm = first if position == 1 else {"ES256": "PS256", "PS256": "ES256"}[first]
            key = "client" if position == 1 else f"client{position}"
            known[key], registered = client(f"{run}-{position}", method, binding, algorithm, authority, [run], suite)
            metadata[server].append(registered)
        variant = spec["variant"]
        plain = variant.get("openid") == "plain_oauth"
        bound = variant.get("sender_constrain", "mtls" if server == "fapi" else None)
        known["discovery"] = f"{issuer}/.well-known/" + ("oauth-authorization-server" if plain else "openid-configuration")
        known["scope"] = "api:read api:write" if plain else "openid profile email api:read"
        known["resource"] = f"https://localhost:{port + (bound == 'mtls')}/resource"
        tasks = fill(json.loads((HERE / "configs/tasks.json.in").read_text()), known)
        known["task"] = tasks
        known["tasks"] = {
            "normal": [tasks[name] for name in ("login", "consent", "error", "back")],
            "remembering": [tasks[name] for name in ("login-and-remember", "consent-and-remember", "error", "back")],
        }
        known["browser"] = fill(json.loads((HERE / "configs/browser.json.in").read_text()), known)
        config = fill(json.loads((HERE / f"configs/{spec['config']}.json.in").read_text()), known)
        (work / f"configs/{run}.json").write_text(json.dumps(config, indent=1))
        made[run] = {**spec, "config": f"configs/{run}.json", "issuer": issuer}

    common = {"user": USER, "password_hash": password_hash(), "claims": toml(CLAIMS)}
    for server, port in (("fapi", options.port), ("op", options.op_port)):
        (work / f"clients-{server}.json").write_text(json.dumps(metadata[server], indent=1))
        (work / f"{server}.toml").write_text(template(f"{server}-server.toml.in", port=port, mtls_port=port + 1, **common))
    ports = {"suite_port": options.suite_port, "suite_mtls_port": options.suite_port + 1, "backend_port": options.backend_port}
    login = f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"
    (work / "nginx.conf").write_text(template("nginx.conf.in", work=work, login=login, **ports))
    (work / "runs.json").write_text(json.dumps(made, indent=1))
    (work / "ports.env").write_text("".join(f"{name.upper()}={value}\n" for name, value in {**ports, "port": options.port, "op_port": options.op_port}.items()))
    print(f"{work}: {len(made)} runs, {len(metadata['fapi'])} + {len(metadata['op'])} clients")


if __name__ == "__main__":
    main()
