"""Tangents of reverse mode: a factor and a node of the tape, for a number or for each element of an array.

What moves elements about does the same to factors and nodes; a product with numbers changes the factors alone; a sum
over several nodes makes new ones, all of an array in one record. All else that NumPy does is built of these three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from stochtrace.runtime.tape import Tape
from stochtrace.runtime.values import array_of

MOVING = (
    "append", "array_split", "atleast_1d", "atleast_2d", "broadcast_to", "column_stack", "compress", "concatenate",
    "copy", "delete", "diag", "diagonal", "expand_dims", "extract", "flip", "fliplr", "flipud", "hstack", "insert",
    "moveaxis", "ravel", "repeat", "reshape", "roll", "rot90", "split", "squeeze", "stack", "swapaxes", "take",
    "take_along_axis", "tile", "transpose", "tril", "triu", "vstack",
)  # fmt: skip
LINEAR: dict[str, Callable[..., Any]] = {}  # filled by `recording`


class NoLinearRule(TypeError):
    """Something happens to tangents that reverse mode has no rule for; forward passes have."""


class Taped:
    """A tangent of reverse mode: factor × node."""

    __slots__ = ("factor", "node", "tape")
    __array_ufunc__ = None  # an array that meets it leaves the operation to it

    def __init__(self, tape: Tape, factor: float, node: int) -> None:
        self.tape, self.factor, self.node = tape, factor, node

    def __repr__(self) -> str:
        return f"{self.factor} × node {self.node}"

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Taped):
            if other.node == self.node:
                return Taped(self.tape, self.factor + other.factor, self.node)
            return Taped(self.tape, 1.0, self.tape.sum((self.node, other.node), (self.factor, other.factor)))
        if isinstance(other, np.ndarray):
            return added(self, other)
        return self if is_zero(other) else NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Taped:
        return Taped(self.tape, -self.factor, self.node)

    def __pos__(self) -> Taped:
        return self

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return scaled(self, other)
        return Taped(self.tape, self.factor * other, self.node) if is_number(other) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return scaled(self, 1.0 / other)
        return Taped(self.tape, self.factor / other, self.node) if is_number(other) else NotImplemented

    def __bool__(self) -> bool:
        return bool(self.factor != 0.0)

    def __eq__(self, number: object) -> bool:
        return bool(self.factor == number)

    __hash__ = None  # type: ignore[assignment]  # equal to numbers, and no key; mypy knows of functions only

    def __abs__(self) -> float:
        """Return its size in a typical direction."""
        return abs(self.factor) * self.tape.scales[self.node]

    def __float__(self) -> float:
        raise NoLinearRule("a tangent goes into an array of plain floats, which reverse mode has no rule for")

    def leaving(self) -> Any:
        """Return this weight of a jump as far as the sample sees it.

        The weight's sign, and with it the side that mass leaves, depends on the direction, which is not known yet. A
        multiple of a node that stood before the draw is seen from the side that is left as that node grows: both sides
        have the same node, and opposite signs. One that mixes several is seen from both sides, halved.
        """
        if self.node >= self.tape.mark:
            return self * 0.5
        return self * 0.0 if self.factor <= 0.0 else self


def largest(tangent: Any) -> float:
    """Return the size of a tangent, in the direction of the leaf by which it moves most: where it may be rounding."""
    if isinstance(tangent, Taped):
        return float(np.max(np.abs(tangent.tape.adjoints([(tangent.node, tangent.factor)]))))
    return float(abs(tangent))


class TapedArray:
    """An array of tangents: `factors` × `nodes`, element by element, of the same shape."""

    __slots__ = ("factors", "nodes", "tape")

    def __init__(self, tape: Tape, factors: Any, nodes: Any) -> None:
        self.tape, self.factors, self.nodes = tape, factors, nodes

    def __repr__(self) -> str:
        return f"<tangents of shape {self.shape}>"

    shape = property(lambda self: self.factors.shape)
    ndim = property(lambda self: self.factors.ndim)
    size = property(lambda self: self.factors.size)
    T = property(lambda self: self.moved(np.transpose))
    flat = property(lambda self: self.ravel())

    def __len__(self) -> int:
        return len(self.factors)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def moved(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return what a function that moves elements about makes of it."""
        return self._made(function(self.factors, *args, **kwargs), function(self.nodes, *args, **kwargs))

    def _made(self, factors: Any, nodes: Any) -> Any:
        if isinstance(factors, np.ndarray):
            return TapedArray(self.tape, factors, nodes)
        return Taped(self.tape, float(factors), int(nodes))

    def __getitem__(self, at: Any) -> Any:
        return self._made(self.factors[at], self.nodes[at])

    def __setitem__(self, at: Any, value: Any) -> None:
        factors, nodes = parts(value)
        self.factors[at], self.nodes[at] = factors, nodes

    def reshape(self, *shape: Any) -> Any:
        """Return it in another shape."""
        return self._made(self.factors.reshape(*shape), self.nodes.reshape(*shape))

    def ravel(self) -> Any:
        """Return its elements in a row."""
        return self.moved(np.ravel)

    flatten = ravel

    def copy(self) -> Any:
        """Return a copy."""
        return self.moved(np.copy)

    def tolist(self) -> list[Any]:
        """Return its elements as lists."""
        return [item.tolist() if isinstance(item, TapedArray) else item for item in self]

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Return sums over axes."""
        return summed(self, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Return means over axes."""
        total = summed(self, axis, keepdims)
        return total * (np.size(factors_of(total)) / self.size)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc is np.add:
            return summed(inputs[0], kwargs.get("axis", 0), kwargs.get("keepdims", False))
        (out,) = kwargs.pop("out", (None,))
        if method != "__call__" or ufunc.__name__ not in LINEAR or kwargs:
            raise NoLinearRule(f"reverse mode has no rule for np.{ufunc.__name__} of tangents")
        result = LINEAR[ufunc.__name__](*inputs)
        if out is None:
            return result
        out[...] = result if isinstance(out, TapedArray) else as_objects(result)
        return out

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        if name in MOVING:
            factors = function(*map(factors_of, args), **{k: factors_of(v) for k, v in kwargs.items()})
            nodes = function(*map(nodes_of, args), **{k: nodes_of(v) for k, v in kwargs.items()})
            if isinstance(factors, list):
                return [self._made(f, n) for f, n in zip(factors, nodes, strict=True)]
            return self._made(factors, nodes)
        if name not in LINEAR:
            raise NoLinearRule(f"reverse mode has no rule for np.{name} of tangents")
        return LINEAR[name](*args, **kwargs)

    def __add__(self, other: Any) -> Any:
        return added(self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return added(self, -other)

    def __rsub__(self, other: Any) -> Any:
        return added(-self, other)

    def __neg__(self) -> Any:
        return self._made(-self.factors, self.nodes)

    def __mul__(self, other: Any) -> Any:
        return scaled(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return scaled(self, 1.0 / np.asarray(other))

    def __matmul__(self, other: Any) -> Any:
        return product(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return product(other, self)

    def __eq__(self, number: object) -> Any:
        return self.factors == number

    __hash__ = None  # type: ignore[assignment]  # equal to numbers, and no key; mypy knows of functions only

    def __iadd__(self, other: Any) -> Any:
        self[...] = self + other
        return self

    def __isub__(self, other: Any) -> Any:
        self[...] = self - other
        return self

    def __imul__(self, other: Any) -> Any:
        self[...] = self * other
        return self

    def __itruediv__(self, other: Any) -> Any:
        self[...] = self / other
        return self


def parts(value: Any) -> tuple[Any, Any]:
    """Return the factors and the nodes of a tangent, of an array or a list of tangents, or of zeros."""
    if isinstance(value, TapedArray):
        return value.factors, value.nodes
    if isinstance(value, Taped):
        return np.float64(value.factor), np.int64(value.node)
    array = np.asarray(value) if not isinstance(value, list | tuple) else as_objects(value)
    if array.dtype == object:
        found = [parts(item) for item in array.flat]
        return tuple(np.array([item[i] for item in found]).reshape(array.shape) for i in (0, 1))  # type: ignore[return-value]
    if np.any(array != 0):
        raise NoLinearRule("a number is added to tangents")
    return array * 1.0, np.zeros(array.shape, np.int64)


def as_objects(items: Any) -> Any:
    """Return a list of tangents, or of lists or arrays of them, as an array of objects."""
    rows = [item.tolist() if isinstance(item, TapedArray | np.ndarray) else item for item in items]
    return np.array(rows, dtype=object)


def factors_of(argument: Any) -> Any:
    """Return an argument with the factors of its tangents."""
    return replaced(argument, 0)


def nodes_of(argument: Any) -> Any:
    """Return an argument with the nodes of its tangents."""
    return replaced(argument, 1)


def replaced(argument: Any, which: int) -> Any:
    """Return an argument, or the arrays in a list or tuple of them, with one part of its tangents."""
    if isinstance(argument, TapedArray | Taped):
        return parts(argument)[which]
    if isinstance(argument, list | tuple) and any(isinstance(a, TapedArray | Taped) for a in argument):
        return [parts(a)[which] for a in argument]
    return argument


def taped(value: Any, tape: Tape) -> TapedArray:
    """Return a tangent, or an array of them, as an array."""
    factors, nodes = parts(value)
    return TapedArray(tape, np.asarray(factors), np.asarray(nodes))


def tape_of(*values: Any) -> Tape:
    """Return the tape of the first tangent among these."""
    return next(v.tape for v in values if isinstance(v, TapedArray | Taped))


def added(a: Any, b: Any) -> Any:
    """Return a + b: new nodes where two different ones meet."""
    tape = tape_of(a, b)
    (fa, na), (fb, nb) = parts(a), parts(b)
    fa, na, fb, nb = np.broadcast_arrays(fa, na, fb, nb)
    meet = (fa != 0) & (fb != 0) & (na != nb)
    factors, nodes = np.where(meet, 1.0, fa + fb), np.where(fa != 0, na, nb)
    if np.any(meet):
        nodes[meet] = tape.sums(np.stack([na[meet], nb[meet]], axis=1), np.stack([fa[meet], fb[meet]], axis=1))
    return TapedArray(tape, factors, nodes)


def scaled(a: Any, b: Any) -> Any:
    """Return the product of tangents and numbers."""
    tape = tape_of(a, b)
    tangents, numbers = (a, b) if isinstance(a, TapedArray | Taped) else (b, a)
    if isinstance(numbers, TapedArray | Taped):
        raise NoLinearRule("two tangents are multiplied")
    factors, nodes = parts(tangents)
    factors = np.asarray(factors * np.asarray(numbers))
    return TapedArray(tape, factors, np.broadcast_to(nodes, factors.shape).copy())


def summed(a: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    """Return sums over axes: a new node for each, where not all of its terms are multiples of one."""
    tape = tape_of(a)
    factors, nodes = parts(a)
    axes = tuple(range(factors.ndim)) if axis is None else np.atleast_1d(axis)
    axes = tuple(int(i) % factors.ndim for i in axes)
    kept = [i for i in range(factors.ndim) if i not in axes]
    shape = tuple(factors.shape[i] for i in kept)
    rows = [np.transpose(x, (*kept, *axes)).reshape(int(np.prod(shape)), -1) for x in (factors, nodes)]
    total = TapedArray(tape, *(x.reshape(shape) for x in row_sums(tape, *rows)))
    if keepdims:
        return total.reshape(tuple(1 if i in axes else n for i, n in enumerate(factors.shape)))
    return total if shape else total[()]


def row_sums(tape: Tape, factors: Any, nodes: Any) -> tuple[Any, Any]:
    """Return factors and nodes of the sums of rows."""
    if factors.shape[1] == 0:
        return np.zeros(len(factors)), np.zeros(len(factors), np.int64)
    if np.all(nodes == nodes[:, :1]):
        return factors.sum(axis=1), nodes[:, 0].copy()
    return np.ones(len(factors)), tape.sums(nodes.copy(), factors.copy())


def product(a: Any, b: Any) -> Any:
    """Return a @ b, of vectors and matrices."""
    a, b = array_of(a), array_of(b)
    vector_a, vector_b = np.ndim(factors_of(a)) == 1, np.ndim(factors_of(b)) == 1
    left = a[None, :] if vector_a else a
    right = b[:, None] if vector_b else b
    terms = scaled(left[..., :, :, None], right[..., None, :, :])
    total = summed(terms, axis=-2)
    if vector_a:
        total = total[..., 0, :]
    total = total[..., 0] if vector_b else total
    return total if total.ndim else total[()]


def is_number(value: Any) -> bool:
    """Tell whether a value is a plain number."""
    return isinstance(value, float | int | np.number | np.bool_)


def is_zero(value: Any) -> bool:
    """Tell whether a value is a tangent that is 0 in all directions."""
    return is_number(value) and value == 0


def zeros(tape: Tape, shape: tuple[int, ...]) -> TapedArray:
    """Return tangents that are 0."""
    return TapedArray(tape, np.zeros(shape), np.zeros(shape, np.int64))


def stacked(items: list[Any], shape: tuple[int, ...]) -> Any:
    """Return numbers, or tangents of reverse mode, as an array of a shape."""
    found = next((item for item in items if isinstance(item, Taped | TapedArray)), None)
    if found is None:
        return np.array(items, dtype=np.float64).reshape(shape)
    return TapedArray(found.tape, *parts(items)).reshape(shape)


def as_tangents(value: Any) -> Any:
    """Return `np.asarray`, of numbers or of tangents of reverse mode."""
    if isinstance(value, TapedArray):
        return value
    array = np.asarray(value, dtype=object) if isinstance(value, list | tuple) else np.asarray(value)
    if array.dtype == object:
        return stacked(array.ravel().tolist(), array.shape)
    return array


def zeros_of(value: Any, count: int) -> Any:
    """Return `count` tangents that are 0, of the kind of those in an array or a list."""
    found = value if isinstance(value, TapedArray) else next((v for v in value if isinstance(v, Taped)), None)
    return np.zeros(count) if found is None else zeros(found.tape, (count,))
