"""Programs that people bring and that are refused: with the line, and with words that say why."""

from __future__ import annotations

import linecache
import re
import sys
from types import ModuleType
from typing import Any

import pytest

from stochtrace.diagnostics import Refusal
from stochtrace.transform.pipeline import transform
from tests.refused_people import REFUSED, SCRIPT, Refused
from tests.refused_seeds import SEEDS

NAME = "refused_model_d"


def generated(text: str) -> ModuleType:
    """Return the generated module of a text, as it would be imported."""
    code = transform(text.encode(), filename="model.py", output=f"{NAME}.py", functions=("model",)).code
    module = ModuleType(NAME)
    sys.modules[NAME] = module
    linecache.cache[NAME] = (len(code), None, code.splitlines(keepends=True), NAME)
    exec(compile(code, NAME, "exec"), module.__dict__)
    return module


def refusal(text: str) -> Refusal:
    """Return the refusal of a program, at the latest when its samples have run."""
    with pytest.raises(Refusal) as caught:
        module: Any = generated(text)
        module.model.estimate(0.5, samples=20, seed=1, mode="interpreted")
    return caught.value


@pytest.mark.parametrize("case", [*REFUSED.values(), *SEEDS.values()], ids=[*REFUSED, *SEEDS])
def test_a_program_is_refused_where_it_goes_wrong(case: Refused) -> None:
    found = refusal(case.text)
    assert re.search(case.words, f"{found.what} {found.why}"), found
    assert found.instead or found.why
    shown = case.text.splitlines()[case.line - 1].strip()
    assert _same_line(found.source_line.strip(), shown), f"{found}\nshould be line {case.line}: {shown}"


def _same_line(told: str, written: str) -> bool:
    """Tell whether a refusal shows this line: as it was written, or as the generated module has it.

    A method of a distribution is one name there: `rt.stats.logistic_pdf` for `stats.logistic.pdf`.
    """
    plain = re.sub(r"rt\.at\((.*?), \d+\)", r"\1", told)
    rewritten = ("max", "float", "model", "except", "rng", "random", "size")
    words = [w for w in re.findall(r"\w+", written) if w not in rewritten]
    told_words = re.findall(r"\w+", re.sub(r"rt\.stats\.([a-z]+)_(\w+)", r"stats.\1.\2", plain))
    return all(word in told_words for word in words)


def test_a_script_is_told_how_to_be_wrapped() -> None:
    with pytest.raises(Refusal, match="no function at the top level of this file draws") as caught:
        transform(SCRIPT.encode(), filename="script.py", output="script_d.py")
    assert "Wrap a script in a function" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "path", "instead"),
    [
        ("q = queue.PriorityQueue()", "queue", "heapq"),
        ("q = queue.Queue()", "queue", "deque"),
        ("q = tqdm.tqdm(range(3))", "tqdm", "Leave the bar out"),
    ],
)
def test_what_stands_for_a_call_is_told_by_its_name(line: str, path: str, instead: str) -> None:
    for draw in ("rng.exponential(p) > 1.0", "rng.random() < p"):
        found = refusal(f"import {path}\n\ndef model(p, rng):\n    {line}\n    return {draw}\n")
        assert instead in found.instead, found
