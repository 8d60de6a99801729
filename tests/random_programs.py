"""Random small programs whose thresholds all lie on a lattice of four points per uniform, at p = 1/2 and q = 1/4.

The tables of the grammar are in `random_grammar`. A program gets its draws in one of the ways in which programs get
them, and may have an array as a third parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from random_grammar import (
    COMPOUND,
    EXPRESSIONS,
    HELPERS,
    IMPORTS,
    LEAVE,
    LEAVE_LOOP,
    NEEDS,
    RESULTS,
    SIMPLE,
    TWICE,
)

AT = {"p": 0.5, "q": 0.25}
ARRAY = {"t": [0.5, 0.25]}
Pick = Callable[[Sequence[Any]], Any]


def at_of(source: str) -> dict[str, Any]:
    """Where a program is run."""
    return {**AT, **ARRAY} if "def f(p, q, t" in source else AT


# How draws are spelled: what stands above the body, and what is replaced in the whole text or in the body alone.
SPELLINGS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "passed": ("", ()),
    "np.random": ("", ((", rng)", ")"), ("rng.integers(", "np.random.randint("), ("rng.", "np.random."))),
    "inside": ("rng = np.random.default_rng(7)\n", (("def f(p, q, t, rng)", "def f(p, q, t)"), ("def f(p, q, rng)", "def f(p, q)"))),
    "random": ("", (("rng.random()", "random.random()"), ("rng.integers(2)", "random.randrange(2)"), ("rng.integers(1, 5)", "random.randint(1, 4)"))),
    "from random": ("", (("rng.random()", "random()"), ("rng.integers(1, 5)", "randint(1, 4)"))),
    "attribute": ("model = Model(rng)\n", ()),
}  # fmt: skip
ROOTED = ("np.random", "inside", "random", "from random")

# What has no tangent lines yet: two thirds of the programs do without.
CARRIED = re.compile(r"<[eo]:> =|<1> = rng.random|steps|hits|mixed|Box|Crate|Pair|lambda|, k=|np.(prod|roll|full)|deque|key=|match \(|n\(\[\(|\(lambda")
MODEL = """class Model:
    def __init__(self, rng):
        self.rng = rng
