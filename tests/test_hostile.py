"""Hostile sources: a refusal with its place, or a program that runs; never a traceback of ours, never nonsense."""

from __future__ import annotations

import keyword
import subprocess
import sys
from pathlib import Path

import pytest
from harness import program_of
from tree import assert_exact

from stochtrace.diagnostics import Refusal
from stochtrace.transform.pipeline import transform

MODEL = "def f(p, rng):\n    return rng.binomial(1, p)\n"


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        transform(data, filename="model.py", output="model_d.py")
    assert str(caught.value).startswith(f"model.py:{caught.value.line}:{caught.value.column + 1}: ")
    assert caught.value.line >= 1
    return caught.value


# Bytes that are no program: the text, and the line that is blamed (None: any).
UNREADABLE = {
    "syntax error": (b"x = 1\ndef f(p, rng:\n    return 1\n", 2),
    "unclosed bracket": (b"def f(p, rng):\n    return (rng.random(\n", None),
    "unclosed string": (b"def f(p, rng):\n    return 'x\n", 2),
    "bad indentation": (b"def f(p, rng):\n    x = 1\n  return rng.random()\n", 3),
    "tabs and spaces": (b"def f(p, rng):\n        x = 1\n\treturn rng.random()\n", 3),
    "undecodable bytes": (b"# ok\nx = '\xff\xfe'\n" + MODEL.encode(), 2),
    "unknown encoding": (b"# -*- coding: no-such-thing -*-\n" + MODEL.encode(), 1),
    "byte order mark against cookie": (b"\xef\xbb\xbf# -*- coding: latin-1 -*-\n" + MODEL.encode(), 1),
    "UTF-16": (MODEL.encode("utf-16"), 1),
    "NUL byte in code": (b"x = 1\n\0\n" + MODEL.encode(), None),
    "NUL byte in a string": (b"x = '\0'\n" + MODEL.encode(), None),
    "only NUL bytes": (b"\0\0\0", None),
    "Python 2": (b"def f(p, rng):\n    print 'x'\n    return 1\n", 2),
    "not Python": (b"\x89PNG\r\n\x1a\n\0\0", None),
}

# What LibCST parses and Python does not accept.
IMPOSSIBLE = {
    "break outside a loop": "def f(p, rng):\n    break\n    return rng.binomial(1, p)\n",
    "continue outside a loop": "def f(p, rng):\n    if rng.binomial(1, p):\n        continue\n    return 1\n",
    "return outside a function": "return 1\n" + MODEL,
    "await outside a coroutine": "def f(p, rng):\n    return await rng.binomial(1, p)\n",
    "a parameter twice": "def f(p, p, rng):\n    return rng.binomial(1, p)\n",
    "nonlocal without an outer name": "def f(p, rng):\n    nonlocal x\n    return rng.binomial(1, p)\n",
    "assignment to a literal": "def f(p, rng):\n    1 = rng.binomial(1, p)\n    return p\n",
    "assignment to a call": "def f(p, rng):\n    rng.random() = p\n    return rng.binomial(1, p)\n",
    "augmented assignment to a tuple": "def f(p, rng):\n    a = b = 1\n    (a, b) += (1, 2)\n    return rng.random()\n",
    "two starred targets": "def f(p, rng):\n    *a, *b = [1, 2]\n    return rng.binomial(1, p)\n",
    "default before plain": "def f(p=0.5, rng):\n    return rng.binomial(1, p)\n",
    "keyword before positional": "def f(p, rng):\n    return rng.binomial(n=1, p)\n",
    "keyword twice": "def f(p, rng):\n    return rng.binomial(n=1, n=1, p=p)\n",
    "late future import": MODEL + "from __future__ import annotations\n",
    "unknown future import": "from __future__ import braces\n" + MODEL,
    "del of a call": "def f(p, rng):\n    del rng.random()\n    return rng.binomial(1, p)\n",
    "keyword as a name": "def f(p, rng):\n    None = 1\n    return rng.binomial(1, p)\n",
}


