#!/usr/bin/env python3
"""Runs plans of the official conformance suite through its REST API, and reports the result of each module.

Usage: run.py [--work DIR] [--jobs N] [RUN …]. A RUN is a name in work/runs.json, or a glob; without one, all that the server can
serve today. Logs go to work/results/RUN/, with a summary in work/results/summary.json and summary.md. Needs only Python.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import pathlib
import ssl
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ENDED = ("FINISHED", "INTERRUPTED")
BAD = ("FAILURE", "WARNING")
said = threading.Lock()


class Suite:
    def __init__(self, base):
        self.base = base.rstrip("/")
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    def call(self, method, path, body=None, timeout=60, **query):
        url = f"{self.base}/api/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        data = json.dumps(body).encode() if body is not None else (b"" if method == "POST" else None)
        request = urllib.request.Request(url, data, {"Content-Type": "application/json", "Accept": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=timeout, context=self.context) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def patient(self, *arguments, **named):
        """Repeats a read that failed for a reason that may pass."""
        for attempt in range(5):
            try:
                return self.call(*arguments, **named)
            except urllib.error.HTTPError as error:
                if error.code < 500 or attempt == 4:
                    raise
            except (OSError, ValueError):
                if attempt == 4:
                    raise
            time.sleep(1 + attempt)

    def wait_for(self, module, states, seconds):
        """Waits until the module is in one of these states, and returns it; `None` after the timeout."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            milliseconds = int(min(left, 20) * 1000) or 1
            answer = self.patient("GET", f"runner/{module}/wait-state", states=",".join(states), timeoutMs=milliseconds)
            if answer and answer.get("state"):
                return answer["state"]
        return None


def explained(error):
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}: {error.read()[:500].decode(errors='replace')}"
    return f"{type(error).__name__}: {error}"


def stands_still(suite, module, log, options):
    """Returns true if a module waits without end: no page is open, and nothing was logged for a while."""
    if time.monotonic() - log["at"] < options.still:
        return None
    entries = suite.patient("GET", f"log/{module}")
    if len(entries) != log["entries"]:
        log |= {"entries": len(entries), "at": time.monotonic()}
        return None
    if suite.patient("GET", f"info/{module}").get("status") != "WAITING":
        return None
    try:
        browser = suite.call("GET", f"runner/browser/{module}")
    except (urllib.error.HTTPError, OSError):
        browser = {}
    if browser.get("runners"):
        return None
    return f"waits, and nothing moves; not visited: {browser.get('urls')}, visited: {browser.get('visited')}"


def run_module(suite, plan, module, options):
    name, variant = module["testModule"], module.get("variant")
    started = time.monotonic()
    report = {"module": name, "variant": variant, "result": "ERROR", "messages": [], "id": None}
    try:
        query = {"test": name, "plan": plan} | ({"variant": json.dumps(variant)} if variant else {})
        identifier = report["id"] = suite.call("POST", "runner", timeout=120, **query)["id"]
        state = suite.wait_for(identifier, ("WAITING", "RUNNING", *ENDED), 20)
        if state is None and suite.patient("GET", f"info/{identifier}").get("status") == "CONFIGURED":
            suite.call("POST", f"runner/{identifier}")
        log, end, state = {"entries": -1, "at": time.monotonic()}, started + options.timeout, None
        while state is None:
            state = suite.wait_for(identifier, ENDED, 5)
            still = None if state else stands_still(suite, identifier, log, options)
            if still is None and state is None and time.monotonic() > end:
                still = f"not finished after {options.timeout} s"
            if still:
                report["messages"].append({"result": "STUCK", "src": "run.py", "msg": still, "requirements": []})
                suite.call("DELETE", f"runner/{identifier}")
                state = suite.wait_for(identifier, ENDED, 20) or "STUCK"
        info = suite.patient("GET", f"info/{identifier}")
        entries = suite.patient("GET", f"log/{identifier}")
        report |= {"status": info.get("status"), "result": info.get("result") or "UNKNOWN", "summary": info.get("summary")}
        if any(it["result"] == "STUCK" for it in report["messages"]):
            report["result"] = "STUCK"
        elif report["status"] == "INTERRUPTED":
            report["result"] = "INTERRUPTED"
        for entry in entries:
            if entry.get("result") in BAD or (entry.get("result") == "REVIEW" and entry.get("upload")):
                short = {key: entry.get(key) for key in ("result", "src", "msg", "requirements", "error", "expected", "actual", "body") if entry.get(key) is not None}
                report["messages"].append(short)
        (options.folder / f"{name}{suffix(variant)}.json").write_text(json.dumps({"info": info, "log": entries}, indent=1))
    except Exception as error:  # one module must not end the others
        report["messages"].append({"result": "ERROR", "src": "run.py", "msg": explained(error), "requirements": []})
    report["seconds"] = round(time.monotonic() - started, 1)
    return report