"""


class Writer:
    """Writes a function f(p, q, rng); `pick` chooses from a sequence."""

    def __init__(self, pick: Pick) -> None:
        self.pick, self.left, self.draws = pick, pick((2, 3, 4, 6)), pick((2, 3, 4, 5))
        self.times, self.depth, self.count = 1, 0, 0
        self.known: dict[str, list[str]] = {"n": ["n"], "x": ["x"], "c": ["p", "q"]}
        self.width = pick((1, 1, 2))
        self.looping = False
        self.fixed = ("p", "q", "t[0]", "t[1]")
        self.array = pick((True, False, False))
        self.carried = pick((True, False, False))
        self.spelling = pick(("passed",) * 5 + ROOTED + ("attribute",) * self.carried)

    def program(self) -> str:
        """Return the text of a program."""
        first = f"n = 0\nx = {self.pick(('p', 'q', '1.5', 'p * q'))}\n"
        if self.array:
            first += "a = t * 1.0\n"
            self.known["a"] = ["a"]
            self.known["c"] += ["t[0]", "t[1]"]
        body = f"{first}{self.block()}\nreturn {self.expand('<result>', 2)}"
        if self.spelling == "attribute":
            body = re.sub(r"\brng\b", "model.rng", body)
        above, replaced = SPELLINGS[self.spelling]
        body = (above + body).replace("\n", "\n    ")
        text = f"def f(p, q, {'t, ' * self.array}rng):\n    {body}\n"
        for old, new in (("", ""), *replaced):
            text = text.replace(old, new) if old else with_helpers(text)
        return with_imports(text)

    # -- productions ---------------------------------------------------------------------------------------------

    def affordable(self, production: str, depth: int) -> bool:
        tokens = re.findall(r"<(\w+[:!]?)>", production)
        if any(t.isupper() and t.isalpha() and not self.known.get(t.lower()) for t in tokens):
            return False
        if not self.carried and CARRIED.search(production):
            return False
        return (depth > 0 or not any(t in EXPRESSIONS for t in tokens)) and self.cost(production) <= self.draws

    def cost(self, production: str) -> int:
        return production.count("rng") * self.times * (2 if is_twice(production) else 1)

    def choose(self, productions: Sequence[str], depth: int) -> str:
        return str(self.pick([p for p in productions if self.affordable(p, depth)]))

    def expand(self, production: str, depth: int) -> str:
        self.draws -= self.cost(production)
        self.count += 1
        number, new, inside, chance = self.count, [], [], self.pick(self.known["c"])
        self.times *= 2 if is_twice(production) else 1

        def token(match: re.Match[str]) -> str:
            what = match[1]
            if what in EXPRESSIONS:
                return self.expand(self.choose(EXPRESSIONS[what], depth - 1), depth - 1)
            if what == "result":
                return ", ".join(self.expand(self.choose(RESULTS, 2), 2) for _ in range(self.width))
            if what == "C":
                return chance
            if what in ("block", "loop"):
                for name in inside:
                    self.known.setdefault(name[0], []).append(name)
                inside.clear()
                column = match.start() - production.rfind("\n", 0, match.start()) - 1
                outside, self.looping = self.looping, self.looping or what == "loop"
                text = self.block().replace("\n", "\n" + " " * column)
                self.looping = outside
                return text
            if what.isdigit():
                return f"y{number}_{what}"
            if what.endswith("!"):
                inside.append(f"{what[0]}{number}{len(inside)}")
                return str(inside[-1])
            if what.endswith(":"):
                new.append(what[0])
                known = [n for n in self.known.get(what[0], []) if n not in self.fixed]
                return (
                    str(self.pick(known))
                    if known and what != "g:" and self.pick((True, True, False))
                    else f"{what[0]}{number}"
                )
            return str(self.pick([n for n in self.known[what.lower()] if what != "X" or n not in self.fixed]))

        text = re.sub(r"<(\w+[:!]?)>", token, production)
        self.times //= 2 if is_twice(production) else 1
        for kind in new:
            self.known.setdefault(kind, [])
            self.known[kind] += [n for n in (f"{kind}{number}",) if n in text and n not in self.known[kind]]
        return text

    # -- statements ----------------------------------------------------------------------------------------------

    def block(self) -> str:
        """Return statements; names that begin inside end with them."""
        known = {kind: list(names) for kind, names in self.known.items()}
        lines = []
        self.depth += 1
        for _ in range(self.pick((1, 2, 3)) if self.depth > 1 else self.left):
            if self.left > 0:
                self.left -= 1
                lines.append(self.statement())
        self.depth -= 1
        if self.depth:
            self.known = known
        return "\n".join(lines) or "pass"

    def statement(self) -> str:
        kinds = [SIMPLE, SIMPLE]
        if self.depth < 4:
            kinds.append(COMPOUND)
        if self.depth > 1:
            kinds.append(LEAVE_LOOP if self.looping else LEAVE)
        production = self.choose(self.pick(kinds), 3)
        inside = {kind: list(names) for kind, names in self.known.items()} if "!" in production else None
        text = self.expand(production, 3)
        self.known = inside or self.known
        return text


def is_twice(production: str) -> bool:
    """Tell whether a part of a production runs twice."""
    return any(word in production for word in (*TWICE, "<loop>"))


def uses(text: str, name: str) -> bool:
    """Tell whether a name stands in a text."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def with_helpers(text: str) -> str:
    """Return a program with what it calls above it."""
    names = [name for name in HELPERS if uses(text, name)]
    names = [name for name in HELPERS if name in names or any(name in NEEDS.get(other, ()) for other in names)]
    parts = [HELPERS[name] for name in names] + [MODEL] * uses(text, "Model") + [text]
    return "\n\n".join(parts)


def with_imports(text: str) -> str:
    """Return a program with the imports that it needs."""
    lines = [line for name, line in IMPORTS.items() if uses(text, name)]
    lines += ["import random"] * ("random.random()" in text or ("random.rand" in text and "np.random.rand" not in text))
    names = [name for name in ("random", "randint") if re.search(rf"(?<![.\w]){name}\(", text)]
    lines += [f"from random import {', '.join(names)}"] * bool(names)
    return "\n".join(lines) + "\n\n\n" + text
