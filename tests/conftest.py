"""Options and values that many tests share."""

import pytest
from flask.testing import FlaskClient

from hooks.app import create_app
from hooks.settings import Settings

# A scenario's assert should say as much as one in a test.
pytest.register_assert_rewrite("tests.scenarios", "tests.cluster.outages")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the answers of golden cases")


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """The server as it runs, but without a socket."""
    return create_app(settings=Settings(log_level="error")).test_client()
