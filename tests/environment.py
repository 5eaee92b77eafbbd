"""The environment that programs of the tests start from."""

import os
from typing import Final

# Taken once: pytest names the running test in it, and may do so while a thread copies it.
ENVIRONMENT: Final = dict(os.environ)
