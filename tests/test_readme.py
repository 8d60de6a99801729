"""The README's commands and blocks are run, and give what they show."""

import contextlib
import importlib.util
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from stochtrace.diagnostics import Refusal
from stochtrace.transform.pipeline import transform

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = r"```{}\n({}(?:(?!```).)*)```\n"
COMMAND = r"^    \$ stochtrace ([^#\n]*)[^\n]*\n((?:    (?!\$)[^\n]*\n|\n(?=    [^$\s]))*)"
PAIRS = re.findall(
    BLOCK.format("python", r"(?:from \w+ import \w+\n+)?def ") + BLOCK.format("(python|text)", ""), README, re.DOTALL
)


def name_of(source: str) -> str:
    return re.search(r"def (\w+)", source)[1]


@pytest.mark.parametrize(("source", "kind", "shown"), PAIRS, ids=[name_of(p[0]) for p in PAIRS])
def test_what_is_shown_is_what_is_generated(source: str, kind: str, shown: str) -> None:
    file = f"{name_of(source)}.py"
    if kind == "text":
        with pytest.raises(Refusal) as refused:
            transform(source.encode(), filename=file, output="out.py")
        assert str(refused.value).startswith(shown.rstrip())
    else:
        code = transform(source.encode(), filename=file, output="out.py").code
        assert shown in re.sub(rf"  # {file}:\d+", "", code)


def test_there_are_pairs() -> None:
    assert len(PAIRS) >= 5


def test_the_loop_of_the_walk_is_the_goldens() -> None:
    loop = re.search(r"```python\n(    for i in range\(1, 101\):.*?)```", README, re.DOTALL)[1]
    assert loop in (ROOT / "samples" / "lecture_walk_d.py").read_text(encoding="utf-8")


def test_the_sample_is_the_sample() -> None:
    shown = re.search(r"```python\n(def walk.*?)```", README, re.DOTALL)[1]
    assert shown in (ROOT / "samples" / "lecture_walk.py").read_text(encoding="utf-8")


def test_the_commands_print_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stochtrace_cli.main import main

    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    shown = re.findall(COMMAND, README, re.MULTILINE)
    assert len(shown) >= 3
    for command, output in shown:
        result = CliRunner().invoke(main, command.split())
        assert result.exit_code == 0, result.output
        expected = "\n".join(line[4:] for line in output.splitlines()).strip()
        printed = result.stdout.strip()
        assert re.sub(r", (compiled|interpreted).*", "", printed) == re.sub(r", compiled.*", "", expected)


def load_walk() -> object:
    spec = importlib.util.spec_from_file_location("lecture_walk", ROOT / "samples" / "lecture_walk.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.walk


def test_the_session_gives_what_is_shown() -> None:
    session = re.search(r"```python\n(>>> from lecture_walk_d.*?)```", README, re.DOTALL)[1]
    namespace: dict[str, object] = {}
    exec((ROOT / "samples" / "lecture_walk_d.py").read_text(encoding="utf-8"), namespace)
    namespace["source_of_walk"] = load_walk()
    for source, expected in re.findall(r">>> ([^\n]*)\n((?:(?!>>>)[^\n]+\n)*)", session):
        if source.startswith("from lecture_walk_d"):
            continue
        source = source.replace("walk_source_function", "source_of_walk")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(source, "README.md", "single"), namespace)
        assert out.getvalue() == expected