@pytest.mark.parametrize(("data", "line"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_is_refused(data: bytes, line: int | None) -> None:
    refusal = refused(data)
    assert line is None or refusal.line == line, str(refusal)


@pytest.mark.parametrize("source", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_python_does_not_accept_is_refused(source: str) -> None:
    with pytest.raises(SyntaxError):
        compile(source, "model.py", "exec", dont_inherit=True)
    refused(source.encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"# nothing\n", b'"""Nothing."""\n', b"x = 1\n", b"\xef\xbb\xbf", b"pass", b"def g(p):\n  return p\n"],
    ids=["empty", "a line end", "a comment", "a docstring", "a script", "a mark", "pass", "no draw"],
)
def test_file_without_a_model_is_refused(data: bytes) -> None:
    assert "draws" in refused(data).what


# -- size -------------------------------------------------------------------------------------------------------------


def test_ten_thousand_lines() -> None:
    body = "".join(f"    x{i} = {i} * p + rng.exponential(p)\n" for i in range(300))
    others = "".join(f"def g{i}(x):\n    return x + {i}\n\n" for i in range(3300))
    code = transform(f"{others}def f(p, rng):\n{body}    return x1\n".encode(), filename="m.py", output="m_d.py").code
    assert code.count("rt.exponential(omega, ") == 300
    compile(code, "m_d.py", "exec")


def test_many_draws_in_one_expression() -> None:
    total = " + ".join(["rng.binomial(1, p)"] * 150)
    program = program_of(f"def f(p, rng):\n    return {total}\n")
    assert len(program.draws) == 150
    assert 0 <= program.sample(0.5, seed=1) <= 150


def test_very_long_lines() -> None:
    source = f"def f(p, rng):\n    names = {['x' * 50] * 2000!r}\n    return rng.binomial(1, p) * len(names)\n"
    assert program_of(source).sample(1.0, seed=1) == 2000


DEEP = {
    "parentheses": lambda n: "(" * n + "p" + ")" * n,
    "sums": lambda n: " + ".join(["p"] * n),
    "powers": lambda n: " ** ".join(["p"] * n),
    "signs": lambda n: "-" * n + "p",
    "not": lambda n: "not " * n + "p",
    "calls": lambda n: "abs(" * n + "p" + ")" * n,
    "lists": lambda n: "[" * n + "p" + "]" * n + "[0]" * n,
    "subscripts": lambda n: "p" + "[0]" * n,
    "attributes": lambda n: "p" + ".real" * n,
    "conditions": lambda n: "1.0 if rng.random() < p else " * n + "2.0",
    "lambdas": lambda n: "lambda: " * n + "p",
    "strings": lambda n: "len(" + " + ".join(["'x'"] * n) + ") * p",
}


@pytest.mark.parametrize("depth", [90, 1000, 30_000], ids=str)
@pytest.mark.parametrize("nested", DEEP.values(), ids=DEEP)
def test_deep_expression(nested: object, depth: int, tmp_path: Path) -> None:
    """In a process of its own: a stack that overflows would end the tests."""
    path = tmp_path / "model.py"
    path.write_text(f"def f(p, rng):\n    return rng.binomial(1, p) * ({nested(depth)})\n")  # type: ignore[operator]
    command = [sys.executable, "-m", "stochtrace_cli", "transform", str(path), "-o", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr[-2000:]
    if done.returncode == 3:
        assert done.stderr.startswith(str(path)) and "Traceback" not in done.stderr


def test_deep_blocks() -> None:
    lines = [f"{'    ' * (i + 1)}if rng.random() < p:" for i in range(18)]
    source = "\n".join(["def f(p, rng):", *lines, f"{'    ' * 19}return 1.0", "    return 0.0"])
    assert program_of(source).sample(1.0, seed=1) == 1.0


# -- later syntax -----------------------------------------------------------------------------------------------------


PYTHON_312 = {
    "type parameters": "def g[T](x: T) -> T:\n    return x\n\ndef f(p, rng):\n    return g(p) * rng.binomial(1, p)\n",
    "type alias": "type Number = float\n\ndef f(p: Number, rng):\n    return rng.binomial(1, p)\n",
    "quotes in f-strings": "def f(p, rng):\n    d = {'a': 1}\n    return rng.binomial(1, p) * len(f'{d['a']}')\n",
}


def test_groups_of_exceptions() -> None:
    source = (
        "def f(p, rng):\n    k = 3\n    try:\n        k += rng.binomial(2, p)\n    except* ValueError:\n        k = 0\n"
    )
    assert_exact(program_of(source + "    return k * k\n"), {"p": 0.4})


@pytest.mark.parametrize("source", PYTHON_312.values(), ids=PYTHON_312)
def test_syntax_of_later_versions_is_kept_or_refused(source: str) -> None:
    """On Python 3.11 it does not run, but it is read and written, or refused."""
    try:
        transform(source.encode(), filename="m.py", output="m_d.py", functions=("f",), wrt=("p",))
    except Refusal as refusal:
        assert refusal.line >= 1


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [*keyword.softkwlist, "print", "Program", "rt", "omega", "jumps", "np", "stochtrace", "f_d", "f_primal"]
)
def test_model_may_have_any_name(name: str) -> None:
    source = f"def {name}(p, rng):\n    return rng.binomial(1, p) * p\n"
    assert_exact(program_of(source, name=name), {"p": 0.4})


@pytest.mark.parametrize(
    "name", ["rt", "omega", "jumps", "Program", "p_dot", "weight", "k", "f_d", "f_primal", "runtime"]
)
def test_names_of_the_module(name: str) -> None:
    source = f"{name} = 2.0\n\ndef f(p, rng):\n    return rng.binomial(1, p) * p * {name}\n"
    program = program_of(source)
    assert_exact(program, {"p": 0.4})
    assert {program.sample(1.0, seed=s) for s in range(9)} == {2.0}
