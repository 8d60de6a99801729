"""The documentation and the README: every block of code is run, and gives what is shown; the site builds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pages
import pytest

import stochtrace
import stochtrace.plots as plots
from stochtrace.estimation.gradient_methods import GradientMethods
from stochtrace.estimation.verify_method import VerifyMethod

ROOT = pages.ROOT
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_CODE = [page for page in PAGES if pages.blocks(page.read_text(encoding="utf-8"))]

# Methods of a program that the package itself calls.
INNER = {"averaged", "biased", "bound", "drawn", "explaining", "given", "luggage", "prepared", "recording", "values"}


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.stem)
def test_blocks_give_what_is_shown(page: Path, tmp_path: Path) -> None:
    pytest.importorskip("numba", reason="samples enough for the figures in pages are dear without Numba")
    with pages.folder(tmp_path):
        for shown in pages.run(page.read_text(encoding="utf-8")):
            assert shown.right, f"{shown.source}\n-- shown\n{shown.want}\n-- given\n{shown.got}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_block_is_left_out(page: Path) -> None:
    """Blocks that the pattern does not know would not run: every fence begins or ends one that it knows."""
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^\s*(?:```|~~~)", text, re.M)) == 2 * len(pages.blocks(text))


def test_reference_has_every_public_name() -> None:
    told = set(re.findall(r"[\w.]+", (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")))
    names = {f"stochtrace.{name}" for name in stochtrace.__all__} - {"stochtrace.__version__"}
    names |= {f"stochtrace.optimize.{n}" for n in ("adam", "Optimized", "Trace")} | set(plots.__all__) - {"PlotError"}
    own = {name for kind in (GradientMethods, VerifyMethod, stochtrace.Program) for name in vars(kind)}
    names |= {name for name in own if not name.startswith("_")} - INNER
    assert sorted(names - told) == []


def test_wrong_output_is_seen(tmp_path: Path) -> None:
    page = "```pycon\n>>> 1 + 1\n3\n```\n\n```console\n$ stochtrace --version\nstochtrace 0\n```\n"
    with pages.folder(tmp_path):
        assert [shown.right for shown in pages.run(page)] == [False, False]
        assert all(shown.right for shown in pages.run(pages.rewritten(page)))


def test_the_site_builds_and_fetches_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    built = list((tmp_path / "site").rglob("*.html"))
    assert len(built) >= len(PAGES) - 2
    fetched = re.compile(r"<(?:script|img|iframe)[^>]+src=\W*(?:https?:)?//|<link[^>]+(?:stylesheet|preconnect)[^>]+//")
    assert [page.name for page in built if fetched.search(page.read_text(encoding="utf-8"))] == []
