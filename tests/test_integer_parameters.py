"""Integers among the parameters: they are differentiated by, as floats, until somebody leaves them out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import generate

from stochtrace.diagnostics import Refusal
from stochtrace.estimation import Program, load

WANTING = {
    "a trip count": "total = 0\nfor _ in range(n):  # here\n    total += rng.binomial(1, p)\nreturn total",
    "in a function": "def g(k):\n    return sum(rng.binomial(1, p) for _ in range(k))  # here\nreturn g(n + 1)",
    "a size": "x = np.zeros(n)  # here\nx[0] = rng.exponential(p)\nreturn x.sum()",
    "a length": "xs = [1.0] * n  # here\nreturn sum(xs) * rng.exponential(p)",
    "an index of a list": "xs = [1.0, 2.0, 3.0]\nreturn xs[n] * rng.exponential(p)  # here",
    "an index of an array": "xs = np.arange(3.0)\nreturn xs[n] * rng.exponential(p)  # here",
    "an end of a slice": "xs = [1.0, 2.0, 3.0]\nreturn sum(xs[:n]) * rng.exponential(p)  # here",
    "an argument": "return math.comb(n, 2) * rng.exponential(p)  # here",
}
RUNS: dict[str, Callable[..., Any]] = {
    "sample": lambda program, **given: program.sample(**given, seed=1),
    "estimate": lambda program, **given: program.estimate(**given, samples=10, seed=1),
    "gradient": lambda program, **given: program.gradient(**given, samples=10, seed=1),
    "interpreted": lambda program, **given: program.estimate(**given, samples=10, seed=1, mode="interpreted"),
}


def loaded(folder: Path, body: str, parameters: str = "n, p", **options: Any) -> Program:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f"import math\nimport numpy as np\ndef f({parameters}, rng):\n{lines}"
    (folder / "model.py").write_text(text)
    (folder / "model_d.py").write_text(generate(text, **options))
    program: Program = load(str(folder / "model_d.py")).f
    return program


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("body", WANTING.values(), ids=WANTING)
def test_an_integer_that_is_differentiated_by_is_refused(tmp_path: Path, body: str, run: Callable[..., Any]) -> None:
    program = loaded(tmp_path, body)
    with pytest.raises(Refusal, match=r"used as a size, an index or a trip count \[ST406\]") as refused:
        run(program, n=2, p=1)
    lines = program.text.splitlines()
    assert refused.value.line == next(i for i, line in enumerate(lines, start=1) if "# here" in line)
    assert "`n` is a float" in str(refused.value)
    assert "by `--wrt p` or `wrt=['p']`, or annotate it (`n: int`)" in str(refused.value)


@pytest.mark.parametrize("body", WANTING.values(), ids=WANTING)
def test_both_ways_out_work(tmp_path: Path, body: str) -> None:
    left_out = loaded(tmp_path, body, wrt=("p",)).estimate(2, 1.0, samples=10, seed=1)
    annotated = loaded(tmp_path, body, "n: int, p").estimate(2, 1.0, samples=10, seed=1)
    assert left_out.wrt == annotated.wrt == ("p",)
    assert left_out.derivative == annotated.derivative


def test_a_later_sample_is_refused_too(tmp_path: Path) -> None:
    body = "if rng.random() < p:\n    return sum([1.0] * n)\nreturn 0.0"
    program = loaded(tmp_path, body)
    assert program.sample(3, 0.01, seed=1) == 0.0
    with pytest.raises(Refusal, match="`n` is a float"):
        program.estimate(3, 0.01, samples=5000, seed=1)


def test_an_array_of_integers_and_nothing_else_to_differentiate_by(tmp_path: Path) -> None:
    program = loaded(tmp_path, "return sum(rng.binomial(1, 0.5) for n in ns for _ in range(n))", "ns")
    with pytest.raises(Refusal, match=r"`ns` is a float.*Leave it out with `--wrt`, or annotate it"):
        program.sample([2, 3], seed=1)


@pytest.mark.parametrize(("n", "p"), [(2.5, 0.5), (2, 0.5)], ids=["no whole number", "not on account of it"])
def test_other_errors_of_type_stay(tmp_path: Path, n: float, p: float) -> None:
    body = "return rng.exponential(p) * [1, 2][n]" if n == 2.5 else "return rng.exponential(p) * n + len(1)"
    with pytest.raises(TypeError, match=r"list indices must be|has no len"):
        loaded(tmp_path, body).sample(n, p, seed=1)
