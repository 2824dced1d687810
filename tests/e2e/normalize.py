"""Events, one JSON object per line on stdin; on stdout how many were read, then a line for each one that Relay's
normaliser found fault with or had to change. Exit 1 if there was one."""
import json
import sys

from sentry_relay.processing import StoreNormalizer

normalizer = StoreNormalizer(enable_trimming=True, remove_other=True, max_secs_in_future=60, max_secs_in_past=90 * 86400)
read, bad = 0, []
for line in sys.stdin:
    event = json.loads(line)
    read += 1
    out = normalizer.normalize_event(dict(event))
    if out.get("errors") or "_meta" in out:
        bad.append({"event_id": event.get("event_id"), "errors": out.get("errors"), "_meta": out.get("_meta")})
print(read)
for fault in bad:
    print(json.dumps(fault))
sys.exit(1 if bad else 0)
