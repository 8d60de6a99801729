"""`stochtrace verify`: a derivative beside central differences and score functions, with a verdict."""

import click

from .completion import target_argument
from .estimate import asked, at_option, print_json, seed_option
from .failures import Unusable

EXITS = {"agrees": 0, "wrong": 1, "too noisy to say": 4}


@click.command(short_help="Check a derivative against differences.")
@target_argument
@at_option
@click.option("--samples", metavar="N", type=click.IntRange(min=2), help="How many.  [default: as a pilot asks for]")
@seed_option
@click.option(
    "--resolve",
    metavar="R",
    type=click.FloatRange(min=0, min_open=True),
    default=0.05,
    show_default=True,
    help="The error to see, as a share of the derivative.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(
    context: click.Context,
    target: str,
    at: tuple[str, ...],
    samples: int | None,
    seed: int,
    resolve: float,
    as_json: bool,
) -> None:
    """Compare the derivative of the program NAME of the generated file FILE with central differences of its value.

    Both use the same random numbers, at four steps, from which the difference is extrapolated; score functions are
    compared too where they apply. The verdict is `agrees` (exit code 0), `wrong` (1), or `too noisy to say` (4), which
    tells how many samples would do. A right derivative is called wrong with a chance of at most 0.001.

    \b
    Example:
      stochtrace verify model_d.py:walk --at p=0.5
      stochtrace verify model_d.py:walk --at p=0.5 --resolve 0.01 --json
    """
    from stochtrace.estimation.verifying import NoDifferencesError

    with asked(target, at) as (program, arguments):
        given = program.__signature__.bind(**arguments)
        try:
            found = program.verify(*given.args, **given.kwargs, samples=samples, seed=seed, resolve=resolve)
        except NoDifferencesError as error:
            raise Unusable(str(error)) from error
    if as_json:
        print_json(found.to_dict())
    else:
        click.echo(str(found))
    context.exit(EXITS[found.verdict])
