"""Builds the wheel and the sdist and looks inside: kernels and all there, nothing at the top level but nanoae."""
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def sources(folder):
    """Every source, in Python, CUDA C or for the emulator, below a folder of the checkout, relative to it."""
    return {path.relative_to(ROOT / folder) for end in ("*.py", "*.cu", "*.cuh", "*.h")
            for path in (ROOT / folder).rglob(end) if "_build" not in path.parts}


def main():
    with tempfile.TemporaryDirectory() as out:
        run(sys.executable, "-m", "build", "--outdir", out, ROOT)
        wheel, sdist = next(Path(out).glob("*.whl")), next(Path(out).glob("*.tar.gz"))
        inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
        expected = {f"nanoae/{path}" for path in sources("nanoae")}
        expected |= {f"nanoae/kernels/{path}" for path in sources("kernels")}
        assert inside == expected, f"wheel: missing {expected - inside}, too many {inside - expected}"

        with tarfile.open(sdist) as archive:
            packed = {name.partition("/")[2] for name in archive.getnames()}
        needed = {f"{folder}/{path}" for folder in ("nanoae", "kernels", "tests", "examples", "docs", "benchmarks")
                  for path in sources(folder)} | {"LICENSE", "README.md", "setup.cfg", "pyproject.toml"}
        assert needed <= packed, f"sdist: missing {needed - packed}"

        target = Path(out) / "installed"
        run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, wheel)
        top = {path.name for path in target.iterdir() if not path.name.endswith(".dist-info")} - {"bin"}
        assert top == {"nanoae"}, f"installing the wheel makes {top} at the top level"
        code = f"import sys; sys.path.insert(0, {str(target)!r}); import nanoae.kernels.numpy as k; print(k.__file__)"
        found = run(sys.executable, "-c", code, cwd=out)
        assert found.startswith(str(target / "nanoae" / "kernels")), found
    print(f"wheel: {len(inside)} files, sdist: {len(packed)} entries, the installed copy imports its own kernels")


def run(*command, cwd=ROOT):
    """What a command prints; its own error output where it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=cwd, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
