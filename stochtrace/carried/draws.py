"""Draws in canonical form, at a site: arrays of draws, choices among values, orders, vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stochtrace.carried.linear import cholesky
from stochtrace.carried.running import current
from stochtrace.carried.smooth import Smooth, tangent, value
from stochtrace.runtime.distributions.vectors import check_shapes
from stochtrace.runtime.values import count, reorder

WHOLE = {
    "categorical", "cumulative", "dirichlet", "multivariate_hypergeometric", "multivariate_normal",
    "subset_of_counts", "successive", "weighted",
}  # fmt: skip
NUMBERS = {Smooth, float, int, np.float64, bool}
ARRAYS = np.ndarray, list
LENGTHS = {"multivariate_hypergeometric": 0}  # which parameter is as long as the vector


def called(site: int, size: Any, name: str, *arguments: Any) -> Any:
    """Return draws of a call that stands in the text as it was written: one binomial trial is a Bernoulli draw.

    Where it is written out as a draw of the runtime, samples, replays and compiled code draw what is written.
    """
    return draw(site, size, "trials" if name == "binomial" else name, *arguments)


def draw(site: int, size: Any, name: str, *arguments: Any) -> Any:
    """Return one draw, or an array of draws: of the shape `size`, or of that to which the parameters broadcast."""
    if size is None and name not in MADE and NUMBERS.issuperset(map(type, arguments)):
        return current().draw(name, site, arguments)
    if name in SPECIAL:
        return SPECIAL[name](site, size, *arguments)
    return plainly(site, size, name, *arguments)


def plainly(site: int, size: Any, name: str, *arguments: Any) -> Any:
    """Return draws of a distribution that the runtime draws one by one."""
    if name in WHOLE:
        length = len(arguments[LENGTHS[name]]) if name in LENGTHS else None
        return repeated(size, length, lambda: one(site, name, arguments))
    single = all(type(a) in NUMBERS or not isinstance(a, np.ndarray | list | tuple) for a in arguments)
    if size is None and single:
        return one(site, name, arguments)
    if single and type(size) is int and size >= 0:
        return gathered([one(site, name, arguments) for _ in range(size)], (size,))
    shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
    if size is not None:
        wanted = tuple(size) if isinstance(size, tuple | list) else (int(size),)
        if np.broadcast_shapes(shape, wanted) != wanted:
            raise ValueError(f"parameters of shape {shape} do not broadcast to size = {size}")
        shape = wanted
    columns = [np.broadcast_to(as_objects(a), shape).ravel().tolist() for a in arguments]
    count = int(np.prod(shape, dtype=np.int64))
    rows = zip(*columns, strict=True) if columns else [()] * count
    return gathered([one(site, name, tuple(row)) for row in rows], shape)


def one(site: int, name: str, arguments: tuple[Any, ...]) -> Any:
    """Return one draw of a distribution of the runtime."""
    if name == "trials":
        n, p = arguments
        single = type(n) is int and n == 1
        return current().draw("bernoulli", site, (p,)) if single else current().draw("binomial", site, arguments)
    return current().draw(name, site, arguments)


def as_objects(value: Any) -> Any:
    """Return a list as an array that keeps carried values."""
    return np.array(value, dtype=object) if isinstance(value, list | tuple) else value


def gathered(values: list[Any], shape: tuple[int, ...]) -> Any:
    """Return values as an array: of numbers where all are plain, of objects where some are carried."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    kinds = {type(v) for v in values}
    if Smooth not in kinds and all(issubclass(kind, bool | int | float | np.generic) for kind in kinds):
        array = np.array(values) if values else np.empty(0)
    return array if len(shape) == 1 else array.reshape(shape)


def repeated(size: Any, length: int | None, make: Any) -> Any:
    """Return one outcome, or `size` of them as an array; vectors of a length are its rows."""
    if size is None:
        return make()
    shape = tuple(size) if isinstance(size, tuple | list) else (int(size),)
    values = [make() for _ in range(int(np.prod(shape, dtype=np.int64)))]
    if length is None:
        return gathered(values, shape)
    return np.array(values).reshape(*shape, length) if values else np.empty((*shape, length))


# -- choices -------------------------------------------------------------------------------------------------------


def taken(values: Any, index: Any, axis: int = 0) -> Any:
    """Return what an index, or an array of them, chooses."""
    if isinstance(values, int | np.integer):
        return index
    if axis != 0:
        return np.take(as_objects(values), index, axis)
    if isinstance(index, np.ndarray):
        return gathered([values[i] for i in index.ravel()], index.shape)
    return values[index]


def choice(site: int, size: Any, a: Any, p: Any = None, replace: bool = True, axis: int = 0) -> Any:
    """Return one of the values `a`, or an array of them."""
    if not replace and size is not None:
        k = int(np.prod(size))
        parts = ("subset", site, (count(a, axis), k)) if p is None else ("successive", site, (list(p), k))
        return taken(a, np.reshape(current().draw(*parts), size), axis)
    if p is None:
        return taken(a, draw(site, size, "integers", 0, count(a, axis), False), axis)
    p = p if isinstance(p, list | tuple) else list(p)
    if len(p) != count(a, axis):
        raise ValueError("a and p must have the same size")
    if len(p) == 2 and value(total := p[0] + p[1]) == 1.0:
        # asked of values alone, so that replays draw in the same way
        return taken(a, draw(site, size, "bernoulli", p[1] / total if tangent(total) else p[1]), axis)
    return taken(a, draw(site, size, "categorical", p), axis)


