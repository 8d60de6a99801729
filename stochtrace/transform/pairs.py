"""The runtime's `_d` functions as templates: what is written out where a program draws.

The runtime is read as text, never imported, so the derivative of a draw is written down once: beside its
sampler. A body of plain statements is written out line by line; one with loops stays a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path

import libcst as cst

from stochtrace.transform.nodes import code
from stochtrace.transform.templates import Environment, build, known, present
from stochtrace.transform.terms import Term, value_of

DISTRIBUTIONS = Path(__file__).parent.parent / "runtime" / "distributions"
OURS = ("omega", "jumps", "site")
SAMPLER = re.compile(r"def (\w+_d|\w+)\(\s*omega: Uniforms,(?:\s*jumps: Jumps,)?\s*site: int")


@dataclass(frozen=True)
class Pair:
    """A `_d` function: its parameters, those of the draw before their tangents, and the body that can be written out.

    A body with loops or calls of its own stays empty: the program calls the function. A sampler that has no `_d`
    function, as none of its parameters is real, is a pair without tangents. `rows` are those that are arrays for one
    draw, and `vector` says that the outcome is one.
    """

    name: str
    continuous: bool
    rows: tuple[str, ...]
    vector: bool
    parameters: tuple[str, ...]
    body: tuple[cst.SimpleStatementLine, ...]

    def has_tangent(self, parameter: str) -> bool:
        """Tell whether a parameter is a real number, by which the draw is differentiated."""
        return f"{parameter}_dot" in self.parameters


class Pairs(Mapping[str, Pair]):
    """The pairs by the name of their distribution; a function is parsed when it is first asked for."""

    def __init__(self) -> None:
        texts = [path.read_text(encoding="utf-8") for path in sorted(DISTRIBUTIONS.glob("*.py"))]
        blocks = [block for text in texts for block in re.split(r"\n\n\n(?=def )", text)]
        named = [(match[1].removesuffix("_d"), block) for block in blocks if (match := SAMPLER.match(block))]
        # a sampler stands before its derivative, which takes its place
        self._texts = dict(named)
        self._parsed: dict[str, Pair] = {}

    def __getitem__(self, name: str) -> Pair:
        if name not in self._parsed:
            self._parsed[name] = _pair(cst.ensure_type(cst.parse_statement(self._texts[name]), cst.FunctionDef))
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@lru_cache(maxsize=1)
def pairs() -> Pairs:
    """Return all pairs."""
    return Pairs()


def _pair(node: cst.FunctionDef) -> Pair:
    names = [p.name.value for p in node.params.params]
    annotations = [code(p.annotation.annotation) for p in node.params.params if p.annotation]
    outcome = code(node.returns.annotation) if node.returns else ""
    body = tuple(s for s in node.body.body[1:-1] if isinstance(s, cst.SimpleStatementLine))
    straight = len(body) == len(node.body.body) - 2 and _returns_names(node.body.body[-1])
    parameters = tuple(n for n in names if n not in OURS)
    return Pair(
        name=node.name.value.removesuffix("_d"),
        continuous="jumps" not in names and outcome.startswith("tuple"),
        rows=tuple(n for n, a in zip(names, annotations, strict=True) if a.startswith("Sequence") or a == "Vector"),
        vector="Vector" in outcome,
        parameters=parameters,
        body=body if straight and node.name.value.endswith("_d") else (),
    )


def _returns_names(line: cst.CSTNode) -> bool:
    match line:
        case cst.SimpleStatementLine(body=[cst.Return(value=cst.Name())]):
            return True
        case cst.SimpleStatementLine(body=[cst.Return(value=cst.Tuple(elements=elements))]):
            return all(isinstance(element.value, cst.Name) for element in elements)
    return False


def write_out(pair: Pair, environment: Environment, fresh: Callable[[str], str]) -> list[str]:
    """Return the lines of a pair's body; `environment` gives `rt`, its parameters, `x`, `k` or `hit`, `x_dot`."""
    names = dict(environment)
    return [text for line in pair.body for text in _line(line, names, fresh)]


def _line(line: cst.SimpleStatementLine, names: dict[str, Term | None], fresh: Callable[[str], str]) -> list[str]:
    rt = str(names["rt"])
    match line.body[0]:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
            term = build(value, names, rt)
            if name not in names:
                names[name] = None if term is None else Term(fresh(name))
            target = names[name]
            return [] if target is None or term is None else [f"{target} = {term}"]
        case cst.Expr(value=cst.Call(func=cst.Name(value=function), args=args)):
            terms = [build(a.value, names, rt) for a in args]
            if function == "require" and (known(present(terms[0])) or _inside(terms[-1], str(terms[0]), rt)):
                return []
            keywords = [f"{a.keyword.value}=" if a.keyword else "" for a in args]
            arguments = [f"{keyword}{present(t)}" for keyword, t in zip(keywords, terms, strict=True)]
            return [f"{rt}.{function}({', '.join(arguments)})"]
    raise ValueError(f"a runtime pair has a statement that cannot be written out: {line}")


def _inside(term: Term | None, test: str, rt: str) -> bool:
    """Tell a literal that passes its test, which then has no names but those of the runtime."""
    if term is None or value_of(term) is None:
        return False
    try:
        return bool(eval(test.replace(f"{rt}.inf", "inf"), {"__builtins__": {}, "abs": abs, "inf": inf}))
    except NameError:
        return False
