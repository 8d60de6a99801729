"""The generated file as text: deterministic, clean, readable, and faithful to the user's lines."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from harness import generate
from programs import LANGUAGE
from programs.densities import DENSITIES

from stochtrace.transform.pipeline import transform
from stochtrace.version import INTERFACE

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(path for path in (ROOT / "samples").glob("*.py") if not path.stem.endswith(("_d", "_fit")))
PROGRAMS = [*LANGUAGE, *DENSITIES]
LAYOUT = b'''"""A model."""
import numpy as np  # for arrays

LIMIT = 3  # how often


def  scale( x,
            factor = 2 ):
    # a helper that does not draw,
    # in the user's own layout

    return (x
            * factor)   # twice


# above the model
def f(
    p,  # chance
    rng,
):
    \'\'\'Counts.\'\'\'

    total = 0  # so far
    # the loop

    for i in range(LIMIT):   # three
        total   +=   rng.binomial( 1, p )   # one step

        if (total
                > 1):
            continue  # enough

    # the end
    return scale( total,
                  factor = 3 )  # scaled
'''


# -- the same bytes everywhere ----------------------------------------------------------------------------------------


def test_deterministic(tmp_path: Path) -> None:
    """In other processes, with another hash seed, from another folder and by an absolute path."""
    source = ROOT / "samples" / "crazy.py"
    (tmp_path / "crazy.py").write_bytes(source.read_bytes())
    command = [sys.executable, "-m", "stochtrace_cli", "transform", "-o", "-"]
    runs = [("0", ROOT, "samples/crazy.py"), ("1", tmp_path, "crazy.py"), ("77", ROOT, str(tmp_path / "crazy.py"))]
    outputs = {
        subprocess.run(
            [*command, path], cwd=cwd, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed, cwd, path in runs
    }
    assert len(outputs) == 1


SHARING = """
def f(p, rng):
    waits = {"a": [], "b": []}
    waits["a"].append(rng.exponential(p))
    counts = {first: len(second) for first, second in waits.items()}
    return sum(sum(third) for fourth, third in waits.items()) + counts["a"]
"""


def test_why_there_are_no_tangent_lines_is_the_same_with_any_hash_seed(tmp_path: Path) -> None:
    """Its names of one container are a set, whose order is the seed's."""
    (tmp_path / "sharing.py").write_text(SHARING)
    command = [sys.executable, "-m", "stochtrace_cli", "transform", "-o", "-", "sharing.py"]
    outputs = {
        subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in "01"
    }
    assert len(outputs) == 1


@cache
def code_of(case_name: str) -> str:
    """The generated module of a small program, empty where it is refused (which fails in the tests of the language)."""
    case = next(case for case in PROGRAMS if case.name == case_name)
    try:
        return generate(case.source, functions=("f",))
    except Exception:
        return ""


def test_deterministic_within_a_process() -> None:
    for case in LANGUAGE[::7]:
        first = code_of(case.name)
        assert not first or first == generate(case.source, functions=("f",)), case.name


# -- clean ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated files of all small programs and samples."""
    folder = tmp_path_factory.mktemp("generated")
    for number, case in enumerate(PROGRAMS):
        (folder / f"program_{number}_d.py").write_text(code_of(case.name) + f"# {case.name}\n")
    for path in SAMPLES:
        (folder / f"{path.stem}_d.py").write_text(
            transform(path.read_bytes(), filename=path.name, output="m_d.py").code
        )
    return folder


def test_compiles_without_warnings(folder: Path) -> None:
    for path in folder.glob("*.py"):
        compile(path.read_text(), path.name, "exec", dont_inherit=True)


def test_ruff_is_content(folder: Path, tmp_path: Path) -> None:
    """With its default rules: nothing is found in a generated file that is not found in its source too."""
    pytest.importorskip("ruff")
    for number, case in enumerate(PROGRAMS):
        (tmp_path / f"program_{number}.py").write_text(case.source)
    for path in SAMPLES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    theirs = {(name, rule) for name, rule, _ in findings(tmp_path)}
    new = [(name, text) for name, rule, text in findings(folder) if (name.replace("_d.py", ".py"), rule) not in theirs]
    assert not new, "\n".join(f"{name}: {text}" for name, text in new)


def findings(folder: Path) -> list[tuple[str, str, str]]:
    """What Ruff finds in a folder: file, rule, and line."""
    rules = "E4,E7,E9,F"
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", rules]
    command += ["--output-format=json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [
        (Path(found["filename"]).name, found["code"], f"{found['location']['row']}: {found['code']} {found['message']}")
        for found in json.loads(done.stdout)
    ]


def test_mypy_is_content(folder: Path) -> None:
    """With its defaults, but for what a program itself imports without types."""
    pytest.importorskip("mypy")
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file=",
        "--disable-error-code=import-untyped",
        "--follow-imports=silent",
        "--no-error-summary",
        "--cache-dir",
        str(folder / ".mypy"),
        *map(str, sorted(folder.glob("*.py"))),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, "\n" + done.stdout.replace(str(folder), "")


