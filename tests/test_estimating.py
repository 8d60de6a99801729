"""An estimate is the same to the last bit wherever it runs and whenever it is resumed; it ends as asked."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from coin import COIN
from harness import program_of
from hypothesis import given
from hypothesis import strategies as st

from stochtrace.estimation import Program
from stochtrace.estimation.folding import Block, Fold
from stochtrace.estimation.goal import CHUNK, Goal
from stochtrace.estimation.summary import Collected, Summary

LONG = 37 * CHUNK + 100
SHORT = 2 * CHUNK + 100


# -- merging ----------------------------------------------------------------------------------------------------------


def leaves(count: int) -> list[Summary]:
    rng, found = np.random.default_rng(4), []
    for chunk in range(count):
        collected = Collected(chunk * 8, with_tails=chunk < 3)
        collected.add(*rng.normal(size=(2, 8, 2)), None)
        collected.add(*rng.normal(size=(2, 8, 2)), None)
        found.append(collected.summary())
    return found


LEAVES = leaves(45)


def numbers(s: Summary) -> list[Any]:
    arrays = [s.value.mean, s.value.squares, s.derivative.mean, s.derivative.squares, s.products]
    return [s.value.count, *(a.tolist() for a in arrays), [t.largest.tolist() for t in s.tails]]


def folded(first: int, end: int) -> Fold:
    fold = Fold()
    for chunk in range(first, end):
        fold.push(Block(chunk, 1, LEAVES[chunk]))
    return fold


@given(st.sets(st.integers(1, 44)))
def test_tasks_of_any_size_merge_to_the_same_bits(cuts: set[int]) -> None:
    fold = Fold()
    for first, end in pairwise([0, *sorted(cuts), 45]):
        for block in folded(first, end).blocks:
            fold.push(block)
    assert fold.chunks == 45 and len(fold.blocks) == 4
    assert numbers(fold.total()) == numbers(folded(0, 45).total())


def test_merged_covariance_is_that_of_all_samples() -> None:
    rng = np.random.default_rng(5)
    values, derivatives = rng.normal(size=(2, 90, 2))
    derivatives += values
    parts = []
    for rows in (slice(0, 7), slice(7, 50), slice(50, 90)):
        collected = Collected(0, with_tails=True)
        collected.add(values[rows], derivatives[rows], None)
        parts.append(collected.summary())
    merged = parts[0].merge(parts[1]).merge(parts[2])
    for c in range(2):
        expected = np.cov(values[:, c], derivatives[:, c])[0, 1] / 90
        assert merged.covariance[0, c] == pytest.approx(expected, rel=1e-12)


# -- where it runs ----------------------------------------------------------------------------------------------------


class Backwards(Executor):
    """Does the newest task first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any, Any]] = []

    def submit(self, call: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Waited = Waited(self)
        self.waiting.append((future, call, args))
        return future


class Waited(Future[Any]):
    """Makes its executor do all that waits, the newest first."""

    def __init__(self, executor: Backwards) -> None:
        super().__init__()
        self.executor = executor

    def result(self, timeout: float | None = None) -> Any:
        while self.executor.waiting:
            future, call, args = self.executor.waiting.pop()
            future.set_result(call(*args))
        return super().result(timeout)


def test_threads_and_executors_give_the_same_bits(coin: Program) -> None:
    expected = coin.estimate(0.4, 2.0, samples=LONG, seed=3, threads=1)
    assert coin.estimate(0.4, 2.0, samples=LONG, seed=3, threads=3).to_dict() == expected.to_dict()
    assert coin.estimate(0.4, 2.0, samples=LONG, seed=3).to_dict() == expected.to_dict()
    assert coin.estimate(0.4, 2.0, samples=LONG, seed=3, executor=Backwards()).to_dict() == expected.to_dict()
    with ThreadPoolExecutor(2) as pool:
        assert coin.estimate(0.4, 2.0, samples=LONG, seed=3, executor=pool).to_dict() == expected.to_dict()


def test_the_program_travels_to_processes_that_do_not_have_its_file(coin: Program, tmp_path: Path) -> None:
    expected = coin.estimate(0.4, 2.0, samples=SHORT, seed=3, mode="interpreted")
    assert coin.luggage.text
    (tmp_path / "coin_d.py").unlink()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        found = coin.estimate(0.4, 2.0, samples=SHORT, seed=3, mode="interpreted", executor=pool)
        assert found.to_dict() == expected.to_dict()
        from stochtrace import DomainError

        with pytest.raises(DomainError, match=r"model\.py:2: .*binomial"):
            coin.estimate(0.4, 2.0, samples=9, seed=1, mode="interpreted", executor=Bent(pool))


class Bent(Executor):
    """Runs tasks with a probability out of its domain in another executor."""

    def __init__(self, pool: Executor) -> None:
        self.pool = pool

    def submit(self, call: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        from dataclasses import replace

        job, *rest = args
        return self.pool.submit(call, replace(job, arguments={**job.arguments, "p": 1.5}), *rest)


def test_a_program_whose_text_is_not_to_be_had_does_not_travel(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="is not the text of the generated module"):
        program_of(COIN).estimate(0.4, 2.0, samples=9, seed=1, checkpoint=tmp_path / "c")


class Deadly(Executor):
    """Kills a worker of another executor when all tasks have been submitted."""

    def __init__(self, pool: Executor, victim: int) -> None:
        self.pool, self.victim, self.submitted = pool, victim, 0

    def submit(self, call: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = self.pool.submit(call, *args)
        self.submitted += 1
        if self.submitted == -(-SHORT // CHUNK):
            os.kill(self.victim, signal.SIGKILL)
        return future


def test_a_dask_cluster_gives_the_same_bits_when_a_worker_dies(coin: Program) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra stochtrace[dask] is not installed")
    expected = coin.estimate(0.4, 2.0, samples=SHORT, seed=3, mode="interpreted")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        executor = Deadly(client.get_executor(), next(iter(client.run(os.getpid).values())))
        found = coin.estimate(0.4, 2.0, samples=SHORT, seed=3, mode="interpreted", executor=executor)
    assert found.to_dict() == expected.to_dict()


# -- when it ends -----------------------------------------------------------------------------------------------------


def test_looks_are_where_blocks_end() -> None:
    goal, looks = Goal(200 * CHUNK, 0.1), [0]
    while looks[-1] < goal.chunks:
        looks.append(goal.next_look(looks[-1]))
    assert looks == [*range(17), *range(18, 33, 2), *range(36, 65, 4), *range(72, 129, 8), *range(144, 200, 16), 200]


def test_target_is_reached_at_the_same_sample_everywhere(coin: Program) -> None:
    found = coin.estimate(0.4, 2.0, target_stderr=0.02, seed=3, threads=1)
    errors = [e for each in found.derivative_stderr.values() for e in each]
    assert found.stopped == "target_stderr" and max(errors) <= 0.02 and "standard error reached" in str(found)
    assert coin.estimate(0.4, 2.0, target_stderr=0.02, seed=3, threads=3).to_dict() == found.to_dict()
    assert coin.estimate(0.4, 2.0, target_stderr=0.02, seed=3, executor=Backwards()).to_dict() == found.to_dict()
    same = coin.estimate(0.4, 2.0, samples=found.samples, seed=3)
    assert same.derivative == found.derivative and found.samples < 40 * CHUNK


def test_at_most_max_samples(coin: Program) -> None:
    found = coin.estimate(0.4, 2.0, target_stderr=1e-9, max_samples=5000, seed=3, mode="interpreted")
    assert (found.samples, found.stopped) == (5000, "max_samples") and "the most allowed" in str(found)


def test_an_error_of_zero_is_not_believed_at_once(mode: str) -> None:
    program = program_of("def f(p, rng):\n    return p + rng.binomial(1, 0.5)\n")
    found = program.estimate(1.0, target_stderr=1.0, seed=1, mode=mode)
    assert (found.derivative_stderr, found.samples, found.stopped) == (0.0, 16 * CHUNK, "target_stderr")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({}, "either samples or target_stderr", id="no end"),
        pytest.param({"samples": 5, "target_stderr": 0.1}, "either samples or target_stderr", id="two ends"),
        pytest.param({"target_stderr": 0.0}, "target_stderr = 0.0", id="an error of zero"),
        pytest.param({"target_stderr": math.nan}, "target_stderr = nan", id="no number"),
        pytest.param({"target_stderr": 0.1, "max_samples": 0}, "max_samples = 0", id="no samples"),
        pytest.param({"samples": 5, "threads": 0}, "threads = 0", id="no threads"),
        pytest.param({"samples": 5, "threads": 1, "executor": Backwards()}, "exclude", id="threads and executor"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        program_of(COIN).estimate(0.4, 2.0, **options)


# -- what is told -----------------------------------------------------------------------------------------------------


def test_samples_that_are_not_finite_are_told(mode: str) -> None:
    program = program_of("def f(p, rng):\n    n = rng.poisson(p)\n    return float('nan') if n > 6 else n\n")
    found = program.estimate(1.0, samples=3 * CHUNK, seed=2, mode=mode)
    each = [program.sample(1.0, seed=2, sample=i) for i in range(3 * CHUNK)]
    lost = [i for i, x in enumerate(each) if math.isnan(x)]
    assert lost and math.isnan(found.value) and math.isnan(found.value_stderr)
    told = [w for w in found.warnings if "not finite" in w]
    assert len(told) == 1 and f"of {3 * CHUNK} samples" in told[0]
    assert told[0].endswith(f"f.triple(..., seed=2, sample={first_lost(program, told[0])})")


def first_lost(program: Program, warning: str) -> int:
    """The sample that a warning names, which is not finite when it is run again."""
    number = int(warning.split("first is sample ")[1].split(":")[0])
    triple = program.triple(1.0, seed=2, sample=number)
    assert not (math.isfinite(triple.value) and math.isfinite(triple.derivative))
    return number


def test_target_is_given_up_where_a_derivative_is_not_finite(mode: str) -> None:
    program = program_of("def f(p, rng):\n    return p * float('inf') if rng.binomial(1, 0.5) else p\n")
    found = program.estimate(1.0, target_stderr=1e-9, max_samples=5 * CHUNK, seed=2, mode=mode)
    assert (found.stopped, found.samples) == ("not finite", CHUNK)


def test_estimate_as_html() -> None:
    found = program_of(COIN).estimate(0.4, 2.0, samples=100, seed=1, mode="interpreted")
    html = found._repr_html_()
    assert html.startswith("<table>") and "d/dp" in html and "±" in html and "100 samples, seed 1" in html


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    auto = pytest.importorskip("tqdm.auto", reason="the extra stochtrace[progress] is not installed")
    made: list[Any] = []

    class Bar:
        def __init__(self, **options: Any) -> None:
            self.total, self.done, self.closed = options["total"], 0, False
            made.append(self)

        def update(self, more: int) -> None:
            self.done += more

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr(auto, "tqdm", Bar)
    yield made


@pytest.mark.parametrize(
    ("asked", "terminal", "shown"), [(None, False, 0), (None, True, 1), (True, False, 1), (False, True, 0)]
)
def test_bar(bars: list[Any], monkeypatch: pytest.MonkeyPatch, asked: bool | None, terminal: bool, shown: int) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    program_of(COIN).estimate(0.4, 2.0, samples=CHUNK + 1, seed=1, mode="interpreted", progress=asked)
    assert [(bar.total, bar.done, bar.closed) for bar in bars] == [(CHUNK + 1, CHUNK + 1, True)] * shown
