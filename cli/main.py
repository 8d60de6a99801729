"""The command `stochtrace`. Commands import what they need when they run: `--help` loads click alone."""

import click

from stochtrace.version import __version__

from .check import check
from .estimate import estimate
from .explain import explain
from .failures import Commands
from .sweep import sweep
from .transform import transform
from .tune import tune


@click.group("stochtrace", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stochtrace", message="%(prog)s %(version)s")
def main() -> None:
    """Unbiased derivatives of plain Python stochastic programs.

    \b
    Example:
      stochtrace transform model.py
      stochtrace estimate model_d.py:walk --at p=0.5 --samples 100000 --seed 1
    """


main.add_command(transform)
main.add_command(check)
main.add_command(estimate)
main.add_command(sweep)
main.add_command(explain)
main.add_command(tune)
