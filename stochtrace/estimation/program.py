"""The program object: what a generated module binds under the user's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from html import escape
from os import PathLike
from threading import Event
from typing import Any

from stochtrace.carried.rebinding import rebound
from stochtrace.carried.sample import carried
from stochtrace.estimation import interpreted
from stochtrace.estimation.argument_methods import ArgumentMethods
from stochtrace.estimation.averaging import Means, averaged, told
from stochtrace.estimation.constants import Constants
from stochtrace.estimation.estimator import Estimator, scheme_of
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.goal import Goal, goal_of
from stochtrace.estimation.gradient_methods import GradientMethods
from stochtrace.estimation.options import check_mode, seed_of, signature_of
from stochtrace.estimation.partings import parted, sides, stepped
from stochtrace.estimation.pilot import replays_of
from stochtrace.estimation.places import placing, stepping
from stochtrace.estimation.results import Estimate, Jump, Triple, change, titled
from stochtrace.estimation.reverse import Recordings
from stochtrace.estimation.sampling import Sampler
from stochtrace.estimation.schemes import INDEPENDENT, Averages, Scheme
from stochtrace.estimation.shapes import Along, Direction, along, basis, by_parameter, directions, flatten, rebuild
from stochtrace.estimation.sites import JobBySite, attributed
from stochtrace.estimation.stairs import stairs
from stochtrace.estimation.survey import Met, survey
from stochtrace.estimation.tables import html
from stochtrace.estimation.travelling import Luggage, packed, text_of, unpacked
from stochtrace.estimation.values import Values
from stochtrace.estimation.verify_method import VerifyMethod
from stochtrace.estimation.work import Job, Prepared
from stochtrace.forms import BIASED
from stochtrace.highlighting import listing
from stochtrace.runtime.uniforms import Omega
from stochtrace.version import INTERFACE


class Program(ArgumentMethods, GradientMethods, VerifyMethod):
    """A stochastic program with its derivative: X(p) = primal(p, ω), d/dp E[X] = mean of derivative samples.

    Its methods take the user's arguments without the generator. A parameter to differentiate by is a float, or an array
    or list of floats. Samples are numbered; a sample depends on the seed and its number alone.
    """

    def __init__(
        self,
        primal: Callable[..., Any],
        derivative: Callable[..., Any] | None,
        *,
        name: str,
        parameters: Sequence[str],
        wrt: Sequence[str],
        smooth: bool,
        source: str,
        draws: Mapping[int, tuple[int, str, str]],
        interface: int,
        command: str,
        defaults: Mapping[str, Any] | None = None,
        tangents: Sequence[str] | None = None,
        sources: Mapping[str, str] | None = None,
        forms: Mapping[int, str] | None = None,
        carried: bool = False,
    ) -> None:
        if interface != INTERFACE:
            raise ImportError(
                f"{name}: this file was generated for interface {interface} of stochtrace, and this is interface "
                f"{INTERFACE}; generate it again with: {command}"
            )
        self.primal, self.derivative, self.smooth = primal, derivative, smooth
        found = {} if carried else sources
        functions = Functions(
            name, primal, derivative or primal, smooth, len(draws), found, sources is None, dict(forms or {})
        )
        self._constants = Constants(primal, derivative or primal)
        self.__name__, self.__doc__ = name, primal.__doc__
        self.parameters, self.wrt = tuple(parameters), tuple(wrt)
        self.source, self.draws = source, dict(draws)
        self._tangents = tuple(tangents if tangents is not None else wrt)
        self._set(functions)
        self.__signature__ = signature_of(parameters, dict(defaults or {}))

    def _set(self, functions: Functions) -> None:
        """Take functions to run, of which nothing is compiled or known."""
        self.functions, self._sampler = functions, Sampler(functions)
        self.recordings = Recordings(functions, self._tangents)
        self._known = self._constants.now()
        self._forget()

    def __repr__(self) -> str:
        return f"<derivative program {self.__name__}{self.__signature__} by {', '.join(self.wrt)}>"

    def _repr_html_(self) -> str:
        """The draws as a table, and the generated module, for a notebook."""
        rows = [(str(line), called, f"rt.{reads}") for line, called, reads in self.draws.values()]
        table = html([("line", "draw", "reads ω by"), *rows])
        try:
            code = f"<details><summary>generated module</summary>{listing(self.text)}</details>"
        except TypeError:
            code = ""  # its text is not to be had
        return f"<p><code>{escape(repr(self)[1:-1])}</code></p>{table}{code}"

    # -- one sample --------------------------------------------------------------------------------------------

    def sample(
        self,
        /,
        *args: Any,
        seed: int | None = None,
        sample: int = 0,
        antithetic: bool = False,
        omega: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return one draw of X: sample number `sample` of a seed (None: a fresh one), as an estimate would draw it."""
        return self.drawn(self.bound(args, kwargs), seed_of(seed), sample, scheme_of(antithetic, omega))

    def drawn(self, arguments: Mapping[str, Any], seed: int, index: int, scheme: Scheme = INDEPENDENT) -> Any:
        """Return the result of one sample, for arguments that are bound."""
        omega = Omega(seed, self.functions.sites)
        scheme.start(omega, seed, index)
        with self.explaining():
            return interpreted.drawn(self.functions, tuple(arguments.values()), omega)

    def triple(
        self,
        /,
        *args: Any,
        seed: int | None = None,
        sample: int = 0,
        prune: bool = True,
        antithetic: bool = False,
        omega: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return one stochastic triple: sample number `sample` of a seed, as an estimate would run it.

        One jump is kept, carrying the weight of all, as in an estimate; `prune=False` keeps every jump with its own
        weight. Several parameters, or an array of them, give a dict of triples by coordinate. The score of a frozen
        draw, times the value, is a part of `delta`.
        """
        arguments, seed, scheme = self.bound(args, kwargs), seed_of(seed), scheme_of(antithetic, omega)
        uniforms, triples = Omega(seed, self.functions.sites), {}
        for direction in directions(self.wrt, arguments):
            scheme.start(uniforms, seed, sample)
            triples[str(direction)] = self._triple(arguments, direction, uniforms, prune)
        single = len(self.wrt) == 1 and isinstance(arguments[self.wrt[0]], float)
        return triples[self.wrt[0]] if single else triples

    def _triple(self, arguments: Mapping[str, Any], direction: Direction | Along, omega: Omega, prune: bool) -> Triple:
        jumps = interpreted.collection(self.functions, 1 if prune else None)
        with self.explaining():
            given = self.given(arguments, direction)
            value, delta, outcomes, scores = interpreted.differentiated(self.functions, given, omega, jumps)
        score = sum(scores.values())
        scored = [score * v if score else 0.0 for v in flatten(value)]
        smooth = [d + s + interpreted.lost(jumps.total) for d, s in zip(flatten(delta), scored, strict=True)]
        found = [Jump(weight, change(near, far), self.draws[site][0]) for weight, near, far, site in outcomes]
        return Triple(value, rebuild(value, smooth), tuple(found))

    # -- many samples ------------------------------------------------------------------------------------------

    @property
    def fallback(self) -> str | None:
        """Why this program was last interpreted although nobody asked for it; None where it was not."""
        return self._sampler.fallback

    def estimate(
        self,
        /,
        *args: Any,
        samples: int | None = None,
        target_stderr: float | None = None,
        max_samples: int = 10**9,
        direction: Any = None,
        seed: int | None = None,
        mode: str | None = None,
        replays: int | str = 1,
        antithetic: bool = False,
        omega: str | None = None,
        threads: int | None = None,
        executor: Executor | None = None,
        checkpoint: str | PathLike[str] | None = None,
        progress: bool | None = None,
        per_site: bool = False,
        **kwargs: Any,
    ) -> Estimate:
        """Return the means of value and derivative over samples 0 .. samples - 1 of a seed (None: a fresh one).

        With `target_stderr` in the place of `samples`, samples are run until every standard error of the derivative is
        at most that, or `max_samples` are. `mode` is "compiled" or "interpreted"; None compiles where Numba is
        installed and can, and says in the estimate why it did not.

        `replays` is how many jumps of each sample are replayed, or "all": more take longer, and lower the variance if a
        sample has many; "auto" chooses by variance × cost in a pilot of 512 samples. `antithetic` runs samples 2i and
        2i + 1 on ω and 1 - ω: less variance where the program is about monotonic in its draws; the error bar comes from
        the means of pairs. `omega="sobol"` reads the first 100 uniforms of a sample (of the first visit to sites 1, 2,
        …, then of the second, …) from Sobol points in 16 scrambles, whose means make the error bar (15 degrees of
        freedom): far less variance where a result is smooth in few draws. Sample i is point i // 16 of scramble i % 16;
        `samples` is 16 times a power of two, and a target is looked at where they double.

        The result is the same to the last bit wherever the samples run: on `threads` (None: on all cores, where they
        are compiled), or in an `executor`, anything with the interface of `concurrent.futures.Executor`. `checkpoint`
        is a file that keeps what is finished; the same call goes on from there, also with more samples. `progress`
        shows a bar (None: where stderr is a terminal and tqdm is installed). `per_site` keeps the derivative in parts,
        and says in `sites` what each draw adds to it and to its variance.

        With `direction`, in the structure of the parameter (of several: a dict by name), `derivative` is that along it,
        at the cost of one pass whatever the number of parameters.

        Raises `DomainError` where a parameter of a draw leaves its domain, `CheckpointError` where the file is damaged
        or belongs to another estimate.
        """
        scheme, means = scheme_of(antithetic, omega), Means(threads, executor, checkpoint, progress)
        goal = goal_of(samples, target_stderr, max_samples, scheme)
        if per_site and scheme is not INDEPENDENT:
            raise ValueError("per_site=True takes independent samples: leave antithetic and omega out")
        arguments = self.bound(args, kwargs)
        by = self.wrt if direction is None else along(self.wrt, arguments, direction)
        kind = partial(JobBySite, sites=self.functions.sites) if per_site else Job
        template, found, common = self.averaged(kind, arguments, by, goal, means, mode, replays, scheme, seed)
        return Estimate(
            value=rebuild(template, found.value.tolist()),
            value_stderr=rebuild(template, found.value_error.tolist()),
            derivative=by_parameter(by, arguments, template, found.derivative),
            derivative_stderr=by_parameter(by, arguments, template, found.derivative_error),
            covariance=by_parameter(by, arguments, template, found.covariance),
            wrt=self.wrt if direction is None else ("v",),
            sites=attributed(found.parts, self.draws, by, arguments, template) if found.parts else (),
            **common,
        )

    def averaged(
        self,
        kind: Callable[..., Job],
        arguments: Mapping[str, Any],
        by: tuple[str, ...] | Along,
        goal: Goal,
        means: Means,
        mode: str | None,
        replays: int | str,
        scheme: Scheme,
        seed: int | None,
    ) -> tuple[Any, Averages, dict[str, Any]]:
        """Run what is asked for; return a result as template, what was found, and what all kinds of estimates tell."""
        check_mode(mode)
        seed = seed_of(seed)
        template = self.drawn(arguments, seed, 0, scheme)
        width = len(flatten(template))
        with self.explaining():
            kept = replays_of(replays, partial(self.prepared, arguments, by, mode), width, seed)
            estimator = Estimator(kept, scheme)
            job, ready = parted(kind(self, arguments, mode, estimator, seed, width, goal, by))
        if means.executor is not None and self.functions.on_carried_values:
            with self.explaining():  # for `stepping`: workers keep what they meet
                survey(self.functions, ready.given[0], 64, seed, {})
        found = averaged(replace(job, mode=ready.mode), means)
        averages, jumping = scheme.averages(found), [*stepping(self.functions, self.source, self.draws)]
        seen = *sides(job, ready, averages.samples), *stairs(self, arguments, by, seed, averages, self._sampler)
        self._sampler.fallback = found.fallback or self._sampler.fallback
        common = {
            "samples": averages.samples,
            "seed": seed,
            "mode": ready.mode,
            "reason": ready.reason,
            "title": titled(self.__name__, arguments),
            "scheme": scheme.name,
            "replays": "all" if estimator.replays is None else estimator.replays,
            "stopped": goal.why(found),
            "warnings": (*self.biased(), *jumping, *seen, *told(found, self.__name__, seed, scheme)),
        }
        return template, averages, common

    def values(self, arguments: Mapping[str, Any], mode: str) -> Values:
        """Return what runs samples of the primal alone, for arguments of these types."""
        values = self._sampler.values if mode == "compiled" else Values(self.functions)
        if mode == "compiled":
            values.compile(tuple(arguments.values()))
        return values

    def prepared(
        self,
        arguments: Mapping[str, Any],
        by: Sequence[str] | Along,
        mode: str | None,
        estimator: Estimator,
        stop: Event | None = None,
        steps: Sequence[float] = (),
    ) -> Prepared:
        """Return how to run samples; the loop ends with `CancelledError` where `stop` is set.

        For each direction the parameters are moved along it by its step, if there are `steps`.
        """
        given = [self.given(*each) for each in stepped(self.wrt, arguments, directions(by, arguments), steps)]
        run, used, why = self._sampler.pick(given[0], mode, estimator, stop)
        return Prepared(run, given, used, why)

    # -- other processes ---------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The text of its generated module; raises `TypeError` where it is not to be had."""
        return text_of(self.primal, self.__name__)

    @property
    def luggage(self) -> Luggage:
        """What makes this program again elsewhere; raises `TypeError` where its text is not to be had, or not all."""
        if changed := self._constants.changed():
            raise TypeError(
                f"{self.__name__} cannot travel to other processes or be known again: {', '.join(changed)} of its "
                "module changed after the import. Change it in the source, or make it a parameter"
            )
        return self._luggage

    @cached_property
    def _luggage(self) -> Luggage:
        return packed(self.primal, self.__name__)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.luggage, self.forms)

    def biased(self) -> Iterator[str]:
        """Say where comments accept a bias."""
        for site, form in self.functions.forms.items():
            if form in BIASED:
                yield f"line {self.draws[site][0]} is marked `{form}`: the derivative is biased by what that leaves out"

    # -- ways to differentiate ---------------------------------------------------------------------------------

    @property
    def forms(self) -> dict[int, str]:
        """How draws are differentiated, by site, where a comment says so."""
        return dict(self.functions.forms)

    def with_forms(self, forms: Mapping[int, str]) -> Program:
        """Return this program with other forms at its sites."""
        other = object.__new__(Program)
        vars(other).update(vars(self))
        other._set(replace(self.functions, forms=dict(forms)))
        return other

    def survey(self, /, *args: Any, samples: int, seed: int = 0, **kwargs: Any) -> dict[int, Met]:
        """Return what the draw of each site met, a sample: decisions and jumps."""
        arguments = self.bound(args, kwargs)
        found: dict[int, Met] = {}
        with self.explaining():
            for direction in directions(self.wrt, arguments):
                survey(self.functions, self.given(arguments, direction), samples, seed, found)
        return dict(sorted(found.items()))

    # -- arguments ---------------------------------------------------------------------------------------------

    def _follow_module(self) -> None:
        """Begin anew where constants of the module have changed."""
        if self._constants.now() != self._known:
            primal = rebound(self.primal, {}, {})
            derivative = primal if self.derivative is None else rebound(self.derivative, {}, {})
            self._set(replace(self.functions, primal=primal, derivative=derivative))

    def given(self, arguments: Mapping[str, Any], direction: Direction | Along) -> Given:
        """Return the arguments of a run, as they are and with the tangents of one direction."""
        with_tangents: list[Any] = []
        if self.functions.on_carried_values:
            tangents = [basis(direction, n, v) if n in self.wrt else None for n, v in arguments.items()]
            moved = [v if d is None else carried(v, d) for v, d in zip(arguments.values(), tangents, strict=True)]
            return Given(tuple(arguments.values()), tuple(moved), tuple(tangents))
        for name, value in arguments.items():
            with_tangents.append(value)
            if name in self._tangents:
                with_tangents.append(basis(direction, name, value))
        return Given(tuple(arguments.values()), tuple(with_tangents))

    def explaining(self) -> AbstractContextManager[None]:
        """Tell errors of draws, and refusals, with their place."""
        return placing(self.primal, self.source, self.draws, self.wrt)


def _again(luggage: Luggage, forms: Mapping[int, str]) -> Program:
    """Return a program that has travelled."""
    program: Program = unpacked(luggage)
    return program if program.forms == forms else program.with_forms(forms)
