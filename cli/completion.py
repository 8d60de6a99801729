"""Arguments that name files, which shells complete."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Leave it to the shell, which knows files best."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


source_argument = click.argument("source", shell_complete=files)
target_argument = click.argument("target", metavar="FILE:NAME", shell_complete=files)
