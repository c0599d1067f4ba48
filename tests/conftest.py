"""Profiles of the property tests: 50 settings each by default, 500 with --hypothesis-profile=full."""
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "print_blob": True}
settings.register_profile("small", max_examples=50, derandomize=True, **QUIET)
settings.register_profile("full", max_examples=500, **QUIET)


def pytest_configure(config):
    """Small unless the command line asks for another profile."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("small")


@pytest.fixture
def real_data():
    """The folder of real sets, from $NANOAE_DATA; the test is skipped, saying so, where there is none."""
    folder = os.environ.get("NANOAE_DATA")
    if not folder or not (Path(folder) / "mnist").is_dir():
        pytest.skip("needs the real MNIST: set NANOAE_DATA to the folder that holds it")
    return Path(folder)
