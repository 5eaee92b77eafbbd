"""A queue on disk: what an exporter has taken survives a crash."""

from hooks.collector.component import Component

FOLDER = "/var/lib/orasi-collector"
STORAGE = Component(
    "file_storage/queue",
    {
        # Not the volume's root, where some file systems have a folder of their own.
        "directory": f"{FOLDER}/queue",
        "create_directory": True,
        # Acknowledged means written: not only to the kernel's memory.
        "fsync": True,
    },
)


def persistent(exporter: Component) -> Component:
    """*exporter* with its queue on disk, if it has one."""
    if not exporter.queued:
        return exporter
    queue = exporter.settings.get("sending_queue", {})
    settings = exporter.settings | {"sending_queue": {**queue, "storage": STORAGE.id}}
    return Component(exporter.id, settings, queued=True)
