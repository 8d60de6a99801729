"""A grammar of programs on arrays and containers whose elements move with p.

Each kind of value has one letter, and one shape where it is an array: `v` and `w` are vectors, of 4 and of 3 numbers,
`m` has 3 rows of 4 numbers, `t` is one the other way round, `s` is square; `h` and `g` are truth values in the shapes
of `v` and `m`; `i` holds places in a `v`; `x` is a number, `n` a whole one, `k` a place in a `v` and `r` one in a `w`,
`a` is positive, `q` a chance, `c` a constant. A capital letter stands for a name, which may be changed in place. The
tables are in `random_array_grammar`.
"""

from __future__ import annotations

import ast
import re

from random_array_grammar import EXPRESSIONS, HELPERS, IMPORTS, RARE, SIMPLE, STATEMENTS
from random_programs import Pick

FIRST = (
    ("x = rng.normal(p, 1.0)", "x = p * rng.exponential()"),
    ("v = rng.normal(p, 1.0, size=4)", "v = rng.exponential(p, 4)", "v = t * rng.exponential(p, 4)"),
    ("m = rng.normal(p, 1.0, size=(3, 4))", "m = np.zeros((3, 4)) + rng.normal(p, 1.0, 4)"),
    ("n = 0", "n = rng.poisson(p)"),
)
WHOLE = (ast.Name, ast.Constant, ast.Call, ast.Subscript, ast.Attribute, ast.List)
WEIGHTS = "np.arange(1.0, {}.0)"


class Writer:
    """Writes a function f(p, rng) or f(p, t, rng); `pick` chooses from a sequence."""

    def __init__(self, pick: Pick) -> None:
        self.pick, self.left, self.count, self.depth = pick, pick((6, 8, 10, 12)), 0, 0
        self.rare = pick((True, False, False, False, False))
        self.array = pick((True, False, False))
        self.names: dict[str, list[str]] = {}

    def program(self) -> str:
        """Return the text of a program."""
        lines = [self.pick([line for line in lines if self.array or "t *" not in line]) for lines in FIRST]
        self.names = {line[0]: [line[0]] for line in lines}
        body = "\n".join(lines) + "\n" + self.block()
        body += "\n" + self.result()
        text = f"def f(p, {'t, ' * self.array}rng):\n    " + body.replace("\n", "\n    ") + "\n"
        above = [HELPERS[name] for name in HELPERS if re.search(rf"\b{name}\(", text)]
        lines = [line for name, line in IMPORTS.items() if re.search(rf"\b{name}\b", text)]
        return "\n".join([*lines, "import numpy as np"]) + "\n\n\n" + "\n\n\n".join([*above, text])

    def result(self) -> str:
        """Return a statement that returns all that the program has names for."""
        parts = []
        for kind, names in self.names.items():
            for name in names:
                if kind in "xn":
                    parts.append(name)
                elif kind in "vhiw":
                    parts.append(f"({name} * {WEIGHTS.format(5 if kind != 'w' else 4)}).sum()")
                else:
                    shape = {"t": "4, 3", "s": "4, 4"}.get(kind, "3, 4")
                    end = 17 if kind == "s" else 13
                    parts.append(f"({name} * {WEIGHTS.format(end)}.reshape({shape})).sum()")
        return "return " + ", ".join(parts)

    def block(self) -> str:
        """Return statements; names that begin inside end with them."""
        known = {kind: list(names) for kind, names in self.names.items()}
        self.depth += 1
        lines = []
        for _ in range(self.pick((1, 2)) if self.depth > 1 else self.left):
            if self.left > 0:
                self.left -= 1
                lines.append(self.statement())
        self.depth -= 1
        if self.depth:
            self.names = known
        return "\n".join(lines) or "pass"

    def statement(self) -> str:
        """Return a statement whose names are known."""
        possible = [s for s in STATEMENTS if self.known(s) and (self.depth < 3 or "<block>" not in s)]
        self.count += 1
        return self.filled(self.pick(possible), 2, self.count)

    def known(self, text: str) -> bool:
        return all(self.names.get(letter.lower()) for letter in re.findall(r"<([A-Z])>", text))

    def filled(self, text: str, depth: int, number: int) -> str:
        """Return a text with its holes filled."""
        new: dict[str, str] = {}

        def token(match: re.Match[str]) -> str:
            what = match[1]
            if what == "#":
                return str(number)
            if what == "block":
                column = match.start() - text.rfind("\n", 0, match.start()) - 1
                return self.block().replace("\n", "\n" + " " * column)
            if what.endswith("!"):
                return new.setdefault(what[0], f"{what[0]}{number}")
            if what.isupper():
                return str(self.pick([n for n in self.names[what.lower()] if n not in new.values()]))
            return self.expression(what, depth)

        found = re.sub(r"<([\w#]+!?)>", token, text)
        for kind, name in new.items():
            self.names.setdefault(kind, []).append(name)
        return found

    def expression(self, kind: str, depth: int) -> str:
        """Return an expression of a kind."""
        table = list(EXPRESSIONS[kind])
        if RARE in table:
            table = [e for e in table if e != RARE] if self.rare else table[: table.index(RARE)]
        possible = [e for e in table if self.known(e)]
        if depth <= 0:
            flat = [e for e in possible if not re.search(r"<[a-z]", e)]
            possible = flat or possible
            if not flat and kind in SIMPLE:
                return SIMPLE[kind]
        text = self.filled(self.pick(possible), depth - 1, 0)
        return text if isinstance(ast.parse(text, mode="eval").body, WHOLE) else f"({text})"
