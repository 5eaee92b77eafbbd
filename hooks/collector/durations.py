"""Spans of time that an author may write, which collectors and Prometheus read alike."""

from typing import Annotated

from pydantic import Field

from hooks.patterns import DURATION

Duration = Annotated[str, Field(min_length=2, max_length=6, pattern=DURATION)]
