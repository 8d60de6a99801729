"""Share the chunks of an estimate out to threads, processes or a cluster, and merge what comes back in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any, NamedTuple

from stochtrace.estimation.folding import Fold
from stochtrace.estimation.goal import Goal
from stochtrace.estimation.work import Done, Job, work

AT_ONCE = 1024  # tasks that wait in an executor of the user's
SECONDS = 0.25  # that a task should take

Submit = Callable[[int, int], "Future[Done]"]


class Workers(NamedTuple):
    """Where tasks go, and how many may be under way."""

    submit: Submit
    at_once: int


def collect(goal: Goal, workers: Workers, fold: Fold, report: Callable[[Fold], None]) -> None:
    """Run what is missing in a fold until the goal is reached. Nothing is merged that is not finished."""
    pending: deque[Future[Done]] = deque()
    following, size = fold.chunks, 1
    try:
        while fold.chunks < goal.chunks and not goal.reached(fold):
            for first, count in tasks(goal, fold, following, size, workers.at_once - len(pending)):
                pending.append(workers.submit(first, count))
                following = first + count
            done = pending.popleft().result()
            for block in done.blocks:
                fold.push(block)
            size = max(1, min(int(SECONDS / done.seconds), 2 * sum(block.size for block in done.blocks)))
            report(fold)
    finally:
        for future in pending:
            future.cancel()


def tasks(goal: Goal, fold: Fold, following: int, size: int, room: int) -> Iterator[tuple[int, int]]:
    """Yield the first chunk and the number of chunks of tasks that may be submitted now.

    A task ends where the goal is looked at, and is small where few chunks are left. A last chunk that is not full is a
    task of its own: all before it can be kept for an estimate of more samples.
    """
    horizon = goal.horizon(fold)
    for _ in range(room):
        if following >= horizon:
            return
        share = max(1, (horizon - following) // max(room, 2))
        count = min(size, share, goal.next_look(following) - following, max(1, goal.full_chunks - following))
        yield following, count
        following += count


@contextmanager
def workers(job: Job, threads: int | None, executor: Executor | None) -> Iterator[Workers]:
    """Open the place where the tasks of a job run: an executor of the user's, threads, or right here.

    Interpreted samples do not gain from threads. On the way out threads are stopped within a fraction of a second.
    """
    if executor is not None:
        yield Workers(lambda first, count: executor.submit(work, job, first, count), AT_ONCE)
        return
    count = min(threads or cores(), job.goal.chunks) if job.mode == "compiled" else 1
    if count == 1:
        yield Workers(lambda first, count: finished(work(job, first, count)), 1)
        return
    stop, pool = Event(), ThreadPoolExecutor(count, "stochtrace")
    try:
        yield Workers(lambda first, count: pool.submit(work, job, first, count, stop), 2 * count)
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def finished(result: Any) -> Future[Any]:
    """Return a future that holds a result."""
    future: Future[Any] = Future()
    future.set_result(result)
    return future
