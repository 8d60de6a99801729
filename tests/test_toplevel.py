"""What the top level of a module does to its variables before a sample starts, the generated module does too."""

from __future__ import annotations

import linecache

import pytest
from harness import executed, generate, program_of
from statistics_checks import Rates

PLAIN = "def f(p, rng):\n    return TABLE[int(rng.random() < p)] + 10 * len(TABLE)\n"
CARRIED = "def f(p, rng):\n    pick = TABLE.__getitem__\n    return pick(int(rng.random() < p)) + 10 * len(TABLE)\n"
FORMS = {"tangent lines": PLAIN, "carried": CARRIED}
CHANGES = {
    "a loop stores": "TABLE = [0.0, 0.0]\nfor i in range(2):\n    TABLE[i] = 5.0 + i\n",
    "a loop over parts": "ROWS = [[0.0], [0.0]]\nfor row in ROWS:\n    row[0] = 4.0\nTABLE = [r[0] for r in ROWS]\n",
    "an element grows": "TABLE = [1.0, 2.0]\nTABLE[1] += 3.0\n",
    "an element goes": "TABLE = [1.0, 2.0, 3.0]\ndel TABLE[0]\n",
    "what is taken has a name": "TABLE = [1.0, 2.0, 3.0]\nlast = TABLE.pop()\n",
    "a function takes": "import heapq\nTABLE = [1.0, 2.0, 3.0]\nleast = heapq.heappop(TABLE)\n",
    "by another name": "TABLE = [1.0, 2.0]\nother = TABLE\nother[0] = 7.0\n",
    "by a function": "TABLE = [1.0, 2.0]\ndef fill(k):\n    TABLE[k] = 7.0\nfill(0)\n",
    "by a function of a function": "TABLE = [1.0, 2.0]\ndef fill():\n    TABLE[0] = 7.0\n"
    "def both():\n    fill()\n    return 2\ncount = both()\n",
    "in a branch": "TABLE = [1.0, 2.0]\nif len(TABLE) == 2:\n    TABLE.append(4.0)\n",
    "a slice": "import numpy as np\nTABLE = np.zeros(2)\nTABLE[:] = 3.0, 4.0\n",
    "unpacked": "TABLE = [1.0, 2.0]\nTABLE[0], TABLE[1] = TABLE[1], TABLE[0]\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CHANGES)
def test_what_changes_a_variable_is_kept(case: str, form: str) -> None:
    before = CHANGES[case]
    names: dict[str, list[float]] = {}
    exec(before, names)
    table = names["TABLE"]
    program = program_of(before + "\n\n" + FORMS[form])
    found = {float(program.sample(0.5, seed=1, sample=i)) for i in range(40)}
    assert found == {float(table[i]) + 10 * len(table) for i in range(2)}


SCRIPT = """
import matplotlib.pyplot as plt

TABLE = [1.0, 2.0]


def show():
    plt.plot(TABLE)


def main():
    print(f(0.5), TABLE)


{}
means = [f(p) for p in (0.1, 0.9)]
if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("form", FORMS)
def test_what_only_reads_is_left_out(form: str) -> None:
    linecache.clearcache()
    code = generate(SCRIPT.format("\n" + FORMS[form]), functions=("f",))
    assert not [word for word in ("matplotlib", "show", "main", "means") if word in code]


TABLE = """
import random

def up(q):
    return 2.0 * (random.random() < q)

def down(q):
    return -1.0 * (random.random() < q)

MOVES = {"u": up, "d": down}

def f(p):
    return sum(MOVES[k](p) for k in "uud")
"""


def test_functions_in_a_table_of_the_module_draw() -> None:
    found = program_of(TABLE).estimate(0.7, samples=2000, seed=1, mode="interpreted")
    Rates(tests=1).check("a table", found.derivative, found.derivative_stderr, 3.0, 1.2)


LAMBDAS = {
    "a name": ("coin = lambda q: 2.0 * (random.random() < q)", "coin(p)"),
    "a generator passed": ("coin = lambda q, rng: 2.0 * (rng.random() < q)", "coin(p, random.Random(3))"),
    "a table": ('TABLE = {"coin": lambda q: 2.0 * (random.random() < q)}', 'TABLE["coin"](p)'),
    "through another one": ("coin = lambda q: 2.0 * (random.random() < q)\ntwo = lambda q: coin(q)", "two(p)"),
}


@pytest.mark.parametrize("named", LAMBDAS)
def test_lambdas_of_the_module_draw(named: str) -> None:
    lines, call = LAMBDAS[named]
    text = f"import random\n\n{lines}\n\n\ndef f(p):\n    return DRAW + random.random()\n"
    found, plain = (
        executed(generate(text.replace("DRAW", draw))).estimate(0.7, samples=200, seed=1, mode="interpreted")
        for draw in (call, "2.0 * (random.random() < p)")
    )
    assert (found.value, found.derivative) == pytest.approx((plain.value, plain.derivative))
    assert found.derivative_stderr > 0
