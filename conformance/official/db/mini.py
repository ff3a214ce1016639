#!/usr/bin/env python3
"""A small database for the official suite: MongoDB's wire protocol (OP_MSG) over dictionaries in memory.

Only what the suite asks is here; anything else is refused by name, so that it is seen. Nothing outlives the process.
Needs `bson` (pymongo, from PyPI). Usage: mini.py PORT. Listens on 127.0.0.1 alone.
"""
import copy
import datetime
import itertools
import re
import socket
import socketserver
import struct
import sys
import threading

import bson
from bson import Int64
from bson.codec_options import CodecOptions, DatetimeConversion

LOCK = threading.RLock()
DATA = {}  # {database: {collection: Collection}}
CURSORS = {}
NUMBERS = itertools.count(1)
OPTIONS = CodecOptions(document_class=dict, uuid_representation=4, datetime_conversion=DatetimeConversion.DATETIME_AUTO)
MISSING = object()


class Refused(Exception):
    def __init__(self, code, name, text, **extra):
        super().__init__(text)
        self.reply = {"ok": 0.0, "errmsg": text, "code": code, "codeName": name, **extra}


def key_of(value):
    """Something hashable that is equal where BSON values are."""
    if isinstance(value, dict):
        return ("d", tuple((name, key_of(member)) for name, member in value.items()))
    if isinstance(value, list):
        return ("l", tuple(map(key_of, value)))
    if isinstance(value, bool):
        return ("b", value)
    return value


class Collection:
    def __init__(self):
        self.docs = {}
        self.indexes = {"_id_": {"v": 2, "key": {"_id": 1}, "name": "_id_"}}
        self.by = {}  # {field: {key: {id key: None}}} for the fields of plain indexes

    def index(self, spec):
        self.indexes.setdefault(spec["name"], spec)
        first, order = next(iter(spec["key"].items()))
        if order != "text" and first != "_id" and first not in self.by:
            self.by[first] = {}
            for identity, doc in self.docs.items():
                self.by[first].setdefault(key_of(doc.get(first)), {})[identity] = None

    def check_unique(self, doc, besides=None):
        for spec in self.indexes.values():
            if spec.get("unique"):
                mine = [key_of(doc.get(field)) for field in spec["key"]]
                for identity in list(self.by.get(next(iter(spec["key"])), {}).get(mine[0], {})):
                    if identity != besides and [key_of(self.docs[identity].get(field)) for field in spec["key"]] == mine:
                        raise Refused(11000, "DuplicateKey", f"E11000 duplicate key error index: {spec['name']}")

    def put(self, doc, besides=None):
        identity = key_of(doc["_id"])
        if besides is None and identity in self.docs:
            raise Refused(11000, "DuplicateKey", f"E11000 duplicate key error index: _id_ dup key: {doc['_id']!r}")
        self.check_unique(doc, besides)
        if besides is not None:
            self.drop(besides)
        self.docs[identity] = doc
        for field, index in self.by.items():
            index.setdefault(key_of(doc.get(field)), {})[identity] = None

    def drop(self, identity):
        doc = self.docs.pop(identity)
        for field, index in self.by.items():
            index.get(key_of(doc.get(field)), {}).pop(identity, None)

    def candidates(self, query):
        """The documents that can match, with the help of an index if there is one."""
        parts = [query] + [part for part in query.get("$and", []) if isinstance(part, dict)]
        for part in parts:
            for field in ["_id", *self.by]:
                wanted = part.get(field, MISSING)
                if wanted is MISSING or isinstance(wanted, re.Pattern):
                    continue
                if isinstance(wanted, dict) and any(name.startswith("$") for name in wanted):
                    if "$in" not in wanted:
                        continue
                    wanted = wanted["$in"]
                else:
                    wanted = [wanted]
                keys = dict.fromkeys(map(key_of, wanted))
                if field == "_id":
                    return [self.docs[key] for key in keys if key in self.docs]
                return [self.docs[identity] for key in keys for identity in self.by[field].get(key, {})]
        return list(self.docs.values())

    def find(self, query):
        return [doc for doc in self.candidates(query) if matches(doc, query)]


def values_at(value, path):
    """All values at a dotted path, through arrays, as MongoDB sees them."""
    if not path:
        return [value]
    name, rest = path[0], path[1:]
    if isinstance(value, dict):
        return values_at(value[name], rest) if name in value else []
    if isinstance(value, list):
        found = values_at(value[int(name)], rest) if name.isdigit() and int(name) < len(value) else []
        return found + [it for member in value if isinstance(member, dict) for it in values_at(member, path)]
    return []


