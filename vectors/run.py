#!/usr/bin/env python3
"""Runs the JOSE, PKCE and hash files with Python's joserfc: the example of a runner in another language.

    pip install joserfc && python3 vectors/run.py

Exits with 1 if a result differs that run.known.json does not list, or is listed there and does not differ.
"""
import base64, hashlib, json, pathlib, sys
from joserfc import jws
from joserfc.jwk import OctKey, import_key

HERE = pathlib.Path(__file__).parent
FITTING = {"P-256": ["ES256"], "P-384": ["ES384"], "P-521": ["ES512"], "Ed25519": ["EdDSA", "Ed25519"],
           None: ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]}


class Refused(Exception):
    """The input is not valid."""


def octets(value):
    if isinstance(value, str):
        return value.encode()
    return base64.urlsafe_b64decode(value["base64url"] + "==")


def hashed(name, value):
    return base64.urlsafe_b64encode(hashlib.new(name, value.encode()).digest()).rstrip(b"=").decode()


def public(member):
    """A caller's own duty: the library imports private keys, and keys for any purpose."""
    key = import_key(member)
    if key.key_type == "oct" or key.is_private:
        raise Refused("not public")
    return key


def run_jws(group, value):
    key = OctKey.import_key(octets(group["secret"])) if "secret" in group else import_key(group["key"])
    found = jws.deserialize_compact(value, key, algorithms=group["algorithms"])
    if group.get("payload") == "claims" and not isinstance(json.loads(found.payload), dict):
        raise Refused("no claims set")


def run_jwk(_, value):
    fitting = FITTING[public(value).as_dict().get("crv")]
    named = value.get("alg")
    if named and named not in fitting:
        raise Refused("another algorithm")
    return [name for name in fitting if named in (None, name) or "Ed" in name]


def run_jwk_set(_, value):
    usable = []
    for member in json.loads(octets(value))["keys"]:
        if isinstance(member, dict) and ("d" in member or "qi" in member or member.get("kty") == "oct"):
            raise Refused("a key was shown that should not be")
        try:
            run_jwk(None, member)
            usable.append(member.get("kid"))
        except Exception:
            pass
    return usable


def run_thumbprint(group, value):
    if public(value).thumbprint() != group["thumbprint"]:
        raise Refused("another thumbprint")


def run_pkce(group, value):
    challenge = group.get("code_challenge")
    unreserved = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    if not value or not challenge:
        if value or challenge:
            raise Refused("one without the other")
        return
    if not 43 <= len(value) <= 128 or set(value) - unreserved:
        raise Refused("malformed")
    if challenge != (hashed("sha256", value) if group.get("code_challenge_method") == "S256" else value):
        raise Refused("does not fit")


def run_token_hash(group, value):
    if group["claim"] == "ath":
        return hashed("sha256", value)
    size = {"256": "sha256", "384": "sha384"}.get(group["algorithm"][-3:], "sha512")
    digest = hashlib.new(size, value.encode()).digest()
    return base64.urlsafe_b64encode(digest[:len(digest) // 2]).rstrip(b"=").decode()


def agrees(run, group, test):
    try:
        output = run(group, test["input"])
    except Exception:
        return test["result"] == "invalid"
    return test["result"] == "valid" and output == test.get("output")


known = {i: why for why, ids in json.loads((HERE / "run.known.json").read_text()).items() for i in ids}
surprises = []
for kind in ["jws", "jwk", "jwk_set", "thumbprint", "pkce", "token_hash"]:
    tests = [(g, t) for g in json.loads((HERE / f"{kind}.json").read_text())["groups"] for t in g["tests"]]
    differing = [t for g, t in tests if not agrees(globals()[f"run_{kind}"], g, t)]
    expected = {t["id"] for _, t in tests} & known.keys()
    surprises += [f'{t["id"]} {t["result"]} {t["comment"]}' for t in differing if t["id"] not in expected]
    surprises += [f"{i} does not differ any more" for i in expected - {t["id"] for t in differing}]
    print(f"{kind:<12} {len(tests) - len(differing):>4} of {len(tests):>4} agree, {len(expected)} known to differ")
print(*surprises, sep="\n")
sys.exit(bool(surprises))
