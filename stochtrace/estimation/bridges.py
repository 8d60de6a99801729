"""What the bridges to other frameworks share: means of a program, run by run, with the gradients that are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation.averages import Averager, Differentiable
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import Keys, leaves
from stochtrace.estimation.options import seed_of

SAMPLES = 64  # of a run, where nobody says how many


class Mean(NamedTuple):
    """The mean of a result, in its shape; and its partials by each number or array of the parameters, by its keys.

    Partials are of shape (components of the result,) + that of the parameter.
    """

    value: Array
    partials: dict[Keys, Array]


class Bridge:
    """Means of a program: run k averages the samples k·samples … (k + 1)·samples − 1 of a seed."""

    def __init__(
        self, program: Differentiable, samples: int, seed: int | None, mode: str | None, threads: int | None
    ) -> None:
        self.program, self.samples, self.seed = program, samples, seed_of(seed)
        self._options = mode, threads
        self._averagers: dict[tuple[str, ...], Averager] = {}
        self._averager(program.wrt)

    def __repr__(self) -> str:
        return f"<mean of {self.program!r} over {self.samples} samples>"

    def given(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by name, as they are."""
        bound = self.program.__signature__.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)

    def mean(self, arguments: Mapping[str, Any], needed: Sequence[str], run: int) -> Mean:
        """Return the means of a run, with partials by the parameters that are `needed`."""
        if run < 0:
            raise ValueError(f"run = {run} is negative")
        names = tuple(name for name in self.program.wrt if name in needed)
        found = self._averager(names)(self.program.bound((), arguments), run)
        partials, first = {}, 0
        for keys, leaf in leaves({name: arguments[name] for name in names}):
            end = first + np.size(leaf)
            partials[keys] = found.gradient[:, first:end].reshape((len(found.value), *np.shape(leaf)))
            first = end
        return Mean(found.value.reshape(found.shape), partials)

    def check_moved(self, name: str) -> None:
        """Refuse gradients by a parameter that the program does not differentiate by: they would be silently zero."""
        if name not in self.program.wrt:
            raise TypeError(
                f"a gradient by {name} is asked for, and {self.program.__name__} is differentiated by "
                f"{', '.join(self.program.wrt)}: cut {name} off from the gradient, or transform it with --wrt {name}"
            )

    def _averager(self, names: tuple[str, ...]) -> Averager:
        if names not in self._averagers:
            mode, threads = self._options
            self._averagers[names] = Averager(self.program, names, self.samples, self.seed, mode, threads, arrays=True)
        return self._averagers[names]
