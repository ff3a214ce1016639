#!/usr/bin/env python3
"""The database of the official suite: SecantusDB (from PyPI), which speaks MongoDB's wire protocol, with two more commands.

The suite makes text indexes at its start, which SecantusDB refuses; they only serve the search box of its pages, so they are
left out here. Everything else the suite asks is answered by SecantusDB itself (`probe.py` shows it).

Usage: serve.py PORT DIRECTORY. Listens on 127.0.0.1 alone.
"""
import sys

from secantus import cli, commands

make_indexes = commands._HANDLERS["createIndexes"]


def without_text(doc, ctx):
    wanted = [index for index in doc["indexes"] if "text" not in dict(index["key"]).values()]
    if not wanted:
        return {"numIndexesBefore": 1, "numIndexesAfter": 1, "createdCollectionAutomatically": False, "ok": 1.0}
    return make_indexes({**doc, "indexes": wanted}, ctx)


commands._HANDLERS["createIndexes"] = without_text
port, directory = sys.argv[1:3]
sys.argv = ["secantusd-py", "--host", "127.0.0.1", "--port", port, "--standalone", "--storage-path", directory, "--log-level", "WARNING"]
sys.exit(cli.main())
