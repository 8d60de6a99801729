"""Arrays of draws: a scalar sampler for each element, with NumPy's broadcasting of parameters and `size`.

Elements are drawn in row order, and each is a visit to the site of its own: a discrete one offers its own jumps. Draws
of vectors, each of all parameters, fill the rows of an array of the shape `size` + (length,).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from stochtrace.runtime.checks import require
from stochtrace.runtime.jumps import Jumps
from stochtrace.runtime.taped import stacked
from stochtrace.runtime.uniforms import Uniforms

TYPES = {"float": np.float64, "int": np.int64, "bool": np.bool_, "Vector": np.float64, "IntVector": np.int64}
Sampler = Callable[..., Any]
Size = int | tuple[int, ...] | list[int] | None


def each(sampler: Sampler, omega: Uniforms, site: int, size: Size, *parameters: Any) -> Any:
    """Return an array of draws, of the shape `size`, or (None) of that to which the parameters broadcast."""
    shape, elements = spread(sampler, size, parameters)
    return filled(sampler, [sampler(omega, site, *element) for element in elements], shape, parameters)


def each_d(sampler: Sampler, omega: Uniforms, site: int, size: Size, *parameters: Any) -> tuple[Any, Any]:
    """Return an array of continuous draws, and its tangent; each parameter before its tangent."""
    shape, elements = spread(sampler, size, parameters)
    shape += row_of(sampler, parameters)
    pairs = [sampler(omega, site, *element) for element in elements]
    values = np.array([pair[0] for pair in pairs], dtype=np.float64).reshape(shape)
    return values, stacked([pair[1] for pair in pairs], shape)


def each_jumps(sampler: Sampler, omega: Uniforms, jumps: Jumps, site: int, size: Size, *parameters: Any) -> Any:
    """Return an array of discrete draws, each of which offers its jumps."""
    shape, elements = spread(sampler, size, parameters)
    return filled(sampler, [sampler(omega, jumps, site, *element) for element in elements], shape, parameters)


def unsqueezed(site: int, size: Any) -> Any:
    """Return a size as it is; a length of 1, which SciPy would drop, leaves the domain."""
    for length in size if isinstance(size, tuple | list) else (size,):
        require(length is None or length != 1, site, "size", length)
    return size


def moved(site: int, loc: Any) -> Any:
    """Return the place of one draw of scipy.stats as it is; an array, which would move one draw to many, is refused."""
    require(np.ndim(loc) == 0, site, "loc", loc)
    return loc


def moved_count(site: int, loc: Any) -> Any:
    """Return the place of one count of scipy.stats as it is; SciPy would cut off what is not whole."""
    require(np.ndim(loc) == 0 and loc % 1 == 0, site, "loc", loc)
    return loc


def moved_counts(site: int, loc: Any) -> Any:
    """Return the place of several counts of scipy.stats as it is, a number or an array, all of it whole."""
    places = np.asarray(loc, dtype=float)
    require(bool(np.all(np.isfinite(places) & (np.floor(places) == places))), site, "loc", loc)
    return loc


def scaled(site: int, scale: Any) -> Any:
    """Return the scale of one draw of scipy.stats as it is; an array or a negative number leaves the domain."""
    require(np.ndim(scale) == 0 and scale >= 0, site, "scale", scale)
    return scale


def scaled_each(site: int, scale: Any) -> Any:
    """Return the scale of several draws of scipy.stats as it is, a number or an array, none of it negative."""
    require(bool(np.all(np.asarray(scale) >= 0)), site, "scale", scale)
    return scale


def spread(sampler: Sampler, size: Size, parameters: Sequence[Any]) -> tuple[tuple[int, ...], Iterator[Sequence[Any]]]:
    """Return the shape of an array of draws, and the parameters of each element."""
    whole = rows_of(sampler)
    shape = np.broadcast_shapes(*(np.shape(p) for p, row in zip(parameters, whole, strict=True) if not row))
    if size is not None:
        wanted = tuple(size) if isinstance(size, tuple | list) else (int(size),)
        if np.broadcast_shapes(shape, wanted) != wanted:
            raise ValueError(f"parameters of shape {shape} do not broadcast to size = {size}")
        shape = wanted
    count = int(np.prod(shape, dtype=np.int64))
    if not parameters:
        return shape, (parameters for _ in range(count))
    columns = [
        [p] * count if row else np.broadcast_to(p, shape).ravel().tolist()
        for p, row in zip(parameters, whole, strict=True)
    ]
    return shape, zip(*columns, strict=True)


def rows_of(sampler: Sampler) -> list[bool]:
    """Tell which parameters of a sampler are arrays for each draw."""
    ours = ("omega", "jumps", "site", "return")
    kinds = [str(kind) for name, kind in sampler.__annotations__.items() if name not in ours]
    return [kind.startswith(("Sequence", "Vector")) for kind in kinds]


def vector_parameter(sampler: Sampler) -> int | None:
    """Return which parameter of a sampler of vectors is as long as they are: the first array; None for numbers."""
    if "Vector" not in sampler.__annotations__["return"]:
        return None
    ours = ("omega", "jumps", "site", "return")
    kinds = [kind for name, kind in sampler.__annotations__.items() if name not in ours]
    return kinds.index("Vector")


def row_of(sampler: Sampler, parameters: Sequence[Any]) -> tuple[int, ...]:
    """Return the shape of one draw."""
    longest = vector_parameter(sampler)
    return () if longest is None else (len(parameters[longest]),)


def filled(sampler: Sampler, values: list[Any], shape: tuple[int, ...], parameters: Sequence[Any]) -> Any:
    """Return draws as an array of the sampler's type."""
    kind = TYPES[sampler.__annotations__["return"]]
    return np.array(values, dtype=kind).reshape(shape + row_of(sampler, parameters))
