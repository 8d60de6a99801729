"""Each sample end to end: the generated file is the golden, and its estimates are the exact answers.

Two rates for the whole file, 10 values, 11 derivative components and a difference: right programs fail with probability
1e-6, and a bias of 3 % of the value, or of the largest derivative, is seen with probability 0.95 (`statistics_checks`).
"""

import importlib.util
from pathlib import Path

import exact
import numpy as np
import pytest
from statistics_checks import Rates

from stochtrace.estimation import Program
from stochtrace.transform.pipeline import transform

SAMPLES = Path(__file__).parent.parent / "samples"
RATES = Rates(tests=22)
COMPILED = importlib.util.find_spec("numba") is not None
each = pytest.mark.parametrize("case", exact.CASES, ids=lambda case: case.name)


def generated(case: exact.Case, replace: tuple[str, str] = ("", "")) -> str:
    source = (SAMPLES / f"{case.name}.py").read_text(encoding="utf-8").replace(*replace)
    return transform(source.encode(), filename=f"{case.name}.py", output=f"{case.name}_d.py").code


def program(case: exact.Case) -> Program:
    namespace: dict[str, object] = {"__name__": f"golden_{case.name}"}
    exec(compile(generated(case, case.replace), f"{case.name}_d.py", "exec"), namespace)
    return namespace[case.function]


@each
def test_generated_file_is_the_golden(case: exact.Case) -> None:
    assert generated(case) == (SAMPLES / f"{case.name}_d.py").read_text(encoding="utf-8")


def check(what: str, found: float, error: float, expected: float, scale: float) -> None:
    if error == 0:
        assert found == pytest.approx(expected, rel=1e-12)
        return
    RATES.check(what, found, error, expected, 0.03 * abs(scale))


@each
def test_estimates_are_exact(case: exact.Case) -> None:
    if not COMPILED:
        pytest.importorskip("numba", reason="samples enough for the declared power are dear without Numba")
    estimate = program(case).estimate(**case.parameters, samples=1_000_000, seed=1)
    assert estimate.mode == "compiled"
    check("value", estimate.value, estimate.value_stderr, case.value(), case.value())
    exact_derivatives = case.derivatives()
    largest = max(abs(d) for d in exact_derivatives.values())
    for name, expected in exact_derivatives.items():
        several = isinstance(estimate.derivative, dict)
        found = estimate.derivative[name] if several else estimate.derivative
        error = estimate.derivative_stderr[name] if several else estimate.derivative_stderr
        check(name, found, error, expected, largest)


@each
def test_interpreted_is_compiled(case: exact.Case) -> None:
    pytest.importorskip("numba")
    run = program(case)
    one, other = (run.estimate(**case.parameters, samples=50, seed=7, mode=m) for m in ("compiled", "interpreted"))
    assert one.value == pytest.approx(other.value, rel=1e-13)
    assert one.derivative == pytest.approx(other.derivative, rel=1e-12, abs=1e-12)


def test_the_whole_board() -> None:
    """7 x 7 cells: by the exact value, and by common-random-number differences of the compiled program's values.

    Differences of two widths are extrapolated, so that their own bias, of order 4, is far below their error.
    """
    pytest.importorskip("numba")
    case = next(c for c in exact.CASES if c.name == "game_of_life")
    namespace: dict[str, object] = {"__name__": "golden_board"}
    exec(compile(generated(case), "game_of_life_d.py", "exec"), namespace)
    board = namespace["game_of_life"]
    estimate = board.estimate(0.5, samples=1_500_000, seed=1)
    check("value", estimate.value, estimate.value_stderr, 12.6535342706, 12.65)
    check("derivative", estimate.derivative, estimate.derivative_stderr, 39.9066039765, 39.9)

    def difference(seed: int, h: float) -> float:
        up, down = (board.estimate(0.5 + step, samples=2_000, seed=seed).value for step in (h, -h))
        return (up - down) / (2 * h)

    batches = np.array([(4 * difference(seed, 0.02) - difference(seed, 0.04)) / 3 for seed in range(2, 202)])
    error = float(np.hypot(batches.std(ddof=1) / len(batches) ** 0.5, estimate.derivative_stderr))
    check("difference", float(batches.mean()), error, estimate.derivative, 39.9)
