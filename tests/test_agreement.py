"""Reverse and forward mode agree: sample by sample where they replay the same jumps or none, else in the mean.

By one parameter reverse mode knows the direction, and its samples are those of forward mode, to rounding; so they are
without jumps, by however many parameters. With jumps and several parameters it chooses other jumps: z-tests of
directional derivatives, by samples of their own, at the false-alarm rate of `statistics_checks` for the whole file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import exact
import numpy as np
import pytest
from statistics_checks import Rates

from stochtrace.estimation import Program, load
from stochtrace.estimation.estimator import ONE_REPLAY
from stochtrace.estimation.gradients import by_passes
from stochtrace.estimation.nested import refilled
from stochtrace.estimation.reverse import Recorded
from tests.test_people import NAMES, generated

SAMPLES = Path(__file__).parent.parent / "samples"
SEED, FEW = 20_262, 20


class Case(NamedTuple):
    """A program by its name, how it is made, and where."""

    name: str
    program: Callable[[], Program]
    at: dict[str, Any]


class Mixed(NamedTuple):
    """A case, the directions in which it is compared, the samples of each mode, and the bias that they resolve.

    The bias is a part of the larger of |value| and |derivative|.
    """

    case: Case
    directions: int
    samples: int
    resolved: float


def sample(name: str, function: str, **at: Any) -> Case:
    """A program of `samples/`."""
    return Case(name, lambda: getattr(load(str(SAMPLES / f"{name}_d.py")), function), at)


def person(name: str) -> Case:
    """A program of `tests/people`."""
    return Case(name, lambda: generated(name), {"p": importlib.import_module(f"tests.people.{name}").P0})


def networks() -> dict[str, Any]:
    """Small layers for the autoencoder, and two pictures."""
    rng = np.random.default_rng(5)
    sizes = {"encoder": (6, 3), "decoder": (3, 6)}
    shapes = {name: ((4, i), (4,), (o, 4), (o,)) for name, (i, o) in sizes.items()}
    layers = {name: tuple(rng.normal(size=s) / 2 for s in shape) for name, shape in shapes.items()}
    return {**layers, "images": np.array([[0.0, 1, 1, 0, 1, 0], [1.0, 1, 0, 0, 0, 1]])}


GOLDENS = [sample(case.name, case.function, **case.parameters) for case in exact.CASES]
SEVERAL = ("epidemic",)
CONTACTS = {"contacts": np.array([[0.9, 0.3], [0.4, 0.6]]), "people": np.array([40, 60]), "ill": np.array([4, 2])}
EQUAL = [
    *(case for case in GOLDENS if case.name not in SEVERAL),
    sample("particle_filter", "likelihood", phi=0.7, spread=0.5, error=0.6),
    *(person(name) for name in NAMES),
]
MIXED = [
    *(Mixed(case, 2, 20_000, 0.6) for case in GOLDENS if case.name in SEVERAL),
    Mixed(sample("policy", "episode", logits=np.zeros((20, 4))), 1, 2_000, 1.5),
    Mixed(sample("discrete_vae", "elbo", **networks()), 3, 2_000, 0.2),
    Mixed(sample("contacts", "miss", **CONTACTS, seen=np.full((3, 2), 20.0)), 3, 2_000, 0.6),
]
RATES = Rates(tests=sum(mixed.directions for mixed in MIXED))


def runs(program: Program, at: dict[str, Any]) -> tuple[Recorded, Recorded]:
    """Gradients of samples in reverse mode, and by a forward pass for each entry."""
    arguments = program.bound((), at)
    reverse = program.recording(arguments, program.wrt, "interpreted", 1, None)
    assert reverse.reason is None  # else it runs forwards, too
    return reverse, by_passes(program.prepared(arguments, program.wrt, "interpreted", ONE_REPLAY), "a test")


def test_every_sample_is_compared() -> None:
    names = {path.name.removesuffix("_d.py") for path in SAMPLES.glob("*_d.py")}
    assert names == {case.name for case in [*EQUAL, *(mixed.case for mixed in MIXED)]} - set(NAMES)


@pytest.mark.parametrize("case", EQUAL, ids=lambda case: case.name)
def test_samples_are_the_same(case: Case) -> None:
    reverse, forward = runs(case.program(), case.at)
    values, gradients = np.zeros((2, FEW, 1)), np.zeros((2, FEW, reverse.entries, 1))
    for i, recorded in enumerate((reverse, forward)):
        recorded.run(SEED, 0, values[i], gradients[i])
    assert values[0].tolist() == values[1].tolist()
    scale = np.maximum(np.abs(values[1]), np.abs(gradients[1]).max(axis=1))
    assert (np.abs(gradients[0] - gradients[1]) <= 1e-12 * scale[:, None]).all()


@pytest.mark.parametrize("mixed", MIXED, ids=lambda mixed: mixed.case.name)
def test_means_are_the_same(mixed: Mixed) -> None:
    program, at = mixed.case.program(), mixed.case.at
    reverse, _ = runs(program, at)
    values, gradients = np.zeros((mixed.samples, 1)), np.zeros((mixed.samples, reverse.entries, 1))
    reverse.run(SEED, 0, values, gradients)
    rng = np.random.default_rng(6)
    for i in range(mixed.directions):
        direction = np.eye(reverse.entries)[i] if program.__name__ in SEVERAL else rng.normal(size=reverse.entries)
        along = refilled({name: at[name] for name in program.wrt}, direction)
        given = along if len(program.wrt) > 1 else along[program.wrt[0]]
        found = program.estimate(**at, direction=given, samples=mixed.samples, seed=SEED + 1 + i, mode="interpreted")
        slopes = gradients[:, :, 0] @ direction
        error = float(np.hypot(slopes.std(ddof=1) / len(slopes) ** 0.5, found.derivative_stderr))
        resolved = mixed.resolved * max(abs(found.value), abs(found.derivative))
        RATES.check(f"{mixed.case.name}, direction {i}", float(slopes.mean()), error, found.derivative, resolved)
