"""Why CuPy does not work here: each cause is told apart, with what mends it, and nothing is made on a device."""
import re
import sys
from types import SimpleNamespace

import pytest

from nanoae import gpu
from nanoae.backend import resolve
from nanoae.doctor import device


def library(devices=1, nvrtc=(13, 0)):
    """CuPy as far as it is asked: a number, or an exception to raise."""
    def answer(value):
        def give():
            if isinstance(value, Exception):
                raise value
            return value
        return give

    runtime = SimpleNamespace(getDeviceCount=answer(devices))
    return SimpleNamespace(cuda=SimpleNamespace(runtime=runtime, nvrtc=SimpleNamespace(getVersion=answer(nvrtc))))


def test_a_device_with_all_that_it_needs_is_no_trouble():
    assert gpu.trouble(library()) is None


@pytest.mark.parametrize(("cupy", "wrong", "mends"), [
    (library(devices=RuntimeError("cudaErrorInsufficientDriver")), "no NVIDIA driver answers .*Insufficient", "driver"),
    (library(devices=0), "sees no GPU", "CUDA_VISIBLE_DEVICES"),
    (library(nvrtc=ImportError("libnvrtc.so.13")), "finds no NVRTC.*libnvrtc", "pip install nvidia-cuda-nvrtc")])
def test_each_cause_is_told_apart(cupy, wrong, mends):
    found, remedy = gpu.trouble(cupy)
    assert re.search(wrong, found)
    assert mends in remedy


def test_two_wheels_and_none(monkeypatch):
    monkeypatch.setattr(gpu, "installed", lambda name: "14.2" if name in ("cupy-cuda12x", "cupy-cuda13x") else None)
    found, remedy = gpu.trouble()
    assert "cupy-cuda12x and cupy-cuda13x are installed" in found
    assert remedy.startswith("pip uninstall cupy-cuda12x cupy-cuda13x")
    monkeypatch.setattr(gpu, "installed", lambda name: None)
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert gpu.trouble()[0] == "CuPy is not installed"
    monkeypatch.setattr(gpu, "installed", lambda name: "14.2" if name == "cupy" else None)
    assert gpu.trouble()[0].startswith("CuPy cannot be imported")


def test_the_backend_and_the_doctor_say_it(monkeypatch):
    monkeypatch.setattr(gpu, "trouble", lambda: ("no NVIDIA driver answers", "install the driver"))
    with pytest.raises(ImportError, match=r"backend 'cupy' cannot compute here: no NVIDIA driver answers\. install"):
        resolve("cupy")
    what, state, _ = device()
    assert (what, state) == ("GPU (optional)", "not used: no NVIDIA driver answers")
