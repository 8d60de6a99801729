"""`stochtrace check`: whether the generated files of a project are up to date."""

import click

from . import outputs
from .annotations import annotating, output_format_option
from .completion import files
from .failures import Failed, Refused
from .project import Pair, found, pairs
from .transform import compare, transformed, write


@click.command(short_help="Check all generated files of a project.")
@click.option(
    "--config",
    metavar="FILE",
    shell_complete=files,
    help="Where the table is.  [default: the nearest pyproject.toml]",
)
@click.option("--fix", is_flag=True, help="Write what is not up to date.")
@output_format_option
@click.pass_context
def check(context: click.Context, config: str | None, fix: bool, output_format: str) -> None:
    """Check that the generated files of a project are up to date; print the differences.

    The table [tool.stochtrace] in pyproject.toml lists them. Nothing is run. The exit code is 1 where a file is missing
    or not up to date, and 3 where a source is refused.

    \b
    Example:
      stochtrace check
      stochtrace check --output-format=github    # in a workflow: annotations

    \b
    The table in pyproject.toml; output, functions and wrt may be left out:
      [tool.stochtrace]
      files = [
          { source = "walk.py" },
          { source = "queue.py", output = "queue_d.py", functions = ["wait"], wrt = ["rate"] },
      ]
    """
    asked = pairs(found(config))
    codes = [checked(pair, fix, output_format) for pair in asked]
    if any(codes):
        context.exit(max(codes))
    click.echo(f"{len(asked)} generated file{'s are' if len(asked) > 1 else ' is'} up to date", err=True)


def checked(pair: Pair, fix: bool, output_format: str) -> int:
    """The exit code for one file."""
    data = outputs.read(pair.source)
    outputs.forbid_source(pair.output, pair.source)
    try:
        with annotating(output_format):
            result = transformed(data, pair.source, pair.output, pair.functions, pair.wrt)
            if not fix:
                compare(result, pair.output, check=True, diff=False)
            elif outputs.read_previous(pair.output) != result.code.encode():
                write(result, pair.output, force=False)
    except (Failed, Refused) as error:
        error.show()
        return error.exit_code
    return 0
