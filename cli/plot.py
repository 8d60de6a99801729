"""`stochtrace plot`: pictures of a program and of its derivative, as PNG or SVG."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from . import outputs
from .completion import files, target_argument
from .estimate import argument, asked, at_option, distinct, named, run, samples_option, seed_option
from .failures import Unusable
from .sweep import grid, grid_option

MARKS = {"png": b"\x89PNG", "svg": b"<?xml"}

output_option = click.option(
    "-o", "--output", metavar="OUT", required=True, shell_complete=files, help="Where to write: .png or .svg."
)
force_option = click.option("--force", is_flag=True, help="Replace OUT even if it is no picture.")


@click.group(short_help="Draw a program and its derivative.")
def plot() -> None:
    """Draw a program and its derivative with Matplotlib (the extra `plot`).

    The background is transparent, and lines stand out on light and on dark pages.

    \b
    Example:
      stochtrace plot coupling model_d.py:walk --at p=0.5 --step 0.1 -o coupling.svg
    """


@plot.command(short_help="X(p), X(p + δp) and δX against ω.")
@target_argument
@at_option
@click.option("--step", metavar="H", type=float, required=True, help="δp.")
@click.option("--by", metavar="NAME", help="The parameter that moves.  [default: the first]")
@click.option("--line", metavar="N", type=int, help="The line of the draw whose ω moves, where there are several.")
@seed_option
@output_option
@force_option
def coupling(
    target: str, at: tuple[str, ...], step: float, by: str | None, line: int | None, seed: int, output: str, force: bool
) -> None:
    """Draw X(p), X(p + δp) and δX of the program NAME against the uniform ω of one of its draws.

    Once with independent samples, and once with coupled ones, in which all other draws keep the ω of one sample.

    \b
    Example:
      stochtrace plot coupling model_d.py:walk --at p=0.5 --step 0.1 -o coupling.svg
    """
    kind = checked(output)
    with asked(target, at) as (program, arguments), drawing():
        from stochtrace.plots import coupled, plot_coupling

        figure = plot_coupling(coupled(program, arguments, step, line=line, parameter=by, seed=seed))
    write(figure, kind, output, force)


@plot.command(short_help="Value and derivative over a parameter.")
@target_argument
@grid_option
@samples_option(10_000, "each point")
@seed_option
@output_option
@force_option
def sweep(target: str, at: tuple[str, ...], samples: int, seed: int, output: str, force: bool) -> None:
    """Draw E[X] and its derivative over FIRST:LAST:COUNT of one parameter, with bands of two standard errors.

    \b
    Example:
      stochtrace plot sweep model_d.py:walk --at p=0.1:0.9:17 -o sweep.svg
    """
    kind, (file, name) = checked(output), named(target)
    grids = dict(distinct(map(grid, at)))
    moving = [n for n, values in grids.items() if len(values) > 1]
    if len(moving) != 1:
        raise click.BadParameter(f"{len(moving)} grids: give one, such as p=0.1:0.9:17.", param_hint="'--at'")
    fixed = {n: values[0] for n, values in grids.items()}
    values = grids[moving[0]]
    found = [run(file, name, {**fixed, moving[0]: value}, samples=samples, seed=seed) for value in values]
    with drawing():
        from stochtrace.plots import plot_sweep

        figure = plot_sweep(moving[0], values, found)
    write(figure, kind, output, force)


@plot.command(short_help="What each draw contributes.")
@target_argument
@at_option
@samples_option(10_000, "the estimate")
@seed_option
@output_option
@force_option
def sites(target: str, at: tuple[str, ...], samples: int, seed: int, output: str, force: bool) -> None:
    """Draw what each draw of the program NAME contributes to the derivative and to its variance.

    \b
    Example:
      stochtrace plot sites model_d.py:walk --at p=0.5 -o sites.svg
    """
    kind, (file, name) = checked(output), named(target)
    found = run(file, name, dict(distinct(map(argument, at))), samples=samples, seed=seed, per_site=True)
    with drawing():
        from stochtrace.plots import plot_sites

        figure = plot_sites(found)
    write(figure, kind, output, force)


@plot.command(short_help="The trace of an optimiser.")
@click.argument("file", metavar="FILE.csv", shell_complete=files)
@output_option
@force_option
def trace(file: str, output: str, force: bool) -> None:
    """Draw the trace of an optimiser: a CSV file with columns step, value, gradient_norm, and one for each parameter.

    \b
    Example:
      stochtrace plot trace fit.csv -o fit.svg
    """
    kind = checked(output)
    outputs.read(file)
    with drawing():
        from stochtrace.plots import plot_trace, read_trace

        figure = plot_trace(read_trace(file))
    write(figure, kind, output, force)


def checked(output: str) -> str:
    """The kind of picture that the name of a file asks for."""
    kind = output.rpartition(".")[2].lower()
    if kind not in MARKS:
        raise click.BadParameter(f"{output!r} ends neither with .png nor with .svg.", param_hint="'--output'")
    return kind


@contextmanager
def drawing() -> Iterator[None]:
    """Tell what cannot be drawn, and which extra is missing."""
    from stochtrace.plots import PlotError

    try:
        yield
    except PlotError as error:
        raise Unusable(str(error)) from error
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise Unusable(str(error)) from error


def write(figure: Any, kind: str, output: str, force: bool) -> None:
    from stochtrace.plots import rendered

    outputs.deliver(output, rendered(figure, kind), mark=MARKS[kind], force=force)
