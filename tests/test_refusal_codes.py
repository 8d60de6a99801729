"""Every refusal in the code has a stable code, and every code belongs to a refusal; the documentation lists them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from stochtrace.diagnostics import Refusal
from stochtrace.refusals import CODES, code_of, listing

ROOT = Path(__file__).parents[1]
RAISING = {"refuse", "refusal", "Refusal", "Refused"}


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def texts(node: ast.expr) -> list[str]:
    """The texts that an expression may be, `{}` for what is filled in; none for other expressions."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)]
        case ast.IfExp(body=one, orelse=other):
            return [*texts(one), *texts(other)]
    return []


def whats(path: Path) -> Iterator[str]:
    """What the refusals of a file say: their first text, or what the name `what` was made of."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "what"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in RAISING:
            for argument in node.args:
                if isinstance(argument, ast.Name) and argument.id == "what":
                    yield from (text for value in named for text in texts(value))
                    break
                if texts(argument):
                    yield from texts(argument)
                    break


def all_whats() -> set[str]:
    return {what for path in (ROOT / "stochtrace").rglob("*.py") for what in whats(path)}


def test_every_refusal_has_a_code_and_every_code_a_refusal() -> None:
    assert all_whats() == set(CODES.values())
    assert len(set(CODES.values())) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_code_of_a_message_is_that_of_its_text(code: str) -> None:
    assert code_of(CODES[code].replace("{}", "`x`")) == code


def test_a_message_shows_its_code_at_the_end_of_its_first_line() -> None:
    refusal = Refusal("this file cannot be decoded", line=3, column=0, filename="m.py", source_line="x", why="Why.")
    assert str(refusal).split("\n")[0] == f"m.py:3:1: this file cannot be decoded [{code_of(refusal.what)}]"
    assert str(Refusal("nothing like it", line=1, column=0)) == "1:1: nothing like it"


def test_the_documentation_lists_all_codes() -> None:
    """`python -c 'from stochtrace.refusals import listing; print(listing(), end="")' > docs/refusals.md` writes it."""
    assert (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8") == listing()