def integers(site: int, size: Any, low: Any, high: Any = None, endpoint: bool = False) -> Any:
    """Return an integer from low to below high, or up to it."""
    if high is None:
        low, high = 0, low
    high = high + 1 if endpoint else high
    if size is None and not isinstance(low, ARRAYS) and not isinstance(high, ARRAYS):
        return current().draw("integers", site, (low, high))
    shape = np.broadcast_shapes(np.shape(low), np.shape(high)) if size is None else size
    lows, highs = np.broadcast_to(low, shape).ravel(), np.broadcast_to(high, shape).ravel()
    values = [current().draw("integers", site, (int(i), int(j))) for i, j in zip(lows, highs, strict=True)]
    return gathered(values, np.shape(np.empty(shape)))


def random_integers(site: int, size: Any, low: Any, high: Any = None) -> Any:
    """Return an integer from low up to high, or from 1 up to low."""
    low, high = (1, low) if high is None else (low, high)
    return integers(site, size, low, high, True)


def randrange(site: int, size: Any, start: Any, stop: Any, step: int) -> Any:
    """Return a number of range(start, stop, step)."""
    steps = range(start) if stop is None else range(start, stop, step)
    return steps[current().draw("integers", site, (0, len(steps)))]


def permutation(site: int, size: Any, x: Any, axis: int = 0) -> Any:
    """Return the values of x, or 0 .. x - 1, in random order."""
    return taken(x, current().draw("permutation", site, (count(x, axis),)), axis)


def permuted(site: int, size: Any, x: Any) -> Any:
    """Return the values of an array in random order."""
    values = np.asarray(x)
    return taken(values.ravel(), current().draw("permutation", site, (values.size,))).reshape(values.shape)


def shuffle(site: int, size: Any, x: Any, axis: int = 0) -> None:
    """Bring x into random order."""
    reorder(x, current().draw("permutation", site, (count(x, axis),)), axis)


def sample(site: int, size: Any, population: Sequence[Any], k: int, counts: Any = None) -> list[Any]:
    """Return k of the population, each once, or at most as often as it counts."""
    parts = ("subset", site, (len(population), k)) if counts is None else ("subset_of_counts", site, (counts, k))
    return [population[i] for i in current().draw(*parts)]


def choices(
    site: int, size: Any, population: Sequence[Any], weights: Any = None, sums: Any = None, k: int = 1
) -> list[Any]:
    """Return k of the population, with replacement, by weights or by their sums up to each."""
    if weights is not None and sums is not None:
        raise TypeError("Cannot specify both weights and cumulative weights")
    if weights is not None:
        return [population[current().draw("weighted", site, (list(weights),))] for _ in range(k)]
    if sums is not None:
        return [population[current().draw("cumulative", site, (list(sums),))] for _ in range(k)]
    return [population[current().draw("integers", site, (0, len(population)))] for _ in range(k)]


def triangular(site: int, size: Any, left: Any, mode: Any, right: Any) -> Any:
    """Return a triangular draw; without a mode, of the symmetric one."""
    if mode is None:
        return draw(site, size, "symmetric_triangular", left, right)
    return plainly(site, size, "triangular", left, mode, right)


# -- vectors -------------------------------------------------------------------------------------------------------


def multinomial(site: int, size: Any, n: Any, pvals: Sequence[Any]) -> Any:
    """Return counts of each kind, for each n."""
    if size is None and np.ndim(n) == 0:
        return one(site, "multinomial", (n, pvals))
    numbers = np.broadcast_to(n, np.shape(n) if size is None else size)
    counts = [one(site, "multinomial", (k, pvals)) for k in numbers.ravel().tolist()]
    return np.array(counts, dtype=np.int64).reshape(*numbers.shape, len(pvals))


def dirichlet(site: int, size: Any, alpha: Sequence[Any]) -> Any:
    """Return shares that sum to 1: each is a beta share of what is left."""

    def vector() -> Any:
        shares, left = [], 1.0
        for i in range(len(alpha) - 1):
            share = one(site, "beta", (alpha[i], sum(alpha[i + 1 :], 0.0)))
            shares.append(left * share)
            left = left * (1.0 - share)
        return gathered([*shares, left], (len(alpha),))

    return repeated(size, len(alpha), vector)


def multivariate_normal(site: int, size: Any, mean: Any, cov: Any) -> Any:
    """Return mean + L z, with L the Cholesky factor of `cov`."""
    mean, cov = np.asarray(mean, dtype=object), np.asarray(cov, dtype=object)
    check_shapes(mean, cov, site)
    factor = cholesky(cov)

    def vector() -> Any:
        z = gathered([one(site, "normal", (0.0, 1.0)) for _ in range(len(mean))], (len(mean),))
        return mean + factor @ z

    return repeated(size, len(mean), vector)


def joint_normal(site: int, size: Any, mean: Any, cov: Any) -> Any:
    """Return the same without axes of length 1, as SciPy does."""
    drawn = np.squeeze(multivariate_normal(site, size, mean, cov))
    return drawn if drawn.ndim else drawn[()]


SPECIAL: dict[str, Callable[..., Any]] = {
    "choice": choice,
    "integers": integers,
    "random_integers": random_integers,
    "randrange": randrange,
    "permutation": permutation,
    "permuted": permuted,
    "shuffle": shuffle,
    "sample": sample,
    "choices": choices,
    "triangular": triangular,
    "multinomial": multinomial,
    "dirichlet": dirichlet,
    "multivariate_normal": multivariate_normal,
    "joint_normal": joint_normal,
}
MADE = {*SPECIAL, "trials"}  # of other draws, by a function of this module
