"""`stochtrace report`: a page on a generated program."""

import click

from . import outputs
from .completion import files, target_argument
from .estimate import asked, at_option, samples_option, seed_option


@click.command(short_help="Write a page on a program, its derivative and its estimates.")
@target_argument
@at_option
@samples_option(10_000, "the estimate")
@seed_option
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    default="report.html",
    show_default=True,
    shell_complete=files,
    help="Where to write; `-` is stdout.",
)
@click.option("--force", is_flag=True, help="Replace OUT even if it is no report.")
def report(target: str, at: tuple[str, ...], samples: int, seed: int, output: str, force: bool) -> None:
    """Write a page of HTML on the program NAME of the generated file FILE.

    It shows source and generated program side by side, the plan of each draw, a few samples, how the estimate
    converges, and its verification. It is one file that loads nothing. The source is looked up beside FILE.

    \b
    Example:
      stochtrace report model_d.py:walk --at p=0.5 -o report.html
    """
    from stochtrace.report import MARK, Asked, render

    with asked(target, at) as (program, arguments):
        page = render(Asked(program, arguments, samples, seed)).encode()
    outputs.deliver(output, page, mark=MARK.encode(), force=force)
