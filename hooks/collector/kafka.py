"""What source and sink kafka share: brokers, topics, and how to connect."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from hooks.collector.component import ALL_SIGNALS, Component, SecretVariable, Signal
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.endpoints import LONGEST, mistake
from hooks.contract import Manifest

EXAMPLE = "kafka.shop.svc:9093"
Brokers = Annotated[
    list[Annotated[str, Field(max_length=LONGEST)]],
    Field(
        min_length=1,
        max_length=16,
        description=f'Brokers to ask for all others: "<host>:<port>" each, such as "{EXAMPLE}".',
    ),
]

# Kafka has no topics "." and "..".
Topic = Annotated[
    str, Field(min_length=1, max_length=249, pattern=r"^\.*[-_a-zA-Z0-9][-._a-zA-Z0-9]*$")
]


def client(brokers: Sequence[str], connection: Connection) -> Manifest:
    """Its part of a receiver's or exporter's settings."""
    found: Manifest = {"brokers": sorted(brokers)}
    if connection.tls:
        found["tls"] = connection.tls_settings()
    sasl = connection.auth.sasl if connection.auth else None
    if sasl:
        username, password = sasl.secret_ref.variables(connection.name)
        found["auth"] = {
            "sasl": {
                "mechanism": sasl.mechanism,
                "username": username.reference,
                "password": password.reference,
            }
        }
    return found


def variables(connection: Connection) -> tuple[SecretVariable, ...]:
    sasl = connection.auth.sasl if connection.auth else None
    return sasl.secret_ref.variables(connection.name) if sasl else ()


def common_topics(source: Component, sink: Component) -> dict[str, str]:
    """The topic of each signal by which what *sink* sends would come back from *source*."""
    brokers = set(source.settings.get("brokers", ())) & set(sink.settings.get("brokers", ()))
    if not brokers:
        return {}
    return {
        signal: sink.settings[signal]["topic"]
        for signal in ALL_SIGNALS
        if signal in sink.settings
        and sink.settings[signal]["topic"] in source.settings.get(signal, {}).get("topics", ())
    }


def mistakes(brokers: Sequence[str], topics: Mapping[Signal, Sequence[str]]) -> Mistakes:
    """What no schema can say."""
    for number, broker in enumerate(brokers):
        wrong = mistake(broker)
        if wrong:
            yield "InvalidEndpoint", f"kafka.brokers[{number}] is {wrong}"
    users: dict[str, Signal] = {}
    for signal, names in sorted(topics.items()):
        for name in names:
            other = users.setdefault(name, signal)
            if other != signal:
                yield (
                    "SharedTopic",
                    f"kafka.topics.{signal} has {name}, as topics.{other} has: each signal needs "
                    "topics of its own, since nothing in a message tells what it holds",
                )
