#!/usr/bin/env python3
"""Sends a MongoDB-compatible server every kind of request that the official suite sends.

Usage: probe.py [mongodb://127.0.0.1:27017]. Prints one line per question; exit status 1 if any answer is wrong.
"""
import concurrent.futures
import os
import sys
import time

import pymongo
from bson import Int64
from pymongo.collection import ReturnDocument
from pymongo.errors import DuplicateKeyError

URI = sys.argv[1] if len(sys.argv) > 1 else "mongodb://127.0.0.1:27017"
client = pymongo.MongoClient(URI, serverSelectionTimeoutMS=5000)
db = client["probe_%d" % os.getpid()]
OWNER = {"sub": "developer", "iss": "https://developer.com"}
failed = 0


def ask(name):
    def wrap(question):
        global failed
        started = time.perf_counter()
        try:
            said = question()
            verdict = "ok"
        except Exception as error:  # the point is to see every refusal
            said, verdict = f"{type(error).__name__}: {str(error)[:300]}", "FAILED"
            failed += 1
        print(f"{verdict:6} {name:34} {(time.perf_counter() - started) * 1000:8.1f} ms  {said if said is not None else ''}", flush=True)
        return question
    return wrap


@ask("hello")
def _():
    hello = client.admin.command("hello")
    assert hello["maxWireVersion"] >= 8, hello
    return f"maxWireVersion {hello['maxWireVersion']}, setName {hello.get('setName')}"


@ask("buildInfo")
def _():
    return client.admin.command("buildInfo")["version"]


@ask("getParameter featureCompatibility")
def _():
    said = client.admin.command({"getParameter": 1, "featureCompatibilityVersion": 1})
    return said["featureCompatibilityVersion"]["version"]


@ask("setFeatureCompatibilityVersion (may fail: it can be switched off)")
def _():
    try:
        client.admin.command("setFeatureCompatibilityVersion", "6.0")
    except pymongo.errors.OperationFailure as error:
        return f"refused: {str(error)[:80]}"


@ask("listIndexes of nothing")
def _():
    return [i["name"] for i in db.TEST_PLAN.list_indexes()]


@ask("text index")
def _():
    return db.TEST_PLAN.create_index([("certificationProfileName", "text"), ("description", "text"), ("planName", "text")])


@ask("plain and unique indexes, twice")
def _():
    for _ in range(2):
        db.EVENT_LOG.create_index("testId")
        db.EVENT_LOG.create_index("testOwner")
        db.API_TOKEN.create_index("token", unique=True)
        db.FAVORITE_PLAN.create_index([("owner", 1), ("planName", 1)], unique=True)
    return sorted(i["name"] for i in db.EVENT_LOG.list_indexes())


MODULES = [
    {"testModule": name, "variant": variant, "instances": []}
    for name in ("a-test", "b-test")
    for variant in ({"client_auth_type": "mtls", "sender_constrain": "dpop"}, {"client_auth_type": "private_key_jwt", "sender_constrain": "dpop"})
] + [{"testModule": "no-variant", "variant": None, "instances": []}]


@ask("save of a plan (replacement, upsert)")
def _():
    plan = {"_id": "plan1", "planName": "p", "owner": OWNER, "modules": MODULES, "publish": None, "started": "2026-11-29T10:00:00Z", "_class": "x"}
    for _ in range(2):
        said = db.TEST_PLAN.replace_one({"_id": "plan1"}, plan, upsert=True)
    assert said.matched_count == 1, said.raw_result


@ask("push through an array filter")
def _():
    said = db.TEST_PLAN.update_one(
        {"_id": "plan1"},
        {"$push": {"modules.$[module].instances": "i1"}},
        array_filters=[{"module.variant.client_auth_type": "private_key_jwt", "module.variant.sender_constrain": "dpop", "module.testModule": "b-test"}],
    )
    assert said.modified_count == 1, said.raw_result
    got = [m["instances"] for m in db.TEST_PLAN.find_one({"_id": "plan1"})["modules"]]
    assert got == [[], [], [], ["i1"], []], got
    said = db.TEST_PLAN.update_one({"_id": "plan1"}, {"$push": {"modules.$[module].instances": "i2"}}, array_filters=[{"module.testModule": "no-variant"}])
    assert said.modified_count == 1, said.raw_result
    said = db.TEST_PLAN.update_one({"_id": "plan1"}, {"$push": {"modules.$[module].instances": "i2"}}, array_filters=[{"module.testModule": "none"}])
    assert said.modified_count == 0, said.raw_result


@ask("find by id and owner (a document)")
def _():
    assert db.TEST_PLAN.find_one({"_id": "plan1", "owner": OWNER})
    assert not db.TEST_PLAN.find_one({"_id": "plan1", "owner": {"sub": "x", "iss": "y"}})


