"""What the jobs in Python share."""


def check(what, expected, seen):
    """Says whether two values are equal."""
    print(f"ok {what}" if expected == seen else f"FAIL {what}: {seen!r:.300}", flush=True)
