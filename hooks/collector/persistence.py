"""A queue on disk: what an exporter has taken survives a crash."""

from collections.abc import Iterator

from hooks.collector.component import Component
from hooks.collector.memory import MEBIBYTE
from hooks.quantity import parse

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


# Of a volume, what waits in queues may fill: the files have room that is not used, and a full disk
# could not even forget what has been sent.
SHARE_OF_VOLUME = 50
# What a queue must be able to hold: the largest request that a source takes has 20 MiB.
LEAST_QUEUE = 32 * MEBIBYTE


def queue_size(volume: str, queues: int) -> int:
    """Bytes for each of so many *queues* on a *volume* of this size."""
    return int(parse(volume)) * SHARE_OF_VOLUME // 100 // queues


def too_small(volume: str, queues: int) -> Iterator[str]:
    """Why no *volume* of this size can have so many *queues*, or the one of an author's own."""
    queues = max(queues, 1)
    if queue_size(volume, queues) < LEAST_QUEUE:
        least = queues * LEAST_QUEUE * 100 // SHARE_OF_VOLUME // MEBIBYTE
        yield (
            f"spec.persistence.size is {volume}, which must be at least {least}Mi for "
            f"{'1 queue' if queues == 1 else f'{queues} queues'}, one for each sink and signal"
        )


def persistent(exporter: Component, size: int) -> Component:
    """*exporter* with queues on disk of *size* bytes, one for each signal, if it has any."""
    if not exporter.queued:
        return exporter
    queue = exporter.settings.get("sending_queue", {})
    on_disk = {"sizer": "bytes", "queue_size": size, "storage": STORAGE.id}
    if "batch" in queue:
        # Or batches would be counted like the queue, and be of 8192 bytes.
        on_disk["batch"] = {"sizer": "items", **queue["batch"]}
    settings = exporter.settings | {"sending_queue": {**queue, **on_disk}}
    return Component(exporter.id, settings, queued=True)
