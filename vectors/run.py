#!/usr/bin/env python3
"""Runs the JOSE, PKCE and hash files with Python's joserfc: the example of a runner in another language.

    pip install joserfc && python3 vectors/run.py

Exits with 1 if a result differs that run.known.json does not list with its reason, or is listed there and does not differ.
"""
import base64, hashlib, json, pathlib, sys, warnings
from joserfc import jws
from joserfc.jwk import OctKey, import_key

HERE = pathlib.Path(__file__).parent
UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
FITTING = {"P-256": ["ES256"], "P-384": ["ES384"], "P-521": ["ES512"], "Ed25519": ["EdDSA", "Ed25519"],
           None: ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]}


def refuse(if_so, why):
    if if_so:
        raise ValueError(why)


def octets(value):
    return value.encode() if isinstance(value, str) else base64.urlsafe_b64decode(value["base64url"] + "==")


def text(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def public(member):
    """A caller's own duty: the library imports private keys as well."""
    key = import_key(member)
    refuse(key.key_type == "oct" or key.is_private, "not public")
    return key


def run_jws(group, value):
    key = OctKey.import_key(octets(group["secret"])) if "secret" in group else import_key(group["key"])
    found = jws.deserialize_compact(value, key, algorithms=group["algorithms"])
    refuse(group.get("payload") == "claims" and not isinstance(json.loads(found.payload), dict), "no claims set")


def run_jwk(_, value):
    fitting = FITTING[public(value).as_dict().get("crv")]
    named = value.get("alg")
    refuse(named and named not in fitting, "another algorithm")
    return [name for name in fitting if named in (None, name) or "Ed" in name]


def run_jwk_set(_, value):
    usable = []
    for member in json.loads(octets(value))["keys"]:
        private = isinstance(member, dict) and ("d" in member or "qi" in member or member.get("kty") == "oct")
        refuse(private, "a key was shown that should not be")
        try:
            run_jwk(None, member)
            usable.append(member.get("kid"))
        except Exception:
            pass  # a key of no use is skipped
    return usable


def run_thumbprint(group, value):
    refuse(public(value).thumbprint() != group["thumbprint"], "another thumbprint")


def run_pkce(group, value):
    challenge, s256 = group.get("code_challenge"), group.get("code_challenge_method") == "S256"
    refuse(bool(value) != bool(challenge), "one without the other")
    if value:
        refuse(not 43 <= len(value) <= 128 or set(value) - UNRESERVED, "malformed")
        refuse(challenge != (text(hashlib.sha256(value.encode()).digest()) if s256 else value), "does not fit")


def run_token_hash(group, value):
    name = {"256": "sha256", "384": "sha384"}.get(group.get("algorithm", "256")[-3:], "sha512")
    digest = hashlib.new(name, value.encode()).digest()
    return text(digest if group["claim"] == "ath" else digest[:len(digest) // 2])


def agrees(run, group, test):
    try:
        return run(group, test["input"]) == test.get("output") and test["result"] == "valid"
    except Exception:
        return test["result"] == "invalid"


warnings.simplefilter("ignore")  # joserfc's, about short secrets
known = {i for ids in json.loads((HERE / "run.known.json").read_text()).values() for i in ids}
surprises = []
for kind in ["jws", "jwk", "jwk_set", "thumbprint", "pkce", "token_hash"]:
    tests = [(g, t) for g in json.loads((HERE / f"{kind}.json").read_text())["groups"] for t in g["tests"]]
    differing = {t["id"]: t for g, t in tests if not agrees(globals()[f"run_{kind}"], g, t)}
    listed = {t["id"] for _, t in tests} & known
    surprises += [f'{i}: {t["result"]} ({t["comment"]})' for i, t in differing.items() if i not in listed]
    surprises += [f"{i} does not differ any more" for i in sorted(listed - differing.keys())]
    print(f"{kind:<12} {len(tests) - len(differing):>4} of {len(tests):>4} agree, {len(listed)} are known to differ")
print(*surprises, sep="\n", end="\n" if surprises else "")
sys.exit(bool(surprises))
