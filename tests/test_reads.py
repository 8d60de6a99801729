"""A derivative program reads each uniform once: what would draw again is refused."""

from __future__ import annotations

import libcst as cst
import pytest

from stochtrace.diagnostics import Refusal
from stochtrace.transform.derivative import Derivative
from stochtrace.transform.nodes import inside
from stochtrace.transform.pipeline import check_reads, classify, find_facts, read, spell

SOURCE = """
def f(p, rng):
    x = rng.random() * p
    return x + rng.poisson(p)
"""


def emitted(*replaced: str) -> None:
    """Check the derivative program of SOURCE, with a text in it replaced."""
    facts = find_facts(read(SOURCE.encode(), "model.py", "model_d.py", ("f",), None))
    classify(facts)
    spelled = spell(facts)
    (function,) = facts.functions.values()
    code = cst.Module([Derivative(facts, function, spelled).emit()]).code
    assert not replaced or replaced[0] in code
    (node,) = inside(cst.parse_module(code.replace(*replaced) if replaced else code), cst.FunctionDef)
    check_reads(facts, spelled, node)


def test_draws_stand_once() -> None:
    emitted()


@pytest.mark.parametrize("text", ["x = drawn * p", "offer(omega, jumps, 2"])
def test_a_draw_that_stands_twice_is_refused(text: str) -> None:
    sampler = "x = rt.read(omega, 1) * p" if text.startswith("x") else "poisson_d(omega, jumps, 2"
    with pytest.raises(Refusal, match="would make its draw again"):
        emitted(text, sampler)
