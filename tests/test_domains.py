"""Parameters at the edges of their domains, outside of them, and such as are no numbers."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from harness import program_of

from stochtrace.diagnostics import Refusal
from stochtrace.runtime.checks import ArrayError, DomainError

DOMAINS = [
    ("rng.binomial(1, p)", 1.2, "model.py:2: binomial: p = 1.2 is outside [0, 1]"),
    ("rng.binomial(1, p)", -0.5, "model.py:2: binomial: p = -0.5 is outside [0, 1]"),
    ("rng.binomial(3, 2 * p)", 0.75, "model.py:2: binomial: p = 1.5 is outside [0, 1]"),
    ("rng.poisson(p)", -1.0, "model.py:2: poisson: lam = -1.0 is outside [0, 1e15]"),
    ("rng.poisson(p)", math.inf, "model.py:2: poisson: lam = inf is outside [0, 1e15]"),
    ("rng.geometric(p)", 0.0, "model.py:2: geometric: p = 0.0 is outside [1e-15, 1]"),
    ("rng.negative_binomial(p, 0.5)", 0.0, "model.py:2: negative_binomial: n = 0.0 is outside (0, inf)"),
    ("rng.negative_binomial(3, p)", 0.0, "model.py:2: negative_binomial: p = 0.0 is outside [1e-15, 1]"),
    (
        "rng.negative_binomial(1e9, p)",
        1e-7,
        "model.py:2: negative_binomial: mean = 9999999000000000.0 is outside [0, 1e15]",
    ),
    ("rng.negative_binomial(3, p)", math.nan, "model.py:2: negative_binomial: p = nan is outside [1e-15, 1]"),
    ("rng.logseries(p)", 1.0, "model.py:2: logseries: p = 1.0 is outside [0, 1 - 1e-15]"),
    ("rng.zipf(p)", 1.0, "model.py:2: zipf: a = 1.0 is outside [1.000001, inf]"),
    (
        "p * rng.hypergeometric(3, 4, 8)",
        1.0,
        "model.py:2: hypergeometric: ngood + nbad - nsample = -1 is outside 0, 1, 2, ...",
    ),
    ("rng.exponential(p)", -2.0, "model.py:2: exponential: scale = -2.0 is outside [0, inf)"),
    ("rng.normal(0.0, p)", -2.0, "model.py:2: normal: scale = -2.0 is outside [0, inf)"),
    ("rng.lognormal(0.0, p)", -2.0, "model.py:2: lognormal: sigma = -2.0 is outside [0, inf)"),
    ("rng.gumbel(0.0, p)", -2.0, "model.py:2: gumbel: scale = -2.0 is outside [0, inf)"),
    ("rng.weibull(p)", 0.0, "model.py:2: weibull: a = 0.0 is outside [1e-9, inf]"),
    ("rng.triangular(0, p, 2)", 2.5, "model.py:2: triangular: right - mode = -0.5 is outside [0, inf)"),
    ("rng.vonmises(0.0, p)", -1.0, "model.py:2: vonmises: kappa = -1.0 is outside [0, 1e15]"),
    ("rng.wald(p, 1.0)", 0.0, "model.py:2: wald: mean = 0.0 is outside (0, inf), within [1e-100, 1e100]"),
    ("rng.noncentral_f(2.0, 3.0, p)", -1.0, "model.py:2: noncentral_f: nonc = -1.0 is outside [0, 1e6]"),
    ("rng.gamma(p)", -2.0, "model.py:2: gamma: shape = -2.0 is outside [0, inf), and [1e-9, inf) where it moves"),
    ("rng.chisquare(p)", -2.0, "model.py:2: chisquare: df = -2.0 is outside [1e-9, inf)"),
    ("rng.gamma(2.0, p)", -2.0, "model.py:2: gamma: scale = -2.0 is outside [0, inf)"),
    ("rng.beta(p, 1)", 0.0, "model.py:2: beta: a = 0.0 is outside [1e-9, 1e10]"),
    ("rng.beta(0, p)", 1.0, "model.py:2: beta: a = 0 is outside [1e-9, 1e10]"),
    ("rng.beta(1, p)", math.nan, "model.py:2: beta: b = nan is outside [1e-9, 1e10]"),
    ("rng.f(p, 3)", -1.0, "model.py:2: f: dfnum = -1.0 is outside [1e-9, 1e10]"),
    ("rng.standard_t(p)", math.inf, "model.py:2: standard_t: df = inf is outside [1e-9, inf)"),
    ("rng.choice(3, p=[p, 0.5, 0.5])", 0.5, "model.py:2: choice: sum of p = 1.5 is outside 1 (within 1e-8)"),
    ("rng.choice(3, p=[p, 0.75, 0.75])", -0.5, "model.py:2: choice: p = -0.5 is outside [0, 1]"),
    ("rng.choice([1, 2], p=[1 - p, p])", 1.5, "model.py:2: choice: p = 1.5 is outside [0, 1]"),
    ("rng.binomial(1, p)", math.nan, "model.py:2: binomial: p = nan is outside [0, 1]"),
    ("rng.poisson(p)", math.nan, "model.py:2: poisson: lam = nan is outside [0, 1e15]"),
    ("rng.exponential(p)", math.nan, "model.py:2: exponential: scale = nan is outside [0, inf)"),
    ("rng.beta(p, 1)", 1e-300, "model.py:2: beta: a = 1e-300 is outside [1e-9, 1e10]"),
    ("rng.f(p, 3)", 1e300, "model.py:2: f: dfnum = 1e+300 is outside [1e-9, 1e10]"),
    ("rng.wald(p, 1.0)", 1e99, "model.py:2: wald: scale / mean = 1e-99 is outside [1e-9, 1e15]"),
    ("rng.triangular(-p, 0.0, p)", 1.7e308, "model.py:2: triangular: right - left = inf is outside [1e-150, 1e150]"),
    ("rng.vonmises(p, 1.0)", 1e300, "model.py:2: vonmises: mu = 1e+300 is outside [-1e9, 1e9]"),
    ("rng.geometric(p)", 1e-300, "model.py:2: geometric: p = 1e-300 is outside [1e-15, 1]"),
    ("rng.zipf(p)", 1 + 1e-15, "model.py:2: zipf: a = 1.000000000000001 is outside [1.000001, inf]"),
    ("rng.noncentral_chisquare(3, p)", 1e7, "model.py:2: noncentral_chisquare: nonc = 10000000.0 is outside [0, 1e6]"),
]


@pytest.mark.parametrize(("draw", "p", "message"), DOMAINS, ids=[f"{d[0]} at {d[1]}" for d in DOMAINS])
def test_domain_error_says_which_draw_parameter_and_value(draw: str, p: float, message: str) -> None:
    program = program_of(f"def f(p, rng: 'np.random.Generator'):\n    return {draw}\n")
    for call in (program.sample, program.triple, lambda p: program.estimate(p, samples=3, mode="interpreted")):
        with pytest.raises(DomainError) as caught:
            call(p)
        assert str(caught.value) == message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_the_shape_of_a_gamma_draw_may_be_0_but_not_move_there(mode: str) -> None:
    """Its mean moves, but no quantile: the derivative is no pathwise one."""
    program = program_of("def f(p, rng):\n    return rng.gamma(p, 1.0) + 2 * p\n")
    assert program.sample(0.0) == 0.0
    for shape in (0.0, 1e-10):
        with pytest.raises(DomainError, match=rf"shape = {shape} is outside \[0, inf\), and \[1e-9, inf\) where it"):
            program.estimate(shape, samples=5, seed=1, mode=mode)
    still = program_of("import numpy as np\n\ndef f(p, rng):\n    return rng.gamma(np.zeros(2), p).sum() + 2 * p\n")
    assert still.estimate(1.0, samples=5, seed=1, mode=mode).derivative == 2.0


def test_carried_shapes_do_not_move_at_0(mode: str) -> None:
    program = program_of("def f(p, rng):\n    x = rng.gamma(p, 1.0)\n    return 1.0 if x > 0.5 else 0.0\n")
    with pytest.raises(Refusal, match=r"shape = 0\.0 is outside"):
        program.estimate(0.0, samples=5, seed=1, mode=mode)


OVERFLOWS = ("rng.pareto(p)", "rng.weibull(p)", "rng.lognormal(0.0, 1 / p)")


@pytest.mark.parametrize("draw", OVERFLOWS)
def test_a_draw_that_overflows_is_infinite(draw: str, mode: str) -> None:
    """As NumPy has it, and an estimate of it says so."""
    program = program_of(f"import numpy as np\n\ndef f(p, rng):\n    return {draw}\n")
    for seed, samples in ((1, 40), (2, 40), (1, 9000)):  # the last of several chunks
        found = program.estimate(1e-3, samples=samples, seed=seed, mode=mode)
        assert found.value == math.inf
        assert "samples are not finite" in str(found)


VECTORS = [
    ("rng.multivariate_normal([p, 0.0], p)", r"multivariate_normal: dimensions of cov = 0 is outside 2 \(write"),
    ("rng.multivariate_normal([p, 0.0], [1.0, p])", "multivariate_normal: dimensions of cov = 1 is outside 2"),
    ("rng.multivariate_normal(p, [[p]])", "multivariate_normal: dimensions of mean = 0 is outside 1"),
    ("rng.multivariate_normal([p, 0.0], [[1.0, p]])", "rows of cov = 1 is outside the length of mean"),
    ("rng.multivariate_normal([p, 0.0], [[1.0, 0.0, 0.0], [0.0, p, 0.0]])", "columns of cov = 3 is outside the length"),
    ("stats.multivariate_normal([p, 0.0], 2.0).rvs(random_state=rng)", "rvs: dimensions of cov = 0 is outside 2"),
    ("stats.multivariate_normal.rvs([p, 0.0], random_state=rng)", "rvs: dimensions of cov = 0 is outside 2"),
    ("stats.multivariate_normal.rvs(p, random_state=rng)", "rvs: (length|dimensions) of mean = [01] is outside"),
    ("stats.multivariate_normal.rvs(cov=np.eye(2) * p, random_state=rng)", "(length|dimensions) of mean = [01] is out"),
]


@pytest.mark.parametrize("carried", [False, True], ids=["tangent lines", "carried"])
@pytest.mark.parametrize(("draw", "message"), VECTORS, ids=[draw for draw, _ in VECTORS])
def test_normal_vectors_say_what_shape_they_need(draw: str, message: str, carried: bool) -> None:
    """SciPy makes matrices of numbers and vectors, and NumPy refuses them; neither is left to an error of NumPy's."""
    before = "heapq.heapify([1.0 * p])" if carried else "pass"
    head = f"import heapq\nimport numpy as np\nfrom scipy import stats\n\ndef f(p, rng):\n    {before}\n"
    program = program_of(f"{head}    return np.sum({draw})\n")
    for call in (program.sample, program.triple):
        with pytest.raises(DomainError, match=message):
            call(1.0)


