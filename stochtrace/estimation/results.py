"""What users get: a stochastic triple, and an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from html import escape
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation.nested import Keys, mapped
from stochtrace.estimation.tables import html
from stochtrace.runtime.values import remade

LONG = 20  # of an array that are shown; of longer ones the first and last three, of tables the largest
SMALL = 1e-4  # numbers below it are shown with exponents
WHOLE = (int, np.integer, np.bool_)


class Jump(NamedTuple):
    """With probability weight · ε the result changes by `change`; `line` is where the draw that jumps stands."""

    weight: float
    change: Any
    line: int


@dataclass(frozen=True)
class Triple:
    """One sample of a program and of its derivative: value + delta ε + (change with probability weight ε).

    `delta` is the smooth part (the pathwise derivative); the mean of `derivative` over samples is the derivative.
    """

    value: Any
    delta: Any
    jumps: tuple[Jump, ...]

    @property
    def derivative(self) -> Any:
        """delta + the sum of weight × change."""
        total = self.delta
        for jump in self.jumps:
            total = combine(total, jump.change, jump.weight)
        return total

    def __str__(self) -> str:
        parts = [f"{show(self.value)} + {show(self.delta)}ε"]
        parts += [f"({show(jump.change)} with probability {jump.weight:.4g}ε)" for jump in self.jumps]
        return " + ".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The parts as a table, for a notebook."""
        jumps = [
            (f"jump of line {jump.line}", f"{show(jump.change)} with probability {jump.weight:.4g} ε")
            for jump in self.jumps
        ]
        parts = [("value", show(self.value)), ("smooth part", f"{show(self.delta)} ε"), *jumps]
        return html([("part", "of the triple"), *parts, ("derivative", show(self.derivative))])


def change(before: Any, after: Any) -> Any:
    """Return after - before, in the containers of the result; an integer where both are."""
    if isinstance(before, tuple | list):
        return remade(before, [change(b, a) for b, a in zip(before, after, strict=True)])
    if isinstance(before, np.ndarray):
        return np.subtract(after, before, dtype=float)
    whole = isinstance(before, WHOLE) and isinstance(after, WHOLE)
    return int(after) - int(before) if whole else float(after) - float(before)


def combine(total: Any, change: Any, weight: float) -> Any:
    """Return total + weight * change, in the containers of the result."""
    if isinstance(total, tuple | list):
        return remade(total, [combine(t, c, weight) for t, c in zip(total, change, strict=True)])
    return total + weight * change


def titled(name: str, arguments: Mapping[str, Any]) -> str:
    """Return a call of a program, to be shown: of a table or a long array, the shape."""
    return f"{name}({', '.join(f'{name}={show(mapped(short, value))}' for name, value in arguments.items())})"


def short(_: Keys, value: Any) -> Any:
    """Return an argument, or what stands for it in a title."""
    many = isinstance(value, np.ndarray) and (value.ndim > 1 or value.size > LONG)
    return f"array{value.shape}" if many else value


def show(value: Any) -> str:
    """Return a number or a container of numbers, short."""
    if isinstance(value, tuple | list):
        inner = ", ".join(show(v) for v in value)
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, np.ndarray):
        return np.array2string(value, np.inf, precision=6, separator=", ", threshold=LONG)  # type: ignore[arg-type]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(part)}" for key, part in value.items()) + "}"
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)


STOPPED = {
    "samples": "",
    "target_stderr": " (standard error reached)",
    "max_samples": " (the most allowed)",
    "not finite": " (ended by one that is not finite)",
}
SHARED = {"independent": "", "antithetic": " in antithetic pairs", "sobol": " on Sobol points"}


