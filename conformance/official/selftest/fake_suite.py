#!/usr/bin/env python3
"""A stand-in for the suite's REST API, to test run.py: five modules that pass, fail, warn, hang, and are interrupted.

Usage: fake_suite.py PORT. Plain HTTP on loopback; says on which headers a request came in.
"""
import http.server
import itertools
import json
import sys
import time
import urllib.parse

MODULES = ["passes", "fails", "reviews", "stands-still", "breaks-off"]
TESTS, NUMBERS = {}, itertools.count(1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        parts = urllib.parse.urlsplit(self.path)
        query, path = dict(urllib.parse.parse_qsl(parts.query)), parts.path.split("/")[2:]
        if path[:2] == ["runner", "available"]:
            assert self.headers["X-Forwarded-Proto"] == "https" and self.headers["X-Ssl-Protocol"], dict(self.headers)
            return self.answer(200, MODULES)
        if path[:2] == ["runner", "browser"]:
            return self.answer(200, {"urls": ["https://localhost/authorize"], "visited": [], "runners": []})
        test = TESTS.get(path[1])
        if test is None:
            return self.answer(404, {"error": "test not found"})
        status = self.status(test)
        if path[0] == "info":
            return self.answer(200, {"status": status, "result": test["result"] if status == "FINISHED" else "UNKNOWN", "summary": "s"})
        if path[0] == "log":
            return self.answer(200, [{"src": "Check", "msg": "said so", "result": test["entry"], "requirements": ["RFC1-1"], "upload": test["upload"]}, {"msg": "x"}])
        end = time.monotonic() + int(query["timeoutMs"]) / 1000
        while time.monotonic() < end:
            if (status := self.status(test)) in query["states"].split(","):
                return self.answer(200, {"state": status})
            time.sleep(0.05)
        self.answer(200, {"timeout": True})

    def status(self, test):
        age = time.monotonic() - test["born"]
        if test["gone"] or (test["name"] == "breaks-off" and age > 0.3):
            return "INTERRUPTED"
        if test["name"] == "stands-still":
            return "WAITING"
        return "CONFIGURED" if age < 0.2 else "RUNNING" if age < 0.6 else "FINISHED"

    def do_POST(self):
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if parts.path == "/api/plan":
            assert json.loads(body)["alias"] and "planName" in query
            return self.answer(201, {"id": "p1", "name": query["planName"], "modules": [{"testModule": name, "variant": None, "instances": []} for name in MODULES]})
        assert not body
        identifier, name = f"t{next(NUMBERS)}", query["test"]
        result = {"fails": "FAILED", "reviews": "REVIEW"}.get(name, "PASSED")
        entry = {"fails": "FAILURE", "reviews": "REVIEW"}.get(name, "SUCCESS")
        TESTS[identifier] = {"name": name, "born": time.monotonic(), "gone": False, "result": result, "entry": entry, "upload": "ab" if entry == "REVIEW" else None}
        self.answer(201, {"id": identifier, "name": name})

    def do_DELETE(self):
        TESTS[self.path.split("/")[-1]]["gone"] = True
        self.answer(200, {})


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