def rank(value):
    if value is MISSING or value is None:
        return (1, 0)
    if isinstance(value, bool):
        return (8, value)
    if isinstance(value, (int, float)):
        return (2, value)
    if isinstance(value, str):
        return (3, value)
    if isinstance(value, datetime.datetime):
        return (9, value.timestamp())
    if isinstance(value, bson.datetime_ms.DatetimeMS):
        return (9, int(value) / 1000)
    return (5, repr(value))


def test(values, operator, operand):
    members = values + [it for value in values if isinstance(value, list) for it in value]
    equal = lambda it: any(key_of(value) == key_of(it) for value in members) or (it is None and not values)
    order = lambda hit: any(rank(value)[0] == rank(operand)[0] and hit(rank(value), rank(operand)) for value in members)
    match operator:
        case "$eq":
            return equal(operand)
        case "$ne":
            return not equal(operand)
        case "$in":
            return any(equal(it) for it in operand)
        case "$nin":
            return not any(equal(it) for it in operand)
        case "$exists":
            return bool(values) == bool(operand)
        case "$gt":
            return order(lambda a, b: a > b)
        case "$gte":
            return order(lambda a, b: a >= b)
        case "$lt":
            return order(lambda a, b: a < b)
        case "$lte":
            return order(lambda a, b: a <= b)
        case "$not":
            return not all(test(values, name, it) for name, it in operand.items())
        case "$regex":
            pattern = operand if isinstance(operand, str) else operand.pattern
            return any(isinstance(value, str) and re.search(pattern, value) for value in members)
    raise Refused(2, "BadValue", f"unknown operator: {operator}")


def matches(doc, query):
    for name, wanted in query.items():
        match name:
            case "$and":
                if not all(matches(doc, part) for part in wanted):
                    return False
            case "$or":
                if not any(matches(doc, part) for part in wanted):
                    return False
            case "$nor":
                if any(matches(doc, part) for part in wanted):
                    return False
            case "$comment":
                pass
            case "$text":
                words = str(wanted["$search"]).lower().replace('"', " ").split()
                text = repr(doc).lower()
                if not any(word in text for word in words):
                    return False
            case _ if name.startswith("$"):
                raise Refused(2, "BadValue", f"unknown top level operator: {name}")
            case _:
                values = values_at(doc, name.split("."))
                if isinstance(wanted, dict) and wanted and all(it.startswith("$") for it in wanted):
                    if not all(test(values, operator, operand) for operator, operand in wanted.items()):
                        return False
                elif not test(values, "$eq", wanted):
                    return False
    return True


def places(root, path, filters):
    """The (container, key) pairs a path of an update leads to; `$[name]` stands for the members a filter lets through."""
    spots = [(root, path[0])]
    for name in path[1:]:
        following = []
        for container, key in spots:
            if isinstance(container, list):
                inner = container[int(key)]
            else:
                inner = container.setdefault(key, {})
            if name.startswith("$["):
                wanted = filters.get(name[2:-1])
                for position, member in enumerate(inner):
                    if wanted is None or matches({name[2:-1]: member}, wanted):
                        following.append((inner, position))
            else:
                following.append((inner, name))
        spots = following
    return spots


def changed(doc, update, filters, inserting=False):
    if not any(name.startswith("$") for name in update):
        return {"_id": update.get("_id", doc.get("_id")), **update}
    doc = copy.deepcopy(doc)
    for operator, members in update.items():
        if operator == "$setOnInsert" and not inserting:
            continue
        for path, value in members.items():
            for container, key in places(doc, path.split("."), filters):
                at = int(key) if isinstance(container, list) else key
                match operator:
                    case "$set" | "$setOnInsert":
                        container[at] = copy.deepcopy(value)
                    case "$unset":
                        container.pop(at, None)
                    case "$push":
                        each = value["$each"] if isinstance(value, dict) and "$each" in value else [value]
                        container.setdefault(at, []).extend(copy.deepcopy(each))
                    case "$inc":
                        container[at] = container.get(at, 0) + value
                    case _:
                        raise Refused(9, "FailedToParse", f"Unknown modifier: {operator}")
    return doc


