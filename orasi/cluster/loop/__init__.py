"""Metacontroller's loop over any cluster, as version 4.17.2 behaves.

`metacontroller.py` has the passes, `composite.py` and `decorator.py` one sync of one parent; start
reading there.
"""

from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import Answer, HttpWebhook, Webhook

__all__ = ["Answer", "ApplyStrategy", "HttpWebhook", "Metacontroller", "Webhook"]
