"""Densities, distribution functions and quantiles of `scipy.stats` in compiled carried programs, as `densities`.

Here stands what generated text calls as `rt.stats.norm_logpdf`. Of numbers it is the runtime's function; of carried
values a function written out for the types of a call, with the runtime's partials.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried import densities
from stochtrace.carried.numba_arrays import element, length, vector
from stochtrace.carried.numba_functions import joined
from stochtrace.carried.numba_smooth import PLAIN, SmoothType, constant, lifted, made, still
from stochtrace.carried.numba_trace import decided
from stochtrace.carried.operations import signature_of
from stochtrace.runtime import numba_side, numba_stats, stats
from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family

# the texts of `densities.ARITHMETIC`; names that end in an underscore are none of a distribution's
ARITHMETIC = {"norm": "-z_ * z_ / 2.0 - LOG_ROOT_TWO_PI", "cauchy": "-log1p(z_ * z_) - log(pi)"}
CONTAINERS = types.Array | types.List

SPACE: dict[str, Any] = {f.__name__: f for f in (constant, decided, element, joined, length, lifted, made, still)}
SPACE |= {name: getattr(math, name) for name in ("log", "log1p", "exp", "inf", "pi")}
SPACE |= {"vector": vector, "asarray": np.asarray, "LOG_ROOT_TWO_PI": LOG_ROOT_TWO_PI}


def register(names: Iterable[str]) -> None:
    """Let compiled code call the functions of `rt.stats` among these names."""
    for name in names:
        if stats.NAME.fullmatch(name) and name not in globals() and (plain := numba_stats.found(name)):
            globals()[name] = standing_for(name, plain)


def standing_for(name: str, plain: stats.Method) -> Any:
    """Return what stands for a function of the runtime."""
    law, _, method = name.rpartition("_")
    arguments = [*signature_of(law, method).parameters]
    space: dict[str, Any] = {
        "chosen": lambda given: chosen(name, plain.signature, dict(zip(arguments, given, strict=True)))
    }
    exec(f"def {name}({plain.signature}):\n    raise NotImplementedError", space)
    exec(f"def typed({plain.signature}):\n    return chosen(({', '.join(arguments)},))", space)
    overload(space[name])(space["typed"])
    return space[name]


def chosen(name: str, signature: str, given: dict[str, Any]) -> Any:
    """Return the implementation for the types of a call, None where there is none."""
    held = [n for n, kind in given.items() if isinstance(kind, CONTAINERS)]
    if not any(map(moves, given.values())):
        text = f"def function({signature}):\n    return plain({', '.join(given)})"
        return written(text, {"plain": scalar(name)} if not held else {"plain": elements(name)})
    if not all(map(known, given.values())):
        return None
    if held:
        return written(looped(signature, list(given), held), {"one": globals()[name]})
    law, _, method = name.rpartition("_")
    moving = [n for n, kind in given.items() if moves(kind)]
    return of_carried(law, method, signature, list(given), moving)


def moves(kind: Any) -> bool:
    """Tell whether a type is that of carried values."""
    return isinstance(kind.dtype if isinstance(kind, CONTAINERS) else kind, SmoothType)


def known(kind: Any) -> bool:
    """Tell whether there is an implementation for a type: of numbers, and of what has one dimension."""
    if isinstance(kind, CONTAINERS):
        return getattr(kind, "ndim", 1) == 1 and isinstance(kind.dtype, (SmoothType, *PLAIN))
    return not isinstance(kind, types.Type) or isinstance(kind, (SmoothType, types.Omitted, *PLAIN))


@cache
def scalar(name: str) -> Any:
    """Return a function of the runtime on numbers, which compiled code may call."""
    numba_stats.called(numba_side.register)
    return register_jitable(getattr(stats, name).scalar)


def elements(name: str) -> Any:
    """Return a function of the runtime, which compiled code may call with arrays."""
    numba_stats.register((name,), numba_side.register)
    return getattr(stats, name)


def written(text: str, space: dict[str, Any]) -> Any:
    """Return a function written out as text."""
    space = SPACE | space
    exec(text, space)
    return space["function"]


def looped(signature: str, names: list[str], held: list[str]) -> str:
    """Return the text of a function applied to all elements."""
    arrays = [f"    {n} = asarray({n})" for n in held]
    return "\n".join(
        [
            f"def function({signature}):",
            *arrays,
            *(f"    length({held[0]}, {n})" for n in held[1:]),
            f"    out = vector(len({held[0]}))",
            "    for i in range(len(out)):",
            f"        out[i] = one({', '.join(f'element({n}, i)' if n in held else n for n in names)})",
            "    return out",
        ]
    )


def of_carried(law: str, method: str, signature: str, names: list[str], moving: list[str]) -> Any:
    """Return a method at numbers of which some are carried."""
    family: Family = importlib.import_module(f"{stats.FAMILIES}.{law}").FAMILY
    values = [f"{n}.v" if n in moving else n for n in names]
    fixed = integers(law, method, moving) if family.discrete else []
    lines = [f"def function({signature}):"]
    lines += [f"    if not still({n}):\n        raise ValueError('{n} moves smoothly')" for n in fixed]
    lines += arithmetic(law, method) if method in densities.DENSITIES else []
    lines += [f"    y_ = plain({', '.join(values)})"]
    lines += [] if family.discrete or method in stats.QUANTILES else ends(family, method)
    real = [n for n in moving if n not in fixed]
    lines += [f"    p{i}_ = 0.0 if still({n}) else by_{n}({', '.join(values)})" for i, n in enumerate(real)]
    lines += combined(real) if real else ["    return constant(y_)"]
    partials = {f"by_{n}": scalar(f"{law}_{method}_{n}") for n in real}
    return written("\n".join(lines), partials | {"plain": scalar(f"{law}_{method}"), "beyond": beyond})


def integers(law: str, method: str, moving: list[str]) -> list[str]:
    """Return the arguments of a discrete distribution that must not move."""
    module = importlib.import_module(f"{stats.FAMILIES}.{law}")
    return [n for n in moving if method in stats.QUANTILES or not hasattr(module, f"flow_{n}")]


def arithmetic(law: str, method: str) -> list[str]:
    """Return the lines of a density that is an expression, which can be solved for the draws in it."""
    if law not in ARITHMETIC:
        return []
    logarithm = f"{ARITHMETIC[law]} - log(scale)"
    result = logarithm if method == "logpdf" else f"exp({logarithm})"
    return ["    if lifted(scale).v > 0.0:", "        z_ = (x - loc) / scale", f"        return {result}"]


def ends(family: Family, method: str) -> list[str]:
    """Return the lines that decide on which sides of the ends of the support x lies."""
    kink, lines = method not in densities.DENSITIES, ["    outside_ = False"]
    for end, sign in ((family.low, 1.0), (family.high, -1.0)):
        if not end.endswith("inf"):
            lines.append(f"    outside_ |= beyond(lifted((x - loc - ({end}) * scale) * {sign}), {kink})")
    return [*lines, "    if outside_:", "        return constant(y_)"] if lines[1:] else []


@register_jitable
def beyond(inside, kink):
    """Decide whether x is outside of an end of a support; of one that parameters alone move, the partials know."""
    if inside.k >= 0:
        return not decided(inside, constant(0.0), inside.v >= 0.0, kink)
    return still(inside) and inside.v < 0.0


def combined(names: list[str]) -> list[str]:
    """Return the last lines of a function, with the value y_ and the partials p0_, p1_, ..."""
    pairs = [*enumerate(names)]
    slopes = " + ".join(f"(p{i}_ * {n}.s if {n}.k == k_ else 0.0)" for i, n in pairs)
    tangents = " + ".join(f"(p{i}_ * {n}.d if {n}.d != 0.0 else 0.0)" for i, n in pairs)
    return [
        f"    at_, k_ = {' | '.join(f'{n}.at' for n in names)}, {names[0]}.k",
        *(f"    k_ = max(k_, {n}.k)" for n in names[1:]),
        f"    s_ = {slopes} if k_ >= 0 else 0.0",
        f"    parts_ = joined({names[0]}, {names[1] if names[1:] else 'constant(0.0)'})",
        *(f"    parts_ = joined(parts_, {n})" for n in names[2:]),
        f"    return made(at_, y_, {tangents}, k_, s_, 0.0, k_ < 0, parts_.node)",
    ]
