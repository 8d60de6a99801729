"""The runtime of replays forces the draws that the run under way would force on carried values."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import pytest

from stochtrace import runtime
from stochtrace.carried import runtime as carried_runtime
from stochtrace.carried.families import FAMILIES
from stochtrace.carried.replay import Replay
from stochtrace.carried.replaying import REPLAYING, VECTORS
from stochtrace.carried.running import running
from stochtrace.runtime.uniforms import Omega

PARAMETERS: dict[str, Any] = {"low": 0.5, "high": 3.0, "left": 0.5, "mode": 1.0, "right": 3.0, "a": 1.2, "b": 3.0}
PARAMETERS |= {"pvals": [0.2, 0.3, 0.5], "alpha": 2.5, "cov": [[2.0, 0.3], [0.3, 1.0]], "loc": 0.4, "mu": 0.7}
VECTOR = {"dirichlet": ([1.5, 0.7, 2.0],), "multivariate_normal": ([0.5, -0.5], [[2.0, 0.3], [0.3, 1.0]])}
VECTOR |= {"joint_normal": VECTOR["multivariate_normal"]}
FORCED = 0.37


def results(module: Any, name: str, forced: tuple[int, int, float] | None) -> list[float]:
    """Three draws of a distribution at site 1, one at site 2, and an array of them at site 1."""
    omega = Omega(3, 2)
    omega.start(4)
    if forced is not None:
        omega.replay(*forced)
    sampler = getattr(module, name)
    names = [*signature(getattr(runtime, name)).parameters][2:]
    given = VECTOR.get(name, [PARAMETERS.get(p, 1.3) for p in names])
    with running(Replay(omega, forced)):
        drawn = [sampler(omega, site, *given) for site in (1, 1, 2, 1)]
        if name not in VECTOR:
            drawn.append(module.each(sampler, omega, 1, 3, *given))
    return [float(x) for part in drawn for x in np.ravel(part)]


@pytest.mark.parametrize("name", [*FAMILIES, *VECTORS])
def test_a_draw_is_forced_as_in_the_run_under_way(name: str) -> None:
    free = results(REPLAYING, name, None)
    assert free == results(runtime, name, None)
    for visit in (1, 2, 3, 5):
        forced = results(REPLAYING, name, (1, visit, FORCED))
        assert forced == results(carried_runtime, name, (1, visit, FORCED))
        assert forced != free
