"""Carried values: a number that knows its tangent, and how the newest draw that it depends on moves it.

A `Smooth` is a node of the expression that made it. Beside the value `v` and the tangent `d` (at fixed ω) it holds the
number `k` of the newest draw on which it depends (-1: none), the slope `s` = ∂v/∂z of that draw's standard variable z,
the slope's tangent `sd`, and whether v is affine in z, with a slope that no other draw changes (STEADY) or with any.
What older draws do to it is found again from its `parts` where a decision asks for it, so arithmetic costs the same
however many draws went in.

Comparisons are decisions: they go to the run that is under way (`stochtrace.carried.running`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from stochtrace.carried import operations
from stochtrace.carried.running import Refused, current, hashed, is_guarded, on_carried_values

CANCELLED = 1e-13
CURVED, AFFINE, STEADY = range(3)
PASSING = "passing"  # a parameter in a test that only raises
USUAL = frozenset((float, int))
NUMBERS = (int, float, np.number, np.bool_)


class Smooth:
    """A number that moves smoothly with the parameters or with a draw."""

    __slots__ = ("affine", "d", "k", "op", "parts", "s", "sd", "v")

    def __init__(
        self, v: float, d: float, k: int, s: float, sd: float, affine: int, op: str, parts: tuple[Any, ...]
    ) -> None:
        self.v = v
        self.d = d
        self.k = k
        self.s = s
        self.sd = sd
        self.affine = affine
        self.op = op
        self.parts = parts

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """A float, for `isinstance` and `match`: what is plain in a replay must take the same way here."""
        return float

    def __repr__(self) -> str:
        if on_carried_values():
            self.__format__("")
        return f"{self.v} + {self.d}ε"

    # -- arithmetic --------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        if type(other) in USUAL:
            return Smooth(self.v + other, self.d, self.k, self.s, self.sd, self.affine, "add", (self, other))
        return added(self, other, 1.0, "add") if type(other) in KINDS or _number(other) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        if type(other) in USUAL:
            return Smooth(other + self.v, self.d, self.k, self.s, self.sd, self.affine, "add", (other, self))
        return added(other, self, 1.0, "add") if type(other) in KINDS or _number(other) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        if type(other) in USUAL:
            return Smooth(self.v - other, self.d, self.k, self.s, self.sd, self.affine, "sub", (self, other))
        return added(self, other, -1.0, "sub") if type(other) in KINDS or _number(other) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return added(other, self, -1.0, "sub") if type(other) in KINDS or _number(other) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        return multiplied(self, other) if type(other) in KINDS or _number(other) else NotImplemented

    def __rmul__(self, other: Any) -> Any:
        return multiplied(other, self) if type(other) in KINDS or _number(other) else NotImplemented

    def __truediv__(self, other: Any) -> Any:
        return quotient(self, other) if type(other) in KINDS or _number(other) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        return quotient(other, self) if type(other) in KINDS or _number(other) else NotImplemented

    def __pow__(self, other: Any) -> Any:
        return power(self, other) if type(other) in KINDS or _number(other) else NotImplemented

    def __rpow__(self, other: Any) -> Any:
        return power(other, self) if type(other) in KINDS or _number(other) else NotImplemented

    def __neg__(self) -> Smooth:
        return Smooth(-self.v, -self.d, self.k, -self.s, -self.sd, self.affine, "neg", (self,))

    def __pos__(self) -> Smooth:
        return self

    def __abs__(self) -> Any:
        return self if current().decide(self, 0.0, self.v >= 0, kink=True) else -self

    # -- decisions ---------------------------------------------------------------------------------------------------

    def __lt__(self, other: Any) -> Any:
        known = type(other) in KINDS or _number(other)
        return current().decide(self, other, self.v < value(other)) if known else NotImplemented

    def __le__(self, other: Any) -> Any:
        known = type(other) in KINDS or _number(other)
        return current().decide(self, other, self.v <= value(other)) if known else NotImplemented

    def __gt__(self, other: Any) -> Any:
        known = type(other) in KINDS or _number(other)
        return current().decide(self, other, self.v > value(other)) if known else NotImplemented

    def __ge__(self, other: Any) -> Any:
        known = type(other) in KINDS or _number(other)
        return current().decide(self, other, self.v >= value(other)) if known else NotImplemented

    def __eq__(self, other: object) -> Any:
        return self.v == value(other) if type(other) in KINDS or _number(other) else NotImplemented

    def __hash__(self) -> int:
        hashed()
        return hash(self.v)

    def __bool__(self) -> bool:
        return bool(self.v != 0)

    def __int__(self) -> int:
        return whole(self, math.trunc(self.v), "int()")

    def __floor__(self) -> int:
        return whole(self, math.floor(self.v), "floor")

    def __ceil__(self) -> int:
        return whole(self, math.ceil(self.v), "ceil")

    __trunc__ = __int__

    def __round__(self, digits: int | None = None) -> Any:
        if digits is not None:
            return round(self * 10**digits) / 10**digits
        return whole(self, round(self.v), "round", shift=0.5)

    def __floordiv__(self, other: Any) -> Any:
        return float(math.floor(self / other)) if type(other) in KINDS or _number(other) else NotImplemented

    def __rfloordiv__(self, other: Any) -> Any:
        return float(math.floor(other / self)) if type(other) in KINDS or _number(other) else NotImplemented

    def __mod__(self, other: Any) -> Any:
        return self - math.floor(self / other) * other if type(other) in KINDS or _number(other) else NotImplemented

    def __rmod__(self, other: Any) -> Any:
        return other - math.floor(other / self) * self if type(other) in KINDS or _number(other) else NotImplemented

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def is_integer(self) -> bool:
        """Tell whether the value is a whole number, which has probability 0."""
        return float(self.v).is_integer()

    # -- what would lose the tangent ---------------------------------------------------------------------------------

    def __float__(self) -> NoReturn:
        raise Refused(
            "a value that moves smoothly goes into a function that has no rule, or into an array of plain floats",
            "Write it with functions of math or NumPy that have a rule.",
        )

    def __index__(self) -> NoReturn:
        raise Refused(
            "a value that moves smoothly is used as a size, an index or a trip count",
            "Round it with int(), or leave the parameter out with `--wrt`.",
        )

    def __str__(self) -> str:
        return self.__format__("")

    def __format__(self, spec: str) -> NoReturn:
        raise Refused("a value that moves smoothly is written into a text", "Leave it out of the text.")

    def __getattr__(self, name: str) -> Any:
        """NumPy's functions look up their names on the elements of arrays of objects."""
        if name in operations.NAMES:
            return lambda: applied(getattr(np, operations.NUMPY.get(name, name), None), name, (self,))
        raise AttributeError(name)

    @property
    def real(self) -> Smooth:
        """The number itself."""
        return self

    def __deepcopy__(self, memo: Any) -> Smooth:
        return self

    def conjugate(self) -> Smooth:
        """Return the number itself."""
        return self

    # -- methods of NumPy's numbers ----------------------------------------------------------------------------------

    item = copy = squeeze = conjugate

    def round(self, decimals: int = 0) -> Any:
        """Return the nearest number with so many decimals."""
        return round(self, decimals) if decimals else float(round(self))

    def rint(self) -> float:
        """Return the nearest whole number, as the method `round` of an array asks for it."""
        return float(round(self))


