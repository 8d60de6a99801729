"""In a notebook: the cell magic in a real IPython shell, and what objects show of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import generate
from test_report import Page
from tree import assert_exact

from stochtrace.estimation import Program, load

IPython = pytest.importorskip("IPython", reason="the extra `notebook` is not installed")

WALK = """%%derivative p
STEPS = 5

def twice(x):
    return 2 * x

def walk(p, rng):
    return sum(twice(rng.binomial(1, p)) for _ in range(STEPS))
"""


class Notebook:
    """A shell, the last thing that it displayed, and what it printed."""

    def __init__(self, shell: Any, shown: list[dict[str, str]], output: pytest.CaptureFixture[str]) -> None:
        self.shell, self.shown, self.output = shell, shown, output

    def run(self, cell: str) -> bool:
        return bool(self.shell.run_cell(cell).success)

    def printed(self) -> str:
        done = self.output.readouterr()
        return done.out + done.err


@pytest.fixture
def notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Notebook]:
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher()
    shell.display_pub = publisher
    shell.display_formatter.active_types = ["text/plain", "text/html"]
    book = Notebook(shell, publisher.outputs, capsys)
    assert book.run("%load_ext stochtrace")
    yield book
    InteractiveShell.clear_instance()


def test_magic_shows_the_code_and_binds_the_program(notebook: Notebook) -> None:
    assert notebook.run(WALK)
    program: Program = notebook.shell.user_ns["walk_d"]
    assert notebook.printed().endswith("walk_d is the derivative program walk(p) by p\n")
    assert notebook.shell.user_ns["walk"].__name__ == "walk"  # as the cell defines it
    assert_exact(program, {"p": 0.3})
    (shown,) = notebook.shown
    text, html = shown["data"]["text/plain"], shown["data"]["text/html"]
    assert text == program.text.rstrip("\n")
    Page(html)
    assert "walk_primal" in html and "--jp-mirror-editor-keyword-color" in html
    assert (program.source, program.draws[1][0]) == ("cell.py", 8), "the line is that of the cell"
    assert "\n_ = " not in text, "a name of IPython's that the function hides"


def test_magic_by_several_parameters(notebook: Notebook) -> None:
    assert notebook.run("%%derivative p, q\ndef f(p, q, rng):\n    return q * rng.exponential(p)\n")
    assert notebook.shell.user_ns["f_d"].wrt == ("p", "q")
    assert notebook.run("%%derivative\ndef f(p, n: int, rng):\n    return n * rng.exponential(p)\n")
    assert notebook.shell.user_ns["f_d"].wrt == ("p",)


def test_magic_uses_other_cells(notebook: Notebook) -> None:
    assert notebook.run("import math\nSCALE = 3.0\ndef chance(x):\n    return math.exp(-x) / SCALE\n")
    assert notebook.run("%%derivative p\ndef f(p, rng):\n    return rng.binomial(2, chance(p)) * SCALE\n")
    assert_exact(notebook.shell.user_ns["f_d"], {"p": 0.3})


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        pytest.param("%%derivative p\nx = 1\n", "the cell defines no function", id="no function"),
        pytest.param("%%derivative p\ndef f(p, rng:\n    return p\n", "SyntaxError", id="a syntax error"),
        pytest.param("%%derivative p\ndef f(p, rng):\n    return p\n\n1 / 0\n", "ZeroDivisionError", id="an error"),
        pytest.param("%%derivative r\ndef f(p, rng):\n    return rng.binomial(1, p)\n", "`r`", id="no such parameter"),
        pytest.param(
            "%%derivative p\ndef f(p, rng):\n    return rng.binomial(1, eval('p'))\n", "cell.py:3:", id="refused"
        ),
    ],
)
def test_magic_that_binds_nothing(notebook: Notebook, cell: str, message: str) -> None:
    notebook.run(cell)
    printed = notebook.printed()
    assert message in printed and "stochtrace/" not in printed, "no traceback of ours"
    assert "f_d" not in notebook.shell.user_ns and notebook.shown == []


CLASS = '''
import math

class Account:
    """What is left."""
    def __init__(self, money):
        self.money = math.floor(money)

    def win(self, amount):
        self.money += amount
'''


def test_classes_of_the_notebook(notebook: Notebook) -> None:
    assert notebook.run(CLASS)
    assert notebook.run("class Purse(Account):\n    def lose(self, amount):\n        self.win(-amount)\n")
    cell = "def play(p, rng):\n    a = Purse(1.0)\n    a.win(rng.binomial(2, p) * p)\n    return a.money\n"
    assert notebook.run(f"%%derivative p\n{cell}"), notebook.printed()
    program = notebook.shell.user_ns["play_d"]
    found = program.estimate(0.3, samples=20_000, seed=1)
    # E = 1 + 2 p**2; a sample of its derivative has a spread of about 1.5: five standard errors are 0.06.
    assert abs(found.derivative - 4 * 0.3) < 0.06 and 5 * found.derivative_stderr < 0.06


def test_class_without_a_source(notebook: Notebook) -> None:
    assert notebook.run("Point = type('Point', (), {'x': 1.0})")
    notebook.run("%%derivative p\ndef f(p, rng):\n    return Point().x * rng.binomial(1, p)\n")
    assert "cannot see into `__main__.Point`" in notebook.printed() and "f_d" not in notebook.shell.user_ns


# -- what objects show ---------------------------------------------------------------------------------------------


def test_objects_as_html(tmp_path: Path) -> None:
    file = tmp_path / "f_d.py"
    file.write_text(generate("def f(p, rng):\n    return rng.binomial(3, p) * rng.exponential(p)\n", functions=("f",)))
    program: Program = load(str(file)).f
    html = program._repr_html_()
    Page(html)
    assert "derivative program f(p) by p" in html and "binomial" in html and "f_primal" in html
    triple = program.triple(0.5, seed=1)
    html = triple._repr_html_()
    Page(html)
    for shown in ("value", "smooth part", "jump of line 2", f"{triple.jumps[0].weight:.4g} ε", "derivative"):
        assert shown in html
    Page(program.estimate(0.5, samples=10, seed=1)._repr_html_())


def test_program_whose_text_is_gone() -> None:
    space: dict[str, Any] = {}
    text = generate("def f(p, rng):\n    return rng.binomial(3, p)\n", functions=("f",))
    exec(compile(text, "gone.py", "exec"), space)
    html = space["f"]._repr_html_()
    assert "binomial" in html and "<details>" not in html
