"""What a test needs of the system that it runs on."""
import os
import sys

import pytest

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals, links and process groups as POSIX has them")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's shell, devices and limits of memory")
