"""What the jobs in Python share."""


def check(what, expected, seen):
    """Prints a line that starts with ok if the values are equal, and with FAIL if not."""
    print(f"ok {what}" if expected == seen else f"FAIL {what}: {seen!r:.300}", flush=True)
