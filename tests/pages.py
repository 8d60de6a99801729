"""Blocks of code in Markdown pages, run in the order of the page, in one folder and one Python session a page.

    python          runs; with a title it is a file, or a part of one that exists or is generated
    pycon           a session, whose results are compared
    ipython         a cell of a notebook, which must succeed; what it binds is known to the sessions after it
    console         `$ stochtrace …` and `$ python …`, whose output is compared; `...` stands for anything
    sh              `make` and `pip install`: the targets and extras exist
    toml, yaml      can be read; toml with a title is a file
    text            nothing to run

    PYTHONPATH=tests python -m pages docs/tutorial.md    # write into the page what its blocks give
"""

from __future__ import annotations

import contextlib
import doctest
import io
import linecache
import os
import re
import runpy
import shlex
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.M | re.S)
NOTE = re.compile(r"  # \w+\.py:\d+$", re.M)


class Block(NamedTuple):
    """A block of code: its language, title and text, and where the text stands in the page."""

    language: str
    title: str
    text: str
    start: int


class Shown(NamedTuple):
    """What a page shows of a command or an expression, what it gives, and where that stands in the page."""

    source: str
    want: str
    got: str
    start: int

    @property
    def right(self) -> bool:
        """Whether the page shows what is given."""
        return doctest.OutputChecker().check_output(self.want, self.got, doctest.ELLIPSIS)


def blocks(page: str) -> list[Block]:
    """The blocks of a page."""
    return [Block(m["language"], m["title"] or "", m["text"], m.start("text")) for m in FENCE.finditer(page)]


def run(page: str) -> Iterator[Shown]:
    """Run the blocks of a page in the current folder."""
    space: dict[str, Any] = {"__name__": "__page__"}
    for block in blocks(page):
        match block.language:
            case "python" if block.title:
                yield from file(block)
            case "python":
                place = f"<page, {block.start}>"
                linecache.cache[place] = (len(block.text), None, block.text.splitlines(keepends=True), place)
                exec(compile(block.text, place, "exec"), space)
            case "pycon":
                yield from session(block, space)
            case "ipython":
                cell(block, space)
            case "console":
                yield from commands(block)
            case "sh":
                check_shell(block.text)
            case "toml":
                tomllib.loads(block.text)
                if block.title:
                    yield from file(block)
            case "yaml":
                yaml.safe_load(block.text)
            case "text":
                pass
            case other:
                raise ValueError(f"no way to run a block of {other}")


def file(block: Block) -> Iterator[Shown]:
    """Write a file of the user's; of one that exists, or is generated from one, what is shown is a part."""
    path = Path(block.title)
    source = path.with_name(path.name.removesuffix("_d.py") + ".py")
    if not path.exists() and source != path and source.exists():
        stochtrace(f"transform {source} -o {path}")
    if not path.exists():
        path.write_text(block.text, encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    if block.text not in text and block.text not in NOTE.sub("", text):
        yield Shown(block.title, block.text, text, block.start)


def session(block: Block, space: dict[str, Any]) -> Iterator[Shown]:
    """Run a session; an exception gives its last line."""
    for example in doctest.DocTestParser().get_examples(block.text):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                exec(compile(example.source, "<page>", "single"), space)
            except Exception as error:
                print(f"{type(error).__name__}: {error}")
        ends = [m.end() for m in re.finditer("\n", block.text)]
        start = ends[example.lineno + example.source.count("\n") - 1]
        yield Shown(example.source, example.want, out.getvalue(), block.start + start)


def cell(block: Block, space: dict[str, Any]) -> None:
    """Run a cell in a shell of IPython that shares the names of the page."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = {"ipython_dir": str(Path.cwd()), "config": Config(HistoryManager={"enabled": False})}
    shell = InteractiveShell(user_ns=space, **settings)
    with contextlib.redirect_stdout(io.StringIO()):
        shell.run_cell("%load_ext stochtrace")
        shell.run_cell(block.text).raise_error()


def commands(block: Block) -> Iterator[Shown]:
    """Run commands; what one that fails says is its output."""
    for match in re.finditer(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", block.text, re.M):
        command = match[1].replace("\\\n", " ")
        kind, _, arguments = command.partition(" ")
        got = {"stochtrace": stochtrace, "python": python}[kind](arguments)
        yield Shown(command, match[2], got, block.start + match.start(2))


def stochtrace(arguments: str) -> str:
    """Run a command of ours, as it is seen on a terminal."""
    from stochtrace_cli.main import main

    result = CliRunner().invoke(main, shlex.split(arguments, comments=True))
    return result.output


def python(arguments: str) -> str:
    """Run a script, which finds modules beside it."""
    out, script = io.StringIO(), Path(arguments.split()[0])
    sys.path.insert(0, str(script.absolute().parent))
    try:
        with contextlib.redirect_stdout(out):
            runpy.run_path(str(script), run_name="__main__")
    finally:
        del sys.path[0]
    return out.getvalue()


def check_shell(text: str) -> None:
    """Check targets of the Makefile, and extras of the package; other commands are not run."""
    made = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in re.findall(r"^make ([\w-]+)", text, re.M):
        assert target in made, target
    for extras in re.findall(r"\[([\w,]+)\]", text):
        assert set(extras.split(",")) <= set(project["optional-dependencies"]), extras


@contextlib.contextmanager
def folder(path: Path) -> Iterator[None]:
    """Work in a folder that has the samples; modules imported from it are new, and forgotten afterwards."""
    (path / "samples").symlink_to(ROOT / "samples")
    before = Path.cwd()
    hidden = {name: sys.modules.pop(name) for name in [*sys.modules] if name.endswith("_d") and "." not in name}
    known = set(sys.modules)
    os.chdir(path)
    sys.path.insert(0, str(path))
    try:
        yield
    finally:
        os.chdir(before)
        sys.path.remove(str(path))
        for name in set(sys.modules) - known:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(path)):
                del sys.modules[name]
        sys.modules.update(hidden)


def rewritten(page: str) -> str:
    """Return a page that shows what its blocks give, where that differs."""
    for shown in sorted(run(page), key=lambda s: -s.start):
        if not shown.right and Path(shown.source).is_file():
            raise ValueError(f"{shown.source} has no part like this:\n{shown.want}")
        if not shown.right:
            end = shown.start + len(shown.want)
            page = page[: shown.start] + shown.got + page[end:]
    return page


if __name__ == "__main__":
    for name in sys.argv[1:]:
        place = Path(name).resolve()
        with tempfile.TemporaryDirectory() as temporary, folder(Path(temporary)):
            new = rewritten(place.read_text(encoding="utf-8"))
        place.write_text(new, encoding="utf-8")
