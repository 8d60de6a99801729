"""`stochtrace tune`: a pilot over the ways to differentiate a program, and the comments that it advises."""

from typing import TYPE_CHECKING

import click

from .completion import target_argument
from .estimate import asked, at_option, samples_option, seed_option

if TYPE_CHECKING:
    from stochtrace.estimation.tuning import Trial, Tuned


@click.command(short_help="Find the form of least variance × cost.")
@target_argument
@at_option
@samples_option(1000, "each form")
@seed_option
def tune(target: str, at: tuple[str, ...], samples: int, seed: int) -> None:
    """Run a pilot of the program NAME of the generated file FILE, and print variance × cost of each form of each draw.

    All forms have the same mean. What is advised goes to the end of a line of the source, which is then transformed
    again.

    \b
    Example:
      stochtrace tune model_d.py:queue --at p=0.5
    """
    from stochtrace.estimation.tuning import tune as pilot

    with asked(target, at) as (program, arguments):
        tuned = pilot(program, arguments, samples, seed)
    click.echo("\n".join([HEAD, *map(row, tuned.trials), "", *advice(tuned)]))


HEAD = "line  form            variance  seconds a sample  variance × cost"


def row(trial: "Trial") -> str:
    """A trial as a line of the table."""
    place = str(trial.line) if trial.line else "all"
    if trial.refused:
        return f"{place:>4}  {trial.tried:<14}  refused: {trial.refused}"
    return f"{place:>4}  {trial.tried:<14}  {trial.variance:8.4g}  {trial.seconds:16.3g}  {trial.product:15.4g}"


def advice(tuned: "Tuned") -> list[str]:
    """What to change."""
    lines = [f"line {line}: add `# stochtrace: {form}`" for line, form in tuned.comments.items()]
    if tuned.replays != 1:
        lines.append(f"estimate with replays={tuned.replays!r}")
    return lines or ["nothing to change"]
