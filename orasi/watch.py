"""Noticing that files have changed, whatever way an editor saves them."""

from collections.abc import Iterable
from pathlib import Path

from orasi.sources import BadSource, files

Fingerprints = dict[Path, tuple[int, int, int]]


class Watch:
    """Compares what the file system says of the files below some paths."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._handled = self._latest = self._fingerprints()

    def changes(self) -> list[Path]:
        """Files that changed, came or went since they were last reported, once they are at rest.

        Editors empty a file and fill it again, or put another one in its place: only what two
        calls find alike is a version that somebody meant to save.
        """
        before, self._latest = self._latest, self._fingerprints()
        if self._latest != before or self._latest == self._handled:
            return []
        known, self._handled = self._handled, self._latest
        paths = known.keys() | self._latest.keys()
        return sorted(path for path in paths if known.get(path) != self._latest.get(path))

    def is_outdated(self) -> bool:
        """Whether somebody is saving right now: what has just been read may be half a file."""
        return self._fingerprints() != self._handled

    def _fingerprints(self) -> Fingerprints:
        found: Fingerprints = {}
        for path in self._paths:
            try:
                for file in files(path):
                    status = file.stat()
                    found[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
            except (BadSource, OSError):
                continue  # gone, at least for now
        return found