def upserted(query, update, filters):
    base = {name: value for name, value in query.items() if not name.startswith("$") and not isinstance(value, dict)}
    base |= {name: value for name, value in query.items() if isinstance(value, dict) and not any(it.startswith("$") for it in value)}
    doc = changed(base if any(name.startswith("$") for name in update) else {**{k: v for k, v in base.items() if k == "_id"}}, update, filters, True)
    return {"_id": doc.get("_id") if doc.get("_id") is not None else bson.ObjectId(), **{k: v for k, v in doc.items() if k != "_id"}}


def filters_of(spec):
    return {next(iter(filter)).split(".")[0]: filter for filter in spec.get("arrayFilters", [])}


def projected(doc, fields):
    if not fields:
        return doc
    if any(value for name, value in fields.items() if name != "_id"):
        kept = [name for name, value in fields.items() if value]
        with_id = {} if fields.get("_id", 1) in (0, False) else {"_id": doc["_id"]}
        return with_id | {name: doc[name] for name in kept if name in doc}
    return {name: value for name, value in doc.items() if name not in fields}


def sort(docs, order):
    for path, direction in reversed(list((order or {}).items())):
        first = lambda doc: rank((values_at(doc, path.split(".")) or [MISSING])[0])
        docs = sorted(docs, key=first, reverse=direction < 0)
    return docs


def collection(database, name):
    return DATA.setdefault(database, {}).setdefault(name, Collection())


def batch(namespace, docs, size, cursor=None, which="firstBatch"):
    """Returns as many documents as were requested, up to about 8 MiB."""
    taken, weight = [], 0
    while docs and len(taken) < (size or 1000) and weight < 8 << 20:
        encoded = docs.pop(0)
        weight += len(encoded)
        taken.append(encoded)
    if docs:
        cursor = cursor or Int64(next(NUMBERS) + (1 << 40))
        CURSORS[cursor] = docs
    else:
        CURSORS.pop(cursor, None)
        cursor = Int64(0)
    return {"cursor": {which: [bson.decode(it, OPTIONS) for it in taken], "id": cursor, "ns": namespace}, "ok": 1.0}


def answer_docs(namespace, docs, spec):
    size = spec.get("batchSize", 101 if not spec.get("limit") else 0)
    single = spec.get("singleBatch") or (spec.get("limit") or 0) < 0
    reply = batch(namespace, [bson.encode(doc) for doc in docs], size)
    if single and reply["cursor"]["id"]:
        CURSORS.pop(reply["cursor"]["id"], None)
        reply["cursor"]["id"] = Int64(0)
    return reply


def hello(_database, spec):
    return {
        "helloOk": True, "isWritablePrimary": True, "ismaster": True, "maxBsonObjectSize": 16 << 20, "maxMessageSizeBytes": 48000000,
        "maxWriteBatchSize": 100000, "localTime": datetime.datetime.now(datetime.timezone.utc), "connectionId": 1, "minWireVersion": 0,
        "maxWireVersion": 17, "readOnly": False, "ok": 1.0,
    }


def insert(database, spec):
    into, errors, done = collection(database, spec["insert"]), [], 0
    for position, doc in enumerate(spec["documents"]):
        doc = {"_id": doc["_id"] if "_id" in doc else bson.ObjectId(), **doc}
        try:
            into.put(doc)
            done += 1
        except Refused as refused:
            errors.append({"index": position, "code": refused.reply["code"], "errmsg": str(refused)})
            if spec.get("ordered", True):
                break
    return {"n": done, "ok": 1.0} | ({"writeErrors": errors} if errors else {})


def update(database, spec):
    into, matched, modified, upserts, errors = collection(database, spec["update"]), 0, 0, [], []
    for position, each in enumerate(spec["updates"]):
        try:
            found = into.find(each["q"])
            found = found if each.get("multi") else found[:1]
            for doc in found:
                after = changed(doc, each["u"], filters_of(each))
                if key_of(after) != key_of(doc):
                    into.put(after, besides=key_of(doc["_id"]))
                    modified += 1
            matched += len(found)
            if not found and each.get("upsert"):
                doc = upserted(each["q"], each["u"], filters_of(each))
                into.put(doc)
                matched += 1
                upserts.append({"index": position, "_id": doc["_id"]})
        except Refused as refused:
            errors.append({"index": position, "code": refused.reply["code"], "errmsg": str(refused)})
    reply = {"n": matched, "nModified": modified, "ok": 1.0}
    return reply | ({"upserted": upserts} if upserts else {}) | ({"writeErrors": errors} if errors else {})