ARRAYS = [
    ("rng.normal(p, 1.0).sum()", "normal: loc"),
    ("(rng.normal(p, 1.0) > 0).sum()", "normal: loc"),
    ("rng.exponential(p).sum()", "exponential: scale"),
    ("rng.poisson(2 * p).sum()", "poisson: lam"),
    ("(rng.random() < p).sum()", "random: p"),
]


@pytest.mark.parametrize(("draw", "what"), ARRAYS, ids=[draw for draw, _ in ARRAYS])
def test_a_draw_of_one_number_refuses_arrays(draw: str, what: str) -> None:
    """What NumPy draws element by element, one number moved to all places would not be."""
    program = program_of(f"import numpy as np\n\ndef f(p, rng):\n    return {draw}\n")
    p, message = np.array([0.2, 0.3]), rf"model.py:4: {what} is an array of shape \(2,\), .* Give the draw a size"
    for call in (program.sample, program.triple, lambda p: program.estimate(p, samples=3), program.gradient):
        with pytest.raises(ArrayError, match=message):
            call(p)


def test_a_draw_with_a_size_or_of_an_element_takes_arrays() -> None:
    program = program_of(
        "import numpy as np\n\ndef f(p, rng):\n"
        "    return np.sum(rng.normal(p, 1.0, size=np.shape(p))) + rng.poisson(p[0]) + rng.binomial(1, np.mean(p))\n"
    )
    assert math.isfinite(program.triple(np.array([0.2, 0.3]), seed=1)["p[0]"].value)


