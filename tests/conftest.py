"""Fixtures of all tests."""

from __future__ import annotations

import pytest


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty place for compiled code, the same for all tests that ask for it."""
    monkeypatch.setenv("STOCHTRACE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(params=["interpreted", "compiled"])
def mode(request: pytest.FixtureRequest, cache: None) -> str:
    """Both ways to run; the compiled one where Numba is installed."""
    if request.param == "compiled":
        pytest.importorskip("numba")
    return str(request.param)
