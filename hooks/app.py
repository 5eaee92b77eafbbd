"""The shell: routes, parse, answer. Alone in knowing Flask, timing calls and logging."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from socket import SHUT_RD
from typing import Any
from uuid import uuid4

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, LengthRequired

from hooks import __version__
from hooks.composite import Composite
from hooks.contract import (
    customize_body,
    customize_request,
    decode,
    decorator_body,
    decorator_request,
    response_body,
    sync_request,
)
from hooks.decorator import Decorator, decorated
from hooks.decorators import DECORATORS
from hooks.errors import HookError, MalformedRequest, TryLater
from hooks.gate import Gate
from hooks.kinds import KINDS
from hooks.metrics import Metrics
from hooks.reconcile import reconcile
from hooks.settings import Settings

log = logging.getLogger("orasi.hooks")
LEVELS = {200: logging.INFO, 429: logging.INFO, 500: logging.ERROR}

BUG = (
    "The hook server failed on this object. Its log says why; in a cluster that is "
    "`kubectl logs --namespace orasi deployment/orasi-controller`."
)
# In which nothing comes of a body, until its caller is given up.
SILENCE_SECONDS = 10
LONGEST_NAME = 253
LONGEST_ERROR = 2048


@dataclass
class Call:
    """What is logged and counted of one hook call."""

    kind: str
    hook: str
    parent: str = ""
    generation: int = 0
    code: int = 200
    reason: str = ""  # why it was not answered 200, in one word
    error: str = ""  # the same in a sentence


def create_app(
    kinds: Iterable[Composite | Decorator] = (*KINDS, *DECORATORS),
    settings: Settings | None = None,
    *,
    version: str = __version__,
    clock: Callable[[], float] = time.monotonic,
) -> Flask:
    """The server as a WSGI application; its gate is `app.extensions["gate"]`."""
    settings = settings or Settings()
    app = Flask("orasi")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit_bytes
    gate = app.extensions["gate"] = Gate(version, settings, clock)
    metrics = Metrics(app, version)
    add_probes(app, gate)
    for kind in kinds:
        for hook in kind.hooks:
            app.add_url_rule(
                f"/hooks/{kind.singular}/{hook}",
                endpoint=f"{kind.singular}-{hook}",
                view_func=hook_view(kind, hook, gate, metrics, clock),
                methods=["POST"],
            )
    app.register_error_handler(HTTPException, lambda error: sentence(error.code, error.description))
    return app


def add_probes(app: Flask, gate: Gate) -> None:
    def ready() -> Response:
        if gate.draining:
            return sentence(503, "This server is stopping.")
        return sentence(200, "ready")

    app.add_url_rule("/", "index", lambda: {"service": "orasi-controller", "version": gate.version})
    app.add_url_rule("/healthz", "healthz", lambda: sentence(200, "alive"))
    app.add_url_rule("/startupz", "startupz", lambda: sentence(200, "started"))
    app.add_url_rule("/readyz", "readyz", ready)


def hook_view(
    kind: Composite | Decorator, hook: str, gate: Gate, metrics: Metrics, clock: Callable[[], float]
) -> Callable[[], Response]:
    def view() -> Response:
        started = clock()
        call = Call(kind.singular, hook)
        response = answer(kind, call, gate)
        seconds = clock() - started
        metrics.observe(call.kind, call.hook, call.code, call.reason, seconds)
        response.headers["X-Request-ID"] = report(call, seconds)
        return response

    return view


def answer(kind: Composite | Decorator, call: Call, gate: Gate) -> Response:
    """The response to the present request; what goes wrong is translated here and nowhere else."""
    try:
        refusal = gate.refusal(request.args.get("version"))
        with gate.door(hang_up):
            body = whole_body()
            if refusal:
                raise refusal
            with gate.place():
                return Response(answered(kind, call, body), mimetype="application/json")
    except HookError as error:
        said = shortened(str(error))
        call.code, call.reason, call.error = error.code, error.reason, said
        response = sentence(error.code, BUG if error.code == 500 else said)
        if isinstance(error, TryLater):
            response.headers["Retry-After"] = str(error.seconds)
        return response
    except HTTPException as error:
        call.code, call.reason = error.code or 500, type(error).__name__
        call.error = error.description or ""
        return sentence(error.code, error.description)
    except Exception as error:
        # Only the log is told: the answer becomes an event, which must be short and stable.
        log.exception("hook failed", extra={"fields": vars(call)})
        call.code, call.reason = 500, type(error).__name__
        return sentence(500, BUG)


def hang_up() -> None:
    """Listen no more: for the rest of a body gunicorn would wait, with a thread."""
    if connection := request.environ.get("gunicorn.socket"):
        connection.shutdown(SHUT_RD)


def whole_body() -> bytes:
    """The request's body, read before the call takes a place, and also if it is sent away.

    So a slow caller takes no place from others, and one that is sent away keeps its connection:
    with a body left unread gunicorn would close it, and Metacontroller would report a broken pipe.
    """
    if request.content_length is None:
        raise LengthRequired  # beyond the limit a body without a length would just be cut
    connection = request.environ.get("gunicorn.socket")
    if connection:
        connection.settimeout(SILENCE_SECONDS)
    return request.get_data(cache=False)


def answered(kind: Composite | Decorator, call: Call, body: bytes) -> bytes:
    envelope = decode(body)
    if isinstance(kind, Decorator):
        call.parent, call.generation = subject("object", envelope)
        return decoration(kind, call, envelope)
    call.parent, call.generation = subject("parent", envelope)
    if call.hook == "customize":
        return customize_body(kind.asks_for(customize_request(kind.kind, envelope)))
    asked = sync_request(kind.kind, envelope, declared=kind.children)
    check_finalizing(asked.finalizing, call)
    return response_body(
        reconcile(kind, asked),
        namespace=asked.parent.namespace,
        declared=kind.children,
    )


def decoration(decorator: Decorator, call: Call, envelope: Any) -> bytes:
    asked = decorator_request(
        decorator.api_version,
        decorator.object_kind,
        envelope,
        declared=decorator.attachments,
    )
    check_finalizing(asked.finalizing, call)
    return decorator_body(
        decorated(decorator, asked), namespace=asked.namespace, declared=decorator.attachments
    )


def check_finalizing(finalizing: bool, call: Call) -> None:
    """Raises MalformedRequest if another hook is meant than was called."""
    if finalizing != (call.hook == "finalize"):
        raise MalformedRequest(f"finalizing is {finalizing} in a call of {call.hook}.")


def subject(key: str, envelope: Any) -> tuple[str, int]:
    """Who a call is about, for the log, whatever else is wrong with it."""
    parent = envelope.get(key) if isinstance(envelope, dict) else None
    metadata = parent.get("metadata") if isinstance(parent, dict) else None
    if not isinstance(metadata, dict):
        return "", 0
    generation = metadata.get("generation", 0)
    texts = [str(metadata.get(part, ""))[:LONGEST_NAME] for part in ("namespace", "name")]
    return "/".join(filter(None, texts)), generation if isinstance(generation, int) else 0


def report(call: Call, seconds: float) -> str:
    """Log one line about a call; its request id."""
    request_id = request.headers.get("X-Request-ID") or uuid4().hex
    fields = {key: value for key, value in vars(call).items() if value != ""}
    log.log(
        LEVELS.get(call.code, logging.WARNING),
        "hook call",
        extra={"fields": fields | {"ms": round(seconds * 1000, 2), "requestID": request_id}},
    )
    return request_id


def shortened(text: str) -> str:
    """For logs and events, whatever a caller has sent that is named in it."""
    return text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR]}…"


def sentence(code: int | None, text: str | None) -> Response:
    return Response(f"{text}\n", status=code or 500, mimetype="text/plain")