def test_domain_error_that_comes_late(mode: str) -> None:
    """Only some samples leave the domain: the first of them is told in both ways."""
    program = program_of("def f(p, rng):\n    n = rng.poisson(p)\n    return rng.binomial(2, 1.75 if n > 5 else 0.5)\n")
    with pytest.raises(DomainError) as caught:
        program.estimate(1.0, samples=20_000, seed=1, mode=mode)
    assert str(caught.value) == "model.py:3: binomial: p = 1.75 is outside [0, 1]"


@pytest.mark.parametrize("p", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "body", ["return rng.normal(p, 1.0)", "return p if rng.random() < 0.5 else 1.0", "return rng.random() * p"]
)
def test_parameter_that_is_no_number_is_loud(p: float, body: str, mode: str) -> None:
    program = program_of(f"def f(p, rng):\n    {body}\n")
    try:
        estimate = program.estimate(p, samples=50, seed=1, mode=mode)
    except ValueError:
        return
    assert not math.isfinite(estimate.value)


def test_threshold_that_is_nan_is_loud(mode: str) -> None:
    program = program_of("def f(p, rng):\n    return 1.0 if rng.random() < p else 0.0\n")
    try:
        estimate = program.estimate(math.nan, samples=5, seed=1, mode=mode)
    except ValueError:
        return
    assert math.isnan(estimate.derivative)


