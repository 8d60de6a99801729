"""The samplers of a compiled program that is run on carried values: they stand where the generated text says `rt`.

ω is a pair: the record of the uniforms, and the trace of a carried run or the outcome that a replay forces.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace import runtime
from stochtrace.carried import numba_densities, numba_trace
from stochtrace.carried.families import FAMILIES
from stochtrace.carried.numba_arrays import element, vector
from stochtrace.carried.numba_families import NUMBERS, domain, quantile, registered, stub, written
from stochtrace.carried.numba_functions import joined
from stochtrace.carried.numba_memory import TRACE_TYPE
from stochtrace.carried.numba_shapes import grid, wide
from stochtrace.carried.numba_smooth import SmoothType, constant, lifted, still
from stochtrace.carried.runtime import SAMPLERS
from stochtrace.runtime import numba_arrays
from stochtrace.runtime.jumps import offer
from stochtrace.runtime.uniforms import read

SPACE: dict[str, Any] = {"read": read, "lifted": lifted, "constant": constant, "still": still, "offer": offer, "np": np}
SPACE |= {n: getattr(numba_trace, n) for n in ("outcome_of", "standard_draw", "shaped_draw", "discrete_draw")}
SPACE_OF_ARRAYS = {"vector": vector, "grid": grid, "wide": wide, "element": element, "np": np}

CARRIED = """
def function({head}):
    uniforms, trace = omega
    w = read(uniforms, site)
    visit = uniforms.visits[site]
    domain(site{values})
    z = outcome_of(trace, site, visit, quantile(w{shapes}))
    return build({drawn}{arguments})
"""
REPLAYED = """
def function({head}):
    uniforms, forced = omega
    x = sampler(uniforms, site{plain})
    if site == forced.site and uniforms.visits[site] == forced.visit:
        x = build(forced.z{plain})
    return x
"""
PLAIN = """
def function({head}):
    return sampler(omega[0], site{arguments})
"""
DISCRETE = """
def function({head}):
    uniforms, trace = omega
    if {still}:
        return sampler(uniforms, site{values})
    outcome = sampler_d(uniforms, trace, site{pairs})
    discrete_draw(trace, {first}, {second}, outcome)
    return outcome
"""
FLIPPED = """
def function(omega, site, p):
    uniforms, trace = omega
    if still(p):
        return sampler(uniforms, site, p.v)
    if p.k >= 0 and 0.0 < p.v < 1.0:
        outcome = sampler(uniforms, site, p.v)
        offer(uniforms, trace, site, not outcome, -p.d if outcome else p.d, there=0.0)
    else:
        outcome = sampler_d(uniforms, trace, site, p.v, p.d)
    discrete_draw(trace, p.node, -1, outcome)
    return outcome
"""
AMONG = """
def function(omega, site, {name}):
    uniforms, trace = omega
    v, d, row, moves = parts({name})
    if not moves:
        return sampler(uniforms, site, v)
    outcome = sampler_d(uniforms, trace, site, v, d)
    if row >= 0:
        discrete_draw(trace, row, -1, outcome)
    return outcome
"""
AMONG_PLAIN = """
def function(omega, site, {name}):
    return sampler(omega[0], site, parts({name})[0])
"""
VECTOR_OF_DRAWS = """
def function(sampler, omega, site, size, *parameters):
    out = vector(size)
    for i in range(size):
        out[i] = sampler(omega, site{elements})
    return out
"""
GRID_OF_DRAWS = """
def function(sampler, omega, site, size, *parameters):
    shape = {shape}
{held}    out = grid(shape)
    for index in np.ndindex(shape):
        out[index] = sampler(omega, site{elements})
    return out
