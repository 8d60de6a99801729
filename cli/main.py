"""The command `stochtrace`. Commands import what they need when they run: `--help` loads click alone."""

import os

import click

from stochtrace.version import __version__

from .check import check
from .estimate import estimate
from .explain import explain
from .failures import Commands
from .plot import plot
from .report import report
from .sweep import sweep
from .transform import transform
from .tune import tune
from .verify import verify


@click.group("stochtrace", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stochtrace", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Unbiased derivatives of plain Python stochastic programs.

    \b
    Example:
      stochtrace transform model.py
      stochtrace estimate model_d.py:walk --at p=0.5 --samples 100000 --seed 1

    \b
    Exit codes:
      0    done
      1    a generated file is not up to date, or a program failed as it ran
      2    a command, a file or a value that cannot be used
      3    a program that cannot be differentiated without bias
      4    a verification is too noisy to say
      123  a defect in stochtrace

    \b
    Environment:
      NO_COLOR              no colours, also on a terminal
      STOCHTRACE_CACHE_DIR  where compiled programs are kept

    \b
    Completion, as a line of ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish:
      eval "$(_STOCHTRACE_COMPLETE=bash_source stochtrace)"
      eval "$(_STOCHTRACE_COMPLETE=zsh_source stochtrace)"
      _STOCHTRACE_COMPLETE=fish_source stochtrace | source
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


main.add_command(transform)
main.add_command(check)
main.add_command(estimate)
main.add_command(sweep)
main.add_command(explain)
main.add_command(tune)
main.add_command(report)
main.add_command(verify)
main.add_command(plot)
