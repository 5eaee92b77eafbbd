"""Orasi's hooks: what Metacontroller asks, and what should then exist."""

__version__ = "0.1.0"

GROUP = "orasi.io"
API_VERSION = f"{GROUP}/v1alpha1"

# Where the server runs, and where what holds for the whole platform is written down.
NAMESPACE = "orasi"
