"""Programs as functions of JAX arrays: means over samples, with unbiased gradients, under `jit`, `vmap` and `scan`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stochtrace.estimation.bridges import SAMPLES, Bridge
from stochtrace.estimation.nested import leaves
from stochtrace.estimation.program import Program

try:
    import jax
except ImportError:
    raise ImportError("functions of JAX arrays need JAX: pip install 'stochtrace[jax]'", name="jax") from None


def function(
    program: Program,
    samples: int = SAMPLES,
    seed: int | None = 0,
    shape: tuple[int, ...] = (),
    mode: str | None = None,
    threads: int | None = None,
) -> Function:
    """Return the mean of a program as a function of arrays, for `grad`, `jit`, `vmap` and `scan`.

    It is called as the program is, with arrays in the place of numbers, also in dicts, tuples and lists, and with
    `run=k`: the mean is that of the samples k·samples … (k + 1)·samples − 1 of the seed (None: a fresh one). It is
    pure, as JAX wants it: the same parameters and run give the same numbers, however often JAX calls it. Fresh samples
    at each step come from the step's number as `run`, which may be traced. `shape` is that of the result, which JAX
    must know before anything runs; its dtype is that of the parameters. `mode` and `threads` are those of `estimate`.

    Value and gradient come from the same samples, in reverse mode. Raises `ImportError` where JAX is not installed.
    """
    if "run" in program.parameters:
        raise TypeError(f"{program.__name__} has a parameter named `run`, which here is the number of a run: rename it")
    return Function(Bridge(program, samples, seed, mode, threads), tuple(shape))


class Function:
    """The mean of a program as a function of arrays."""

    def __init__(self, bridge: Bridge, shape: tuple[int, ...]) -> None:
        self._bridge, self._shape = bridge, shape
        self._made: dict[Any, Any] = {}  # functions of arrays alone: JAX compiles each of them once

    def __repr__(self) -> str:
        return repr(self._bridge)

    def __call__(self, /, *args: Any, run: Any = 0, **kwargs: Any) -> Any:
        """Return the mean of a run.

        Raises `TypeError` where a gradient is asked for by what the program is not differentiated by, `ValueError`
        where the result has another shape, `ArithmeticError` where a sample is not finite; what is raised while samples
        run, JAX wraps in an error of its own.
        """
        if not jax.numpy.issubdtype(jax.numpy.result_type(run), jax.numpy.integer):
            raise TypeError(f"run = {run!r} is not an integer")
        found, tree = jax.tree_util.tree_flatten_with_path(self._bridge.given(args, kwargs))
        names = tuple(path[0].key for path, _ in found)
        moving = [name in self._bridge.program.wrt for name in names]
        arrays = [i for i, (_, leaf) in enumerate(found) if moving[i] or isinstance(leaf, jax.Array | np.ndarray)]
        fixed = tuple((i, leaf) for i, (_, leaf) in enumerate(found) if i not in arrays)
        given = [jax.numpy.asarray(found[i][1]) for i in arrays]
        kind = jax.numpy.result_type(float, *(array for i, array in zip(arrays, given, strict=True) if moving[i]))
        key = tree, fixed, tuple(type(leaf) for _, leaf in fixed), kind
        if key not in self._made:
            result = jax.ShapeDtypeStruct(self._shape, kind)
            self._made[key] = Call(self._bridge, result, tree, names, dict(fixed)).mean()
        return self._made[key](run, *given)


class Call:
    """Calls with arguments of one structure: a tree whose leaves have names, some of which are `fixed`, by number."""

    def __init__(self, bridge: Bridge, result: Any, tree: Any, names: Sequence[str], fixed: dict[int, Any]) -> None:
        self.bridge, self.tree, self.fixed = bridge, tree, fixed
        self.shape, self.kind = result.shape, result.dtype
        self._made: dict[Any, Any] = {}
        keys = {leaf: keys for keys, leaf in leaves(tree.unflatten(range(len(names))))}
        self.names = [name for i, name in enumerate(names) if i not in fixed]
        self.keys = [keys[i] for i in range(len(names)) if i not in fixed and i in keys]

    def mean(self) -> Any:
        """Return the mean as a function of the run and the arrays."""

        def value(run: Any, *arrays: Any) -> Any:
            return self.run([], run, *arrays)[0]

        def plain(run: Any, *arrays: Any) -> Any:
            return jax.pure_callback(value, self.result(), run, *arrays, vmap_method="sequential")

        mean = jax.custom_vjp(plain)
        mean.defvjp(self.forward, self.backward, symbolic_zeros=True)
        return mean

    def result(self, *behind: int) -> Any:
        """Return the type of a result, or of partials by something of a shape."""
        return jax.ShapeDtypeStruct((*self.shape, *behind), self.kind)

    def forward(self, run: Any, *arrays: Any) -> Any:
        """Return the mean, and for the way back its partials by the arrays that need them: None by others."""
        needed = [i for i, array in enumerate(arrays) if array.perturbed]
        for i in needed:
            self.bridge.check_moved(self.names[i])
        key, given = tuple(needed), [array.value for array in arrays]
        self._made[key] = self._made.get(key) or self.both(key)
        value, *partials = self._made[key](run.value, *given)
        found = {i: partial.astype(given[i].dtype) for i, partial in zip(needed, partials, strict=True)}
        return value, [found.get(i) for i in range(len(arrays))]

    def both(self, needed: tuple[int, ...]) -> Any:
        """Return the mean with some partials as a function of the run and the arrays, which has no derivative."""

        def found(run: Any, *arrays: Any) -> Any:
            return self.run(needed, run, *arrays)

        def called(run: Any, *arrays: Any) -> Any:
            kinds = [self.result(), *(self.result(*arrays[i].shape) for i in needed)]
            return jax.pure_callback(found, kinds, run, *arrays, vmap_method="sequential")

        both = jax.custom_jvp(called)
        both.defjvp(no_second)
        return both

    def backward(self, partials: list[Any], gradient: Any) -> Any:
        """Return the products of what comes back with the partials."""
        if isinstance(gradient, jax.custom_derivatives.SymbolicZero):
            return None, *(None for _ in partials)
        axes = len(self.shape)
        dot = jax.numpy.tensordot
        return None, *(None if p is None else dot(gradient, p, axes).astype(p.dtype) for p in partials)

    def run(self, needed: Sequence[int], number: Any, *arrays: Any) -> list[Any]:
        """Run samples, outside of JAX; return the mean and the partials that are needed."""
        rest = map(numbers, arrays)
        plain = [self.fixed[i] if i in self.fixed else next(rest) for i in range(self.tree.num_leaves)]
        found = self.bridge.mean(self.tree.unflatten(plain), [self.names[i] for i in needed], int(number))
        if found.value.shape != self.shape:
            raise ValueError(f"the result has the shape {found.value.shape}: give function(…, shape=) that")
        partials = [found.partials[self.keys[i]].reshape((*self.shape, *arrays[i].shape)) for i in needed]
        return [np.asarray(part, self.kind) for part in (found.value, *partials)]


def numbers(leaf: Any) -> Any:
    """Return an array as what a program takes: a number or an array, of double precision where it is of floats."""
    array = np.asarray(leaf)
    array = array.astype(np.float64) if jax.numpy.issubdtype(array.dtype, np.floating) else array
    return array if array.ndim else array.item()


def no_second(primals: Any, tangents: Any) -> Any:
    """Refuse second derivatives: a zero would be silent."""
    raise NotImplementedError(
        "second derivatives of a program's mean are not known: its gradient is an estimate that cannot be "
        "differentiated again; take differences of gradients of one run"
    )
