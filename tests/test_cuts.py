"""`new_weight` and `stop_gradient`: with tangent lines and on carried values, interpreted and compiled, exactly.

Programs whose mean is a sum over few outcomes, with the exact derivative beside; eight comparisons by sampling, at the
rates of `statistics_checks`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from harness import generate, program_of
from lattice import Case, check_recorded
from statistics_checks import Rates

import stochtrace
from stochtrace.transform.pipeline import transform

RATES = Rates(tests=8)
HEAD = "import numpy as np\nimport stochtrace\nfrom stochtrace import stop_gradient\n\n\n"
CHOICE = """
def f(p, rng):
    w = np.array([p, 1 - 2 * p, p])
    i = rng.choice(3, p=stop_gradient(w))
    return (i + 1) ** 2 * stochtrace.new_weight(w[i])
"""
RESAMPLED = """
def f(p, rng):
    x = [rng.normal(p, 1.0) for _ in range(2)]
    weights = [np.exp(-(y - 1) ** 2 / 2) for y in x]
    total = sum(weights)
    i = 1 if rng.random() < stop_gradient(weights[1] / total) else 0
    return total / 2 * stochtrace.new_weight(weights[i] / total) * x[i]
"""
DECIDING = """
def f(p, rng):
    x = rng.exponential(p)
    w = p * p
    if rng.random() < stop_gradient(w):
        return stochtrace.new_weight(w) * (3.0 + (1.0 if x > 0.5 else 0.0))
    return 0.0
"""
CUT = """
def f(p, rng):
    x = rng.normal(p, 1.0)
    y = stop_gradient(x)
    return p * y + (2.0 if y > 0.5 else 0.0)
"""
OBJECTS = """
def f(p, rng):
    weights = np.array([p, 1 - 2 * p, p])
    kept = {"w": weights}
    i = rng.choice(3, p=stop_gradient(kept["w"]))
    late = rng.exponential(1.0) > 2 * p
    return (i + 1) ** 2 * stochtrace.new_weight(kept["w"])[i] + (1.0 if late else 0.0)
"""
BESIDE = """
def f(p, rng):
    x = rng.exponential(p)
    return stop_gradient(x) + (1.0 if x > 0.5 else 0.0)
"""
P = 0.3
TAIL = math.exp(-0.5 / P)
CASES = [
    pytest.param(CHOICE, 2.0, 0.3, id="a choice"),
    # E = the mean of g(x) x under N(p, 1) with g(x) = exp(-(x - 1)**2 / 2): that of a product of two normals
    pytest.param(RESAMPLED, None, 0.02, id="resampling"),
    pytest.param(DECIDING, 2 * P * (3 + TAIL) + TAIL / 2, 0.1, id="beside a decision"),
    pytest.param(CUT, P, 0.02, id="a decision that is cut"),
    pytest.param(OBJECTS, 2.0 - 2 * math.exp(-2 * P), 0.2, id="arrays in containers"),
]


def exact_resampled() -> float:
    """exp(-(p - 1)**2 / 4) / sqrt(2) * (p + 1) / 2, differentiated."""
    bell = math.exp(-((P - 1) ** 2) / 4) / math.sqrt(2)
    return bell / 2 - bell * (P - 1) / 2 * (P + 1) / 2


@pytest.mark.parametrize(("source", "exact", "resolved"), CASES)
def test_derivative_is_exact(source: str, exact: float | None, resolved: float) -> None:
    program = program_of(HEAD + source)
    samples = 600_000 if program.estimate(P, samples=1, seed=1).mode == "compiled" else 40_000
    found = program.estimate(P, samples=samples, seed=2)
    scale = 1 if samples > 40_000 else 4
    exact = exact_resampled() if exact is None else exact
    RATES.check("d/dp", found.derivative, found.derivative_stderr, exact, resolved * scale)


@pytest.mark.parametrize(
    "source",
    [CHOICE, RESAMPLED, DECIDING, CUT, BESIDE],
    ids=["choice", "resampled", "deciding", "cut", "what is cut beside a decision"],
)
def test_interpreted_is_compiled(source: str) -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    program = program_of(HEAD + source)
    one, other = (program.estimate(P, samples=50, seed=3, mode=m) for m in ("compiled", "interpreted"))
    assert one.value == pytest.approx(other.value, rel=1e-12)
    assert one.derivative == pytest.approx(other.derivative, rel=1e-11)


# -- in reverse mode ---------------------------------------------------------------------------------------------------

WALKERS = """
import numpy as np
import stochtrace