def suffix(variant):
    return "" if not variant else "-" + "-".join(str(value) for value in variant.values()).replace(" ", "_").replace("/", "_")[:80]


def run_plan(suite, name, spec, options):
    outcome = {"run": name, "plan": spec["plan"], "variant": spec["variant"], "expected": spec.get("expected"), "modules": []}
    try:
        config = json.loads((options.work / spec["config"]).read_text())
        query = {"planName": spec["plan"]} | ({"variant": json.dumps(spec["variant"])} if spec["variant"] else {})
        plan = suite.call("POST", "plan", config, timeout=120, **query)
    except Exception as error:
        outcome["error"] = explained(error)
        say(f"{name}: no plan: {outcome['error']}")
        return outcome
    folder = options.results / name
    folder.mkdir(parents=True, exist_ok=True)
    modules = [module for module in plan["modules"] if fnmatch.fnmatch(module["testModule"], options.modules)]
    outcome |= {"id": plan["id"], "all": len(plan["modules"])}
    say(f"{name}: plan {plan['id']}, {len(modules)} of {len(plan['modules'])} modules")
    here = argparse.Namespace(**{**vars(options), "folder": folder})
    for module in modules:
        report = run_module(suite, plan["id"], module, here)
        outcome["modules"].append(report)
        say(f"{report['result']:11} {report['seconds']:6.1f} s  {name}  {report['module']}{suffix(report['variant'])}")
        for message in report["messages"]:
            where = ", ".join(message.get("requirements") or [])
            say(f"{'':11} {message['result']:8} {message.get('src')}: {str(message.get('msg'))[:300]}" + (f"  [{where}]" if where else ""))
        write(options, name, outcome)
    return outcome


def write(options, name, outcome):
    (options.results / f"{name}.json").write_text(json.dumps(outcome, indent=1))


def say(text):
    with said:
        print(text, flush=True)


def tally(modules):
    counts = {}
    for module in modules:
        counts[module["result"]] = counts.get(module["result"], 0) + 1
    return counts


def summarize(outcomes, options):
    lines = ["| run | modules | passed | review | warning | skipped | failed | other |", "|---|---|---|---|---|---|---|---|"]
    for outcome in outcomes:
        counts = tally(outcome["modules"])
        known = ("PASSED", "REVIEW", "WARNING", "SKIPPED", "FAILED")
        other = {key: value for key, value in counts.items() if key not in known} | ({"no plan": outcome["error"][:120]} if "error" in outcome else {})
        row = [outcome["run"], str(len(outcome["modules"])), *(str(counts.get(key, 0)) for key in known), json.dumps(other) if other else ""]
        lines.append("| " + " | ".join(row) + " |")
    lines.append("")
    for outcome in outcomes:
        for module in outcome["modules"]:
            if module["result"] not in ("PASSED", "SKIPPED", "REVIEW"):
                lines.append(f"- **{module['result']}** {outcome['run']} / {module['module']}")
                for message in module["messages"][:6]:
                    where = ", ".join(message.get("requirements") or [])
                    lines.append(f"  - {message['result']} {message.get('src')}: {str(message.get('msg'))[:400]}" + (f" [{where}]" if where else ""))
    text = "\n".join(lines) + "\n"
    (options.results / "summary.md").write_text(text)
    (options.results / "summary.json").write_text(json.dumps(outcomes, indent=1))
    print(text)
    good = all("error" not in outcome and all(module["result"] in ("PASSED", "SKIPPED", "REVIEW", "WARNING") for module in outcome["modules"]) for outcome in outcomes)
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", metavar="RUN")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent / "work")
    parser.add_argument("--suite", help="its base URL [default: as made by make.py]")
    parser.add_argument("--modules", default="*", metavar="GLOB")
    parser.add_argument("--jobs", type=int, default=3, help="runs at the same time; each has an alias and clients of its own")
    parser.add_argument("--timeout", type=int, default=300, help="seconds for one module")
    parser.add_argument("--still", type=int, default=45, help="seconds after which a module that waits and logs nothing is given up")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    options.work = options.work.resolve()
    runs = json.loads((options.work / "runs.json").read_text())
    if options.list:
        for name, spec in runs.items():
            print(f"{name:26} {spec['plan']:42} {'LATER: ' + spec['later'] if 'later' in spec else ''}")
        return 0
    wanted = options.runs or [name for name, spec in runs.items() if "later" not in spec]
    chosen = {name: spec for name, spec in runs.items() if any(fnmatch.fnmatch(name, pattern) for pattern in wanted)}
    if not chosen:
        parser.error("no such run; --list names them")
    port = dict(line.split("=", 1) for line in (options.work / "ports.env").read_text().split())["SUITE_PORT"]
    suite = Suite(options.suite or f"https://localhost:{port}")
    options.results = options.work / "results"
    options.results.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda item: run_plan(suite, *item, options), chosen.items()))
    return summarize(outcomes, options)


if __name__ == "__main__":
    sys.exit(main())
