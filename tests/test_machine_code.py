"""Machine code that is kept on disk is that of the program: all that Numba compiles in is a part of its name."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pytest
from harness import filed

pytest.importorskip("numba", reason="machine code")
from stochtrace.estimation.compiled import fingerprint, frozen
from stochtrace.runtime.cached import cached_copy

EQUAL_BYTES = [
    (np.zeros((2, 3)), np.zeros((3, 2))),
    (np.zeros(2), np.zeros(2, dtype=np.int64)),
    ((np.zeros((2, 3)), 1), (np.zeros((3, 2)), 1)),
    ([1, 2], (1, 2)),
    ({1: np.zeros((2, 1))}, {1: np.zeros((1, 2))}),
]


@pytest.mark.parametrize(("one", "other"), EQUAL_BYTES)
def test_values_are_told_apart(one: Any, other: Any) -> None:
    assert frozen(one) != frozen(other)


def made(text: str, **space: Any) -> FunctionType:
    """A function of a text."""
    exec(text, space)
    function = space["f"]
    assert isinstance(function, FunctionType)
    return function


@pytest.mark.parametrize("default", ["a=3.0", "*, a=3.0", "*, a=2.0"])
def test_defaults_tell_functions_apart(default: str) -> None:
    functions = [made(f"def f(x, {given}):\n    return a * x") for given in ("a=2.0", default)]
    assert fingerprint(functions[:1], True) != fingerprint(functions[1:], True)


ARRAY = """
    import numpy as np
    M = np.arange(6.0).reshape({shape})
    def g(x, a={default}):
        return a * x
    def f(p, rng):
        return g(M[rng.binomial(1, p), 0])
    """


def test_a_changed_default_and_shape_are_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCHTRACE_CACHE_DIR", str(tmp_path / "cache"))
    for place, (shape, default) in enumerate([("2, 3", "1.0"), ("3, 2", "1.0"), ("3, 2", "2.0")]):
        folder = tmp_path / str(place)
        folder.mkdir()
        program = filed(ARRAY.format(shape=shape, default=default), folder)
        found = program.estimate(0.5, samples=200, seed=1)
        assert found.mode == "compiled"
        assert found.value == program.estimate(0.5, samples=200, seed=1, mode="interpreted").value


def test_a_cache_that_cannot_be_written_is_one_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template.py"
    template.write_text("")
    monkeypatch.setenv("STOCHTRACE_CACHE_DIR", str(tmp_path / "cache"))
    assert cached_copy(template, "f", "1").parent == tmp_path / "cache"
    with monkeypatch.context() as other:
        other.setattr("os.access", lambda folder, _: folder != tmp_path / "cache")
        own = cached_copy(template, "f", "1")
    with monkeypatch.context() as other:
        other.delenv("STOCHTRACE_CACHE_DIR")
        other.delenv("XDG_CACHE_HOME", raising=False)
        other.setattr(Path, "home", no_home)
        assert cached_copy(template, "f", "1") == own
    assert own.exists()
    assert own.parent != tmp_path / "cache"


def no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")
