"""Spans of time that an author may write, which collectors and Prometheus read alike."""

from typing import Annotated

from pydantic import Field

Duration = Annotated[str, Field(min_length=2, max_length=6, pattern=r"^[1-9][0-9]{0,4}[smh]$")]
