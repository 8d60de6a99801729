"""`stochtrace estimate`: the value and the derivative of a generated program."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from . import outputs
from .completion import files, target_argument
from .failures import Failed, Refused, Unusable

if TYPE_CHECKING:
    from stochtrace.estimation import Estimate, Program

Value = TypeVar("Value")
Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)


def checked_seed(_context: click.Context, _parameter: click.Parameter, seed: int) -> int:
    if not 0 <= seed < 2**128:
        raise click.BadParameter(f"{seed} is not an integer from 0 to 2**128 - 1.")
    return seed


def checked_replays(_context: click.Context, _parameter: click.Parameter, replays: str) -> int | str:
    if replays in ("all", "auto"):
        return replays
    if not (replays.isdecimal() and int(replays) > 0):
        raise click.BadParameter(f"{replays!r} is neither a positive integer nor `all` nor `auto`.")
    return int(replays)


def samples_option(default: int, what: str) -> Callable[[Command], Command]:
    """The number of samples of a command that has a usual one."""
    return click.option(
        "--samples",
        metavar="N",
        type=click.IntRange(min=2),
        default=default,
        show_default=True,
        help=f"How many samples of {what}.",
    )


at_option = click.option(
    "--at", metavar="NAME=VALUE", multiple=True, help="An argument of the program, as a Python literal."
)
seed_option = click.option(
    "--seed",
    metavar="S",
    type=int,
    default=0,
    show_default=True,
    callback=checked_seed,
    help="From 0 to 2**128 - 1; the same seed gives the same samples.",
)
replays_option = click.option(
    "--replays",
    metavar="N",
    default="1",
    show_default=True,
    callback=checked_replays,
    help="Jumps replayed of each sample, or `all`; `auto` chooses in a pilot.",
)
antithetic_option = click.option(
    "--antithetic", is_flag=True, help="Run samples in pairs, on ω and 1 - ω; their number must be even."
)
omega_option = click.option(
    "--omega", type=click.Choice(["sobol"]), help="Read Sobol points; samples are 16 times a power of two."
)
threads_option = click.option(
    "--threads", metavar="N", type=click.IntRange(min=1), help="Cores to use.  [default: all]"
)


@click.command(short_help="Estimate a value and its derivative.")
@target_argument
@at_option
@click.option("--samples", metavar="N", type=click.IntRange(min=1), help="How many samples.  [default: 10000]")
@click.option("--target-stderr", metavar="E", type=float, help="Run until the derivative's standard error is E.")
@click.option("--max-samples", metavar="N", type=click.IntRange(min=1), help="At most, for --target-stderr.")
@seed_option
@replays_option
@antithetic_option
@omega_option
@threads_option
@click.option(
    "--checkpoint",
    metavar="PATH",
    shell_complete=files,
    help="Keep what is finished here; the same command goes on from there.",
)
@click.option("--per-site", is_flag=True, help="Also print what each draw contributes to derivative and variance.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def estimate(
    target: str,
    at: tuple[str, ...],
    samples: int | None,
    target_stderr: float | None,
    max_samples: int | None,
    seed: int,
    replays: int | str,
    antithetic: bool,
    omega: str | None,
    threads: int | None,
    checkpoint: str | None,
    per_site: bool,
    as_json: bool,
) -> None:
    """Estimate E[X] and its derivative for the program NAME of the generated file FILE.

    The result depends on the arguments, the seed and the number of samples alone.

    \b
    Example:
      stochtrace estimate model_d.py:walk --at p=0.5 --samples 100000 --seed 1
      stochtrace estimate model_d.py:walk --at p=0.5 --target-stderr 0.01 --checkpoint walk.ckpt
      stochtrace estimate model_d.py:mix --at q='[0.6, 0.4]' --json
    """
    file, name = named(target)
    arguments = dict(distinct(map(argument, at)))
    options = {"seed": seed, "replays": replays, "antithetic": antithetic, "omega": omega, "threads": threads}
    lasting = length(samples, shared_out(samples, antithetic, omega), target_stderr, max_samples)
    result = run(file, name, arguments, **options, **lasting, checkpoint=checkpoint, per_site=per_site)
    if as_json:
        print_json(result.to_dict())
    else:
        click.echo(str(result))
        if per_site:
            click.echo(f"\n{result.sites}")


def print_json(fields: dict[str, Any]) -> None:
    """One JSON object; JSON has no NaN and no infinity: they become null."""
    import json

    click.echo(json.dumps(json.loads(json.dumps(fields), parse_constant=lambda _: None)))


def length(given: int | None, samples: int, target_stderr: float | None, max_samples: int | None) -> dict[str, Any]:
    """The options that say how long to run."""
    if target_stderr is None:
        if max_samples is not None:
            raise click.UsageError("--max-samples needs --target-stderr.")
        return {"samples": samples}
    if given is not None:
        raise click.UsageError("--samples and --target-stderr exclude each other: --max-samples sets a limit.")
    if not target_stderr > 0:
        raise click.BadParameter(f"{target_stderr} is not a positive number.", param_hint="'--target-stderr'")
    limit = {} if max_samples is None else {"max_samples": max_samples}
    return {"target_stderr": target_stderr, **limit}


def shared_out(samples: int | None, antithetic: bool, omega: str | None) -> int:
    """The number of samples, about 10 000 where none is given, which must be one that can be shared out."""
    from stochtrace.estimation.estimator import scheme_of

    try:
        scheme = scheme_of(antithetic, omega)
        given = scheme.most(10_000) if samples is None else samples
        scheme.check("samples", given)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    return given


def distinct(given: Iterable[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """What is given, by the name of the parameter; none may be given twice."""
    pairs = list(given)
    if len(dict(pairs)) < len(pairs):
        raise click.BadParameter("a parameter is given twice.", param_hint="'--at'")
    return pairs


def argument(text: str) -> tuple[str, object]:
    """`p=0.5` as the pair of name and value."""
    import ast

    name, equals, value = text.partition("=")
    if not (equals and name.strip().isidentifier()):
        raise click.BadParameter(f"{text!r} is not of the form p=0.5.", param_hint="'--at'")
    try:
        return name.strip(), ast.literal_eval(value.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        message = f"{name.strip()}: {value!r} is not a Python literal such as 0.5 or [0.6, 0.4]."
        raise click.BadParameter(message, param_hint="'--at'") from error


def named(target: str) -> tuple[str, str]:
    """`model_d.py:walk` as the pair of file and name."""
    file, colon, name = target.rpartition(":")
    if not (file and colon and name.isidentifier()):
        raise click.BadParameter(f"{target!r} is not of the form model_d.py:walk.", param_hint="'FILE:NAME'")
    return file, name


def run(file: str, name: str, arguments: dict[str, Any], **options: Any) -> "Estimate":
    """The estimate."""
    from stochtrace.estimation import CheckpointError

    try:
        with running(file, name, arguments) as program:
            given = program.__signature__.bind(**arguments)
            return program.estimate(*given.args, **given.kwargs, **options)
    except CheckpointError as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        if options.get("checkpoint") is None:
            raise
        raise Unusable(f"cannot write {options['checkpoint']!r}: {error.strerror}") from error


@contextmanager
def running(file: str, name: str, arguments: dict[str, Any]) -> Iterator["Program"]:
    """The program, which takes these arguments; what goes wrong as it runs is told with its place."""
    with telling(file):
        program = find(file, name)
        check_names(program, arguments)
        check_numbers(program, arguments)
        yield program


@contextmanager
def asked(target: str, at: tuple[str, ...]) -> Iterator[tuple["Program", dict[str, Any]]]:
    """The program that is named, and its arguments; what goes wrong as it runs is told with its place."""
    arguments = dict(distinct(map(argument, at)))
    with running(*named(target), arguments) as program:
        yield program, arguments


@contextmanager
def telling(file: str, place: Callable[[int], str] | None = None) -> Iterator[None]:
    """Tell what goes wrong inside the user's program with its place there, or with what `place` says of a line."""
    from dataclasses import replace

    from stochtrace.diagnostics import Refusal
    from stochtrace.runtime.checks import DomainError

    try:
        yield
    except Refusal as refusal:
        raise Refused(replace(refusal, filename=file)) from refusal
    except DomainError as error:
        raise Failed(str(error)) from error
    except click.ClickException:
        raise
    except Exception as error:
        line = line_in(file, error)
        if line is None:
            raise
        where = place(line) if place else f"{file}:{line}"
        raise Failed(f"{where}: {type(error).__name__}: {error}") from error


