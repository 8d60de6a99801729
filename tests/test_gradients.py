"""Gradients, jacobians, directional derivatives: the samples of an estimate, in the structure of the parameters.

One comparison by sampling, at the rates of `statistics_checks`; all others are between numbers that must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import coin
import numpy as np
import pytest
from harness import program_of
from statistics_checks import Rates

from stochtrace.estimation import Program, load
from stochtrace.estimation.averaging import told
from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.gradients import pieces
from stochtrace.estimation.results import titled, with_error
from stochtrace.estimation.schemes import INDEPENDENT
from stochtrace.estimation.summary import Collected, Summary, summary_of

LOGITS = """
import numpy as np

def f(theta, rng):
    total = 0.0
    for i in range(len(theta)):
        total += (i + 1) * rng.binomial(1, 1 / (1 + np.exp(-theta[i])))
    return total + theta[0] * rng.exponential(1.0)
"""
DICT = """
import numpy as np

def f(theta, rng):
    q = 1 / (1 + np.exp(-theta["w"][0, 1]))
    return rng.binomial(3, q) * theta["b"] + rng.normal(theta["w"][0, 0], 1.0) * theta["layers"][1][2]
"""
DICT_AT = {"w": np.array([[0.3, 0.1]]), "b": 2.0, "layers": (np.zeros((0,)), np.array([0.0, 0.0, 1.5]))}
TUPLE = "def f(theta, rng):\n    return rng.binomial(3, theta[0][1]) * theta[1] + theta[0][0]\n"
DECIDING = """
def f(theta, rng):
    x = rng.normal(theta["loc"][0], 1.0)
    return theta["scale"] * 2 if x > 0 else x
