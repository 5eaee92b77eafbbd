"""Log lines: JSON, one object a line, or text for people."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal


class JsonFormatter(logging.Formatter):
    """One object a line; what a call passes as `extra={"fields": {...}}` stands beside the rest."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        return " ".join([super().format(record), *(f"{key}={fields[key]}" for key in fields)])


def logging_config(level: str, line_format: Literal["json", "text"]) -> dict[str, Any]:
    """For `logging.config.dictConfig`: every line of the process in one form, to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": JsonFormatter},
            "text": {"()": TextFormatter, "format": "%(asctime)s %(levelname)s %(message)s"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": line_format}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        # gunicorn's loggers come with handlers of their own unless told otherwise.
        "loggers": {"gunicorn.error": {"level": level.upper(), "handlers": [], "propagate": True}},
    }
