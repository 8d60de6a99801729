"""What is wrong with a file as an annotation of a hosted workflow, beside the message on stderr.

The format is that of GitHub's workflow commands (docs.github.com, "Workflow commands", `error`): lines and columns
count from 1, and characters that end a property are written as `%` and two hexadecimal digits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from .failures import Refused, Stale

output_format_option = click.option(
    "--output-format",
    type=click.Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="`github` also prints workflow annotations.",
)


@contextmanager
def annotating(output_format: str) -> Iterator[None]:
    """Print the annotation of a stale file or of a refusal; the exception goes on."""
    try:
        yield
    except (Stale, Refused) as error:
        if output_format == "github":
            click.echo(of_stale(error) if isinstance(error, Stale) else of_refused(error))
        raise


def of_stale(error: Stale) -> str:
    return annotation(error.message, file=error.file, line=error.line, title="not up to date")


def of_refused(error: Refused) -> str:
    refusal = error.refusal
    place: dict[str, str | int] = {"file": refusal.filename, "line": refusal.line, "col": refusal.column + 1}
    if refusal.end_column is not None:
        place["endColumn"] = refusal.end_column + 1
    message = "\n".join(filter(None, [refusal.what, refusal.why, refusal.instead]))
    return annotation(message, **place, title=refusal.code or "refused")


def annotation(message: str, **properties: str | int) -> str:
    shown = ",".join(f"{name}={property_text(str(value))}" for name, value in properties.items())
    return f"::error {shown}::{escaped(message)}"


def escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(text: str) -> str:
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
