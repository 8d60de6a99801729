"""Forms of call, over the table of spellings, in both modes.

All forms of a call become the same text: by position, by keyword in another order and with every option at its
default, from a generator or a module, and of scipy.stats called, frozen, and frozen under a name. So what one form
draws all draw, compiled too. And each row, with all of its arguments and with its defaults, draws compiled what it
draws interpreted, and moves as it moves, to the last bit.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from harness import generate, program_of
from test_carried_table import arguments
from test_stats_draws import SHAPES
from test_stats_draws import VECTORS as JOINT

from stochtrace.spellings import SPELLINGS, Spelling
from stochtrace.transform.binding import signature
from stochtrace.transform.nodes import code
from stochtrace.transform.options import OPTIONS

HEAD = "import random\nimport numpy as np\nfrom scipy import stats\n"
MAKERS = {
    "generator": ("np.random.Generator", ("rng",)),
    "numpy": ("np.random.RandomState", ("rng", "np.random")),
    "random": ("random.Random", ("rng", "random")),
    "scipy": ("np.random.Generator", ()),
}
# arguments for what has a default
OTHERS = {"lam": "2.5 * p", "scale": "1.3 * p", "loc": "0.4 * p", "mu": "0.4 * p", "sigma": "1.3 * p"}
OTHERS |= {"mean": "0.4 * p", "lambd": "1.4 * p", "mode": "p", "low": "0.2 * p", "high": "1.9 * p", "n": "5"}
OTHERS |= {"p": "0.4 * p", "replace": "True", "endpoint": "True", "step": "2", "stop": "9", "k": "2", "cov": "2.0"}
OTHERS |= {"weights": "[p, 1.0, 0.5]", "cum_weights": "None", "counts": "[2, 1, 2]"}
WHOLE = {"high": "9"}  # of these:
INTEGERS = ("integers", "randint", "random_integers")
LISTS = ("rng.choices(", "rng.sample([")  # which a compiled program gives back as arrays
APART = ("shuffle", "multivariate_normal")  # a statement; and vectors that take long, which have tests of their own
P, AT_ONCE = 0.45, 16
BY_KEYWORD = ("cum_weights", "k", "counts", "endpoint")  # and options


class Row(NamedTuple):
    """A row as one maker has it, with an argument for every parameter, of which real ones move."""

    maker: str
    spelling: Spelling

    @property
    def given(self) -> dict[str, str]:
        """The arguments by name, in order."""
        return all_arguments(self.spelling)

    @property
    def required(self) -> str:
        """The arguments that have no default, by position."""
        names = [q.name for q in signature(self.spelling.call) if q.default is None]
        return ", ".join(self.given[name] for name in names)

    def __str__(self) -> str:
        return f"{self.maker}.{self.spelling.method}"


@cache
def all_arguments(row: Spelling) -> dict[str, str]:
    """An argument for every parameter, also for `size` where the call takes one."""
    names = [*(q.name for q in signature(row.call)), *(["size"] if row.sized or row.makers == "scipy" else [])]
    found = dict.fromkeys(names, "2")
    if row.makers == "scipy":
        shapes = SHAPES[row.method] if row.method in SHAPES else JOINT[row.method][0]
        call = ast.parse(f"f({shapes})", mode="eval").body
        assert isinstance(call, ast.Call)
        needed = [ast.unparse(value) for value in call.args]
    else:
        needed = [f"{v} * p" if isinstance(v, float) else str(v) for v in arguments(row).values()]
    for parameter in signature(row.call):
        if parameter.name in OPTIONS and parameter.default is not None:
            found[parameter.name] = code(parameter.default)
        elif needed:
            found[parameter.name] = needed.pop(0)
        elif parameter.name != "size":
            found[parameter.name] = "2" if row.makers == "scipy" and "scale" not in row.call else OTHERS[parameter.name]
    if row.method == "choice" and "p" in found:
        found["p"] = "[p / 3, 0.5, 0.5 - p / 3]"
    return found | (WHOLE if row.method in INTEGERS and "high" in found and row.makers != "scipy" else {})


def forms(row: Row) -> list[str]:
    """The calls that mean the same: all arguments given, and a generator or a module drawn from."""
    given, method = row.given, row.spelling.method
    placed = [name for name in given if name not in (*OPTIONS, *BY_KEYWORD)]
    by_place = [given[name] for name in placed] + [f"{name}={given[name]}" for name in BY_KEYWORD if name in given]
    by_name = [f"{name}={value}" for name, value in reversed(given.items())]
    if row.maker != "scipy":
        heads = [f"{source}.{method}" for source in MAKERS[row.maker][1]]
        return [f"{head}({', '.join(written)})" for head in heads for written in (by_place, by_name)]
    shapes = [given[name] for name in placed if name != "size"]
    named = [part for part in by_name if not part.startswith("size=")]
    return [
        f"stats.{method}.rvs({', '.join(by_place)}, rng)",
        f"stats.{method}.rvs(random_state=rng, {', '.join(by_name)})",
        f"stats.{method}({', '.join(shapes)}).rvs(2, rng)",
        f"stats.{method}({', '.join(named)}).rvs(random_state=rng, size=2)",
        f"d.rvs(size=2, random_state=rng)  # d = stats.{method}({', '.join(named)})",
    ]


ALL = [Row(maker, spelling) for spelling in SPELLINGS for maker in spelling.makers.split()]


def drawing(call: str, maker: str) -> str:
    """A module that makes this call; what stands after `#` is assigned before, after `##` before the function."""
    call, _, of_module = call.partition("  ## ")
    call, _, before = call.partition("  # ")
    head, inside = f"{HEAD}{of_module}\n" if of_module else HEAD, before or "pass"
    assigned = "" if ".shuffle(" in call else "x = "
    return f"{head}\ndef f(p, rng: {MAKERS[maker][0]}):\n    {inside}\n    {assigned}{call}\n    return p, x\n"


def short(row: Row) -> str:
    """A call with the defaults; of scipy.stats one that is moved and stretched, as others are draws of a generator."""
    if row.maker == "scipy":
        return f"{forms(row)[3].partition('.rvs(')[0]}.rvs(random_state=rng)"
    return f"rng.{row.spelling.method}({row.required if not row.spelling.dimensions else ''})"


def written(call: str, maker: str) -> str:
    """The functions that are generated of this call."""
    code = generate(drawing(call, maker), wrt=("p",))
    text = re.sub(r"    pass\n|model.py:\d+", "", code[code.index("\ndef f_primal") : code.index("\nf = Program")])
    assert "rt.at(" not in text
    return text


@pytest.mark.parametrize("row", [row for row in ALL if row.maker == "scipy"], ids=str)
def test_a_distribution_frozen_in_the_module_is_written_out(row: Row) -> None:
    given = {name: re.sub(r"\bp\b", str(P), value) for name, value in row.given.items() if name != "size"}
    frozen = f"stats.{row.spelling.method}({', '.join(f'{name}={value}' for name, value in given.items())})"
    assert written(f"d.rvs(2, rng)  ## d = {frozen}", row.maker) == written(f"{frozen}.rvs(2, rng)", row.maker)


@pytest.mark.parametrize("row", ALL, ids=str)
def test_all_forms_of_a_call_become_the_same_text(row: Row) -> None:
    found = {}
    for call in forms(row):
        text = written(call, row.maker)
        found[re.sub(rf"\b({'|'.join(row.given)})_2", r"\1", text)] = call  # a keyword is a name that is taken
    assert len(found) == 1, found


def programs() -> Iterator[tuple[str, list[str]]]:
    """Programs of as many draws, so that they share what is compiled; a row whose text a row before has is left out."""
    known: set[str] = set()
    for maker in ("generator", "random"):
        calls = []
        for row in ALL:
            draw = re.sub(r"^loc [+] |scale [*] |\(.*\)", "", row.spelling.draw)
            own = draw not in known or (maker == "generator" and "=1.0" in row.spelling.call)
            if row.maker in (maker, "scipy") and row.spelling.method not in APART and own:
                known.add(draw)
                calls.append(short(row))
        calls += ["rng.random()"] * (-len(calls) % AT_ONCE)
        yield from ((maker, calls[i : i + AT_ONCE]) for i in range(0, len(calls), AT_ONCE))


PROGRAMS = list(programs())


@pytest.mark.parametrize(("maker", "calls"), PROGRAMS, ids=[calls[0] for _, calls in PROGRAMS])
def test_each_row_is_the_same_compiled(maker: str, calls: list[str]) -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    lines = [f"x{i} = {call}" for i, call in enumerate(calls)]
    back = [f"np.array(x{i})" if call.startswith(LISTS) else f"x{i}" for i, call in enumerate(calls)]
    body = "\n    ".join([*lines, f"return p, {', '.join(back)}"])
    program = program_of(f"{HEAD}\ndef f(p, rng: {MAKERS[maker][0]}):\n    {body}\n", wrt=("p",))
    for seed in range(6):
        one, other = (program.estimate(P, samples=1, seed=seed, mode=m) for m in ("compiled", "interpreted"))
        for part in ("value", "derivative"):
            found, wanted = getattr(one, part), getattr(other, part)
            for call, x, y in zip(["p", *calls], found, wanted, strict=True):
                assert np.array_equal(x, y), (call, part)