def find(file: str, name: str) -> "Program":
    from stochtrace.estimation import Program

    module = imported(file)
    program = getattr(module, name, None)
    if not isinstance(program, Program):
        programs = [key for key, value in vars(module).items() if isinstance(value, Program)]
        raise Unusable(f"{file!r} has no program {name!r}; it has {', '.join(programs) or 'none'}")
    return program


def imported(file: str) -> ModuleType:
    from stochtrace.estimation import load
    from stochtrace.version import MARK

    if not outputs.read(file).startswith(MARK.encode()):
        raise Unusable(f"{file!r} was not generated by stochtrace: transform it first")
    try:
        return load(file)
    except (ImportError, SyntaxError) as error:
        raise Unusable(f"cannot import {file!r}: {error}") from error


def check_names(program: "Program", arguments: dict[str, Any]) -> None:
    wanted = program.__signature__.parameters
    for name in arguments:
        if name not in wanted:
            raise click.BadParameter(f"no parameter {name!r}: there are {', '.join(wanted)}.", param_hint="'--at'")
    for name, parameter in wanted.items():
        if name not in arguments and parameter.default is parameter.empty:
            raise click.BadParameter(f"no value for {name!r}.", param_hint="'--at'")


def check_numbers(program: "Program", arguments: dict[str, Any]) -> None:
    """What is differentiated by must be a number, or numbers in lists that make an array."""
    import numpy as np

    for name in arguments.keys() & set(program.wrt):
        try:
            number = np.array(arguments[name]).dtype.kind in "biuf"
        except ValueError:
            number = False
        if not number:
            message = f"{name}: {arguments[name]!r} is neither a number nor an array of numbers."
            raise click.BadParameter(message, param_hint="'--at'")


def line_in(file: str, error: BaseException) -> int | None:
    """The line of `file` that was running when the error was raised; None when nothing in it was."""
    import os
    import traceback

    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if os.path.abspath(frame.filename) == os.path.abspath(file):
            return frame.lineno
    return None
