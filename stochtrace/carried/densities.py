"""Densities, distribution functions and quantiles of `scipy.stats`, of carried values, by the runtime's partials.

Those whose standard form is arithmetic (normal, Cauchy) stay arithmetic, so that decisions on them can be solved for a
draw. The ends of a support are decisions: the density jumps there, the distribution function has a kink.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from stochtrace.carried.checks import holds, on_numbers
from stochtrace.carried.operations import applied_density, signature_of
from stochtrace.carried.running import Refused, current
from stochtrace.carried.smooth import Smooth, applied, value
from stochtrace.runtime import stats
from stochtrace.runtime.checks import DomainError
from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family

DENSITIES = ("pdf", "logpdf")
# log densities of standard variables, for all real z
ARITHMETIC: dict[str, Callable[[Any], Any]] = {
    "norm": lambda z: -z * z / 2.0 - LOG_ROOT_TWO_PI,
    "cauchy": lambda z: -applied(math.log1p, "log1p", (z * z,)) - math.log(math.pi),
}


def carried(name: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return a method of a distribution, of numbers or element by element of arrays."""
    label = f"scipy.stats.{name}.{method}"
    try:
        given = bound(name, method, args, kwargs)
    except AttributeError:
        raise Refused(
            f"`{label}` has no rule for values that move smoothly",
            "Write it with functions of math or NumPy that have a rule.",
        ) from None
    if not any(isinstance(a, np.ndarray | list | tuple) for a in given):
        return one(name, method, given)
    arrays = np.broadcast_arrays(*(np.array(a, dtype=object) if isinstance(a, list | tuple) else a for a in given))
    out = np.empty(arrays[0].shape, dtype=object)
    for index in np.ndindex(out.shape):
        out[index] = one(name, method, tuple(a[index] for a in arrays))
    return out


def bound(name: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Return the arguments of a call in the order of the runtime's function, with its defaults."""
    call = signature_of(name, method).bind(*args, **kwargs)
    call.apply_defaults()
    return call.args


def one(name: str, method: str, given: tuple[Any, ...]) -> Any:
    """Return a method at numbers of which some may be carried."""
    family: Family = importlib.import_module(f"{stats.FAMILIES}.{name}").FAMILY
    moving = [type(a) is Smooth for a in given]
    plain = getattr(stats, f"{name}_{method}")
    if not any(moving):
        return plain(*map(value, given))
    if family.discrete:
        check_integers(name, method, moving)
    elif method not in stats.QUANTILES:
        if name in ARITHMETIC and method in DENSITIES and value(given[-1]) > 0:
            return by_arithmetic(name, method, *given)
        if decide_ends(family, method, given):
            return plain(*map(value, given))
    try:
        return applied(plain, applied_density(name, method, len(given)), given)
    except DomainError:
        label = f"{name}.{method}"
        raise Refused(
            f"`{label}` jumps at an end of its support, which moves, and x is outside",
            "Leave the parameter that moves the end out with `--wrt`, or write the density out for x inside.",
        ) from None


def by_arithmetic(name: str, method: str, x: Any, loc: Any, scale: Any) -> Any:
    """Return a density as an expression that can be solved for the draws in it."""
    log = ARITHMETIC[name]((x - loc) / scale)
    logarithm = applied(math.log, "log", (scale,)) if type(scale) is Smooth else math.log(scale)
    log = log - logarithm
    return log if method == "logpdf" else applied(math.exp, "exp", (log,))


def decide_ends(family: Family, method: str, given: tuple[Any, ...]) -> bool:
    """Decide on which sides of the ends of the support x lies; tell whether it is outside."""
    shapes = dict(zip(family.shapes.split(), given[1:], strict=False))
    x, loc, scale = given[0], given[-2], given[-1]
    outside = False
    for end, sign in ((family.low, 1.0), (family.high, -1.0)):
        if end.endswith("inf"):
            continue
        inside = (x - loc - eval(end, {}, shapes) * scale) * sign
        if type(inside) is Smooth and inside.k >= 0:
            outside |= not current().decide(inside, 0.0, inside.v >= 0, kink=method not in DENSITIES)
        else:
            outside |= type(inside) is not Smooth and inside < 0  # the partial says what it knows of one that moves
    return outside


def check_integers(name: str, method: str, moving: list[bool]) -> None:
    """Refuse arguments of a discrete distribution that are integers, and quantiles, which jump."""
    module = importlib.import_module(f"{stats.FAMILIES}.{name}")
    for argument, moves in zip(signature_of(name, method).parameters, moving, strict=True):
        if moves and (method in stats.QUANTILES or not hasattr(module, f"flow_{argument}")):
            raise Refused(
                f"`{argument}` of this function moves smoothly",
                "Make it depend on discrete draws only, or leave the parameter out with `--wrt`.",
            )


class Densities:
    """What stands where the text of a generated program says `rt.stats`."""

    def __getattr__(self, name: str) -> Any:
        plain = getattr(stats, name)
        law, _, method = name.rpartition("_")

        def function(*args: Any) -> Any:
            return carried(law, method, args, {}) if holds(args) else on_numbers(plain)(*args)

        return function
