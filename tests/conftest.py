"""Options and values that many tests share."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from hooks.app import create_app
from hooks.settings import Settings

# A scenario's assert should say as much as one in a test.
pytest.register_assert_rewrite(
    "tests.scenarios", "tests.cluster.outages", "tests.cluster.pipelines"
)

# The same examples in every run: what fails here fails everywhere. A world is built anew for each
# example, and a fixture's value is the same for all, so neither time nor scope says anything.
settings.register_profile(
    "orasi",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("orasi")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the answers of golden cases")


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """The server as it runs, but without a socket."""
    return create_app(settings=Settings(log_level="error")).test_client()
