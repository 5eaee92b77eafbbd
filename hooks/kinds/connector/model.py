"""What an author may write in a Connector, and what its status tells; the source of its CRD."""

import re

from pydantic import Field

from hooks.collector.component import Signal
from hooks.collector.connector import Connector
from hooks.kinds.connector.schedule import LONGEST_SCHEDULE, SCHEDULE
from hooks.model import ApiModel
from hooks.rules import Rule, value


class Probe(ApiModel):
    rules = (
        Rule(
            f"self.schedule.matches(r'{SCHEDULE}')",
            "schedule must be five fields of cron: minute (0-59), hour (0-23), day of the month "
            '(1-31), month (1-12) and weekday (0-6, Sunday is 0), such as "*/5 * * * *"',
            lambda probe: re.fullmatch(SCHEDULE, probe.schedule, re.ASCII) is not None,
            given=value("self.schedule"),
        ),
    )

    schedule: str = Field(
        max_length=LONGEST_SCHEDULE,
        description="When to probe, as five fields of cron in the time zone of the cluster's "
        'controllers, mostly UTC: "*/5 * * * *" is every five minutes.',
    )


class ConnectorSpec(Connector):
    probe: Probe | None = Field(
        default=None,
        description="Try again and again whether everything that is connected to can be reached: "
        "its name, its port, and TLS; nobody logs in. Default: it is never tried.",
    )


class Signals(ApiModel):
    source: list[Signal] | None = Field(
        default=None, max_length=3, description="What its source can give."
    )
    sink: list[Signal] | None = Field(
        default=None, max_length=3, description="What its sink can take."
    )


class ConnectorStatus(ApiModel):
    source: str | None = Field(default=None, max_length=32, description="Type of its source.")
    sink: str | None = Field(default=None, max_length=32, description="Type of its sink.")
    receivers: list[str] = Field(
        default_factory=list,
        max_length=64,
        description="What its source is called in the configuration of a collector.",
    )
    exporters: list[str] = Field(
        default_factory=list,
        max_length=64,
        description="What its sink is called in the configuration of a collector.",
    )
    signals: Signals | None = Field(default=None, description="What can flow through it.")
