"""What tangent lines cannot express is refused, with its place, the source line with carets under it, and a way out."""

from __future__ import annotations

import re

import pytest
from harness import generate, tangent_lines
from programs.refused import CALLS, HEAD, STATEMENTS
from programs.refused_decisions import DECISIONS
from programs.refused_modules import WHOLE

from stochtrace.diagnostics import Refusal


def programs() -> list[object]:
    found = []
    for text, head in ((DECISIONS + CALLS + STATEMENTS, HEAD + "def f(p, rng, rate=None):\n"), (WHOLE, HEAD)):
        for part in re.split(r"^### ", text, flags=re.M)[1:]:
            name, _, body = part.partition("\n")
            found.append(pytest.param(head + body, id=name))
    return found


@pytest.mark.parametrize("marked", programs())
def test_refused_with_place_and_way_out(marked: str) -> None:
    start, end = marked.index("‹"), marked.index("›") - 1
    source = marked.replace("‹", "").replace("›", "")
    with pytest.raises(Refusal) as caught:
        tangent_lines(source)
    refusal, before = caught.value, source[:start]
    line, column = before.count("\n") + 1, start - before.rfind("\n") - 1
    marked_line = source.split("\n")[line - 1]
    width = end - start if "\n" not in source[start:end] else 1
    assert (refusal.line, refusal.column) == (line, column), str(refusal)
    shown = str(refusal).split("\n")
    assert shown[0].startswith(f"model.py:{line}:{column + 1}: ")
    assert shown[1] == f"    {line} | {marked_line}"
    assert shown[2] == " " * (len(f"    {line} | ") + column) + "^" * width
    assert refusal.instead, str(refusal)
    assert refusal.instead[-1] in ".`)", refusal.instead


OPTIONS = ("random(dtype=np.float32)", "random(size=2, out=np.zeros(2))", "integers(3, dtype=np.uint8)")
OPTIONS += ("choice(4, 2, replace=False, shuffle=False)", "standard_gamma(p, dtype='f')")


@pytest.mark.parametrize("call", OPTIONS)
def test_an_option_that_changes_a_draw_is_refused_before_it_runs(call: str) -> None:
    with pytest.raises(Refusal, match=r"of a draw \[ST229\]"):
        generate(f"import numpy as np\n\ndef f(p, rng: np.random.Generator):\n    return p * rng.{call}\n")
