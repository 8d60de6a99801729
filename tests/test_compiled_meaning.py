"""Compiled code means what Python means: where Python raises an error, it does not go on with a wrong number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from harness import bound, every_direction, program_of

pytest.importorskip("numba")
SAMPLES, SEED, AT = 60, 3, {"p": 0.6}
HEAD = "import numpy as np\n\n\ndef f(p, rng):\n    n = rng.poisson(p)\n    "
# statements after `n = rng.poisson(p)`, of which some samples raise an error
OUTSIDE = {
    "an index past the end, read": "a = np.array([p, 2 * p])\n    return a[n]",
    "an index past the end, written": "a = np.zeros(3)\n    a[n] += 1.0\n    return a.sum()",
    "an index below the start": "a = np.array([p, 2 * p])\n    return a[-1 - n]",
    "a row past the end": "a = np.zeros((2, 3))\n    a[n] = 1.0\n    return a.sum()",
    "an array of indices": "a = np.arange(3.0)\n    return a[rng.poisson(p, size=2)].sum()",
    "an index past the end of what is drawn": "a = rng.exponential(p, size=2)\n    return 1.0 if a[n] > 0.5 else 0.0",
}


def ended(source: str, mode: str) -> Any:
    """Return values and derivatives of samples, or the error that one of them raises."""
    program = program_of(source)
    given = program.given(bound(program, AT), next(iter(every_direction(program, AT))))
    run, _, _ = program._sampler.pick(given, mode)
    found = np.zeros((2, SAMPLES, 1))
    try:
        run(given, SEED, 0, *found)
    except (ArithmeticError, LookupError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return found.tolist()


@pytest.mark.parametrize("body", OUTSIDE.values(), ids=OUTSIDE)
def test_an_index_outside_is_an_error(body: str) -> None:
    told = ended(HEAD + body + "\n", "compiled")
    assert isinstance(told, str) and told.startswith("IndexError")
    assert told == ended(HEAD + body + "\n", "interpreted")
