"""What a program object does to check its derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from stochtrace.estimation.options import check_mode, seed_of
from stochtrace.estimation.results import titled
from stochtrace.estimation.shapes import flatten
from stochtrace.estimation.verification import Verification, rates_of
from stochtrace.estimation.verifying import Asked, verified


class VerifyMethod:
    """The method of `Program` that compares its derivative with others."""

    __name__: str
    bound: Callable[..., dict[str, Any]]
    drawn: Callable[..., Any]
    explaining: Callable[[], AbstractContextManager[None]]
    biased: Callable[[], Iterator[str]]

    def verify(
        self,
        /,
        *args: Any,
        samples: int | None = None,
        seed: int | None = None,
        mode: str | None = None,
        resolve: float = 0.05,
        false_alarm: float = 1e-3,
        **kwargs: Any,
    ) -> Verification:
        """Compare the derivative with central differences of the value, and with score functions where they apply.

        The verdict is "agrees", "wrong", or "too noisy to say". A right derivative is called wrong with a chance of at
        most `false_alarm`; where it agrees, one that is off by the share `resolve` would have been found with
        probability 0.95. None for `samples` takes as many as a pilot asks for. Many parameters, or results, are
        compared along random directions.

        Raises `NoDifferencesError` where the program does not run on both sides of its arguments.
        """
        check_mode(mode)
        arguments, seed = self.bound(args, kwargs), seed_of(seed)
        template = self.drawn(arguments, seed, 0)
        asked = Asked(samples, seed, mode, rates_of(resolve, false_alarm))
        with self.explaining():
            found = verified(self, arguments, len(flatten(template)), asked)
        return replace(found, title=titled(self.__name__, arguments), warnings=tuple(self.biased()))
