"""A cluster as the loop sees it: one small interface, in memory or a real API server behind it.

`memory/` models the API server, `kubernetes.py` talks to a real one, and `loop/` is
Metacontroller's loop over either. None of this runs in production: it is how people and tests run
the hooks without Metacontroller.
"""
