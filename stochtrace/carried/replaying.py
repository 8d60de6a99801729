"""The runtime of generated programs, for replays of carried programs: samplers on plain numbers, one forced.

A continuous draw is forced to an outcome of its standard variable. In vectors of such draws it is one of several visits
to their site, which the run that is under way makes one by one.
"""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from stochtrace import runtime
from stochtrace.carried import runtime as carried_runtime
from stochtrace.carried.families import FAMILIES

VECTORS = ("dirichlet", "multivariate_normal", "joint_normal")


def _forcible(name: str) -> Any:
    sampler, build = getattr(runtime, name), FAMILIES[name].build

    @wraps(sampler)
    def replayed(omega: Any, site: int, *arguments: Any) -> Any:
        x = sampler(omega, site, *arguments)
        return build(omega.to, *arguments) if site == omega.site and omega.visits[site] == omega.visit else x

    return replayed


class Replaying(ModuleType):
    """The runtime, with continuous samplers that may be forced."""

    def __getattr__(self, name: str) -> Any:
        found = _forcible(name) if name in FAMILIES else getattr(carried_runtime if name in VECTORS else runtime, name)
        setattr(self, name, found)
        return found


REPLAYING = Replaying("runtime")
