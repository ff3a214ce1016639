#!/usr/bin/env bash
# Ends the processes that start.sh started, by their pid files.
work=${WORK:-$(cd "$(dirname "$0")" && pwd)/work}
for file in "$work"/pids/* "$work/nginx.pid"; do
    [ -f "$file" ] || continue
    kill "$(cat "$file")" 2>/dev/null && echo "ended $(basename "$file")"
    rm -f "$file"
done
exit 0
