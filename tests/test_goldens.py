"""Each sample end to end: the generated file is the golden, and its estimates are the exact answers.

Two rates for the whole file, 11 values and 11 derivative components, each tested with |z| <= 5.5: a right program fails
with probability 22 * 3.8e-8 < 1e-6; a bias of 3 % of the value, or of the largest derivative, is seen with probability
above 0.99, because a test whose 8 standard errors exceed that 3 % fails as too weak.
"""

import importlib.util
from pathlib import Path

import exact
import pytest

from stochtrace.estimation import Program
from stochtrace.transform.pipeline import transform

SAMPLES = Path(__file__).parent.parent / "samples"
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


def check(found: float, error: float, expected: float, scale: float) -> None:
    if error == 0:
        assert found == pytest.approx(expected, rel=1e-12)
        return
    assert 8 * error <= 0.03 * abs(scale), "too weak a test"
    assert abs(found - expected) <= 5.5 * error


@each
def test_estimates_are_exact(case: exact.Case) -> None:
    if not COMPILED:
        pytest.importorskip("numba", reason="samples enough for the declared power are dear without Numba")
    estimate = program(case).estimate(**case.parameters, samples=2_000_000, seed=1)
    assert estimate.mode == "compiled"
    check(estimate.value, estimate.value_stderr, case.value(), case.value())
    exact_derivatives = case.derivatives()
    largest = max(abs(d) for d in exact_derivatives.values())
    for name, expected in exact_derivatives.items():
        several = isinstance(estimate.derivative, dict)
        found = estimate.derivative[name] if several else estimate.derivative
        error = estimate.derivative_stderr[name] if several else estimate.derivative_stderr
        check(found, error, expected, largest)


@each
def test_interpreted_is_compiled(case: exact.Case) -> None:
    pytest.importorskip("numba")
    run = program(case)
    one, other = (run.estimate(**case.parameters, samples=50, seed=7, mode=m) for m in ("compiled", "interpreted"))
    assert one.value == pytest.approx(other.value, rel=1e-13)
    assert one.derivative == pytest.approx(other.derivative, rel=1e-12, abs=1e-12)


def test_the_whole_board() -> None:
    """7 x 7 cells, by common-random-number differences of the compiled primal's own samples and by the exact value."""
    pytest.importorskip("numba")
    case = next(c for c in exact.CASES if c.name == "game_of_life")
    namespace: dict[str, object] = {"__name__": "golden_board"}
    exec(compile(generated(case), "game_of_life_d.py", "exec"), namespace)
    board = namespace["game_of_life"]
    estimate = board.estimate(0.5, samples=4_000_000, seed=1)
    check(estimate.value, estimate.value_stderr, 12.6535342706, 12.65)
    check(estimate.derivative, estimate.derivative_stderr, 39.9066039765, 39.9)
    up, down = (board.estimate(0.5 + h, samples=1_000_000, seed=2).value for h in (0.02, -0.02))
    assert (up - down) / 0.04 == pytest.approx(estimate.derivative, rel=0.02)
