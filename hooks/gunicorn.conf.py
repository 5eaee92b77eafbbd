"""How gunicorn runs the server: gunicorn -c hooks/gunicorn.conf.py "hooks.app:create_app()"."""

import signal
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Any

from hooks.logs import logging_config
from hooks.settings import Settings

settings = Settings()

bind = f"{settings.bind_address}:{settings.port}"
workers = 1  # the metrics and the places for calls are those of one process; scale by replicas
worker_class = "gthread"
threads = settings.threads
# Metacontroller keeps idle connections for 90 s; one that we close first can fail a call.
keepalive = 120
max_requests = 0
timeout = 60
graceful_timeout = settings.drain_seconds + settings.stop_seconds
MEMORY = Path("/dev/shm")  # noqa: S108  # gunicorn makes a file of a name of its own there
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None  # a heartbeat must not wait for a disk
control_socket_disable = True
logconfig_dict = logging_config(settings.log_level, settings.log_format)


def post_worker_init(worker: Any) -> None:
    """On SIGTERM drain first: not ready, calls sent away, and only then stop."""
    stop = worker.handle_exit

    def drain(number: int, frame: FrameType | None) -> None:
        worker.wsgi.extensions["gate"].drain()
        Timer(settings.drain_seconds, stop, (number, frame)).start()

    signal.signal(signal.SIGTERM, drain)