KINDS = USUAL | {Smooth}


def _number(other: Any) -> bool:
    if type(other) is complex:
        raise Refused("complex arithmetic has no rule for values that move smoothly", "Use real and imaginary parts.")
    return isinstance(other, NUMBERS)


def value(x: Any) -> Any:
    """Return the plain number of a carried or plain one."""
    return x.v if type(x) is Smooth else x


def tangent(x: Any) -> float:
    """Return the tangent of a carried or plain number."""
    return x.d if type(x) is Smooth else 0.0


def added(a: Any, b: Any, sign: float, op: str) -> Any:
    """Return a + sign * b."""
    if type(b) is not Smooth:
        return Smooth(a.v + sign * b, a.d, a.k, a.s, a.sd, a.affine, op, (a, b))
    if type(a) is not Smooth:
        return Smooth(a + sign * b.v, sign * b.d, b.k, sign * b.s, sign * b.sd, b.affine, op, (a, b))
    v, d = a.v + sign * b.v, a.d + sign * b.d
    if a.k > b.k:
        return Smooth(v, d, a.k, a.s, a.sd, a.affine, op, (a, b))
    if a.k < b.k:
        return Smooth(v, d, b.k, sign * b.s, sign * b.sd, b.affine, op, (a, b))
    if a is b and sign < 0:
        return 0.0
    s = a.s + sign * b.s
    affine = a.affine if a.affine < b.affine else b.affine
    sum_ = Smooth(v, d, a.k, s, a.sd + sign * b.sd, affine, op, (a, b))
    return current().older(sum_) if a.k >= 0 and abs(s) <= CANCELLED * (abs(a.s) + abs(b.s)) else sum_


def multiplied(a: Any, b: Any) -> Any:
    """Return a * b."""
    if type(b) is not Smooth:
        return Smooth(a.v * b, a.d * b, a.k, a.s * b, a.sd * b, a.affine, "mul", (a, b)) if b else a.v * b
    if type(a) is not Smooth:
        return Smooth(a * b.v, a * b.d, b.k, a * b.s, a * b.sd, b.affine, "mul", (a, b)) if a else a * b.v
    v, d = a.v * b.v, a.d * b.v + a.v * b.d
    if a.k > b.k:
        affine = a.affine if b.k < 0 else a.affine and AFFINE
        return Smooth(v, d, a.k, a.s * b.v, a.sd * b.v + a.s * b.d, affine, "mul", (a, b))
    if a.k < b.k:
        affine = b.affine if a.k < 0 else b.affine and AFFINE
        return Smooth(v, d, b.k, b.s * a.v, b.sd * a.v + b.s * a.d, affine, "mul", (a, b))
    return Smooth(v, d, a.k, a.s * b.v + a.v * b.s, 0.0, STEADY if a.k < 0 else CURVED, "mul", (a, b))


