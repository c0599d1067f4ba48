"""Profiles of the property tests: 20 settings each by default, 50 and 500 with --hypothesis-profile=small or full."""
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# the emulator of GPUs is built by g++ with Linux's linker
collect_ignore = [] if sys.platform == "linux" else ["cuda", "device"]

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "print_blob": True}
settings.register_profile("quick", max_examples=20, derandomize=True, **QUIET)
settings.register_profile("small", max_examples=50, derandomize=True, **QUIET)
settings.register_profile("full", max_examples=500, **QUIET)


def pytest_configure(config):
    """Quick unless the command line asks for another profile."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("quick")


@pytest.fixture
def real_data():
    """The folder of real sets, from $NANOAE_DATA; the test is skipped, saying so, where there is none."""
    folder = os.environ.get("NANOAE_DATA")
    if not folder or not (Path(folder) / "mnist").is_dir():
        pytest.skip("needs the real MNIST: set NANOAE_DATA to the folder that holds it")
    return Path(folder)
