"""What users get of many parameters: a gradient, or the jacobian of a result with several components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stochtrace.estimation.nested import is_container
from stochtrace.estimation.results import Table, with_error

Rows = Iterator[tuple[str, Any, Any]]


@dataclass(frozen=True, repr=False)
class GradientEstimate(Table):
    """Means over samples of a program's value, a number, and of its gradient, with standard errors of the means.

    `gradient` and `gradient_stderr` have the structure of the parameters: a float, an array of the same shape, or the
    same dicts, tuples and lists of them; several parameters make a dict by name. `mode` says how the samples were run,
    `reason` why they were interpreted or run forwards, `warnings` where a mean or a standard error cannot be trusted;
    `tape` is the memory in bytes of the largest tape, of those in this process.
    """

    value: float
    gradient: Any
    gradient_stderr: Any
    value_stderr: float
    samples: int
    seed: int
    mode: str
    reason: str | None
    title: str
    wrt: tuple[str, ...]
    stopped: str = "samples"
    warnings: tuple[str, ...] = ()
    scheme: str = "independent"
    replays: int | str = 1
    tape: int = 0

    def _rows(self) -> list[tuple[str, str]]:
        rows = [(f"E[{self.title}]", self.value, self.value_stderr)]
        rows += labelled(self.wrt, self.gradient, self.gradient_stderr)
        return [(name, with_error(value, error)) for name, value, error in rows]


@dataclass(frozen=True, repr=False)
class JacobianEstimate(Table):
    """Means over samples of a program's result, and of the jacobian, with standard errors of the means.

    `jacobian` has the structure of the parameters, as a gradient has; in the place of each number or array stand the
    containers of the result: an array of shape (components) gives shape (components, parameter).
    """

    value: Any
    jacobian: Any
    jacobian_stderr: Any
    value_stderr: Any
    samples: int
    seed: int
    mode: str
    reason: str | None
    title: str
    wrt: tuple[str, ...]
    stopped: str = "samples"
    warnings: tuple[str, ...] = ()
    scheme: str = "independent"
    replays: int | str = 1
    tape: int = 0

    def _rows(self) -> list[tuple[str, str]]:
        rows = [(f"E[{self.title}]", self.value, self.value_stderr)]
        names = self.wrt if len(self.wrt) > 1 else ()
        parts = [(f"  d/d{n}", self.jacobian[n], self.jacobian_stderr[n]) for n in names]
        rows += parts or [(f"  d/d{self.wrt[0]}", self.jacobian, self.jacobian_stderr)]
        return [(name, with_error(value, error)) for name, value, error in rows]


def labelled(wrt: tuple[str, ...], gradient: Any, error: Any) -> Rows:
    """Yield a name, a number or array, and its error for each leaf of a gradient."""
    if len(wrt) > 1:
        for name in wrt:
            yield from within(f"  d/d{name}", gradient[name], error[name])
    else:
        yield from within(f"  d/d{wrt[0]}", gradient, error)


def within(label: str, gradient: Any, error: Any) -> Rows:
    """Yield what stands in the containers of one parameter."""
    if not is_container(gradient):
        yield label, gradient, error
        return
    for key in gradient if isinstance(gradient, dict) else range(len(gradient)):
        yield from within(f"{label}[{key!r}]", gradient[key], error[key])
