"""The exact values against published digits, against differences of E, and against running the samples."""

import math
from pathlib import Path
from typing import Any

import exact
import numpy as np
import pytest
from exact import CASES, Case
from statistics_checks import Rates

SAMPLES = Path(__file__).parents[1] / "samples"
# E and dE/dp, to six decimals
KNOWN = {
    "exponential": ("10.000000", "1.000000"),
    "exponential_squared": ("200.000000", "40.000000"),
    "deadline": ("4.000000", "-8.000000"),
    "bernoulli": ("0.600000", "1.000000"),
    "lecture_walk": ("32.644333", "56.607871"),
    "crazy": ("21.024000", "47.760000"),
    "state_walk": ("1130.398830", "7.558188"),
}
# of the 7 x 7 board there is no exact E here, only its digits
BIG_LIFE = 12.653534
# how often each sample runs; COUNT where it is fast and not very spread
COUNT = 20_000
COUNTS = {"exponential_squared": 100_000, "state_walk": 5_000}
RESOLVE = 0.06
RATES = Rates(tests=len(CASES) + 1)


def load(name: str, replace: tuple[str, str] = ("", "")) -> dict[str, Any]:
    """The names that a sample defines, after one replacement in its text."""
    text = (SAMPLES / f"{name}.py").read_text(encoding="utf-8")
    assert replace[0] in text
    namespace: dict[str, Any] = {}
    exec(text.replace(*replace) if replace[0] else text, namespace)
    return namespace


def digits(x: float) -> str:
    """Six decimals, without the zeros at the end."""
    return f"{x:.6f}".rstrip("0").rstrip(".")


def difference(case: Case, name: str) -> float:
    """dE/dp by the central difference of order 8."""
    p = case.parameters[name]
    h = 0.01 * p

    def slope(k: int) -> float:
        up, down = ({**case.parameters, name: p + s * k * h} for s in (1, -1))
        return case.value(up) - case.value(down)

    return sum(w * slope(k) for k, w in enumerate((4 / 5, -1 / 5, 4 / 105, -1 / 280), start=1)) / h


def check_mean(name: str, x: np.ndarray[Any, np.dtype[np.float64]], expected: float) -> None:
    """Fail on a biased mean, and on a test too weak to see a bias of RESOLVE, relative to E."""
    error = float(x.std(ddof=1)) / math.sqrt(x.size)
    RATES.check(name, float(x.mean()), error, expected, RESOLVE * abs(expected))


@pytest.mark.parametrize("case", [c for c in CASES if c.name in KNOWN], ids=lambda c: c.name)
def test_known_digits(case: Case) -> None:
    assert (f"{case.value():.6f}", f"{case.derivatives()['p']:.6f}") == KNOWN[case.name]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_docstring_states_the_values(case: Case) -> None:
    doc = load(case.name)["__doc__"]
    for value in (case.value(), *case.derivatives().values()):
        assert digits(value) in doc


@pytest.mark.parametrize(
    ("case", "name"), [pytest.param(c, name, id=f"{c.name}-{name}") for c in CASES for name in c.parameters]
)
def test_derivative_is_the_difference_of_the_value(case: Case, name: str) -> None:
    assert case.derivatives()[name] == pytest.approx(difference(case, name), rel=1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_simulation_agrees(case: Case) -> None:
    function = load(case.name, case.replace)[case.function]
    rng = np.random.default_rng(1)
    runs = range(COUNTS.get(case.name, COUNT))
    check_mean(case.name, np.array([function(*case.parameters.values(), rng) for _ in runs], dtype=float), case.value())


def test_simulation_of_the_large_board_agrees() -> None:
    function = load("game_of_life")["game_of_life"]
    rng = np.random.default_rng(1)
    check_mean("board", np.array([function(0.5, rng) for _ in range(5_000)], dtype=float), BIG_LIFE)


def test_poisson_and_nbinom_of_the_sample_are_distributions_with_their_means() -> None:
    sample = load("kl_poisson")
    i = range(600)
    poisson = [math.exp(sample["logpmf_poisson"](k, 10.0)) for k in i]
    nbinom = [math.exp(sample["logpmf_nbinom"](k, 10, 0.25)) for k in i]
    for pmf, mean in ((poisson, 10), (nbinom, 10 * 0.75 / 0.25)):
        assert sum(pmf) == pytest.approx(1, rel=1e-12)
        assert np.dot(i, pmf) == pytest.approx(mean, rel=1e-12)


def test_state_walk_stays_up() -> None:
    """A step down from 0 has probability 1 - exp(-0 / p) = 0 exactly, so x in 0..50 is the whole state space.

    At x = -1 the walk would raise: q is above 1.
    """
    sample = load("state_walk", ("return x**2", "return x"))
    rng = np.random.default_rng(1)
    # p = 1 turns back at once and visits 0 often
    assert min(sample["state_walk"](1.0, rng) for _ in range(500)) == 0


@pytest.mark.parametrize("size", [0, 4])
def test_boards_that_are_too_large_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size must be 1, 2 or 3"):
        exact.game_of_life(0.5, size=size)


def test_one_cell_by_hand() -> None:
    """A board of one cell: it flips with 0.1 when dead and 0.9 when alive, so it lives with 0.1 after any step."""
    assert exact.game_of_life(0.3, size=1) == pytest.approx((0.1, 0.0), abs=1e-15)
