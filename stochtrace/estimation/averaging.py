"""Average samples until a goal is reached: the way from a checked request to what was found."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from stochtrace.estimation.checkpoint import Checkpoint, CheckpointError
from stochtrace.estimation.folding import Fold
from stochtrace.estimation.goal import CHUNK, Goal
from stochtrace.estimation.progress import Report
from stochtrace.estimation.scheduling import collect, workers
from stochtrace.estimation.schemes import Scheme
from stochtrace.estimation.summary import Summary
from stochtrace.estimation.work import Job
from stochtrace.version import __version__


@dataclass(frozen=True)
class Means:
    """How an estimate is run, none of which changes what is found."""

    threads: int | None = None
    executor: Executor | None = None
    checkpoint: str | os.PathLike[str] | None = None
    progress: bool | None = None

    def __post_init__(self) -> None:
        if self.threads is not None and (isinstance(self.threads, bool) or self.threads < 1):
            raise ValueError(f"threads = {self.threads!r} is not a positive integer")
        if self.threads is not None and self.executor is not None:
            raise ValueError("threads and executor exclude each other: the executor has workers of its own")


def averaged(job: Job, means: Means) -> Summary:
    """Return the summary of the samples of a job. Raises `CheckpointError` where a checkpoint cannot be used."""
    checkpoint = None if means.checkpoint is None else Checkpoint(means.checkpoint, key(job))
    fold = Fold() if checkpoint is None else resumed(checkpoint, job.goal)
    report = Report(job.goal, checkpoint, means.progress)
    try:
        with workers(job, means.threads, means.executor) as open_workers:
            collect(job.goal, open_workers, fold, report)
    finally:
        report.close(fold)
    return fold.total()


def resumed(checkpoint: Checkpoint, goal: Goal) -> Fold:
    """Return what a checkpoint holds, which may not be more than what is asked for."""
    fold = checkpoint.load()
    if fold.chunks * CHUNK > goal.samples:
        raise CheckpointError(
            f"{checkpoint.path} holds {fold.chunks * CHUNK} samples, more than the {goal.samples} asked for; "
            "it is left as it is"
        )
    return fold


def key(job: Job) -> str:
    """Return a hash of all on which the samples of a job depend."""
    program: Any = job.program
    try:
        arguments = pickle.dumps(sorted(job.arguments.items()), protocol=4)
    except Exception as error:
        raise TypeError(f"a checkpoint needs arguments that can be pickled: {error}") from None
    parts = (__version__, program.luggage.digest, sorted(program.forms.items()), job.mode, job.estimator, job.seed)
    by = pickle.dumps((type(job).__name__, job.by, job.start, *job.steps), protocol=4)
    return hashlib.sha256(repr(parts).encode() + arguments + by).hexdigest()


def told(found: Summary, name: str, seed: int, scheme: Scheme) -> Iterator[str]:
    """Say which samples are not finite, and of which derivatives the variance is infinite."""
    if found.lost:
        yield (
            f"{found.lost} of {scheme.samples(found.value)} samples are not finite, and so is the mean; the first is "
            f"sample {found.first}: {name}.triple(..., seed={seed}, sample={found.first}{scheme.asked})"
        )
    tails = [alpha for tail in found.tails if (alpha := tail.heavy) is not None]
    if tails:
        yield (
            f"the variance looks infinite: the largest derivative samples fall off like 1 / size^{min(tails):.1f}, and "
            "with a power of 2 or less there is none. The standard error may be too small; `stochtrace tune` compares "
            "the forms that a comment can give to a draw, such as `# stochtrace: score`"
        )
