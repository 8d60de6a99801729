"""The command line: help, exit codes, messages, `estimate`, and what each command may import."""

import json
import os
import pickle
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import stochtrace
from stochtrace.diagnostics import Refusal
from stochtrace.version import MARK
from stochtrace_cli import failures, verify
from stochtrace_cli.main import main

BERNOULLI = "def f(p, rng):\n    return rng.binomial(1, p)\n"
ROOT = Path(__file__).parents[1]


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with `model.py` that is the current one."""
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(BERNOULLI)
    return tmp_path


@pytest.fixture
def generated(folder: Path) -> str:
    assert run("transform", "model.py").exit_code == 0
    return "model_d.py:f"


# Help and imports


@pytest.mark.parametrize("command", ["", *main.commands])
def test_help_shows_an_example_that_is_a_command(command: str) -> None:
    result = run(*command.split(), "-h")
    assert result.exit_code == 0
    examples = re.search(r"Example:\n((?:    stochtrace .*\n)+)", result.stdout)[1].splitlines()
    parent = click.Context(main, **main.context_settings)
    for example in examples:
        name, *arguments = shlex.split(example, comments=True)[1:]
        main.commands[name].make_context(name, arguments, parent, resilient_parsing=True)


@pytest.mark.parametrize("command", main.commands.values(), ids=main.commands)
def test_every_option_has_help(command: click.Command) -> None:
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


def test_exit_codes_are_those_of_help() -> None:
    codes = dict(re.findall(r"^    (\d+) +(\S.*)$", run("--help").stdout, re.MULTILINE))
    assert list(codes) == ["0", "1", "2", "3", "4", "123"]
    kinds = (failures.Failed, failures.Unusable, failures.Refused, failures.Defect)
    assert {str(code) for code in (*(kind.exit_code for kind in kinds), *verify.EXITS.values())} == set(codes)


def test_version() -> None:
    assert run("--version").stdout == f"stochtrace {stochtrace.__version__}\n"


HELP = "from stochtrace_cli.main import main; main(['--help'], standalone_mode=False)"
TRANSFORM = "from stochtrace_cli.main import main; main(['transform', 'model.py'], standalone_mode=False)"


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        pytest.param("import stochtrace", {"libcst", "numpy", "scipy", "numba", "click"}, id="the package"),
        pytest.param(HELP, {"libcst", "numpy", "scipy", "numba"}, id="--help"),
        pytest.param(TRANSFORM, {"scipy", "numba"}, id="transform"),
        pytest.param("import stochtrace.runtime.checks", {"libcst", "click"}, id="the runtime"),
    ],
)
def test_imports_only_what_it_needs(folder: Path, code: str, forbidden: set[str]) -> None:
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not forbidden & set(done.stdout.split())


def test_names_of_the_package_are_found_when_used() -> None:
    assert set(stochtrace.__all__) <= set(dir(stochtrace))
    for name in stochtrace.__all__:
        assert getattr(stochtrace, name) is getattr(stochtrace, name)
    assert callable(stochtrace.differentiate)
    with pytest.raises(AttributeError, match="has no attribute 'diferentiate'"):
        stochtrace.diferentiate  # noqa: B018


def test_every_package_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "stochtrace").rglob("*.py")}
    expected = {".".join(folder.parts) for folder in folders} | {"stochtrace_cli"}
    assert set(project["tool"]["setuptools"]["packages"]) == expected


# Refusals


LINES = ["def f(p, rng):", "    if wait > deadline:", "\tif x:", "", "    end"]


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        pytest.param(
            Refusal("this is not known", line=2, column=7, end_column=22, why="`wait` moves.", instead="Do not."),
            "q.py:2:8: this is not known\n"
            "    2 |     if wait > deadline:\n"
            "               ^^^^^^^^^^^^^^^\n"
            "`wait` moves.\n"
            "Do not.",
            id="all parts",
        ),
        pytest.param(
            Refusal("what", line=2, column=7, instead="Do not."),
            "q.py:2:8: what\n    2 |     if wait > deadline:\n               ^\nDo not.",
            id="no end, no why",
        ),
        pytest.param(
            Refusal("what", line=3, column=4, end_column=5),
            "q.py:3:5: what\n    3 | \tif x:\n        \t   ^",
            id="a tab stays a tab",
        ),
        pytest.param(
            Refusal("what", line=5, column=4, end_column=90),
            "q.py:5:5: what\n    5 |     end\n            ^^^",
            id="carets end with the line",
        ),
        pytest.param(Refusal("what", line=4, column=0), "q.py:4:1: what", id="an empty line is not shown"),
        pytest.param(Refusal("what", line=9, column=0), "q.py:9:1: what", id="after the last line"),
    ],
)
def test_refusal_shows_where_what_why_and_instead(refusal: Refusal, text: str) -> None:
    assert str(refusal.with_source("q.py", LINES)) == text


def test_refusal_without_a_source() -> None:
    assert str(Refusal("what", line=2, column=7, why="Because.")) == "2:8: what\nBecause."


def test_refusal_survives_a_process_boundary() -> None:
    refusal = Refusal("what", line=2, column=7, end_column=9, why="Because.").with_source("q.py", LINES)
    copy = pickle.loads(pickle.dumps(refusal))
    assert str(copy) == str(refusal)
    assert (copy.line, copy.column, copy.end_column, copy.filename) == (2, 7, 9, "q.py")


@pytest.mark.parametrize(
    ("source", "place"),
    [
        pytest.param("def f(p, rng:\n", "bad.py:1:", id="a syntax error"),
        pytest.param("def f(p, rng):\n    return rng.binomial(1, eval('p'))\n", "bad.py:2:", id="not understood"),
        pytest.param("def f(p, rng):\n    return '\\u0000'\n\0", "bad.py:", id="a null byte"),
    ],
)
def test_refused_program(folder: Path, source: str, place: str) -> None:
    Path("bad.py").write_text(source)
    result = run("transform", "bad.py")
    assert result.exit_code == 3
    assert result.stderr.startswith(place)
    assert not Path("bad_d.py").exists()
    assert not result.stdout


def test_undecodable_source_is_refused(folder: Path) -> None:
    Path("bad.py").write_bytes(b"x = '\xff'\n")
    result = run("transform", "bad.py")
    assert result.exit_code == 3
    assert result.stderr.startswith("bad.py:1:1: ")


def test_refusal_names_stdin(folder: Path) -> None:
    assert run("transform", "-", stdin="def f(:").stderr.startswith("<stdin>:1:")
    assert run("transform", "-", "--stdin-filename", "a b.py", stdin="def f(:").stderr.startswith("a b.py:1:")


def test_function_that_does_not_exist_is_refused(folder: Path) -> None:
    result = run("transform", "model.py", "--function", "g")
    assert result.exit_code == 3
    assert "g" in result.stderr


# Usage errors and defects


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["transform"], id="no source"),
        pytest.param(["transform", "model.py", "--wrt", ""], id="no names"),
        pytest.param(["transform", "model.py", "--wrt", "p,,q"], id="an empty name"),
        pytest.param(["transform", "model.py", "--wrt", "p q"], id="not a name"),
        pytest.param(["transform", "model.py", "--stages", "--check"], id="stages with check"),
        pytest.param(["transform", "model.py", "--stages", "--diff"], id="stages with diff"),
        pytest.param(["transform", "model.py", "-o", "-", "--check"], id="check stdout"),
        pytest.param(["transform", "-", "--diff"], id="diff of stdin with stdout"),
        pytest.param(["transform", "model.py", "--stdin-filename", "x.py"], id="stdin name for a file"),
        pytest.param(["estimate", "model_d.py"], id="no program"),
        pytest.param(["estimate", ":f"], id="no file"),
        pytest.param(["estimate", "model_d.py:"], id="empty program"),
        pytest.param(["estimate", "missing_d.py:f", "--at", "p=0.5"], id="missing file"),
        pytest.param(["estimate", "model.py:f", "--at", "p=0.5"], id="not generated"),
        pytest.param(["estimate", "model_d.py:g", "--at", "p=0.5"], id="unknown program"),
        pytest.param(["estimate", "model_d.py:f"], id="missing parameter"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=0.5", "--at", "q=1"], id="unknown parameter"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=0.5", "--at", "p=0.5"], id="a parameter twice"),
        pytest.param(["estimate", "model_d.py:f", "--at", "0.5"], id="no name"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p="], id="no value"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=half"], id="not a literal"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=[0.5"], id="half a literal"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=" + "-" * 5000 + "1"], id="too deep a literal"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p='half'"], id="not a number"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=None"], id="no number"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=[[0.5], [0.5, 0.5]]"], id="not an array"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=0.5", "--samples", "0"], id="no samples"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=0.5", "--seed", "-1"], id="negative seed"),
        pytest.param(["estimate", "model_d.py:f", "--at", "p=0.5", "--seed", str(2**128)], id="too large a seed"),
    ],
)
def test_usage_error(generated: str, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout


def test_defect_says_what_to_report(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("stochtrace.transform.pipeline.transform", fail)
    result = run("transform", "model.py")
    assert result.exit_code == 123
    for part in ["Traceback", "defect in stochtrace", "RuntimeError: boom", "stochtrace 0.", "Python 3.", "numpy "]:
        assert part in result.stderr
    assert not result.stdout


def test_broken_pipe_is_quiet(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "stochtrace_cli", "transform", "model.py", "-o", "-"]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 1


# Estimates


def test_estimate(generated: str) -> None:
    arguments = ["estimate", generated, "--at", "p=0.5", "--samples", "100", "--seed", "1"]
    text, again, other = run(*arguments), run(*arguments), run(*arguments[:-1], "2")
    assert text.exit_code == 0
    assert text.stdout == again.stdout != other.stdout


def test_estimate_as_json(generated: str) -> None:
    result = run("estimate", generated, "--at", " p = 0.5", "--samples", "100", "--seed", "7", "--json")
    assert result.exit_code == 0
    fields = json.loads(result.stdout)
    assert {"value", "value_stderr", "derivative", "derivative_stderr"} < fields.keys()
    assert (fields["samples"], fields["seed"]) == (100, 7)


def test_json_has_no_nan(generated: str) -> None:
    """One sample has no standard error."""
    result = run("estimate", generated, "--at", "p=0.5", "--samples", "1", "--json")
    assert json.loads(result.stdout, parse_constant=pytest.fail)["value_stderr"] is None


def test_parameter_with_a_default_may_be_left_out(folder: Path) -> None:
    Path("model.py").write_text("def f(p, n=3, *, rng):\n    return rng.binomial(n, p)\n")
    assert run("transform", "model.py").exit_code == 0
    default, same = (
        run("estimate", "model_d.py:f", "--at", "p=0.5", *more, "--samples", "100") for more in ([], ["--at", "n=3"])
    )
    assert default.exit_code == 0
    assert default.stdout == same.stdout


def test_values_are_python_literals(folder: Path) -> None:
    Path("pick.py").write_text("def f(q, rng):\n    return rng.choice(2, p=q)\n")
    assert run("transform", "pick.py", "--wrt", "q").exit_code == 0
    result = run("estimate", "pick_d.py:f", "--at", "q=[0.6, 0.4]", "--samples", "10")
    assert (result.exit_code, result.stderr) == (0, "")


def test_estimate_outside_the_domain(generated: str) -> None:
    result = run("estimate", generated, "--at", "p=1.2", "--samples", "10")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "model.py:2: " in result.stderr
    assert "p = 1.2" in result.stderr


def test_unknown_program_names_those_that_exist(generated: str) -> None:
    assert "it has f" in run("estimate", "model_d.py:g", "--at", "p=0.5").stderr


def test_error_of_the_users_program_is_no_defect(folder: Path) -> None:
    Path("broken_d.py").write_text(f"{MARK}\nSCALE = 1 / 0\n")
    result = run("estimate", "broken_d.py:f")
    assert result.exit_code == 1
    assert result.stderr == "broken_d.py:2: ZeroDivisionError: division by zero\n"


BOUND = "def f(p, rng):\n    x, q = rng.normal(p, 1.0), [p]\n    return x if q[0] > 0.3 else x > 0.1\n"


@pytest.mark.parametrize(
    ("source", "at", "code", "message"),
    [
        pytest.param(
            "def f(q, rng):\n    return rng.choice(2, p=q)\n",
            "q=0.5",
            1,
            r"model_d\.py:\d+: TypeError: .*\n\Z",
            id="a value that it cannot use",
        ),
        pytest.param(
            BOUND,
            "p=0.5",
            3,
            r"(?s)model_d\.py:\d+:\d+: this decision compares a parameter, without .*line 3 of model\.py",
            id="a decision that is refused",
        ),
    ],
)
def test_what_goes_wrong_as_a_program_runs_is_no_defect(
    folder: Path, source: str, at: str, code: int, message: str
) -> None:
    Path("model.py").write_text(source)
    assert run("transform", "model.py").exit_code == 0
    result = run("estimate", "model_d.py:f", "--at", at)
    assert result.exit_code == code
    assert re.match(message, result.stderr)


@pytest.mark.parametrize("body", ["import no_such_module", "def f(:"])
def test_file_that_cannot_be_imported(folder: Path, body: str) -> None:
    Path("broken_d.py").write_text(f"{MARK}\n{body}\n")
    result = run("estimate", "broken_d.py:f")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: cannot import 'broken_d.py': ")
