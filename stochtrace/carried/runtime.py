"""The runtime of generated programs, for runs on carried values: what stands where their text says `rt`.

ω is the run that is under way; the argument of that name is not looked at.
"""

from __future__ import annotations

from inspect import isfunction as _isfunction
from inspect import signature as _signature
from typing import Any

from stochtrace import runtime as _runtime
from stochtrace.carried.checks import still as _still
from stochtrace.carried.densities import Densities as _Densities
from stochtrace.carried.draws import NUMBERS as _NUMBERS
from stochtrace.carried.draws import SPECIAL as _SPECIAL
from stochtrace.carried.draws import draw as _draw
from stochtrace.carried.draws import one as _one
from stochtrace.carried.marked import passing as _passing


def _sampler(name: str) -> Any:
    if name in _SPECIAL:

        def sampler(omega: Any, site: int, *arguments: Any) -> Any:
            return _draw(site, None, name, *arguments)

    else:

        def sampler(omega: Any, site: int, *arguments: Any) -> Any:
            if _NUMBERS.issuperset(map(type, arguments)):
                return _one(site, name, arguments)
            return _draw(site, None, name, *arguments)

    sampler.__name__ = name
    return sampler


def each(sampler: Any, omega: Any, site: int, size: Any, *parameters: Any) -> Any:
    """Return an array of draws."""
    return _draw(site, size, sampler.__name__, *parameters)


def moved_count(site: int, loc: Any) -> Any:
    """Return the place of one count of scipy.stats, which does not move."""
    return _runtime.moved_count(site, _still("loc", loc))


def moved_counts(site: int, loc: Any) -> Any:
    """Return the place of several counts of scipy.stats, which does not move."""
    return _runtime.moved_counts(site, _still("loc", loc))


def __getattr__(name: str) -> Any:
    return getattr(_runtime, name)


def _is_sampler(name: str) -> bool:
    function = getattr(_runtime, name)
    first = [*_signature(function).parameters][:2] if _isfunction(function) else []
    return first == ["omega", "site"] and not name.endswith("_d")


passing = _passing
stats = _Densities()
SAMPLERS = tuple(filter(_is_sampler, vars(_runtime)))
for _name in SAMPLERS:
    globals()[_name] = _sampler(_name)
