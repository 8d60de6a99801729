"""How a command ends when it does not succeed: the exit codes, and what is printed on stderr."""

import errno
import sys
from typing import TYPE_CHECKING

import click

from stochtrace.version import __version__

if TYPE_CHECKING:
    from stochtrace.diagnostics import Refusal


class Unusable(click.ClickException):
    """A file or a value that cannot be used as asked: one line, and the exit code of usage errors."""

    exit_code = 2


class Stopped(click.ClickException):
    """A message that is complete as it stands."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


class Failed(Stopped):
    """A file is not up to date, or the user's program failed while it ran."""

    exit_code = 1


class Stale(Failed):
    """A generated file that is missing or not up to date; `file` and `line` are where to look."""

    def __init__(self, message: str, file: str, line: int) -> None:
        super().__init__(message)
        self.file, self.line = file, line


class Refused(Stopped):
    """A program that cannot be differentiated."""

    exit_code = 3

    def __init__(self, refusal: "Refusal") -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class Defect(Stopped):
    """Something that nobody expected."""

    exit_code = 123


class Commands(click.Group):
    """Commands in which every exception that nobody expected is our own defect."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # the reader of our output has gone: click ends quietly
            raise Defect(report(error)) from error


def report(error: Exception) -> str:
    import traceback

    return "\n".join(
        [
            "".join(traceback.format_exception(error)),
            f"This is a defect in stochtrace, not in your program: {type(error).__name__}: {error}",
            "Please report it with the lines above, the command, the source file and these versions:",
            f"    stochtrace {__version__}, Python {sys.version.split()[0]}, {', '.join(map(installed, PACKAGES))}",
        ]
    )


PACKAGES = ("click", "libcst", "numpy", "scipy", "numba")


def installed(package: str) -> str:
    from importlib import metadata

    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"no {package}"
