"""`stochtrace explain`: what the transformer does with each draw of a source file, and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from . import outputs
from .completion import source_argument
from .estimate import argument, check_names, check_numbers, distinct, telling
from .failures import Refused
from .transform import names, transformed

if TYPE_CHECKING:
    from stochtrace.estimation import Program
    from stochtrace.transform.pipeline import Transformed

SAMPLES = 100


@click.command(short_help="Say how each draw is differentiated, and why.")
@source_argument
@click.option("--function", "functions", metavar="NAME", multiple=True, help="Only this function; may be repeated.")
@click.option("--wrt", metavar="NAMES", help="Parameters to differentiate with respect to, separated by commas.")
@click.option("--at", metavar="NAME=VALUE", multiple=True, help="Run a few samples there, and say what each draw met.")
def explain(source: str, functions: tuple[str, ...], wrt: str | None, at: tuple[str, ...]) -> None:
    """Print the plan for SOURCE: each draw with its line, what it meets, how it is differentiated, and why.

    A program that is refused exits with 3 and the diagnostic. With --at, SOURCE is run.

    \b
    Example:
      stochtrace explain model.py
      stochtrace explain model.py --function queue --at p=0.5
    """
    data = outputs.read(source)
    filename = "<stdin>" if source == "-" else source
    result = transformed(data, filename, "model_d.py", functions, names(wrt))
    click.echo(result.explanation.shown(coloured))
    if at:
        click.echo()
        click.echo(met(result, filename, data, dict(distinct(map(argument, at)))))


COLOURS: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "head": {"underline": True},
    "jump": {"fg": "yellow"},
    "pathwise": {"fg": "green"},
    "nothing to do": {"dim": True},
    "biased": {"fg": "red", "bold": True},
}


def coloured(kind: str, text: str) -> str:
    """A part of an explanation in its colour; what a comment chose has one of its own."""
    return click.style(text, **COLOURS.get(kind, {"fg": "magenta"}))


def met(result: "Transformed", source: str, data: bytes, arguments: dict[str, Any]) -> str:
    """What each draw met in a few samples, as a table."""
    import tempfile
    from pathlib import Path

    from stochtrace.estimation import load

    entries = result.explanation.entries
    if len(entries) != 1:
        raise click.UsageError(f"--at runs one function: choose --function {' or '.join(e for e, _ in entries)}.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model_d.py")
        file.write_text(result.code, encoding="utf-8")
        program = getattr(load(str(file)), entries[0][0])
        check_names(program, arguments)
        check_numbers(program, arguments)
        file.with_name(program.source).write_bytes(data)
        with in_source(program, str(file), source, data):
            return surveyed(program, arguments)


@contextmanager
def in_source(program: "Program", file: str, source: str, data: bytes) -> Iterator[None]:
    """Tell what goes wrong as a program runs with its place in the source: the generated file goes away."""
    import linecache
    from dataclasses import replace

    from stochtrace.estimation.places import source_line

    def line_of(line: int) -> int | None:
        return source_line(file, linecache.getline(file, line), program.source, program.draws)

    def place(line: int) -> str:
        number = line_of(line)
        return source if number is None else f"{source}:{number}"

    try:
        with telling(file, place):
            yield
    except Refused as refused:
        refusal = refused.refusal
        number = line_of(refusal.line)
        if number is None:
            raise Refused(replace(refusal, filename=f"<generated from {source}>")) from refusal
        text = data.decode("utf-8").splitlines()[number - 1]
        width, end = len(text) - len(text.lstrip()), len(text.rstrip())
        found = replace(refusal, filename=source, line=number, source_line=text, column=width, end_column=end, why="")
        raise Refused(found) from refusal


def surveyed(program: "Program", arguments: dict[str, Any]) -> str:
    """The table of what the draws of a program meet."""
    given = program.__signature__.bind(**arguments)
    found = program.survey(*given.args, **given.kwargs, samples=SAMPLES)
    lines = [f"a sample, on the mean of {SAMPLES}:", "line    draws  decisions   jumps   stale  form"]
    for site, each in found.items():
        form = program.forms.get(site, "")
        numbers = f"{each.draws:8.4g} {each.decisions:10.4g} {each.jumps:7.4g} {each.stale:7.4g}"
        lines.append(f"{program.draws[site][0]:4d} {numbers}  {form}".rstrip())
    return "\n".join(lines)
