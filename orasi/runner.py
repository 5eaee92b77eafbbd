"""One `orasi run`: a cluster, the hook server, and the objects of some files brought to rest."""

import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from hooks import __version__
from orasi import view
from orasi.applying import Applier
from orasi.cluster.api import ApiError, Clock, Cluster, RealClock, VirtualClock
from orasi.cluster.loop.metacontroller import Metacontroller
from orasi.cluster.loop.webhook import HttpWebhook
from orasi.cluster.memory import Memory
from orasi.cluster.watching import Watching
from orasi.command import Failed, Interrupted
from orasi.install import install, refuse_second_engine
from orasi.journal import Journal
from orasi.recording import LOG, Recording
from orasi.screen import Screen, screen
from orasi.server import HookServer
from orasi.session import Session
from orasi.sources import Source, load
from orasi.steps import Steps
from orasi.trace import Trace
from orasi.watch import Watch

POLL_SECONDS = 0.25
QUIET_SECONDS = 20  # without any news, nothing more is expected of pods


def main(arguments: Namespace) -> int:
    server, shown = HookServer(arguments.port), screen()
    try:
        return run(arguments, server, shown)
    except Interrupted:
        if arguments.watch:
            return 0  # that is how it ends
        raise
    except ApiError as error:
        raise Failed(str(error)) from error
    finally:
        shown.close()
        server.stop()


def run(arguments: Namespace, server: HookServer, shown: Screen) -> int:
    watch = Watch(arguments.paths)
    sources, problems = load(arguments.paths)
    for problem in problems:
        shown.complain(problem)
    if problems:
        return 1
    if not sources:
        raise Failed(f"{named(arguments)}: there is no object in any *.yaml or *.yml file there")
    clock: Clock = RealClock() if arguments.kubeconfig else VirtualClock()
    cluster = connected(arguments.kubeconfig) if arguments.kubeconfig else Memory(clock)
    recording = Recording(arguments.record) if arguments.record else None
    server.start()
    shown.say(title(arguments, sources))
    applier = Applier(cluster, make_namespaces=not arguments.kubeconfig)
    install(cluster, applier, clock)
    journal = engine(arguments, cluster, server, clock, shown, recording)
    session = Session(cluster, applier, journal.settle, shown, Steps(arguments.step))
    session.apply(sources)
    server.wait_until_ready()
    session.settle()
    if arguments.kubeconfig:
        wait(session, clock)
    report_log(session, server, shown)
    if recording:
        shown.say(Text(f"Recorded in {recording.folder}: each call, and {LOG} in order.", "dim"))
    if arguments.watch and not session.stopped:
        shown.say(Text("Watching for changes; Ctrl-C ends.", "dim"))
    while arguments.watch and not session.stopped:
        time.sleep(POLL_SECONDS)
        follow(watch, arguments, session, shown)
        report_log(session, server, shown)
    return 0 if session.succeeded else 1


def engine(
    arguments: Namespace,
    cluster: Cluster,
    server: HookServer,
    clock: Clock,
    shown: Screen,
    recording: Recording | None,
) -> Journal:
    """Metacontroller's loop, which tells what happens in it."""

    def tell(lines: Sequence[Text]) -> None:
        if recording:
            recording.log(line.plain for line in lines)
        for line in lines if arguments.verbose else ():
            shown.say(line)

    trace = Trace(HttpWebhook(server.url), cluster, recording.keep if recording else None)
    loop = Metacontroller(trace, trace, clock, apply_strategy=arguments.apply_strategy)
    return Journal(trace, loop, clock, tell)


def wait(session: Session, clock: Clock) -> None:
    """Of a real cluster pods take their time; the embedded one's have been waited for."""
    seen, deadline = session.items, clock.now() + QUIET_SECONDS
    while not session.succeeded and clock.now() < deadline:
        clock.sleep_until(clock.now() + POLL_SECONDS)
        session.settle(quiet=True)
        if session.items != seen:
            seen, deadline = session.items, clock.now() + QUIET_SECONDS


def named(arguments: Namespace) -> str:
    return view.joined([str(path) for path in arguments.paths])


def title(arguments: Namespace, sources: Iterable[Source]) -> Text:
    real = arguments.kubeconfig
    return view.header(
        __version__,
        f"the cluster of {real}" if real else "an embedded cluster",
        arguments.apply_strategy,
        view.loaded((source.manifest["kind"] for source in sources), named(arguments)),
    )


def connected(kubeconfig: Path) -> Cluster:
    """A real cluster that answers, and in which no other engine runs. Raises Failed."""
    if not kubeconfig.is_file():
        raise Failed(f"{kubeconfig}: there is no such kubeconfig file")
    try:
        cluster = Watching(kubeconfig)
    except Exception as error:  # lightkube checks little of what it reads
        raise Failed(f"{kubeconfig}: this is no kubeconfig that can be used: {error}") from error
    try:
        cluster.resources()
    except ApiError as error:
        raise Failed(f"{kubeconfig}: {error}") from error
    refuse_second_engine(cluster, datetime.now(UTC))
    return cluster


def follow(watch: Watch, arguments: Namespace, session: Session, shown: Screen) -> None:
    """Bring what has changed since the last look to rest: files, and a cluster of others."""
    changes = watch.changes()
    if not changes:
        if arguments.kubeconfig:
            session.settle(quiet=True)
        return
    sources, problems = load(arguments.paths)
    if watch.is_outdated():
        return  # the next looks will find what comes of it
    shown.say(Text(f"\nChanged: {', '.join(map(str, changes))}", "bold"))
    for problem in problems:
        shown.complain(problem)
    if not problems:  # else the objects of a file that cannot be read would seem removed
        session.apply(sources)
        session.settle()


def report_log(session: Session, server: HookServer, shown: Screen) -> None:
    """Raises Failed if the server has ended."""
    if not server.running:
        raise server.failure("has ended")
    if session.failures and not server.keep_log:
        server.keep_log = True
        shown.complain(f"the hook server's log is {server.log}")