"""


def listed(items: list[str]) -> str:
    """Return arguments that follow others."""
    return "".join(f", {item}" for item in items)


def on_trace(omega: Any) -> bool:
    """Tell whether a run is on carried values, not a replay."""
    return bool(omega[1] == TRACE_TYPE)


def continuous(name: str, names: list[str], omega: Any, given: list[Any]) -> Any:
    """Return the compiled sampler of a family."""
    family, number = FAMILIES[name], NUMBERS[name]
    shapes = [f"lifted({names[i]})" for i in family.shapes]
    first, second = (*shapes, "constant(0.0)", "constant(0.0)")[:2]
    call = f"{number}, site, visit, z"
    drawn = f"shaped_draw(trace, {call}, w, {first}, {second})" if shapes else f"standard_draw(trace, {call})"
    text = (CARRIED if on_trace(omega) else REPLAYED).format(
        head=", ".join(["omega", "site", *names]),
        values=listed([f"lifted({n}).v" for n in names]),
        shapes=listed([f"{shape}.v" for shape in shapes]),
        drawn=drawn,
        arguments=listed(names),
        plain=listed([f"lifted({n}).v" if isinstance(k, SmoothType) else n for n, k in zip(names, given, strict=True)]),
    )
    own = {"quantile": quantile(name), "domain": domain(name), "build": registered(family.build)}
    return written(text, SPACE | own | {"sampler": getattr(runtime, name)})


def discrete(name: str, names: list[str], omega: Any, given: list[Any]) -> Any:
    """Return the compiled sampler of a discrete distribution, None where it cannot take what moves."""
    moving = [n for n, kind in zip(names, given, strict=True) if isinstance(kind, SmoothType)]
    head = ", ".join(["omega", "site", *names])
    space = SPACE | {"sampler": getattr(runtime, name)}
    if not moving or not on_trace(omega):
        values = [f"{n}.v" if n in moving else n for n in names]
        return written(PLAIN.format(head=head, arguments=listed(values)), space)
    derivative = getattr(runtime, f"{name}_d", None)
    dots = signature(derivative).parameters if derivative else {}
    if len(moving) > 2 or not all(f"{n}_dot" in dots for n in moving):
        return None
    space["sampler_d"] = derivative
    if name in ("flip", "bernoulli"):
        return written(FLIPPED, space)
    values = [f"{n}.v" if n in moving else n for n in names]
    tangents = [tangent(n, v, n in moving, f"{n}_dot" in dots) for n, v in zip(names, values, strict=True)]
    pairs = [part for pair in tangents for part in pair]
    first, second = (*(f"{n}.node" for n in moving), "-1")[:2]
    text = DISCRETE.format(
        head=head,
        still=" and ".join(f"still({n})" for n in moving),
        values=listed(values),
        pairs=listed(pairs),
        first=first,
        second=second,
    )
    return written(text, space)


@register_jitable
def parts(values):
    """Return values, tangents, the row of an expression of all draws in them (-1: none), and whether any moves."""
    v, d = np.empty(len(values)), np.empty(len(values))
    every, moves = constant(0.0), False
    for i in range(len(values)):
        x = lifted(values[i])
        v[i], d[i] = x.v, x.d
        moves = moves or not still(x)
        every = joined(every, x)
    return v, d, every.node, moves


def among(name: str, names: list[str], omega: Any, given: list[Any]) -> Any:
    """Return the compiled sampler of a choice by weights that may move, None where they are none."""
    (kind,) = given
    if not isinstance(kind, (types.Array, types.List)) or not isinstance(kind.dtype, SmoothType):
        return None
    if isinstance(kind, types.Array) and kind.ndim != 1:
        return None
    space = SPACE | {"sampler": getattr(runtime, name), "sampler_d": getattr(runtime, f"{name}_d"), "parts": parts}
    return written((AMONG if on_trace(omega) else AMONG_PLAIN).format(name=names[0]), space)


def tangent(name: str, value: str, moves: bool, real: bool) -> list[str]:
    """Return one argument of a derivative sampler with its tangent, if it has one."""
    return [value, f"{name}.d" if moves else "0.0"] if real else [value]


def sampler(name: str) -> Any:
    """Return what stands for a sampler of the runtime, and let compiled code call it."""
    names = [*signature(getattr(runtime, name)).parameters][2:]
    stands = stub(name, f"omega, site{listed(names)}", lambda kinds: chosen(name, names, kinds[0], kinds[2:]))
    stands.__annotations__ = getattr(runtime, name).__annotations__
    return stands


def chosen(name: str, names: list[str], omega: Any, given: list[Any]) -> Any:
    """Return the compiled sampler for a call, None where there is none."""
    if not isinstance(omega, types.BaseTuple):
        return None
    if name in NUMBERS:
        return continuous(name, names, omega, given)
    if name in ("categorical", "weighted", "cumulative") and (found := among(name, names, omega, given)):
        return found
    return None if name in FAMILIES and on_trace(omega) else discrete(name, names, omega, given)


def each(sampler: Any, omega: Any, site: int, size: Any, *parameters: Any) -> Any:
    """Stand for the overload below."""


@overload(each)
def each_typed(sampler, omega, site, size, *parameters):
    """Return an array of draws: of carried values in a carried run where the sampler is continuous."""
    name = sampler.typing_key.__name__
    if not on_trace(omega) or name not in FAMILIES:
        return numba_arrays.loop(sampler, parameters, "sampler, omega", numba_arrays.dtype_of(sampler))
    if name not in NUMBERS:
        return None
    given = parameters[0] if len(parameters) == 1 and isinstance(parameters[0], types.BaseTuple) else parameters
    if isinstance(size, types.Integer) and all(not isinstance(k, types.Array) or k.ndim == 1 for k in given):
        elements = [f"element(parameters[{i}], i)" for i in range(len(given))]
        return written(VECTOR_OF_DRAWS.format(elements=listed(elements)), SPACE_OF_ARRAYS)
    arrays = [f"parameters[{i}]" for i, kind in enumerate(given) if isinstance(kind, types.Array)]
    if isinstance(size, types.NoneType):
        shape = f"np.broadcast_shapes({', '.join(f'{array}.shape' for array in arrays)})"
    else:
        shape = "size" if isinstance(size, types.BaseTuple) else "(size,)"
    names = [f"parameters[{i}]" for i in range(len(given))]
    held = [f"wide({name}, shape)" if name in arrays else name for name in names]
    text = GRID_OF_DRAWS.format(
        shape=shape,
        held="".join(f"    held{i} = {text}\n" for i, text in enumerate(held)),
        elements=listed([f"element(held{i}, index)" for i in range(len(given))]),
    )
    return written(text, SPACE_OF_ARRAYS) if arrays or not isinstance(size, types.NoneType) else None


stats = numba_densities


def __getattr__(name: str) -> Any:
    """Return the rest of the runtime."""
    return getattr(runtime, name)


for _name in SAMPLERS:
    globals()[_name] = sampler(_name)
