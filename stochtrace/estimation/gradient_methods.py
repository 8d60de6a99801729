"""What a program object does with many parameters: gradients, jacobians, and objectives for optimisers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import partial
from inspect import Signature
from threading import Event
from typing import Any

from stochtrace.estimation.averages import Averager, free
from stochtrace.estimation.averaging import Means
from stochtrace.estimation.estimator import Estimator
from stochtrace.estimation.goal import goal_of
from stochtrace.estimation.gradient_estimate import GradientEstimate, JacobianEstimate
from stochtrace.estimation.gradients import GradientJob, by_passes, one_number
from stochtrace.estimation.objective import Objective
from stochtrace.estimation.reverse import Recorded, Recordings
from stochtrace.estimation.schemes import INDEPENDENT
from stochtrace.estimation.shapes import by_parameter, rebuild
from stochtrace.estimation.values import Values
from stochtrace.estimation.work import Prepared
from stochtrace.runtime.taped import NoLinearRule


class GradientMethods:
    """The methods of `Program` that run in reverse mode."""

    __name__: str
    __signature__: Signature
    wrt: tuple[str, ...]
    recordings: Recordings
    bound: Callable[..., dict[str, Any]]
    drawn: Callable[..., Any]
    averaged: Callable[..., tuple[Any, Any, dict[str, Any]]]
    prepared: Callable[..., Prepared]
    values: Callable[..., Values]
    explaining: Callable[[], AbstractContextManager[None]]

    def gradient(
        self,
        /,
        *args: Any,
        samples: int = 10_000,
        seed: int | None = 1,
        mode: str | None = None,
        replays: int | str = 1,
        memory: int | None = None,
        threads: int | None = None,
        executor: Executor | None = None,
        progress: bool | None = None,
        **kwargs: Any,
    ) -> GradientEstimate:
        """Return the means of a value that is one number, and of its gradient, over samples 0 .. samples - 1 of a seed.

        In reverse mode: a sample costs one recorded run, one replay and one sweep, for any number of parameters. The
        gradient has their structure: floats, arrays, or dicts, tuples and lists of them. A sample may record `memory`
        bytes of partials (None: 1 GiB). The other options are those of `estimate`. Raises `TypeError` where the program
        returns several numbers, `TapeFull` where a sample needs more memory.
        """
        means, arguments = Means(threads, executor, progress=progress), self.bound(args, kwargs)
        template, found, common = self._recorded(arguments, samples, means, mode, replays, memory, seed)
        one_number(self.__name__, template)
        return GradientEstimate(
            value=float(found.value[0]),
            value_stderr=float(found.value_error[0]),
            gradient=by_parameter(self.wrt, arguments, 0.0, found.derivative),
            gradient_stderr=by_parameter(self.wrt, arguments, 0.0, found.derivative_error),
            **common,
        )

    def jacobian(
        self,
        /,
        *args: Any,
        samples: int = 10_000,
        seed: int | None = 1,
        mode: str | None = None,
        replays: int | str = 1,
        memory: int | None = None,
        threads: int | None = None,
        executor: Executor | None = None,
        progress: bool | None = None,
        **kwargs: Any,
    ) -> JacobianEstimate:
        """Return the means of a result of any shape and of its jacobian, of shape (components, parameter) for arrays.

        In reverse mode, with a sweep for each component; the options are those of `gradient`.
        """
        means, arguments = Means(threads, executor, progress=progress), self.bound(args, kwargs)
        template, found, common = self._recorded(arguments, samples, means, mode, replays, memory, seed)
        return JacobianEstimate(
            value=rebuild(template, found.value.tolist()),
            value_stderr=rebuild(template, found.value_error.tolist()),
            jacobian=by_parameter(self.wrt, arguments, template, found.derivative),
            jacobian_stderr=by_parameter(self.wrt, arguments, template, found.derivative_error),
            **common,
        )

    def objective(
        self,
        like: Any = None,
        /,
        *,
        samples: int = 1000,
        seed: int = 0,
        maximise: bool = False,
        mode: str | None = None,
        threads: int | None = None,
        **fixed: Any,
    ) -> Objective:
        """Return f(theta) = (value, gradient) over the same samples at every theta, for `scipy.optimize.minimize`.

        Arguments given by keyword are held fixed. `like` is any value of what is left, in its structure (of several
        parameters: a dict by name); a single parameter that is a float or a vector needs none.
        """
        averager = Averager(self, free(self, fixed), samples, seed, mode, threads)
        return Objective(self, averager, like, fixed, maximise)

    def _recorded(
        self,
        arguments: Mapping[str, Any],
        samples: int,
        means: Means,
        mode: str | None,
        replays: int | str,
        memory: int | None,
        seed: int | None,
    ) -> tuple[Any, Any, dict[str, Any]]:
        goal, kind = goal_of(samples, None, samples, INDEPENDENT), partial(GradientJob, memory=memory)
        asked = arguments, self.wrt, goal, means, mode, replays, INDEPENDENT, seed
        template, found, common = self.averaged(kind, *asked)
        return template, found, {"wrt": self.wrt, "tape": self.recordings.most, **common}

    def recording(
        self,
        arguments: Mapping[str, Any],
        names: Sequence[str],
        mode: str | None,
        replays: int | None,
        memory: int | None,
        stop: Event | None = None,
    ) -> Recorded:
        """Return how gradients by some parameters run; they end with `CancelledError` where `stop` is set."""
        with self.explaining():
            try:
                return self.recordings.pick(arguments, names, mode, replays, memory, stop)
            except NoLinearRule as error:
                return by_passes(self.prepared(arguments, names, mode, Estimator(replays), stop), str(error))
