"""Build the distribution files, and try the wheel where nothing of this folder is to be found."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = {"stochtrace", "stochtrace_cli"}


def built(folder: Path, kinds: tuple[str, ...] = ("--sdist", "--wheel")) -> Path:
    """Build into a folder and return the wheel. Setuptools must be installed: nothing is downloaded."""
    command = [sys.executable, "-m", "build", *kinds, "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


def foreign(wheel: Path) -> set[str]:
    """Return what a wheel would install beside our packages and its own record."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    return {top for top in tops - PACKAGES if not top.endswith(".dist-info")} | (PACKAGES - tops)


def version_where_installed(wheel: Path, folder: Path) -> str:
    """Install a wheel into a new, empty environment and return what `stochtrace --version` prints there.

    Its dependencies are those of this environment, by their path, so that no network is needed; a package that is
    installed here in place is not seen through it.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)
    (site,) = (folder / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    command = [str(folder / "bin" / "stochtrace"), "--version"]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.strip()