"""
COIN = coin.COIN


@pytest.fixture(scope="module")
def logits() -> Program:
    return program_of(LOGITS)


def test_gradient_is_exact(logits: Program) -> None:
    """E = sum of (i + 1) q_i, plus theta_0: its gradient is (i + 1) q_i (1 - q_i), plus 1 at i = 0."""
    theta = np.array([0.2, -0.4, 1.0])
    found = logits.gradient(theta, samples=400_000, seed=3)
    q = 1 / (1 + np.exp(-theta))
    exact = np.arange(1, 4) * q * (1 - q) + [1, 0, 0]
    rates = Rates(tests=4)
    rates.check("value", found.value, found.value_stderr, float(np.arange(1, 4) @ q + theta[0]), 0.05)
    for i in range(3):
        rates.check(f"theta[{i}]", found.gradient[i], found.gradient_stderr[i], exact[i], 0.03)
    assert found.gradient.shape == found.gradient_stderr.shape == (3,)


def test_gradient_has_the_samples_of_an_estimate(logits: Program, mode: str) -> None:
    theta = np.array([0.2, -0.4])
    gradient = logits.gradient(theta, samples=100, seed=3, mode=mode)
    estimate = logits.estimate(theta, samples=100, seed=3, mode=mode)
    assert gradient.value == estimate.value and gradient.value_stderr == estimate.value_stderr


def test_gradient_by_one_parameter_replays_the_jumps_of_an_estimate(mode: str) -> None:
    program = program_of("def f(p, rng):\n    return p * rng.binomial(3, p) + (rng.random() < p / 2) * p\n")
    gradient, estimate = program.gradient(0.4, samples=100, mode=mode), program.estimate(0.4, samples=100, seed=1)
    assert gradient.gradient == pytest.approx(estimate.derivative, rel=1e-12)
    assert gradient.gradient_stderr == pytest.approx(estimate.derivative_stderr, rel=1e-12)


def test_defaults_are_ten_thousand_samples_of_seed_1() -> None:
    found = program_of("def f(p, rng):\n    return rng.binomial(1, p)\n").gradient(0.5)
    assert (found.samples, found.seed) == (10_000, 1)
    assert type(found.gradient) is type(found.gradient_stderr) is float


@pytest.fixture
def travelling(tmp_path: Path) -> Program:
    program: Program = load(str(coin.written(tmp_path))).f
    return program


def test_threads_and_executors_give_the_same_bits(travelling: Program) -> None:
    run = {"samples": 3 * CHUNK + 100, "seed": 3}
    expected = travelling.jacobian(0.4, 2.0, **run, threads=1)
    assert travelling.jacobian(0.4, 2.0, **run, threads=3).to_dict() == expected.to_dict()
    with ThreadPoolExecutor(2) as pool:
        assert travelling.jacobian(0.4, 2.0, **run, executor=pool).to_dict() == expected.to_dict()


# -- structures -------------------------------------------------------------------------------------------------------


class Net(NamedTuple):
    """A structure with names."""

    w: Any
    b: float


@pytest.mark.parametrize(
    ("source", "at"),
    [
        pytest.param(DICT, DICT_AT, id="dict"),
        pytest.param(TUPLE, (np.array([0.3, 0.4]), 2.0), id="tuple"),
        pytest.param(TUPLE, [np.array([0.3, 0.4]), 2.0], id="list"),
        pytest.param(TUPLE.replace("theta[1]", "theta.b"), Net(np.array([0.3, 0.4]), 2.0), id="named tuple"),
        pytest.param(DECIDING, {"loc": np.array([0.3]), "scale": 2.0}, id="carried"),
    ],
)
def test_structure_is_kept_and_entries_are_those_of_a_flat_vector(source: str, at: Any) -> None:
    program = program_of(source)
    found = program.gradient(at, samples=50, seed=2)
    assert shape_of(found.gradient) == shape_of(found.gradient_stderr) == shape_of(at)
    for path, i, moved in coordinates(at):
        along = program.estimate(at, direction=moved, samples=50, seed=2)
        assert leaf(found.gradient, path, i) == pytest.approx(along.derivative, rel=1e-12)
        assert leaf(found.gradient_stderr, path, i) == pytest.approx(along.derivative_stderr, rel=1e-12)
        assert along.value == found.value


def test_structure_is_exact() -> None:
    """E = 3 q b + w00 l: its partials are known."""
    found = program_of(DICT).gradient(DICT_AT, samples=40_000, seed=5)  # a dict is interpreted
    q = 1 / (1 + np.exp(-0.1))
    rates = Rates(tests=4)
    cases = [
        ("b", found.gradient["b"], found.gradient_stderr["b"], 3 * q),
        ("w00", found.gradient["w"][0, 0], found.gradient_stderr["w"][0, 0], 1.5),
        ("w01", found.gradient["w"][0, 1], found.gradient_stderr["w"][0, 1], 6 * q * (1 - q)),
        ("l", found.gradient["layers"][1][2], found.gradient_stderr["layers"][1][2], 0.3),
    ]
    for what, mean, error, exact in cases:
        rates.check(what, mean, error, exact, 0.1)


def test_tuples_of_arrays_compile() -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    at = (np.array([0.3, 0.4]), 2.0)
    one, other = (program_of(TUPLE).gradient(at, samples=50, seed=2, mode=m) for m in ("compiled", "interpreted"))
    np.testing.assert_allclose(one.gradient[0], other.gradient[0], rtol=1e-12)
    assert one.gradient[1] == pytest.approx(other.gradient[1], rel=1e-12)


def test_samples_cannot_change_a_structure() -> None:
    at = {"w": np.array([[0.3, 0.1]]), "b": 2.0, "layers": (np.zeros((0,)), np.array([0.0, 0.0, 1.5]))}
    source = DICT.replace("    q =", '    theta["w"][0, 0] = 9.0\n    q =')
    found = program_of(source).gradient(at, samples=3)
    assert found.gradient["w"][0, 0] == 0.0 != found.gradient["b"]
    assert at["w"][0, 0] == 0.3


@pytest.mark.parametrize("at", [{}, {"w": "x"}, {"w": None}, ({"w": []}, "x"), {"w": [[0.5], [0.5, 0.5]]}])
def test_what_is_no_structure_of_floats_is_refused(at: Any) -> None:
    with pytest.raises(TypeError, match=r"theta.* is neither a float nor an array of floats"):
        program_of(DICT).gradient(at)


def shape_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: shape_of(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return type(value), [shape_of(v) for v in value]
    return np.shape(value)


def coordinates(at: Any, path: tuple[Any, ...] = (), whole: Any = None) -> Any:
    """Each coordinate: the way to its leaf, its index there, and the unit vector as a structure."""
    whole = at if whole is None else whole
    if isinstance(at, dict | tuple | list):
        for key in at if isinstance(at, dict) else range(len(at)):
            yield from coordinates(at[key], (*path, key), whole)
        return
    for i in range(np.size(at)):
        yield path, i, unit(whole, path, i)


def unit(at: Any, path: tuple[Any, ...] | None, i: int) -> Any:
    def below(key: Any) -> tuple[Any, ...] | None:
        return path[1:] if path is not None and path[0] == key else None

    if isinstance(at, dict):
        return {k: unit(v, below(k), i) for k, v in at.items()}
    if isinstance(at, tuple | list):
        parts = [unit(v, below(k), i) for k, v in enumerate(at)]
        return type(at)(*parts) if hasattr(at, "_fields") else type(at)(parts)
    flat = np.zeros(np.size(at))
    if path is not None:
        flat[i] = 1.0
    return flat.reshape(np.shape(at)) if np.ndim(at) else float(flat[0])


def leaf(value: Any, path: tuple[Any, ...], i: int) -> float:
    for key in path:
        value = value[key]
    return float(np.ravel(value)[i])


# -- jacobians and directions -----------------------------------------------------------------------------------------


def test_jacobian_of_an_array() -> None:
    source = (
        "import numpy as np\n\ndef f(p, q, rng):\n    return np.array([p[0] * p[1], p[1] * q]) + rng.normal(0.0, 1.0)\n"
    )
    found = program_of(source).jacobian(np.array([2.0, 3.0]), 5.0, samples=20, seed=1)
    np.testing.assert_allclose(found.jacobian["p"], [[3, 2], [0, 5]])
    np.testing.assert_allclose(found.jacobian["q"], [0, 3])
    assert found.value.shape == found.value_stderr.shape == (2,)


def test_jacobian_of_a_tuple() -> None:
    found = program_of("def f(p, rng):\n    return 2 * p[0], [rng.binomial(1, 0.5), p[0] * p[1]]\n").jacobian(
        np.array([3.0, 4.0]), samples=20
    )
    first, (second, third) = found.jacobian
    assert [v.tolist() for v in (first, second, third)] == [[2, 0], [0, 0], [4, 3]]


def test_several_numbers_have_no_gradient() -> None:
    with pytest.raises(TypeError, match=r"returns several numbers.*jacobian"):
        program_of(COIN).gradient(0.4, 2.0)


def test_direction_is_the_gradient_times_it(logits: Program) -> None:
    theta, v = np.array([0.2, -0.4, 1.0]), np.array([1.0, -2.0, 0.5])
    gradient = logits.gradient(theta, samples=200_000, seed=4)
    along = logits.estimate(theta, direction=v, samples=200_000, seed=5)
    error = float(np.hypot(along.derivative_stderr, np.abs(v) @ gradient.gradient_stderr))
    Rates(tests=1).check("along v", along.derivative, error, float(v @ gradient.gradient), 0.1)
    assert type(along.derivative) is float and "d/dv" in str(along)


def test_direction_of_several_parameters() -> None:
    program = program_of("def f(p, q, rng):\n    return p * q * q + rng.binomial(1, 0.5)\n")
    one = program.estimate(2.0, 3.0, direction={"p": 1.0, "q": 2.0}, samples=10, seed=1)
    assert one.derivative == pytest.approx(9 + 2 * 12)
    assert program.estimate(2.0, 3.0, direction={"q": 1.0}, samples=10, seed=1).derivative == pytest.approx(12)


@pytest.mark.parametrize("direction", [1.0, [1.0], [[1.0, 2.0, 3.0]], {"theta": [1.0, 2.0, 3.0]}])
def test_direction_of_another_structure_is_refused(logits: Program, direction: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="direction"):
        logits.estimate([0.1, 0.2, 0.3], direction=direction, samples=10)


@pytest.mark.parametrize("direction", [1.0, {"r": 1.0}])
def test_direction_of_unknown_parameters_is_refused(direction: Any) -> None:
    with pytest.raises(ValueError, match="dict by parameter, of p, q"):
        program_of(COIN).estimate(0.4, 2.0, direction=direction, samples=10)


# -- chunks, and how it is shown --------------------------------------------------------------------------------------


def test_pieces_hold_all_samples() -> None:
    assert list(pieces(10, 21, 4)) == [(10, 4), (14, 4), (18, 3)]


def test_summary_of_all_directions_is_that_of_each() -> None:
    rng = np.random.default_rng(3)
    values, derivatives = rng.normal(size=(50, 2)), rng.normal(size=(50, 3, 2))
    derivatives[7, 1, 0] = np.nan
    collected = Collected(100, with_tails=True)
    for k in range(3):
        collected.add(values, derivatives[:, k], None)
    one, other = collected.summary(), summary_of(100, values, derivatives, True)
    for a, b in ((one.derivative, other.derivative), (one.value, other.value)):
        np.testing.assert_allclose(a.mean, b.mean)
        np.testing.assert_allclose(a.squares, b.squares)
    np.testing.assert_allclose(one.products, other.products)
    assert (one.lost, one.first) == (other.lost, other.first) == (1, 107)
    assert [t.largest.tolist() for t in one.tails] == [t.largest.tolist() for t in other.tails]


@pytest.mark.parametrize("heavy", [True, False])
def test_infinite_variance_among_many_entries_is_flagged(heavy: bool) -> None:
    """A sample of one entry among 1001 falls off like 1 / size^1.5, or like an exponential; the norm shows it."""
    rng = np.random.default_rng(5)
    derivatives = rng.normal(size=(21_000, 1001, 1))
    derivatives[:, 7, 0] = 40 * (rng.random(21_000) ** (-1 / 1.5) if heavy else rng.exponential(size=21_000))
    halves = [summary_of(at, np.zeros((10_500, 1)), derivatives[at : at + 10_500], True) for at in (0, 10_500)]
    found = halves[0].merge(halves[1])
    assert len(found.tails) == 1
    assert any("variance looks infinite" in told for told in told_of(found)) is heavy


def told_of(found: Summary) -> list[str]:
    return list(told(found, "f", 1, INDEPENDENT))


def test_gradient_is_shown_by_leaf() -> None:
    found = program_of(DICT).gradient(DICT_AT, samples=20, seed=1, mode="interpreted")
    shown = str(found)
    assert "d/dtheta['w']" in shown and "d/dtheta['layers'][1]" in shown and "±" in shown
    assert "<table>" in found._repr_html_() and repr(found) == shown
    assert json.loads(json.dumps(found.to_dict()))["gradient"]["b"] == found.gradient["b"]


def test_long_gradients_are_shown_short(logits: Program) -> None:
    found = logits.gradient(np.zeros(40), samples=5, seed=1, mode="interpreted")
    assert str(found).splitlines()[1].count("±") == 6 and "…" in str(found)


def test_large_tables_and_small_numbers_are_shown_short() -> None:
    """A table by its largest entry; numbers far below 1 with exponents, to the digits that their errors leave."""
    value, error = np.zeros((4, 9)), np.full((4, 9), 0.1)
    value[2, 3] = -1.5
    assert with_error(value, error) == "array(4, 9), the largest [2, 3]: -1.50 ± 0.10"
    assert with_error(3.77e-10, 6.1e-11) == "3.77e-10 ± 6.1e-11"
    assert with_error(1e-13, 1e-10) == "1.0e-13 ± 1.0e-10" and with_error(2e-4, 3e-6) == "0.0002000 ± 0.0000030"
    assert titled("f", {"a": (value, 2.0), "b": np.ones(3), "c": np.ones((2, 2))}) == (
        "f(a=(array(4, 9), 2), b=[1., 1., 1.], c=array(2, 2))"
    )


def test_samples_that_are_not_finite_are_told() -> None:
    source = "import numpy as np\n\ndef f(p, rng):\n    return np.exp(p * 800 * rng.binomial(1, 0.5))\n"
    with np.errstate(all="ignore"):
        found = program_of(source).gradient(1.0, samples=50, seed=1, mode="interpreted")
    assert "not finite" in str(found) and not isinstance(found.gradient, Mapping)
