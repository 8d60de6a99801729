"""`stochtrace check`: the table in pyproject.toml, exit codes, annotations, and how little a diff is."""

import difflib
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stochtrace.transform.pipeline import transform
from stochtrace_cli.main import main
from stochtrace_cli.project import EXAMPLE

ROOT = Path(__file__).parents[1]
MODEL = "def f(p, rng):\n    return rng.binomial(1, p)\n\n\ndef g(p, q, rng):\n    return q * rng.exponential(p)\n"
TABLE = """
[tool.stochtrace]
files = [
    { source = "model.py" },
    { source = "src/model.py", output = "out/g_d.py", functions = ["g"], wrt = ["p"] },
]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two generated files, both up to date; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("src", "out", "sub"):
        Path(name).mkdir()
    for source in ("model.py", "src/model.py"):
        Path(source).write_text(MODEL)
    Path("pyproject.toml").write_text(TABLE)
    assert run("check", "--fix").stderr == "wrote model_d.py\nwrote out/g_d.py\n2 generated files are up to date\n"
    return tmp_path


def change(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    assert text.count(old) == 1
    Path(name).write_text(text.replace(old, new))


# Up to date, stale, refused


def test_up_to_date(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for where in (folder, folder / "sub"):
        monkeypatch.chdir(where)
        result = run("check")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "2 generated files are up to date\n"
    monkeypatch.chdir("/")
    assert run("check", "--config", str(folder / "pyproject.toml")).exit_code == 0


def test_options_of_an_entry(folder: Path) -> None:
    assert "stochtrace transform model.py -o g_d.py --function g --wrt p\n" in Path("out/g_d.py").read_text()


def test_all_stale_files_are_told(folder: Path) -> None:
    change("src/model.py", "q * rng", "2 * q * rng")
    change("model.py", "binomial(1,", "binomial(2,")
    result = run("check")
    assert result.exit_code == 1
    assert re.findall(r"^\+\+\+ (.*)$", result.stdout, re.MULTILINE) == ["model_d.py", "out/g_d.py"]
    assert result.stderr == "model_d.py is not up to date\nout/g_d.py is not up to date\n"
    assert run("check", "--fix").exit_code == run("check").exit_code == 0


def test_a_refusal_hides_no_stale_file(folder: Path) -> None:
    change("model.py", "binomial(1, p)", "binomial(1, eval('p'))")
    Path("out/g_d.py").unlink()
    result = run("check")
    assert result.exit_code == 3
    assert result.stderr.startswith("model.py:2:") and result.stderr.endswith("out/g_d.py is missing\n")


# Annotations


def test_annotations(folder: Path) -> None:
    change("src/model.py", "q * rng", "2 * q * rng")
    change("model.py", "binomial(1, p)", "binomial(1, eval('p'))")
    refused, *diff, stale = run("check", "--output-format=github").stdout.splitlines()
    assert re.match(r"::error file=model\.py,line=2,col=\d+,endColumn=\d+,title=ST\d+::\S", refused)
    line = int(re.fullmatch(r"::error file=out/g_d\.py,line=(\d+),title=.*::out/g_d\.py is not up to date", stale)[1])
    assert any("2 * q" in text for text in Path("src/model.py").read_text().splitlines())
    assert "q * " in Path("out/g_d.py").read_text().splitlines()[line - 1]
    assert diff[:2] == ["--- out/g_d.py", "+++ out/g_d.py"]


def test_annotation_is_one_line(folder: Path) -> None:
    """A property ends at a comma or a colon, and an annotation at the end of its line."""
    Path("a,b:c.py").write_text("def f(p, rng):\n    return rng.binomial(1, eval('p'))\n")
    result = run("transform", "a,b:c.py", "--check", "--output-format=github")
    assert result.exit_code == 3
    assert result.stdout.startswith("::error file=a%2Cb%3Ac.py,line=2,")
    assert result.stdout.count("\n") == 1 and "%0A" in result.stdout
    assert "::" not in run("transform", "a,b:c.py", "--check").stdout


# The table


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "no pyproject.toml in this folder or above it", id="no file"),
        pytest.param("", "pyproject.toml has no [tool.stochtrace]", id="no table"),
        pytest.param("[tool.stochtrace]\nfiles = []\n", "pyproject.toml has no [tool.stochtrace]", id="no files"),
    ],
)
def test_missing_table_shows_an_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("pyproject.toml").write_text(text)
    result = run("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr and EXAMPLE in result.stderr


def test_the_example_is_a_table() -> None:
    entries = tomllib.loads(EXAMPLE)["tool"]["stochtrace"]["files"]
    assert [entry["source"] for entry in entries] == ["walk.py", "queue.py"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param("files = ['model.py']", "files[0]: 'model.py' is no table with a source", id="a string"),
        pytest.param("files = [{ output = 'x.py' }]", "is no table with a source", id="no source"),
        pytest.param("files = [{ source = 'model.py', by = ['p'] }]", "no key 'by'", id="unknown key"),
        pytest.param("files = [{ source = 'model.py', wrt = 'p' }]", "is not a list of strings", id="not a list"),
        pytest.param("files = [{ source = 'model.py', functions = [1] }]", "is not a list of strings", id="numbers"),
        pytest.param("files = [{ source = ['model.py'] }]", "is not a string", id="not a string"),
        pytest.param("files = [{ source = 'model.py', wrt = ['p q'] }]", "is not a list of names", id="not names"),
        pytest.param("files = [{ source = 'missing.py' }]", "cannot read 'missing.py'", id="missing source"),
        pytest.param("files = [{ source = 'model.py', output = 'model.py' }]", "is the source itself", id="the source"),
        pytest.param("sources = []\nfiles = []", "[tool.stochtrace] has no sources; it has files", id="unknown"),
        pytest.param("files = [", "is not TOML", id="not TOML"),
    ],
)
def test_table_that_cannot_be_used(folder: Path, table: str, message: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.stochtrace]\n{table}\n")
    result = run("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr and "Traceback" not in result.stderr


# This project

SAMPLES = sorted(path for path in (ROOT / "samples").glob("*.py") if not path.stem.endswith(("_d", "_fit")))


def test_every_sample_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = [entry["source"] for entry in project["tool"]["stochtrace"]["files"]]
    assert listed == [str(path.relative_to(ROOT)) for path in SAMPLES]


# One line of each sample, as somebody would change it.
CHANGES = {
    "bernoulli": ("binomial(1, p)", "binomial(1, p / 2)"),
    "contacts": ("RECOVERY = 0.6", "RECOVERY = 0.7"),
    "crazy": ("3 * rng.binomial", "5 * rng.binomial"),
    "deadline": ("DEADLINE = 2.0", "DEADLINE = 3.0"),
    "discrete_vae": ("z - 0.5", "z - 0.25"),
    "epidemic": ("rng.random() < gamma", "rng.random() < gamma / 2"),
    "exponential": ("exponential(p)", "exponential(2 * p)"),
    "exponential_squared": ("exponential(p) ** 2", "exponential(p) ** 3"),
    "game_of_life": ("rng.random() < p", "rng.random() < p / 2"),
    "kl_poisson": ("i, 10, 0.25)", "i, 12, 0.25)"),
    "lecture_walk": ("(n + i) / 200", "(n + i) / 300"),
    "particle_filter": ("-0.5 * miss", "-0.4 * miss"),
    "policy": ("rng.random() < WIND", "rng.random() < WIND / 2"),
    "state_walk": ("x**2", "x**3"),
}
MOST = 10


def test_every_sample_is_changed() -> None:
    assert list(CHANGES) == [path.stem for path in SAMPLES]


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_line_changes_few_lines(name: str) -> None:
    """Besides the hash: a line of the primal, and those of the same draw or statement in derivative and tables."""
    old, new = CHANGES[name]
    source = (ROOT / "samples" / f"{name}.py").read_text(encoding="utf-8")
    assert source.count(old) == 1
    before, after = (
        transform(text.encode(), filename=f"{name}.py", output=f"{name}_d.py").code.splitlines()
        for text in (source, source.replace(old, new))
    )
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-" and "# sha256 of" not in line]
    for sign in "+-":
        assert 1 <= sum(line[0] == sign for line in changed) <= MOST
    notes = {line.rpartition(f"# {name}.py:")[2] for line in changed if f"  # {name}.py:" in line}
    assert notes <= {str(source[: source.index(old)].count("\n") + 1)}