def delete(database, spec):
    into, gone = collection(database, spec["delete"]), 0
    for each in spec["deletes"]:
        for doc in into.find(each["q"])[: 1 if each.get("limit") else None]:
            into.drop(key_of(doc["_id"]))
            gone += 1
    return {"n": gone, "ok": 1.0}


def find_and_modify(database, spec):
    into = collection(database, spec.get("findAndModify") or spec.get("findandmodify"))
    found = sort(into.find(spec.get("query", {})), spec.get("sort"))[:1]
    before = found[0] if found else None
    if spec.get("remove"):
        if before:
            into.drop(key_of(before["_id"]))
        return {"value": before, "lastErrorObject": {"n": len(found)}, "ok": 1.0}
    after, last = None, {"n": len(found), "updatedExisting": bool(found)}
    if before:
        after = changed(before, spec["update"], filters_of(spec))
        into.put(after, besides=key_of(before["_id"]))
    elif spec.get("upsert"):
        after = upserted(spec.get("query", {}), spec["update"], filters_of(spec))
        into.put(after)
        last = {"n": 1, "updatedExisting": False, "upserted": after["_id"]}
    value = projected(after if spec.get("new") else before, spec.get("fields")) if (after if spec.get("new") else before) else None
    return {"value": value, "lastErrorObject": last, "ok": 1.0}


def find(database, spec):
    docs = sort(collection(database, spec["find"]).find(spec.get("filter", {})), spec.get("sort"))
    docs = docs[spec.get("skip", 0):]
    if spec.get("limit"):
        docs = docs[: abs(spec["limit"])]
    return answer_docs(f"{database}.{spec['find']}", [projected(doc, spec.get("projection")) for doc in docs], spec)


def get_more(database, spec):
    if spec["getMore"] not in CURSORS:
        raise Refused(43, "CursorNotFound", f"cursor id {spec['getMore']} not found")
    return batch(f"{database}.{spec['collection']}", CURSORS[spec["getMore"]], spec.get("batchSize", 0), spec["getMore"], "nextBatch")


def aggregate(database, spec):
    docs = list(collection(database, spec["aggregate"]).docs.values()) if isinstance(spec["aggregate"], str) else []
    for stage in spec["pipeline"]:
        (name, it), = stage.items()
        match name:
            case "$match":
                docs = [doc for doc in docs if matches(doc, it)]
            case "$sort":
                docs = sort(docs, it)
            case "$skip":
                docs = docs[it:]
            case "$limit":
                docs = docs[:it]
            case "$project":
                docs = [projected(doc, it) for doc in docs]
            case "$count":
                docs = [{it: len(docs)}] if docs else []
            case "$group":
                groups = {}
                for doc in docs:
                    label = it["_id"]
                    label = (values_at(doc, label[1:].split(".")) or [None])[0] if isinstance(label, str) and label.startswith("$") else label
                    groups.setdefault(key_of(label), (label, []))[1].append(doc)
                docs = []
                for label, members in groups.values():
                    out = {"_id": label}
                    for field, how in it.items():
                        if field != "_id":
                            if how not in ({"$sum": 1}, {"$count": {}}):
                                raise Refused(15952, "Location15952", f"unknown group operator: {how}")
                            out[field] = len(members)
                    docs.append(out)
            case _:
                raise Refused(40324, "Location40324", f"Unrecognized pipeline stage name: {name}")
    return answer_docs(f"{database}.{spec['aggregate']}", docs, spec.get("cursor", {}))


def count(database, spec):
    return {"n": len(collection(database, spec["count"]).find(spec.get("query", {}))), "ok": 1.0}


def distinct(database, spec):
    docs = collection(database, spec["distinct"]).find(spec.get("query", {}))
    values = {key_of(value): value for doc in docs for value in values_at(doc, spec["key"].split("."))}
    return {"values": list(values.values()), "ok": 1.0}


def create_indexes(database, spec):
    into = collection(database, spec["createIndexes"])
    before = len(into.indexes)
    for index in spec["indexes"]:
        into.index({"v": 2, **index})
    return {"numIndexesBefore": before, "numIndexesAfter": len(into.indexes), "createdCollectionAutomatically": False, "ok": 1.0}


def list_indexes(database, spec):
    if spec["listIndexes"] not in DATA.get(database, {}):
        raise Refused(26, "NamespaceNotFound", f"ns does not exist: {database}.{spec['listIndexes']}")
    return answer_docs(f"{database}.{spec['listIndexes']}", list(collection(database, spec["listIndexes"]).indexes.values()), {})


