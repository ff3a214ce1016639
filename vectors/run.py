#!/usr/bin/env python3
"""Runs the JOSE, PKCE and hash files with Python's joserfc: the example of a runner in another language.

After `pip install joserfc`. Exits with 1 if a result differs that run.known.json does not list, or is listed and does not differ.
"""
import base64, hashlib, json, pathlib, string, sys, traceback, warnings
from joserfc import jws
from joserfc.jwk import OctKey, import_key

HERE = pathlib.Path(__file__).parent
UNRESERVED = set(string.ascii_letters + string.digits + "-._~")
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
    key = import_key(member)
    refuse(key.key_type == "oct" or key.is_private, "not public: a caller's own duty")
    return key


def run_jws(group, value):
    key = OctKey.import_key(octets(group["secret"])) if "secret" in group else import_key(group["key"])
    found = jws.deserialize_compact(value, key, algorithms=group["algorithms"])
    refuse(group.get("payload") == "claims" and not isinstance(json.loads(found.payload), dict), "no claims set")


def run_jwk(_, value):
    fitting, named = FITTING.get(public(value).as_dict().get("crv"), []), value.get("alg")
    refuse(not fitting or named and named not in fitting, "no algorithm, or another")
    return [name for name in fitting if named in (None, name) or "Ed" in name]


def run_jwk_set(_, value):
    jwks, usable = json.loads(octets(value)), []
    refuse(not isinstance(jwks, dict) or not isinstance(jwks.get("keys"), list), "not a JWK Set")
    for member in filter(lambda it: isinstance(it, dict), jwks["keys"]):
        refuse("d" in member or "qi" in member or member.get("kty") == "oct", "a private or shared key was disclosed")
        try:
            usable += run_jwk(None, member) and [member.get("kid")]
        except Exception as error:
            unless_refusal(error)  # an unusable key is skipped
    return usable


def run_thumbprint(group, value):
    refuse(public(value).thumbprint() != group["thumbprint"], "another")


def run_pkce(group, value):
    challenge, s256 = group.get("code_challenge"), group.get("code_challenge_method") == "S256"
    refuse(bool(value) != bool(challenge), "one without the other")
    refuse(value and (not 43 <= len(value) <= 128 or set(value) - UNRESERVED), "malformed")
    refuse(value and challenge != (text(hashlib.sha256(value.encode()).digest()) if s256 else value), "does not fit")


def run_token_hash(group, value):
    size = next((size for size in ("256", "384") if size in group.get("algorithm", "256")), "512")
    digest = hashlib.new(f"sha{size}", value.encode()).digest()
    return text(digest if group["claim"] == "ath" else digest[:len(digest) // 2])


def unless_refusal(error):  # accepts errors of the library and ValueError; any other error is a bug in this file
    if not isinstance(error, ValueError) and traceback.extract_tb(error.__traceback__)[-1].filename == __file__:
        raise error


def agrees(run, group, test):
    try:
        return run(group, test["input"]) == test.get("output") and test["result"] == "valid"
    except Exception as error:
        unless_refusal(error)
        return test["result"] == "invalid"


warnings.simplefilter("ignore")  # warnings of joserfc about short secrets
known = {i for ids in json.loads((HERE / "run.known.json").read_text()).values() for i in ids}
surprises = []
for kind in ["jws", "jwk", "jwk_set", "thumbprint", "pkce", "token_hash"]:
    tests = [(g, t) for g in json.loads((HERE / f"{kind}.json").read_text())["groups"] for t in g["tests"]]
    differing = {t["id"]: t for g, t in tests if not agrees(globals()[f"run_{kind}"], g, t)}
    listed = known & {t["id"] for _, t in tests}
    surprises += [f'{i}: {t["result"]} ({t["comment"]})' for i, t in differing.items() if i not in listed]
    surprises += [f"{i} no longer differs" for i in sorted(listed - differing.keys())]
    print(f"{kind:<12} {len(tests) - len(differing):>4} of {len(tests):>4} agree, {len(listed)} are known to differ")
print(*surprises, sep="\n", end="\n" if surprises else "")
sys.exit(bool(surprises))
