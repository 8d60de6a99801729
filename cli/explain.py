"""`stochtrace explain`: what the transformer does with each draw of a source file, and why."""

from typing import TYPE_CHECKING, Any

import click

from . import outputs
from .completion import source_argument
from .estimate import argument, check_names, check_numbers
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
    result = transformed(data, "<stdin>" if source == "-" else source, "model_d.py", functions, names(wrt))
    click.echo(result.explanation.shown(coloured))
    if at:
        click.echo()
        click.echo(met(result, dict(map(argument, at))))


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


def met(result: "Transformed", arguments: dict[str, Any]) -> str:
    """What each draw met in a few samples, as a table."""
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    from stochtrace.diagnostics import Refusal
    from stochtrace.estimation import load

    entries = result.explanation.entries
    if len(entries) != 1:
        raise click.UsageError(f"--at runs one function: choose --function {' or '.join(e for e, _ in entries)}.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model_d.py")
        file.write_text(result.code, encoding="utf-8")
        try:
            return surveyed(getattr(load(str(file)), entries[0][0]), arguments)
        except Refusal as refusal:
            raise Refused(replace(refusal, filename=file.name)) from refusal


def surveyed(program: "Program", arguments: dict[str, Any]) -> str:
    """The table of what the draws of a program meet."""
    check_names(program, arguments)
    check_numbers(program, arguments)
    found = program.survey(**arguments, samples=SAMPLES)
    lines = [f"a sample, on the mean of {SAMPLES}:", "line    draws  decisions   jumps   stale  form"]
    for site, each in found.items():
        form = program.forms.get(site, "")
        numbers = f"{each.draws:8.4g} {each.decisions:10.4g} {each.jumps:7.4g} {each.stale:7.4g}"
        lines.append(f"{program.draws[site][0]:4d} {numbers}  {form}".rstrip())
    return "\n".join(lines)
