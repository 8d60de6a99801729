"""Fixtures of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from coin import written

from stochtrace.estimation import Program, load


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty place for compiled code, the same for all tests of a run, in all its processes."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent if parallel else tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STOCHTRACE_CACHE_DIR", str(folder / "cache"))
        yield


@pytest.fixture(params=["interpreted", "compiled"])
def mode(request: pytest.FixtureRequest) -> str:
    """Both ways to run; the compiled one where Numba is installed."""
    if request.param == "compiled":
        pytest.importorskip("numba")
    return str(request.param)


@pytest.fixture
def coin(tmp_path: Path) -> Program:
    """A program that can travel: its module is a file."""
    program: Program = load(str(written(tmp_path))).f
    return program
