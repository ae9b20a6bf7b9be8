"""Answers calls, one JSON object a line on standard input, one on standard output."""

import json
import sys


def answer(handlers):
    """Serves until standard input ends. `handlers`: a function for each call's name, taking its fields."""
    replies = sys.stdout
    # What a library prints must not come between the answers.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        call = json.loads(line)
        try:
            reply = {"ok": handlers[call.pop("call")](**call)}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)
