"""Python's search for cycles of objects, in a process that keeps many objects."""

import gc


def search_seldom() -> None:
    """Everything in an embedded cluster stays, and hardly anything in it is a cycle: to look
    through all of it again and again took a tenth of the time."""
    gc.set_threshold(50_000, 10, 10)
