"""Values that move smoothly and are not numbers: NumPy's functions look for those, so a decision on one is refused."""

from __future__ import annotations

import numpy as np
import pytest
from harness import program_of

from stochtrace.diagnostics import Refusal

HEAD = """
import numpy as np


def f(p, rng):
    x = np.sqrt(rng.normal(p, 1.0) - 5.0)
    y = np.array([rng.exponential(p), 1.0, x, 2.0])
"""
DECIDING = (
    "np.argmax(y)", "np.max(y)", "y.min()", "np.sort(y)[0]", "np.median(y)", "np.maximum(x, y[0]) + (y[0] > 1)",
    "y[0] < x",
)  # fmt: skip
KEPT = "np.where(rng.random(4) < p, y, y)[0]", "np.isnan(x) + (y[0] > 1)"


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("result", DECIDING)
def test_a_decision_on_what_is_not_a_number_is_refused(result: str) -> None:
    with pytest.raises(Refusal, match="not a number") as caught:
        program_of(f"{HEAD}    return 1.0 * ({result})\n").estimate(0.8, samples=20, seed=1)
    assert caught.value.code == "ST457"


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("result", KEPT)
def test_what_does_not_decide_on_it_is_kept(result: str) -> None:
    found = program_of(f"{HEAD}    return 1.0 * ({result})\n").estimate(0.8, samples=20, seed=1, mode="interpreted")
    assert np.isfinite(found.value) and np.isfinite(found.derivative)
