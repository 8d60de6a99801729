"""Functions of arrays that hold plain numbers alone, in a sample on carried values.

Arrays that such a sample makes hold objects, as smooth values may be stored into them later.
"""

from __future__ import annotations

import numpy as np
import pytest
from harness import program_of

SOURCE = """
import numpy as np
from scipy import special, stats


def f(p, rng):
    a = np.array([1.0, 2.0, 3.5])
    m = np.array([[2.0, 0.5], [0.3, 1.0]])
    kept = {}
    hit = 100.0 if rng.random() + p > 1.0 and rng.random() + p > 0.8 else 0.0
    return float(np.sum(kept)) + hit
"""
CALLS = """
np.exp(a)  np.log(a)  np.hypot(a, 1.0)  np.exp(-a) / np.exp(-a).sum()  np.logaddexp(a, a)  np.log10(a)  np.fmod(a, 2)
np.round(a)  np.rint(a)  np.floor(a)  np.sign(a)  np.isnan(a)  np.isfinite(a)  np.degrees(a)  np.heaviside(a, 0.5)
np.interp(1.5, a, a)  np.bincount([0, 1, 1], weights=a)  np.allclose(a, a)  np.polyfit(a, a * a, 1)  np.cov(a, a * a)
np.corrcoef(a, a)  np.sum(a, where=a > 1)  np.median(a)  np.average(a, weights=a)  np.std([a, a])
np.linalg.inv(m)  np.linalg.det(m)  np.linalg.norm(a)  np.linalg.cholesky(m @ m.T)  np.linalg.solve(m, a[:2])
np.linalg.eigvals(m)  np.linalg.lstsq(m, a[:2], rcond=None)[0]  np.linalg.slogdet(m)[1]  np.linalg.svd(m)[1]
special.expit(a)  special.gammaln(a)  special.softmax(a)  special.logsumexp(a)  special.ndtr(a)
np.quantile(a, 0.4)  np.percentile(m, [10, 90])
stats.norm.cdf(a)  stats.norm.logpdf(a)  stats.gamma.pdf(a, 2.0)  stats.poisson.pmf(a.astype(int), 2.0)
"""
EACH = [call.strip() for line in CALLS.strip().split("\n") for call in line.split("  ")]


@pytest.mark.parametrize("call", EACH)
def test_function_of_plain_numbers(call: str) -> None:
    space: dict[str, object] = {}
    source = SOURCE.format(call)
    exec(source, space)
    expected = space["f"](0.0, np.random.default_rng(1))  # type: ignore[operator]
    found = program_of(source).triple(0.0, seed=1)
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert found.delta == 0


def test_what_a_function_returns_can_be_stored_into() -> None:
    stored = SOURCE.replace("return float(np.sum(kept))", "kept[1] = p * rng.random()\n    return np.sum(kept)")
    found = program_of(stored.format("np.exp(a)")).triple(0.5, seed=1)
    assert found.delta == pytest.approx((found.value % 100 - np.exp(1.0) - np.exp(3.5)) / 0.5)
