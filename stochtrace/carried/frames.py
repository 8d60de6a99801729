"""Where a program is that runs on carried values: the frame that compares, and what it does there."""

from __future__ import annotations

import ast
import linecache
import sys
from functools import cache
from types import CodeType

Place = tuple[CodeType, int, int]  # the code, its instruction, the line
LIBRARIES = {"stochtrace", "numpy", "scipy", "statistics", "heapq", "bisect", "functools", "random"}


def place() -> Place:
    """Return where the program is: its innermost frame that belongs to no library.

    The test of a loop stands in the code twice, before the first turn and after each: both are one place.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return frame.f_code, _first(frame.f_code, frame.f_lasti), frame.f_lineno


@cache
def _first(code: CodeType, instruction: int) -> int:
    """Return the first instruction that belongs to the same expression of the source."""
    positions = [*code.co_positions()]
    at = positions[instruction // 2]
    return instruction if None in at else 2 * positions.index(at)


def takes_extreme() -> bool:
    """Tell whether the program is in a call such as `x.max()`: NumPy compares the values, and the result has a kink."""
    code, instruction, _ = place()
    return _takes_extreme(code, instruction)


@cache
def _takes_extreme(code: CodeType, instruction: int) -> bool:
    try:
        match ast.parse(text_at(code, instruction), mode="eval").body:
            case ast.Call(func=ast.Attribute(attr="max" | "min")):
                return True
    except SyntaxError:  # there is no text
        pass
    return False


def text_at(code: CodeType, instruction: int) -> str:
    """Return the text of the expression that an instruction belongs to, in brackets."""
    first, last, begin, end = [*code.co_positions()][instruction // 2]
    if first is None or last is None:
        return ""
    lines = [linecache.getline(code.co_filename, number).encode() for number in range(first, last + 1)]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][begin:]
    return f"({b''.join(lines).decode()})"