EDGES = [
    ("rng.binomial(1, p)", 0.0, 1.0), ("rng.binomial(1, p)", 1.0, 1.0), ("rng.binomial(5, p)", 0.0, 5.0),
    ("rng.binomial(5, p)", 1.0, 5.0), ("rng.binomial(5, p) ** 2", 1.0, 45.0), ("(rng.random() < p) * 3", 0.0, 3.0),
    ("(rng.random() < p) * 3", 1.0, 3.0), ("(rng.random() >= p) * 3", 1.0, -3.0), ("rng.poisson(p) ** 2", 0.0, 1.0),
    ("rng.geometric(p)", 1.0, -1.0), ("rng.negative_binomial(2.5, p)", 1.0, -2.5), ("rng.logseries(p)", 0.0, 0.5),
    ("rng.negative_binomial(2.5 * p, p)", 1.0, -2.5), ("rng.choice([1.0, 4.0], p=[1 - p, p])", 0.0, 3.0),
    ("rng.choice([1.0, 4.0, 9.0], p=[1 - p, p / 2, p / 2])", 0.0, 5.5), ("rng.exponential(p)", 0.0, None),
]  # fmt: skip


@pytest.mark.parametrize(("draw", "p", "derivative"), EDGES, ids=[f"{e[0]} at {e[1]}" for e in EDGES])
def test_edges_have_their_one_sided_derivative(draw: str, p: float, derivative: float | None, mode: str) -> None:
    """Exactly, sample by sample: at an edge nothing is random. The mean of an exponential is left to its samples."""
    estimate = program_of(f"def f(p, rng):\n    return {draw}\n").estimate(p, samples=300, seed=1, mode=mode)
    if derivative is None:
        assert abs(estimate.derivative - 1) < 6 * estimate.derivative_stderr
        return
    if "choice([1.0, 4.0, 9.0]" in draw:  # which of two jumps is replayed is chosen at random
        assert abs(estimate.derivative - derivative) < 6 * estimate.derivative_stderr
        return
    assert estimate.derivative == pytest.approx(derivative, rel=1e-12)
    assert estimate.derivative_stderr == pytest.approx(0.0, abs=1e-12)
