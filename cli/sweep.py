"""`stochtrace sweep`: estimates on a grid of parameters, as CSV."""

from itertools import product
from typing import Any

import click

from . import outputs
from .completion import files, target_argument
from .estimate import (
    antithetic_option,
    argument,
    distinct,
    named,
    omega_option,
    replays_option,
    run,
    seed_option,
    shared_out,
    threads_option,
)

MOST = 100_000

grid_option = click.option(
    "--at", metavar="NAME=VALUE", multiple=True, help="An argument, or FIRST:LAST:COUNT for a grid of it."
)


@click.command(short_help="Estimate on a grid of parameters.")
@target_argument
@grid_option
@click.option("--samples", metavar="N", type=click.IntRange(min=1), help="How many at each point.  [default: 10000]")
@seed_option
@replays_option
@antithetic_option
@omega_option
@threads_option
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    default="-",
    shell_complete=files,
    help="Where to write; `-` is stdout.  [default: -]",
)
@click.option("--force", is_flag=True, help="Replace OUT even if it is no sweep of these parameters.")
def sweep(
    target: str,
    at: tuple[str, ...],
    samples: int | None,
    seed: int,
    replays: int | str,
    antithetic: bool,
    omega: str | None,
    threads: int | None,
    output: str,
    force: bool,
) -> None:
    """Estimate E[X] and its derivative for the program NAME of the generated file FILE on a grid, as CSV.

    All points have the same seed (common random numbers), so that their differences have little noise. Several grids
    make all combinations.

    \b
    Example:
      stochtrace sweep model_d.py:walk --at p=0.1:0.9:17 --samples 100000 -o sweep.csv
    """
    from stochtrace.estimation.columns import columns

    file, name = named(target)
    options = {"seed": seed, "replays": replays, "antithetic": antithetic, "omega": omega, "threads": threads}
    count = shared_out(samples, antithetic, omega)
    grids = dict(distinct(map(grid, at)))
    lines: list[str] = []
    for values in product(*grids.values()):
        arguments = dict(zip(grids, values, strict=True))
        found = run(file, name, arguments, samples=count, **options)
        fields = {**arguments, **dict(columns(found)), "samples": found.samples, "seed": found.seed}
        lines += [csv(fields.values())] if lines else [csv(fields), csv(fields.values())]
    data = "".join(lines).encode()
    outputs.deliver(output, data, mark=lines[0].encode(), force=force)


def grid(text: str) -> tuple[str, list[Any]]:
    """`p=0.1:0.9:17` as the name and 17 numbers from 0.1 to 0.9, `p=0.5` as the name and one value."""
    name, _, value = text.partition("=")
    parts = value.split(":")
    if len(parts) != 3 or value.lstrip().startswith(("{", "'", '"', "[")):
        parameter, only = argument(text)
        return parameter, [only]
    try:
        first, last, count = float(parts[0]), float(parts[1]), int(parts[2])
    except ValueError:
        raise click.BadParameter(f"{text!r} is not of the form p=0.1:0.9:17.", param_hint="'--at'") from None
    if not (name.strip().isidentifier() and 2 <= count <= MOST):
        raise click.BadParameter(f"{text!r} is not a grid of 2 to {MOST} points.", param_hint="'--at'")
    step = (last - first) / (count - 1)
    # 15 digits of the larger end: 0.3, not 0.30000000000000004.
    places = 15 - len(str(int(max(abs(first), abs(last)))))
    return name.strip(), [round(first + step * i, places) for i in range(count)]


def csv(fields: Any) -> str:
    """A line of CSV."""
    import csv
    import io

    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue()
