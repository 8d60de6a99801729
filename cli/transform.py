"""`stochtrace transform`: write the derivative program of a source file."""

import os
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import outputs
from .annotations import annotating, output_format_option
from .completion import files, source_argument
from .failures import Refused, Stale, Unusable

if TYPE_CHECKING:
    from stochtrace.transform.pipeline import Transformed


@click.command(short_help="Write the derivative program of a source file.")
@source_argument
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    shell_complete=files,
    help="Where to write; `-` is stdout.  [default: SOURCE_d.py]",
)
@click.option("--function", "functions", metavar="NAME", multiple=True, help="Only this function; may be repeated.")
@click.option("--wrt", metavar="NAMES", help="Parameters to differentiate with respect to, separated by commas.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with a diff when OUT is not up to date.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--stages", is_flag=True, help="Write nothing; print the program after each pass.")
@click.option("--force", is_flag=True, help="Replace OUT even if stochtrace did not generate it.")
@output_format_option
@click.option("--stdin-filename", metavar="NAME", help="The name of the source in messages when SOURCE is `-`.")
def transform(
    source: str,
    output: str | None,
    functions: tuple[str, ...],
    wrt: str | None,
    check: bool,
    diff: bool,
    stages: bool,
    force: bool,
    stdin_filename: str | None,
    output_format: str,
) -> None:
    """Write the derivative program of the functions in SOURCE that draw random values.

    SOURCE is read, never run; `-` is stdin. OUT is a plain module that needs the runtime of stochtrace only.

    \b
    Example:
      stochtrace transform model.py -o model_d.py
      stochtrace transform model.py -o model_d.py --check    # in CI
    """
    if stages and (check or diff):
        raise click.UsageError("--stages cannot be combined with --check or --diff.")
    if stdin_filename is not None and source != "-":
        raise click.UsageError("--stdin-filename needs `-` as SOURCE.")
    data = outputs.read(source)
    output = output or default_output(source)
    outputs.forbid_source(output, source)
    if output == "-" and (check or diff):
        raise click.UsageError("--check and --diff compare with a file: name it with -o.")
    filename = (stdin_filename or "<stdin>") if source == "-" else source
    with annotating(output_format):
        result = transformed(data, filename, output, functions, names(wrt))
        if stages:
            show_stages(result)
        elif check or diff:
            compare(result, output, check=check, diff=diff)
        else:
            write(result, output, force=force)


def default_output(source: str) -> str:
    return "-" if source == "-" else os.fspath(Path(source).with_name(f"{Path(source).stem}_d.py"))


def names(wrt: str | None) -> tuple[str, ...] | None:
    if wrt is None:
        return None
    found = tuple(name.strip() for name in wrt.split(","))
    if not all(name.isidentifier() for name in found):
        raise click.BadParameter(f"{wrt!r} is not a list of names such as `p` or `p,q`.", param_hint="'--wrt'")
    return found


def transformed(
    data: bytes, filename: str, output: str, functions: tuple[str, ...], wrt: tuple[str, ...] | None
) -> "Transformed":
    from stochtrace.diagnostics import Refusal
    from stochtrace.transform import pipeline

    for name in (filename, output):
        if not os.path.basename(name).isprintable():
            raise Unusable(f"{name!r}: the generated file could not show this name")
    try:
        return pipeline.transform(data, filename=filename, output=output, functions=functions, wrt=wrt)
    except Refusal as refusal:
        raise Refused(refusal) from refusal


def show_stages(result: "Transformed") -> None:
    for name, text in result.stages:
        click.echo(f"# ======== {name} ========\n{text.rstrip()}\n".encode())


def compare(result: "Transformed", output: str, *, check: bool, diff: bool) -> None:
    """Print the diff that a write would make; with `check`, fail if there is one."""
    before = outputs.read_previous(output)
    after = result.code.encode()
    if diff or before is not None:
        click.echo(outputs.difference(output, before, after), nl=False)
    if check and before != after:
        state = "missing" if before is None else "not up to date"
        raise Stale(f"{output} is {state}", output, differing(before, after))


def differing(before: bytes | None, after: bytes) -> int:
    """The number of the first line that differs, past the hash of the source if there is more."""
    pairs = enumerate(zip_longest((before or b"").splitlines(), after.splitlines()), 1)
    lines = [(i, new or b"") for i, (old, new) in pairs if old != new]
    return next((i for i, new in lines if not new.startswith(b"# sha256")), lines[0][0])


def write(result: "Transformed", output: str, *, force: bool) -> None:
    from stochtrace.version import MARK

    outputs.deliver(output, result.code.encode(), mark=MARK.encode(), force=force)