class Table:
    """How an estimate is shown: a row for each quantity, a footer, warnings."""

    samples: int
    seed: int
    mode: str
    reason: str | None
    stopped: str
    warnings: tuple[str, ...]
    scheme: str
    replays: int | str

    def __str__(self) -> str:
        rows = self._rows()
        width = max(len(name) for name, _ in rows)
        lines = [f"{name:<{width}} = {shown}" for name, shown in rows]
        return "\n".join([*lines, self._footer(), *(f"warning: {warning}" for warning in self.warnings)])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """The same as a table, for a notebook."""
        rows = [f"<tr><td>{escape(name.strip())}</td><td>{escape(shown)}</td></tr>" for name, shown in self._rows()]
        told = [self._footer(), *(f"warning: {warning}" for warning in self.warnings)]
        return f"<table>{''.join(rows)}</table>" + "".join(f"<p>{escape(line)}</p>" for line in told)

    def _rows(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def _footer(self) -> str:
        how = self.mode + (f" ({self.reason})" if self.reason else "")
        replayed = "" if self.replays == 1 else f" with {self.replays} replays"
        shared = SHARED[self.scheme] + replayed + STOPPED[self.stopped]
        return f"{self.samples} samples{shared}, seed {self.seed}, {how}"

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, arrays as lists: what JSON can hold, but for NaN and infinity."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, repr=False)
class Estimate(Table):
    """Means over samples of a program's value and derivative, with standard errors.

    `value` has the containers of the program's result; `derivative` holds, at each component, a float or an array
    of the parameter's shape, and is a dict by parameter where there are several. Standard errors are those of the
    means, and `covariance` is that of the means of value and derivative, in the shape of the derivative. `mode` says
    how the samples were run, `reason` why they were interpreted, `stopped` what ended the estimate: "samples",
    "target_stderr", "max_samples" or "not finite"; `scheme` says how samples share ω: "independent", "antithetic" or
    "sobol"; `replays` is how many jumps of each were replayed, or "all". `sites` are the rows of `per_site=True`: what
    each draw contributes. `warnings` say where the program accepts a bias, and where a mean or a standard error cannot
    be trusted.
    """

    value: Any
    value_stderr: Any
    derivative: Any
    derivative_stderr: Any
    covariance: Any
    samples: int
    seed: int
    mode: str
    reason: str | None
    title: str
    wrt: tuple[str, ...]
    scheme: str = "independent"
    replays: int | str = 1
    stopped: str = "samples"
    warnings: tuple[str, ...] = ()
    sites: tuple[Any, ...] = ()

    def _rows(self) -> list[tuple[str, str]]:
        rows = [(f"E[{self.title}]", self.value, self.value_stderr), *self._derivatives()]
        return [(name, with_error(value, error)) for name, value, error in rows]

    def _derivatives(self) -> list[tuple[str, Any, Any]]:
        if len(self.wrt) > 1:
            return [(f"  d/d{n}", self.derivative[n], self.derivative_stderr[n]) for n in self.derivative]
        return [(f"  d/d{self.wrt[0]}", self.derivative, self.derivative_stderr)]


def plain(value: Any) -> Any:
    """Return a value with arrays as lists and NumPy numbers as Python's."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def with_error(value: Any, error: Any) -> str:
    """Return `value ± error`, digits cut where the error makes them meaningless."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {with_error(value[k], error[k])}" for k in value) + "}"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(with_error(v, e) for v, e in zip(value, error, strict=True)) + ")"
    if isinstance(value, np.ndarray) and value.ndim > 1 and value.size > LONG:
        at = np.unravel_index(np.argmax(np.abs(value)), value.shape)
        place = ", ".join(map(str, at))
        return f"array{value.shape}, the largest [{place}]: {with_error(value[at], error[at])}"
    if isinstance(value, np.ndarray):
        shown = range(len(value)) if len(value) <= LONG else (0, 1, 2, None, -3, -2, -1)
        return "[" + ", ".join("…" if i is None else with_error(value[i], error[i]) for i in shown) + "]"
    if not np.isfinite(value) or not np.isfinite(error) or error == 0:
        return f"{value:.6g} ± {error:.2g}"
    digits, size = max(0, 1 - int(np.floor(np.log10(error)))), max(abs(value), error)
    if size < SMALL:
        return f"{value:.{digits + int(np.floor(np.log10(size)))}e} ± {error:.1e}"
    return f"{value:.{digits}f} ± {error:.{digits}f}"
