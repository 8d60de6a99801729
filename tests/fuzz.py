"""Runs random programs of a grammar and counts what becomes of each; prints those that fail, made smaller.

    PYTHONPATH=tests python -m fuzz discrete 0 10000     # the numbers of the programs: each has its own
    PYTHONPATH=tests python -m fuzz decisions 0 2000
    PYTHONPATH=tests python -m fuzz arrays 0 2000

Counts are added, hundred by hundred, to a record in `tests/data`, so a run can be broken off anywhere: the same command
goes on with it, runs hundreds in which a program failed again, and ends with the counts of all that it was asked for.
"""

from __future__ import annotations

import importlib
import json
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from shrinking import shrunk

KINDS = {
    "discrete": "test_random_programs",
    "decisions": "test_random_decisions",
    "compiled": "test_random_compiled",
    "arrays": "test_random_arrays",
    "compiled_arrays": "test_random_arrays_compiled",
}
FAILED = "failed"
HUNDRED = 100
LONGEST = 120
Outcome = Callable[[str], str]


class Failed(Exception):
    """A program that is neither refused nor right."""


class SourceFails(Exception):
    """The program as it is written raises an error."""


def source_of(writer: Any, number: int) -> str:
    """Return the program of a number."""
    return str(writer(random.Random(number).choice).program())


def survey(writer: Any, outcome: Outcome, numbers: Iterable[int]) -> Counter[str]:
    """Return the outcomes of the programs of these numbers; fail with the first that is neither refused nor right."""
    found: Counter[str] = Counter()
    for number in numbers:
        source = source_of(writer, number)
        try:
            found[outcome(source)] += 1
        except Exception as error:
            raise Failed(f"program {number}: {type(error).__name__}: {error}\n{source}") from error
    return found


def failure(outcome: Outcome, source: str) -> str:
    """Return how a program fails, but for its numbers; nothing where it does not."""
    try:
        outcome(source)
    except Exception as error:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        return f"{type(error).__name__} in {where.tb_frame.f_code.co_name}" if where is not None else "failure"
    return ""


def in_time(outcome: Outcome) -> Outcome:
    """Return outcomes that fail where they take longer than LONGEST seconds of a processor."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"still running after {LONGEST} s")

    def found(source: str) -> str:
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        try:
            return outcome(source)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    signal.signal(signal.SIGVTALRM, late)
    return found


def counted(writer: Any, outcome: Outcome, numbers: Iterable[int]) -> Counter[str]:
    """Return the outcomes of the programs of these numbers, and print those that fail."""
    found: Counter[str] = Counter()
    for number in numbers:
        try:
            found += survey(writer, outcome, [number])
        except Failed as failed:
            found[FAILED] += 1
            print(f"{failed}\n", flush=True)
            how = failure(outcome, source_of(writer, number))
            small = shrunk(source_of(writer, number), lambda text, how=how: failure(outcome, text) == how)
            print(f"{how}, and so does\n{small}\n", flush=True)
    return found


def known(record: Path) -> dict[int, Counter[str]]:
    """Return the outcomes that a record has, by the first number of their hundred; the last ones of several."""
    rows = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    return {row["first"]: Counter(row["outcomes"]) for row in rows}


def main(kind: str, first: str, after: str, path: str = "") -> None:
    """Run the hundreds from one number to before another that a record does not have yet, and print all counts."""
    tests = importlib.import_module(KINDS[kind])
    record = Path(path or Path(__file__).parent / f"data/random_{kind}.jsonl")
    outcome, hundreds = in_time(tests.outcome), range(int(first), int(after), HUNDRED)
    done = {number for number, outcomes in known(record).items() if FAILED not in outcomes}
    for number in hundreds:
        if number not in done:
            outcomes = counted(tests.Writer, outcome, range(number, number + HUNDRED))
            with record.open("a") as file:
                file.write(json.dumps({"first": number, "outcomes": dict(sorted(outcomes.items()))}) + "\n")
    rows = known(record)
    found = sum((rows[number] for number in hundreds), Counter())
    print(*(f"{count:6} {what}" for what, count in found.most_common()), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