def quotient(a: Any, b: Any) -> Any:
    """Return a / b, whose sign and size change where b is zero."""
    if type(b) is Smooth and b.k >= 0:
        current().pole(b)
    return divided(a, b)


def divided(a: Any, b: Any) -> Any:
    """Return a / b."""
    if type(b) is not Smooth:
        return Smooth(a.v / b, a.d / b, a.k, a.s / b, a.sd / b, a.affine, "div", (a, b))
    if type(a) is not Smooth and not a:
        return a / b.v
    x = value(a)
    v = x / b.v
    d = (tangent(a) - v * b.d) / b.v
    if type(a) is Smooth and a.k > b.k:
        affine = a.affine if b.k < 0 else a.affine and AFFINE
        return Smooth(v, d, a.k, a.s / b.v, (a.sd - a.s / b.v * b.d) / b.v, affine, "div", (a, b))
    same = type(a) is Smooth and a.k == b.k
    s = ((a.s if same else 0.0) - v * b.s) / b.v
    return Smooth(v, d, b.k, s, 0.0, STEADY if b.k < 0 else CURVED, "div", (a, b))


def power(a: Any, n: Any) -> Any:
    """Return a ** n."""
    if type(n) is not Smooth:
        if n == 0:
            return value(a) ** n
        if n == 1:
            return a
        if n == 2:
            square = multiplied(a, a)
            square.v = a.v**n
            return square
        if n < 0 and n % 2 == 1 and a.k >= 0:
            current().pole(a)
    elif type(a) is not Smooth and a == 1:
        return a**n.v
    v = value(a) ** value(n)
    return applied(lambda x, y: v, "pow", (a, n))


def applied(function: Callable[..., float] | None, name: str, arguments: tuple[Any, ...]) -> Any:
    """Return a function of carried numbers, by the partials of its rule."""
    if name in operations.POLES:
        decide_poles(name, arguments)
    if is_guarded():
        decide_edges(name, arguments[0])
    if len(arguments) == 1:
        a = arguments[0]
        y = function(a.v) if function is not None else operations.VALUES[name](a.v)
        p = operations.partials_of(name)[0](a.v, y)
        d, affine = p * a.d if a.d else 0.0, STEADY if a.k < 0 else CURVED
        return Smooth(y, d, a.k, p * a.s if a.k >= 0 else 0.0, 0.0, affine, name, arguments)
    x = [value(a) for a in arguments]
    y = function(*x) if function is not None else operations.VALUES[name](*x)
    slopes = operations.partials(name, x, y, [type(a) is Smooth for a in arguments])
    carried = [(a, p) for a, p in zip(arguments, slopes, strict=True) if type(a) is Smooth]
    d = sum(p * a.d if a.d else 0.0 for a, p in carried)
    k = max(a.k for a, _ in carried)
    s = sum(p * a.s for a, p in carried if a.k == k) if k >= 0 else 0.0
    return Smooth(y, d, k, s, 0.0, STEADY if k < 0 else CURVED, name, arguments)


def decide_edges(name: str, x: Any) -> None:
    """Decide on which side of the edges of a function's domain its argument lies."""
    if type(x) is Smooth:
        for edge in operations.EDGES.get(name, ()):
            current().decide(x, edge, x.v > edge)


def decide_domain(x: Any) -> None:
    """Decide on which side of the edges of their domains all functions are that a value is made with."""
    todo, seen = [x], set[int]()
    while todo:
        node = todo.pop()
        if type(node) is not Smooth or node.k < 0 or id(node) in seen:
            continue
        seen.add(id(node))
        todo += node.parts
        if node.op != "pow" or type(node.parts[1]) is Smooth or node.parts[1] != int(node.parts[1]):
            decide_edges(node.op, node.parts[0] if node.parts else None)


def decide_poles(name: str, arguments: tuple[Any, ...]) -> None:
    """Decide on which side of a place the arguments lie at which a function is not continuous."""
    x = arguments[0]
    if type(x) is not Smooth or x.k < 0:
        return
    if name == "reciprocal":
        current().pole(x)
    elif name == "tan":
        current().pole(applied(None, "cos", (x,)))
    elif value(arguments[1]) < 0:
        current().pole(x)


def whole(x: Smooth, n: int, what: str, shift: float = 0.0) -> int:
    """Return the whole number n that x is rounded to."""
    low, high = (n - shift, n + 1 - shift) if what != "ceil" else (n - 1, n)
    if what == "int()" and n <= 0:
        low, high = (n - 1, n + 1) if n == 0 else (n - 1, n)
    current().step(x, low, high, n)
    return n