def f(p, q, rng):
    place, weight = 0, 1.0
    for _ in range(2):
        step = rng.random() < p
        place += 1 if step else -1
        w = np.array([q, 1 - q])
        i = rng.choice(2, p=stochtrace.stop_gradient(w))
        weight *= stochtrace.new_weight(w[i])
        place += 2 * i
    return place * place * weight
"""
CUT_DRAW = """
import stochtrace

def f(p, q, rng):
    k = rng.binomial(2, stochtrace.stop_gradient(p * 2) * q)
    return k * k * stochtrace.stop_gradient(p) + p * (rng.random() < p) + stochtrace.stop_gradient(q) * k * p
"""
CUT_MEANS = """
def f(p, q, rng):
    k = rng.binomial(2, 0.5 * q)
    return k * k * 0.25 + p * (rng.random() < p) + 0.5 * k * p
"""
EXACTLY = [
    pytest.param(Case(HEAD + CHOICE, {"p": 0.25}, 4), "", id="a choice"),
    pytest.param(Case(WALKERS, {"p": 0.75, "q": 0.25}, 4), "", id="weights beside jumps"),
    pytest.param(Case(CUT_DRAW, {"p": 0.25, "q": 0.5}, 16), CUT_MEANS, id="what is cut is held"),
]


@pytest.mark.parametrize(("case", "means"), EXACTLY)
def test_reverse_mode_has_the_exact_means_by_each_parameter(case: Case, means: str) -> None:
    check_recorded(case, means=means)


@pytest.mark.parametrize("source", [CHOICE, RESAMPLED, DECIDING, CUT, OBJECTS], ids=[str(case.id) for case in CASES])
def test_gradient_by_one_parameter_has_the_samples_of_forward_mode(source: str) -> None:
    program = program_of(HEAD + source)
    gradient, estimate = (run(P, samples=40, seed=3) for run in (program.gradient, program.estimate))
    assert gradient.gradient == pytest.approx(estimate.derivative, rel=1e-10)
    assert gradient.gradient_stderr == pytest.approx(estimate.derivative_stderr, rel=1e-10)


@pytest.mark.parametrize(("source", "at"), [(WALKERS, (0.7, 0.2)), (CUT_DRAW, (0.3, 0.4))], ids=["weights", "cuts"])
def test_compiled_gradients_are_those_of_interpreted_code(source: str, at: tuple[float, float]) -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    program = program_of(source)
    one, other = (program.gradient(*at, samples=100, mode=m) for m in ("compiled", "interpreted"))
    for name in ("p", "q"):
        assert one.gradient[name] == pytest.approx(other.gradient[name], rel=1e-10)
        assert one.gradient_stderr[name] == pytest.approx(other.gradient_stderr[name], rel=1e-10)


# -- what is written, and what is told ---------------------------------------------------------------------------------


def test_functions_themselves() -> None:
    x = np.array([2.0, 3.0])
    assert stochtrace.new_weight(0.3) == 1.0 and stochtrace.new_weight(x).tolist() == [1.0, 1.0]
    assert stochtrace.stop_gradient(0.3) == 0.3 and stochtrace.stop_gradient(x) is x


def test_tangents_are_written_out() -> None:
    code = generate(HEAD + CHOICE)
    assert "return (i + 1) ** 2 * stochtrace.new_weight(w[i]), (i + 1) ** 2 * w_dot[i] / w[i]" in code
    cut = generate(HEAD + "def f(p, rng):\n    q = stop_gradient(p)\n    return p * q + rng.binomial(1, q)\n")
    assert "q_dot" not in cut and "p_dot * q" in cut


@pytest.mark.parametrize("source", [CHOICE, DECIDING, OBJECTS], ids=["tangent lines", "carried", "objects"])
def test_cuts_are_told(source: str) -> None:
    made = transform((HEAD + source).encode(), filename="m.py", output="m_d.py")
    words = "the derivative is cut on purpose by `stop_gradient("
    assert words in made.code and words in str(made.explanation)


def test_notebook_finds_them() -> None:
    def model(p: float, rng: Any) -> Any:
        weight = stochtrace.new_weight(p)
        return rng.random() * weight if rng.random() < stochtrace.stop_gradient(p) else 0.0

    found = stochtrace.differentiate(model).estimate(0.4, samples=40_000, seed=2)
    RATES.check("d/dp", found.derivative, found.derivative_stderr, 0.5, 0.1)


def test_other_names_of_the_package_stay_unknown() -> None:
    with pytest.raises(stochtrace.Refusal, match="see into"):
        generate("import stochtrace\n\ndef f(p, rng):\n    return stochtrace.load(p) + rng.random()\n")
