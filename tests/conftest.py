"""Fixtures of all tests."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty place for compiled code, the same for all tests of a run that ask for it, in all its processes."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent if parallel else tmp_path_factory.getbasetemp()
    monkeypatch.setenv("STOCHTRACE_CACHE_DIR", str(folder / "cache"))


@pytest.fixture(params=["interpreted", "compiled"])
def mode(request: pytest.FixtureRequest, cache: None) -> str:
    """Both ways to run; the compiled one where Numba is installed."""
    if request.param == "compiled":
        pytest.importorskip("numba")
    return str(request.param)
