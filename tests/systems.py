"""What a test needs of the system that it runs on."""
import os
import sys

import pytest

LOCK_FILE = {".lock"} if os.name == "posix" else set()    # of a run directory; on Windows it goes with its lock
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals, links and process groups as POSIX has them")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's shell, devices and limits of memory")
