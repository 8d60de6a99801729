"""Options of NumPy's functions on carried values, and uniforms that are compared with arrays: as the source has them.

What was wrong without a word: an option that was dropped, a type that was not kept, one uniform that became several.
"""

from __future__ import annotations

import numpy as np
import pytest
from harness import bound, every_direction, program_of, run_original
from stubs import Queue

from stochtrace.carried.running import Refused
from stochtrace.estimation import interpreted
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.uniforms import Omega

AT, SEEDS = 0.7, range(20)
RIGHT = {
    "quantiles along an axis": "np.percentile(m, 40, axis=1)[0] + np.quantile(m, [0.1, 0.9], axis=0)[1, 2]",
    "medians along an axis": "np.median(m, axis=1)[0] + np.median(m, axis=0)[2]",
    "an average by weights of an axis": "np.average(m[:, :3], axis=0, weights=np.array([1.0, 2.0, 3.0]))[0]",
    "an average by weights of all elements": "np.average(m, axis=1, weights=np.abs(m))[1]",
    "norms that keep their axis": "(m[:, :3] / np.linalg.norm(m[:, :3], axis=1, keepdims=True)).sum()",
    "the norm of a vector along its axis": "np.linalg.norm(v, axis=0)",
    "an array of whole numbers, of one that moves": "np.full(4, x, dtype=int).sum() + np.full_like(i, x)[1]",
    "whole numbers as in another array": "np.full_like(np.array([3, 0]), 0.7)[0]",
    "truth values as in another array": "(~np.ones_like(v > 0.5)).sum()",
    "a choice without axes": "np.where(v[3] > 1.0, v[0], v[1])",
    "an array of another shape": "np.zeros_like(v, shape=(2, 2)).ndim + np.array(v, ndmin=2).ndim",
    "a number of an iterable": "np.fromiter((e for e in v), float, count=2).sum()",
    "truth values of numbers": "np.logical_or(v, v > 0.5).sum() + np.logical_and(v > 0.5, v).sum()",
    "nearest whole numbers, by the method": "(3 * v).round().astype(int).sum() + (4 * m).round(0)[1, 1]",
    "what is zero": "np.logical_not(v).sum() + np.logical_xor(v, v > 0.5).sum()",
}  # fmt: skip
REFUSED = ("np.fabs(v, where=v > 0.5, out=np.zeros(4)).sum()", "np.sign(v, out=np.zeros(4)).sum()",
           "np.median(m, axis=1, keepdims=True)[0, 0]", "np.average(m, axis=1, returned=True)[0][0]",
           "np.linalg.norm(m, 2, axis=(0, 1))", "np.linalg.norm(m, keepdims=True)[0, 0]")  # fmt: skip


def program(expression: str) -> str:
    return f"""import numpy as np
def f(p, rng):
    x, v, m = rng.normal(p, 1.0), rng.normal(p, 1.0, size=4), rng.normal(p, 1.0, size=(3, 4))
    i = np.argsort(v)
    return {expression}, x > 0.5
"""


def sample(model: Program, number: int) -> list[float]:
    """The value of a sample that is differentiated."""
    omega, jumps = Omega(3, model.functions.sites), interpreted.collection(model.functions, 1)
    omega.start(number)
    jumps.start()
    direction = every_direction(model, {"p": AT})[0]
    given = model.given(bound(model, {"p": AT}), direction)
    return flatten(interpreted.differentiated(model.functions, given, omega, jumps).value)


@pytest.mark.parametrize("expression", RIGHT.values(), ids=RIGHT)
def test_samples_have_the_value_of_the_source(expression: str) -> None:
    model = program_of(program(expression))
    for seed in SEEDS:
        source = flatten(run_original(program(expression), model, {"p": AT}, Queue(seed)))
        assert source == flatten(interpreted.drawn(model.functions, (AT,), Queue(seed)))
        omega = Omega(3, model.functions.sites)
        omega.start(seed)
        np.testing.assert_allclose(sample(model, seed), flatten(interpreted.drawn(model.functions, (AT,), omega)))


@pytest.mark.parametrize("expression", REFUSED)
def test_options_without_a_rule_are_refused(expression: str) -> None:
    with pytest.raises(Refused):
        sample(program_of(program(expression)), 0)


@pytest.mark.parametrize(
    "compared", ["rng.random() < q", "q[:2] > rng.random()", "(np.array([q, q]) > rng.random(2)).T[0]"]
)  # fmt: skip
def test_one_uniform_is_compared_with_many_numbers(compared: str) -> None:
    source = f"""import numpy as np
def f(p, rng):
    q = np.array([p, p])
    h = np.ravel({compared})
    return h[0] * 1.0 - h[1]
"""
    model = program_of(source)
    for seed in SEEDS:
        value = run_original(source, model, {"p": AT}, Queue(seed))
        assert value == 0.0 == interpreted.drawn(model.functions, (AT,), Queue(seed))
    assert model.estimate(AT, samples=100, seed=1).derivative == 0.0
