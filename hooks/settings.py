"""How the server is operated: environment ORASI_* over a YAML file over these defaults.

What changes an answer is no setting: it belongs in the spec or in a related object, so that every
replica answers the same.
"""

from typing import Literal, Self

from pydantic import Field, FilePath, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Read once, at the start. A value out of bounds is refused, and an unknown name in the file.

    Not one in the environment: Kubernetes puts names of its own there, ORASI_CONTROLLER_PORT
    for one.
    """

    model_config = SettingsConfigDict(env_prefix="ORASI_", extra="forbid", frozen=True)

    config_file: FilePath | None = Field(
        default=None, description="YAML file with any of the other settings."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe of the lines that are logged."
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="json: one object a line. text: for people."
    )
    bind_address: str = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104
    port: int = Field(default=8080, ge=0, le=65535, description="TCP port of all routes.")
    threads: int = Field(
        default=32, ge=2, le=512, description="Calls and probes that are served at once."
    )
    concurrency: int = Field(
        default=24,
        ge=1,
        le=511,
        description="Hook calls at once; more are asked to try later. Fewer than the threads.",
    )
    body_limit_bytes: int = Field(
        default=32 * 1024 * 1024, ge=1024, description="Largest request that is read."
    )
    drain_seconds: int = Field(
        default=5,
        ge=0,
        le=300,
        description="Seconds from SIGTERM, in which the server is not ready and sends calls away, "
        "until it stops.",
    )
    stop_seconds: int = Field(
        default=20, ge=1, le=600, description="Seconds that calls may take to end after that."
    )
    version_grace_seconds: float = Field(
        default=300,
        ge=0,
        description="Seconds in which calls for another version are asked to try later, from the "
        "first one on; then they are refused, which becomes an event.",
    )

    @property
    def doors(self) -> int:
        """Hook calls that are read or worked on at once: the other threads are for probes."""
        return max(self.concurrency, self.threads - self.threads // 8)

    @model_validator(mode="after")
    def probes_find_a_thread(self) -> Self:
        if self.concurrency >= self.threads:
            raise ValueError(
                f"concurrency is {self.concurrency}, which must be less than threads "
                f"({self.threads}): probes need one, too"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings  # one file and the environment are enough
        file = env_settings().get("config_file")
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, file)