def test_imports_the_runtime_and_what_the_user_imported() -> None:
    for path in SAMPLES:
        code = transform(path.read_bytes(), filename=path.name, output="m_d.py").code
        new = imports(code) - imports(path.read_text())
        assert new == {"stochtrace.runtime", "stochtrace.estimation.Program"}, path.name
        assert "libcst" not in code


def imports(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


# -- the header -------------------------------------------------------------------------------------------------------


def test_header_has_command_hash_and_table() -> None:
    source = b"def f(p, q, rng):\n    n = rng.binomial(3, p)\n    return n * rng.exponential(q) + rng.random()\n"
    code = transform(source, filename="a/my model.py", output="b/out_d.py", functions=("f",), wrt=("q", "p")).code
    head = code.split("\n\n")[0].split("\n")
    assert all(line.startswith("#") for line in head)
    assert "#     stochtrace transform 'my model.py' -o out_d.py --function f --wrt q,p" in head
    assert f"# sha256 of the source: {hashlib.sha256(source).hexdigest()}" in head
    table = head[-4:]
    assert [line.split()[:3] for line in table] == [
        ["#", "line", "draw"],
        ["#", "2", "binomial(n=3,"],
        ["#", "3", "exponential(scale=q)"],
        ["#", "3", "uniform()"],
    ]
    assert [line.split()[-1] for line in table[1:3]] == ["jump", "pathwise"]
    assert "nothing to do" in table[3]


def test_lines_that_were_introduced_name_their_source() -> None:
    code = generate("def f(p, rng):\n    x = rng.exponential(p)\n    return x * x\n")
    body = code[code.index("def f_d") : code.index("f = Program")].strip().split("\n")[2:]
    assert [line.endswith("  # model.py:2") for line in body] == [True] * 4 + [False]


def test_interface_mismatch_is_one_sentence_with_the_command() -> None:
    code = generate("def f(p, rng):\n    return rng.binomial(1, p)\n")
    assert f"interface={INTERFACE}," in code
    with pytest.raises(ImportError) as caught:
        exec(code.replace(f"interface={INTERFACE},", "interface=999,"), {})
    assert "\n" not in str(caught.value)
    assert "999" in str(caught.value)
    assert "stochtrace transform model.py -o model_d.py" in str(caught.value)


# -- the user's lines -------------------------------------------------------------------------------------------------


def definition(text: str, name: str) -> list[str]:
    """The lines of a function, comments above it included."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.split("(")[0].split() == ["def", name])
    stop = next((i for i in range(start + 1, len(lines)) if lines[i][:1] not in ("", " ", ")")), len(lines))
    while lines[start - 1].startswith("#"):
        start -= 1
    return "\n".join(lines[start:stop]).rstrip().split("\n")


def after_signature(lines: list[str]) -> list[str]:
    return lines[next(i for i, line in enumerate(lines) if line.endswith("):")) + 1 :]


def test_primal_differs_in_signature_and_draws_only() -> None:
    code = transform(LAYOUT, filename="model.py", output="model_d.py").code
    before, after = definition(LAYOUT.decode(), "f"), definition(code, "f_primal")
    changed = [x for x in difflib.ndiff(after_signature(before), after_signature(after)) if x[:1] in "+-"]
    assert changed == [
        "-         total   +=   rng.binomial( 1, p )   # one step",
        "+         total   +=   rt.bernoulli(omega, 1, p)   # one step",
    ]
    assert after[0] == before[0] == "# above the model"


def test_signature_keeps_its_layout() -> None:
    code = transform(LAYOUT, filename="model.py", output="model_d.py").code
    assert definition(code, "f_primal")[1:5] == ["def f_primal(", "    p,  # chance", "    omega,", "):"]


def test_derivative_program_keeps_the_lines_too() -> None:
    code = transform(LAYOUT, filename="model.py", output="model_d.py").code
    before, after = after_signature(definition(LAYOUT.decode(), "f"))[1:], after_signature(definition(code, "f_d"))[1:]
    lost = [line[2:] for line in difflib.ndiff(before, after) if line[:1] == "-"]
    assert lost == ["        total   +=   rng.binomial( 1, p )   # one step"]


@pytest.mark.parametrize("name", ["scale"])
def test_helper_that_does_not_draw_is_untouched(name: str) -> None:
    code = transform(LAYOUT, filename="model.py", output="model_d.py").code
    assert definition(code, name) == definition(LAYOUT.decode(), name)
    assert "import numpy as np" not in code, "nothing uses it"
    assert "LIMIT = 3  # how often" in code


def test_functions_that_do_not_draw_are_untouched() -> None:
    for case in LANGUAGE:
        for node in ast.parse(case.source).body:
            if isinstance(node, ast.FunctionDef) and f"def {node.name}(" in code_of(case.name):
                assert definition(code_of(case.name), node.name) == definition(case.source, node.name), case.name
