"""`stochtrace report`: a page on a generated program."""

import click

from . import outputs
from .completion import files, target_argument
from .estimate import argument, check_names, check_numbers, distinct, find, named, seed_option, telling


@click.command(short_help="Write a page on a program, its derivative and its estimates.")
@target_argument
@click.option("--at", metavar="NAME=VALUE", multiple=True, help="An argument of the program, as a Python literal.")
@click.option(
    "--samples",
    metavar="N",
    type=click.IntRange(min=2),
    default=10_000,
    show_default=True,
    help="How many samples of the estimate.",
)
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

    file, name = named(target)
    arguments = dict(distinct(map(argument, at)))
    with telling(file):
        program = find(file, name)
        check_names(program, arguments)
        check_numbers(program, arguments)
        page = render(Asked(program, arguments, samples, seed)).encode()
    if output == "-":
        click.echo(page, nl=False)
    else:
        outputs.write(output, page, mark=MARK.encode(), force=force)
        click.echo(f"wrote {output}", err=True)
