"""Operational settings: the environment over a file over defaults, and clear refusals."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hooks.settings import Settings


def test_the_environment_is_over_the_file_and_the_file_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("port: 9000\nlog_level: warning\n")
    monkeypatch.setenv("ORASI_CONFIG_FILE", str(file))
    monkeypatch.setenv("ORASI_LOG_LEVEL", "debug")
    settings = Settings()
    assert (settings.port, settings.log_level, settings.log_format) == (9000, "debug", "json")


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ORASI_PORT", "http", "port"),
        ("ORASI_PORT", "70000", "port"),
        ("ORASI_LOG_FORMAT", "xml", "'json' or 'text'"),
        ("ORASI_CONFIG_FILE", "nowhere.yaml", "does not point to a file"),
        ("ORASI_THREADS", "24", r"concurrency is 24, which must be less than threads \(24\)"),
    ],
)
def test_a_bad_setting_is_named(
    name: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=complaint):
        Settings()


def test_an_unknown_name_in_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("prot: 9000\n")
    monkeypatch.setenv("ORASI_CONFIG_FILE", str(file))
    with pytest.raises(ValidationError, match="prot"):
        Settings()