@ask("slices: sort, skip, limit; $in with null")
def _():
    db.TEST_INFO.insert_many([{"_id": f"t{i}", "owner": OWNER, "started": f"{i:03}", "status": "CREATED", "result": None} for i in range(30)])
    got = [t["_id"] for t in db.TEST_INFO.find({"owner": OWNER}).sort("started", -1).skip(10).limit(11)]
    assert got == [f"t{i}" for i in range(19, 8, -1)], got
    assert db.TEST_INFO.count_documents({"publish": {"$in": [None, "summary"]}}) == 30
    assert db.TEST_INFO.count_documents({"_id": {"$in": ["t1", "t2", "nope"]}}) == 2
    assert db.TEST_INFO.count_documents({}) == 30


@ask("set with $ne")
def _():
    assert db.TEST_INFO.update_one({"_id": "t1", "result": {"$ne": "FAILED"}}, {"$set": {"result": "REVIEW"}}).matched_count == 1
    db.TEST_INFO.update_one({"_id": "t1"}, {"$set": {"result": "FAILED"}})
    assert db.TEST_INFO.update_one({"_id": "t1", "result": {"$ne": "FAILED"}}, {"$set": {"result": "REVIEW"}}).matched_count == 0
    assert db.TEST_INFO.update_many({"_id": {"$in": ["t1", "t2"]}}, {"$set": {"publish": "summary"}}).matched_count == 2


@ask("log: 3,000 inserts one by one")
def _():
    for i in range(3000):
        db.EVENT_LOG.insert_one({"_id": f"t1-{i:05}", "testId": f"t{i % 3}", "src": "probe", "testOwner": OWNER, "time": Int64(1764400000000 + i), "msg": "m" * 200, "http": {"a": [1, {"b": None}]}})


@ask("log: 8 threads of 500 inserts")
def _():
    def work(thread):
        for i in range(500):
            db.EVENT_LOG.insert_one({"_id": f"t9-{thread}-{i}", "testId": "t9", "testOwner": OWNER, "time": Int64(i), "msg": "m" * 200})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert db.EVENT_LOG.count_documents({"testId": "t9"}) == 4000


@ask("log: read by testId, sorted (cursor over many batches)")
def _():
    got = [d["time"] for d in db.EVENT_LOG.find({"testId": "t0"}).sort("time", 1)]
    assert len(got) == 1000 and got == sorted(got)
    assert len(list(db.EVENT_LOG.find({"testId": "t9"}, batch_size=100))) == 4000


@ask("log: since, and two tests at once")
def _():
    assert len(list(db.EVENT_LOG.find({"$and": [{"testId": "t1"}, {"time": {"$gt": Int64(1764400000000 + 2990)}}]}))) == 3
    assert len(list(db.EVENT_LOG.find({"testId": {"$in": ["t0", "t1"]}}))) == 2000


@ask("image placeholders: findAndModify, $and, $exists")
def _():
    db.EVENT_LOG.insert_one({"_id": "im", "testId": "t1", "result": "REVIEW", "upload": "abc", "testOwner": OWNER, "time": Int64(1)})
    query = {"$and": [{"testId": "t1"}, {"result": "REVIEW"}, {"upload": "abc"}]}
    got = db.EVENT_LOG.find_one_and_update(query, {"$set": {"img": "data:x"}, "$unset": {"upload": 1}}, return_document=ReturnDocument.AFTER)
    assert got["img"] == "data:x" and "upload" not in got, got
    assert db.EVENT_LOG.find_one_and_update(query, {"$set": {"img": "y"}}, return_document=ReturnDocument.AFTER) is None
    assert list(db.EVENT_LOG.find({"$and": [{"testId": "t1"}, {"result": "REVIEW"}, {"upload": {"$exists": True}}]}, {"upload": 1})) == []
    got = list(db.EVENT_LOG.find({"$and": [{"testId": "t1"}, {"$or": [{"img": {"$exists": True}}, {"upload": {"$exists": True}}]}]}, {"upload": 1}).sort("time", 1))
    assert got == [{"_id": "im"}], got


@ask("upsert with $setOnInsert; unique index")
def _():
    for _ in range(2):
        db.FAVORITE_PLAN.update_one({"owner": OWNER, "planName": "x"}, {"$setOnInsert": {"_id": "f1", "owner": OWNER, "planName": "x"}}, upsert=True)
    assert db.FAVORITE_PLAN.count_documents({"owner": OWNER}) == 1
    db.API_TOKEN.insert_one({"_id": "1", "token": "t", "owner": OWNER, "info": None, "expires": Int64(1)})
    try:
        db.API_TOKEN.insert_one({"_id": "2", "token": "t"})
    except DuplicateKeyError:
        return
    raise AssertionError("a duplicate went in")


@ask("large documents: 12 MiB in one")
def _():
    db.BIG.insert_one({"_id": "b", "it": "x" * (12 << 20)})
    assert len(db.BIG.find_one({"_id": "b"})["it"]) == 12 << 20


@ask("distinct; delete by owner and $in")
def _():
    assert sorted(db.EVENT_LOG.distinct("testId")) == ["t0", "t1", "t2", "t9"]
    assert db.EVENT_LOG.delete_many({"testId": {"$in": ["t0", "t9"]}, "testOwner": OWNER}).deleted_count == 5000


client.drop_database(db.name)
sys.exit(1 if failed else 0)
