"""In anyone's tests: the assertion, and the plugin that shows its report."""
import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from nanoae.gradcheck import GradientError, assert_gradient

TEST = """
import numpy as np
from nanoae.gradcheck import assert_gradient

def test_square():
    assert_gradient(lambda x: x ** 2, lambda dy, x: dy * x, np.arange(1.0, 5.0))
"""


def test_the_assertion():
    x = np.arange(1.0, 5.0)
    assert assert_gradient(np.sin, lambda dy, x: dy * np.cos(x), x).ok
    with pytest.raises(GradientError):
        assert_gradient(np.sin, lambda dy, x: dy * np.sin(x), x)
    with pytest.raises(AssertionError):
        assert_gradient(np.sin, lambda dy, x: dy * np.sin(x), x, raise_error=False)    # an assertion always raises


def test_a_failing_test_shows_the_report_and_leaves_json(tmp_path):
    (tmp_path / "test_mine.py").write_text(TEST)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junit-xml=out.xml"],
                          cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    section = done.stdout.partition(" gradient check ")[2]
    assert "gradient check FAILED" in section
    assert "largest relative error" in section
    assert "full.py" not in done.stdout    # none of the checker's own lines
    (value,) = [p.attrib["value"] for p in ElementTree.parse(tmp_path / "out.xml").iter("property")]
    assert json.loads(value)["verdict"] == "wrong"
