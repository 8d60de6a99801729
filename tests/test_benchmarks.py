"""The benchmarks run: a change of what they call shows here, not when they are next needed. Nothing is timed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if not path.stem.startswith("_"))
HALF = '''
P0 = 0.5
def model(p, rng):
    return 1 if rng.random() < p else 0
'''
pytest.importorskip("numba", reason="the loops that are measured are compiled")


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        del sys.modules[name]


@pytest.mark.parametrize("name", MODULES)
def test_each_has_what_it_imports(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert module.__doc__ and (name == "score_functions" or callable(module.main))


def test_programs_beside_the_users_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = importlib.import_module("benchmarks.programs")
    monkeypatch.setattr(programs, "SECONDS", 0.0)
    (tmp_path / "half.py").write_text(HALF, encoding="utf-8")
    programs.main(tmp_path)
    assert "| half | compiled |" in capsys.readouterr().out


def test_variance_of_options(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    variance = importlib.import_module("benchmarks.variance")
    monkeypatch.setattr(variance, "PROGRAMS", variance.PROGRAMS[1:2])
    monkeypatch.setattr(variance, "COUNTS", (256,))
    variance.main()
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| crazy |")]
    assert len(rows) == len(variance.OPTIONS)


def test_loops_beside_c(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = importlib.import_module("benchmarks.limit")
    monkeypatch.setattr(limit, "COUNT", 10)
    for loop in limit.runs(limit.CASES[0]):
        loop()