def drop_indexes(database, spec):
    collection(database, spec["dropIndexes"]).indexes.pop(spec.get("index"), None)
    return {"ok": 1.0}


def list_collections(database, spec):
    docs = [{"name": name, "type": "collection", "options": {}, "info": {"readOnly": False}} for name in DATA.get(database, {})]
    return answer_docs(f"{database}.$cmd.listCollections", [doc for doc in docs if matches(doc, spec.get("filter", {}))], {})


def drop_database(database, _spec):
    DATA.pop(database, None)
    return {"dropped": database, "ok": 1.0}


def drop(database, spec):
    DATA.get(database, {}).pop(spec["drop"], None)
    return {"ok": 1.0}


def kill_cursors(_database, spec):
    known = [it for it in spec["cursors"] if CURSORS.pop(it, None) is not None]
    return {"cursorsKilled": known, "cursorsNotFound": [], "cursorsAlive": [], "cursorsUnknown": [], "ok": 1.0}


def fine(_database, _spec):
    return {"ok": 1.0}


COMMANDS = {
    "hello": hello, "ismaster": hello, "ping": fine, "endsessions": fine, "getlasterror": fine, "setfeaturecompatibilityversion": fine, "create": fine,
    "buildinfo": lambda *_: {"version": "6.0.13", "versionArray": [6, 0, 13, 0], "maxBsonObjectSize": 16 << 20, "ok": 1.0},
    "getparameter": lambda *_: {"featureCompatibilityVersion": {"version": "6.0"}, "ok": 1.0},
    "listdatabases": lambda *_: {"databases": [{"name": name, "sizeOnDisk": 1, "empty": False} for name in DATA], "totalSize": 1, "ok": 1.0},
    "insert": insert, "update": update, "delete": delete, "findandmodify": find_and_modify, "find": find, "getmore": get_more,
    "aggregate": aggregate, "count": count, "distinct": distinct, "createindexes": create_indexes, "listindexes": list_indexes,
    "dropindexes": drop_indexes, "listcollections": list_collections, "dropdatabase": drop_database, "drop": drop,
    "killcursors": kill_cursors,
}


def run(spec):
    name, database = next(iter(spec)), spec.get("$db", "admin")
    command = COMMANDS.get(name.lower())
    try:
        if command is None:
            raise Refused(59, "CommandNotFound", f"no such command: '{name}'")
        with LOCK:
            return command(database, spec)
    except Refused as refused:
        print(f"refused: {database}.{name}: {refused}", file=sys.stderr, flush=True)
        return refused.reply
    except Exception as error:  # a fault of this server's
        print(f"FAULT: {database}.{name}: {error!r} in {spec!r:.600}", file=sys.stderr, flush=True)
        return {"ok": 0.0, "errmsg": repr(error), "code": 1, "codeName": "InternalError"}


def message(body):
    """Reads the command of an OP_MSG: one document, and arrays of documents."""
    flags, = struct.unpack_from("<I", body)
    end, at, spec, arrays = len(body) - (4 if flags & 1 else 0), 4, {}, {}
    while at < end:
        kind, at = body[at], at + 1
        size, = struct.unpack_from("<i", body, at)
        if kind == 0:
            spec = bson.decode(body[at:at + size], OPTIONS)
        else:
            stop = body.index(b"\0", at + 4)
            arrays[body[at + 4:stop].decode()] = bson.decode_all(body[stop + 1:at + size], OPTIONS)
        at += size
    return flags, {**spec, **arrays}


class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while head := self.rfile.read(16):
            size, request, _, operation = struct.unpack("<iiii", head)
            body = self.rfile.read(size - 16)
            if operation == 2013:
                flags, spec = message(body)
                reply = run(spec)
                if flags & 2:
                    continue
                answer, out = b"\0\0\0\0\0" + bson.encode(reply), 2013
            elif operation == 2004:  # drivers say hello in the old way
                at = body.index(b"\0", 4) + 9
                spec = bson.decode(body[at:at + struct.unpack_from("<i", body, at)[0]], OPTIONS)
                answer, out = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(run(spec.get("$query", spec))), 1
            else:
                print(f"refused: operation {operation}", file=sys.stderr, flush=True)
                return
            self.wfile.write(struct.pack("<iiii", len(answer) + 16, next(NUMBERS) & 0x7FFFFFFF, request, out) + answer)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    with Server(("127.0.0.1", int(sys.argv[1])), Connection) as server:
        print(f"listening on 127.0.0.1:{sys.argv[1]}", flush=True)
        server.serve_forever()
