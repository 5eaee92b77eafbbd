"""`orasi probe` against real sockets and real TLS."""

import errno
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from orasi.reaching import Unreached, addresses, connected, name_failure
from tests.cli import peers
from tests.cli.peers import LOOPBACK, Authority, Talk, listening, speaking_tls
from tests.cli.program import run

TLS_1_2 = ssl.TLSVersion.TLSv1_2
REACHED = "reached, TLS 1.3, certificate valid until 3000-01-01 00:00 UTC."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder)


@pytest.fixture(scope="module")
def stranger(folder: Path) -> Authority:
    return Authority(folder, "stranger")


@pytest.fixture(scope="module")
def here(authority: Authority) -> tuple[Path, Path]:
    """A certificate for where the servers of these tests are."""
    return authority.issue("here", LOOPBACK, "::1")


def probed(talk: Talk, *options: str | Path, host: str = LOOPBACK) -> tuple[int, str]:
    """Exit code and finding about a server that answers with *talk*."""
    with listening(talk, host) as target:
        done = run("probe", target, *options)
    assert done.stderr == ""
    assert done.stdout.startswith(f"{target}: ")
    return done.returncode, done.stdout.removeprefix(f"{target}: ").rstrip("\n")


@contextmanager
def closed_port() -> Iterator[str]:
    """HOST:PORT where nothing listens."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        yield f"{LOOPBACK}:{taken.getsockname()[1]}"


@contextmanager
def deaf_port() -> Iterator[str]:
    """HOST:PORT that answers nothing at all: its queue is full, so that Linux drops what comes."""
    with ExitStack() as open_ones:
        server = open_ones.enter_context(socket.socket())
        server.bind((LOOPBACK, 0))
        server.listen(0)
        for _ in range(3):
            client = open_ones.enter_context(socket.socket())
            client.setblocking(False)
            assert client.connect_ex(server.getsockname()) == errno.EINPROGRESS
        yield f"{LOOPBACK}:{server.getsockname()[1]}"


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_without_tls_a_connection_is_enough(host: str) -> None:
    assert probed(peers.waiting, host=host) == (0, "reached.")


def test_the_address_of_a_name_is_told() -> None:
    with listening(peers.waiting) as target:
        port = target.rpartition(":")[2]
        done = run("probe", f"localhost:{port}")
    assert (done.returncode, done.stdout) == (0, f"localhost:{port} ({LOOPBACK}): reached.\n")


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_with_tls_its_version_and_the_end_of_the_certificate_are_told(
    authority: Authority, here: tuple[Path, Path], host: str
) -> None:
    options = ("--tls", "--ca-file", authority.file)
    assert probed(speaking_tls(here), *options, host=host) == (0, REACHED)
    older = speaking_tls(here, newest=TLS_1_2)
    assert probed(older, *options, host=host) == (0, REACHED.replace("1.3", "1.2"))


def test_who_hangs_up_on_the_silent_is_reached(
    authority: Authority, here: tuple[Path, Path]
) -> None:
    impatient = speaking_tls(here, lambda _: None)
    assert probed(impatient, "--tls", "--ca-file", authority.file) == (0, REACHED)


def test_every_target_counts_and_each_has_its_line(
    authority: Authority, here: tuple[Path, Path]
) -> None:
    with (
        listening(speaking_tls(here)) as secured,
        closed_port() as closed,
        listening(peers.waiting) as plain,
    ):
        targets = (f"tls://{secured}", closed, plain)
        done = run("probe", *targets, "--ca-file", authority.file)
        rest = run("probe", f"tls://{secured}", plain, "--ca-file", authority.file)
    refused = f"TCP failed: {LOOPBACK}: refused, since nothing listens there, or a firewall says so"
    lines = [f"{secured}: {REACHED}", f"{closed}: {refused}.", f"{plain}: reached."]
    assert (done.returncode, done.stdout.splitlines()) == (1, lines)
    assert (rest.returncode, rest.stdout.splitlines()) == (0, [lines[0], lines[2]])


def test_targets_do_not_wait_for_each_other() -> None:
    with deaf_port() as deaf:
        began = time.monotonic()
        done = run("probe", *([deaf] * 8), "--timeout", "1")
        took = time.monotonic() - began
    why = "no answer within 1.0 seconds; a firewall or NetworkPolicy may drop it"
    assert (done.returncode, done.stdout) == (1, f"{deaf}: TCP failed: {LOOPBACK}: {why}.\n" * 8)
    assert took < 4


def test_any_address_of_a_name_will_do() -> None:
    with listening(peers.waiting, "::1") as target, closed_port() as closed:
        good = (socket.AF_INET6, ("::1", int(target.rpartition(":")[2]), 0, 0))
        bad = (socket.AF_INET, (LOOPBACK, int(closed.rpartition(":")[2])))
        address, connection = connected([bad, good], 5.0)
        connection.close()
        assert address == good
        with pytest.raises(Unreached) as unreached:
            connected([bad, bad], 5.0)
    assert str(unreached.value) == (
        f"TCP failed: {LOOPBACK}, {LOOPBACK}: refused, since nothing listens there, or a firewall "
        "says so"
    )


def test_a_name_that_can_be_none_is_refused_without_asking() -> None:
    done = run("probe", "kafka..svc:9092")
    why = "name failed: this can be no name of a host: each part must have 1 to 63 characters"
    assert (done.returncode, done.stdout) == (1, f"kafka..svc:9092: {why}.\n")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (socket.EAI_NONAME, "DNS knows no such name: check its spelling, and its namespace"),
        (socket.EAI_NODATA, "DNS knows the name, but no address for it"),
        (
            socket.EAI_AGAIN,
            "no answer from DNS: check that it runs, and that a NetworkPolicy allows it",
        ),
        (socket.EAI_FAIL, "Non-recoverable failure in name resolution"),
    ],
)
def test_what_dns_says_is_explained(number: int, why: str) -> None:
    """These are what the resolver raises; to ask a real one would be no traffic of loopback."""
    error = socket.gaierror(number, "Non-recoverable failure in name resolution")
    assert name_failure(error) == why


def test_dns_is_not_waited_for_longer_than_asked() -> None:
    """However long the resolver tries: that cannot be broken off."""
    ends = Event()

    def search(*_: object, **__: object) -> list[object]:
        ends.wait()
        return []

    with pytest.raises(Unreached) as unreached:
        addresses("kafka", 80, 0.01, search)
    ends.set()
    assert str(unreached.value) == "name failed: no answer from DNS within 0.01 seconds"


UNKNOWN = "its certificate is of an unknown authority: give that with --ca-file (in a Connector: "


def test_an_unknown_authority_is_named(stranger: Authority, here: tuple[Path, Path]) -> None:
    talk = speaking_tls(here)
    assert probed(talk, "--tls") == (1, f"TLS failed: {UNKNOWN}tls.caRef).")
    assert probed(talk, "--tls", "--ca-file", stranger.file) == (
        1,
        f"TLS failed: its certificate is of an authority that is not in {stranger.file}.",
    )
    assert probed(talk, "--tls", "--insecure-skip-verify") == (
        0,
        "reached, TLS 1.3, certificate not verified.",
    )


def test_a_certificate_for_another_name_says_for_which(authority: Authority) -> None:
    talk = speaking_tls(authority.issue("kafka.shop.svc", "kafka"))
    trusting = ("--tls", "--ca-file", authority.file)
    assert probed(talk, *trusting) == (
        1,
        f"TLS failed: its certificate is not for {LOOPBACK} but for kafka.shop.svc and kafka: use "
        "that name, or say with --server-name (in a Connector: tls.serverName) which to expect.",
    )
    assert probed(talk, *trusting, "--server-name", "kafka") == (0, REACHED)


@pytest.mark.parametrize(
    ("years", "why"),
    [
        (
            (2020, 2021),
            "its certificate expired at 2021-01-01 00:00 UTC: the server needs a new one",
        ),
        (
            (2998, 2999),
            "its certificate is not valid before 2998-01-01 00:00 UTC: one of the clocks may be "
            "wrong",
        ),
    ],
)
def test_a_certificate_of_another_time_says_of_which(
    authority: Authority, years: tuple[int, int], why: str
) -> None:
    begin, end = (datetime(year, 1, 1, tzinfo=UTC) for year in years)
    files = authority.issue("then", LOOPBACK, not_before=begin, not_after=end)
    found = probed(speaking_tls(files), "--tls", "--ca-file", authority.file)
    assert found == (1, f"TLS failed: {why}.")


@pytest.mark.parametrize(
    ("newest", "why"),
    [
        (
            ssl.TLSVersion.TLSv1_3,
            "it wants a client certificate (tlsv13 alert certificate required): give one with "
            "--certificate and --key (in a Connector: tls.clientCertificateRef)",
        ),
        (
            TLS_1_2,
            "it refuses (sslv3 alert handshake failure): it may want a client certificate, "
            "--certificate and --key (in a Connector: tls.clientCertificateRef), or other ciphers",
        ),
    ],
    ids=["1.3", "1.2"],
)
def test_a_server_that_wants_a_client_certificate_says_so(
    authority: Authority,
    stranger: Authority,
    here: tuple[Path, Path],
    newest: ssl.TLSVersion,
    why: str,
) -> None:
    talk = speaking_tls(here, clients=stranger.file, newest=newest)
    trusting = ("--tls", "--ca-file", authority.file)
    # OpenSSL has begun to call some of them otherwise.
    code, found = probed(talk, *trusting)
    assert (code, found.replace("ssl/tls alert", "sslv3 alert")) == (1, f"TLS failed: {why}.")
    certificate, key = stranger.issue("client")
    given = ("--certificate", certificate, "--key", key)
    assert probed(talk, *trusting, *given) == (
        0,
        REACHED.replace("1.3", "1.2" if newest is TLS_1_2 else "1.3"),
    )
    certificate, key = authority.issue("unknown-client")
    given = ("--certificate", certificate, "--key", key)
    assert probed(talk, *trusting, *given) == (
        1,
        f"TLS failed: it refuses our certificate, {certificate} (tlsv1 alert unknown ca).",
    )


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        (peers.speaking_http, "it answers, but not with TLS"),
        (peers.hanging_up, "it hung up; it may not speak TLS on this port"),
        (
            peers.silent,
            "it did not answer within 0.5 seconds; it may not speak TLS on this port",
        ),
    ],
    ids=["http", "hanging-up", "silent"],
)
def test_a_port_without_tls_is_recognised(talk: Talk, why: str) -> None:
    assert probed(talk, "--tls", "--timeout", "0.5") == (1, f"TLS failed: {why}.")


def test_a_server_name_that_can_be_none_is_named(here: tuple[Path, Path]) -> None:
    code, found = probed(speaking_tls(here), "--tls", "--server-name", ".a")
    assert code == 1
    assert found.startswith("TLS failed: .a can be no server's name: ")


def test_a_file_that_cannot_be_used_is_named(authority: Authority, stranger: Authority) -> None:
    certificate, key = authority.issue("ours")
    _, other = stranger.issue("theirs")
    for options, complaint in (
        (("--ca-file", "nowhere.crt"), "nowhere.crt: No such file or directory"),
        (("--ca-file", key), f"{key}: this cannot be read as PEM: no certificate or crl found"),
        (
            ("--certificate", certificate, "--key", other),
            f"{certificate} with {other}: the key is not that of the certificate",
        ),
    ):
        done = run("probe", "--tls", "127.0.0.1:1", *options)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"orasi: {complaint}\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "the following arguments are required: HOST:PORT"),
        (["kafka"], "'kafka' is no target: give HOST:PORT, such as kafka.shop.svc:9093 or "),
        (["kafka:0"], "'kafka:0' is no target"),
        (["kafka:65536"], "'kafka:65536' is no target"),
        (["fd00::1:9092"], "'fd00::1:9092' is no target"),
        (["[kafka]:9092"], "'[kafka]:9092' is no target"),
        (["http://kafka:80"], "'http://kafka:80' is no target"),
        ([":80"], "':80' is no target"),
        (["kafka:80", "--timeout", "0"], "'0' is no time: give seconds, more than 0 and at most"),
        (["kafka:80", "--timeout", "soon"], "'soon' is no time"),
        (["kafka:80", "--ca-file", "x"], "options for TLS are given, but no target is to speak"),
        (["tls://kafka:80", "--key", "x"], "--certificate and --key need each other"),
    ],
)
def test_wrong_usage_is_explained(words: list[str], complaint: str) -> None:
    done = run("probe", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr


def test_help_shows_examples() -> None:
    text = run("probe", "--help").stdout
    assert "  orasi probe kafka.shop.svc:9092 [fd00::1]:4317\n" in text
    assert re.search(r"^Exit code: 0 if every target is reached, 1 if not", text, re.M)
