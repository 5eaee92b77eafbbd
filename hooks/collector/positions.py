"""How far a source has read, kept while its pod is there: a container that starts again goes on."""

from hooks.collector.component import Component

FOLDER = "/var/lib/orasi-positions"
STORAGE = Component("file_storage/positions", {"directory": FOLDER, "create_directory": True})
