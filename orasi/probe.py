"""`orasi probe`: its arguments, and how its findings are told. The steps are in `reaching.py`."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from pathlib import Path

from orasi.command import Command
from orasi.reaching import Prober, Target
from orasi.tls import Tls

SECONDS = 5.0
LONGEST = 3600.0

DESCRIPTION = """\
See whether each target can be reached, and if not, which step fails and why.

The steps are those of any client: find the addresses of the name, connect by TCP to one of them,
and, with --tls, agree on TLS and on certificates. Nothing is sent then, and nobody logs in.

  orasi probe kafka.shop.svc:9092 [fd00::1]:4317
  orasi probe --tls --ca-file ca.crt kafka-0.kafka.shop.svc:9093 kafka-1.kafka.shop.svc:9093
  orasi probe tls://otel.example.com:4317 prometheus:9090       TLS to the first only

Exit code: 0 if every target is reached, 1 if not, 2 for wrong usage.
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "targets",
        metavar="HOST:PORT",
        nargs="+",
        type=target,
        help="what to reach; an address of IPv6 in brackets; tls:// before it asks for TLS",
    )
    parser.add_argument("--tls", action="store_true", help="agree on TLS with every target")
    parser.add_argument(
        "--ca-file",
        metavar="FILE",
        type=Path,
        help="certificates of the authorities to trust, as PEM (default: those of this system)",
    )
    parser.add_argument(
        "--certificate", metavar="FILE", type=Path, help="our own certificate, as PEM; with --key"
    )
    parser.add_argument("--key", metavar="FILE", type=Path, help="the key of our own certificate")
    parser.add_argument(
        "--server-name",
        metavar="NAME",
        help="the name that certificates must be for (default: the target's host)",
    )
    parser.add_argument(
        "--insecure-skip-verify", action="store_true", help="accept any certificate"
    )
    parser.add_argument(
        "--timeout",
        metavar="S",
        type=seconds,
        default=SECONDS,
        help="seconds that each step may take (default: 5)",
    )
    parser.set_defaults(refuse=parser.error)


def target(text: str) -> Target:
    rest = text.removeprefix("tls://")
    host, _, port = rest.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    is_port = port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535
    if not is_port or not host or (":" in host) != bracketed or set(host) & set("[]/@ "):
        raise ArgumentTypeError(
            f"{text!r} is no target: give HOST:PORT, such as kafka.shop.svc:9093 or [fd00::1]:9093"
        )
    return Target(host, int(port), tls=rest != text)


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= LONGEST:
        raise ArgumentTypeError(
            f"{text!r} is no time: give seconds, more than 0 and at most {LONGEST:.0f}"
        )
    return number


def main(arguments: Namespace) -> int:
    targets = [replace(each, tls=each.tls or arguments.tls) for each in arguments.targets]
    tls = Tls(
        arguments.ca_file,
        arguments.certificate,
        arguments.key,
        arguments.server_name,
        arguments.insecure_skip_verify,
    )
    # Else an option would be ignored in silence.
    if tls != Tls() and not any(each.tls for each in targets):
        arguments.refuse("options for TLS are given, but no target is to speak TLS: add --tls")
    if (tls.certificate is None) != (tls.key is None):
        arguments.refuse("--certificate and --key need each other")
    prober = Prober(arguments.timeout, tls, tls.context())
    all_reached = True
    for finding in prober.findings(targets):
        print(finding.text, flush=True)
        all_reached = all_reached and finding.reached
    return 0 if all_reached else 1


PROBE = Command(
    "probe", "see whether hosts can be reached, and why not", DESCRIPTION, add_arguments, main
)
