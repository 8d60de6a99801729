"""Compile a program's loop over samples with Numba; keep it on disk under a fingerprint of what went into it."""

from __future__ import annotations

import ast
import hashlib
import json
import marshal
import pickle
import sys
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numba
import numpy as np
import scipy
from numba.core.errors import NumbaTypeSafetyWarning

import stochtrace
from stochtrace.estimation.compiled_recursive import register_programs, turning, with_stack
from stochtrace.estimation.estimator import ONE_REPLAY, Estimator
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.numbers import kinds
from stochtrace.estimation.reached import codes, names_used, reached
from stochtrace.estimation.reasons import Failure, NotTaken, failure, farthest
from stochtrace.estimation.remade import made_again
from stochtrace.estimation.resuming import ENTERED, NUMBER, Resumable, resumable
from stochtrace.estimation.travelling import text_of
from stochtrace.estimation.words import holds_words, in_words
from stochtrace.lowering.classes import OBJECTS
from stochtrace.lowering.lists import Lists
from stochtrace.runtime import numba_resuming, numba_side, numba_stats
from stochtrace.runtime.cached import cached_copy, imported, put
from stochtrace.runtime.numba_results import put_number, writer

TEMPLATE = Path(__file__).with_name("compiled_loop.py")
Function = Callable[..., Any]
HELPERS = {ENTERED: numba_resuming.enter, NUMBER: numba_resuming.number}
ROOM, MOST = 4096, 1 << 20  # rows of the tables of a sample: at first, and at most


def compile_loop(loop: str, functions: Functions) -> Function:
    """Return a loop of the template compiled for a program; what Numba cannot compile shows when it is first called."""
    return compiled_from(TEMPLATE, loop, functions, functions.name)


def compiled_from(template: Path, loop: str, functions: Functions, name: str, **more: Any) -> Function:
    """Return a loop of a template, compiled; `more` are further names that it uses."""
    smooth = functions.smooth
    resumed = functions.resumed if isinstance(functions, Resumable) else None
    entries = [functions.derivative, functions.primal, *([resumed] if resumed else [])]
    used = list(dict.fromkeys(function for entry in entries for function in reached(entry)))
    register_programs(used)
    for function in used:
        numba_stats.register(names_used(function.__code__), numba_side.register)
    module = imported(cached_copy(template, name, fingerprint(used, smooth, known_of(functions, used))))
    replayed = module.__dict__.get("from_the_jump" if resumed else "from_the_beginning", nothing)
    numba_side.register(replayed)
    module.__dict__.update(
        derivative=functions.derivative,
        primal=functions.primal,
        resumed=resumed,
        result_of=first_of if resumed else itself,
        replayed=replayed,
        start=numba_side.start,
        replay=numba_side.replay,
        collect=numba_side.collect,
        comb=numba_side.comb,
        choose=numba_side.choose,
        jump_row=numba_side.jump_row,
        Full=Full,
        write=write,
        value_of=first_of if smooth else itself,
        delta_of=second_of if smooth else nothing,
        **more,
    )
    # Numba finds the modules of cached code again by their names.
    kept = all(function.__module__ in sys.modules for function in used) and not turning(used)
    compiled: Function = numba.njit(cache=kept, nogil=True)(module.__dict__[loop])
    return compiled


def known_of(functions: Functions, used: Sequence[types.FunctionType]) -> Any:
    """Give what makes containers to functions that have it; return what compiled code depends on beside its text."""
    space = functions.primal.__globals__
    if OBJECTS not in space:
        return None
    from stochtrace.estimation.compiled_forms import declare_contents  # it loads what carried values need

    return declare_contents(space, holds_words(used))


class FailedSample(Exception):
    """A sample raised an error in compiled code; run again as plain Python it says where and why, or goes on."""

    def __init__(self, sample: int) -> None:
        super().__init__(sample)
        self.sample = sample

    def check_room(self) -> None:
        """Raise the error of a sample that needs more room than there is."""
        if isinstance(self.__cause__, Full):
            raise self.__cause__ from None


class Full(Exception):
    """A sample needs more room."""


class Loop:
    """Runs samples in compiled code; `loop` is the function of the template that does."""

    _plain_last = False  # of equal forms the reason of one is told that lacks less

    def __init__(self, functions: Functions, loop: str = "run") -> None:
        self._loop = loop
        self._functions: Functions | None = functions
        self._forms: Iterator[Functions] = iter(())
        self._form: Functions | None = None  # of them, the one that is tried, or that Numba has taken
        self._run: Any = None
        self._omega_type = numba_side.omega_type(functions.sites)
        self._room = ROOM

    def _forms_of(self, functions: Functions, given: Given) -> Iterator[Functions]:
        yield from forms_of(functions, self._loop)
        from stochtrace.estimation import compiled_forms  # it loads what carried values need

        compiled_forms.shared_library(fingerprint([], True))  # numbers of records are carried values, here too
        yield from compiled_forms.lowered(functions, given)

    def compile(self, given: Given) -> None:
        """Compile for arguments of these types, without running a sample: the first form of them that Numba takes.

        Raises `NotTaken` where it takes none.
        """
        check_lists((*given.arguments, *given.with_tangents))
        if self._functions is not None:
            self._forms, self._functions = self._forms_of(self._functions, given), None
        failures = []
        while True:
            self._form = self._form or next(self._forms)
            if (failed := self._refused(self._form, given)) is None:
                return
            failures.append(failed)
            following = next(self._forms, None)
            if following is None:
                raise NotTaken(farthest(failures if self._plain_last else failures[::-1]).told)
            self._form, self._run = following, None

    def _refused(self, form: Functions, given: Given) -> Failure | None:
        """Compile a form; return why Numba does not take it, None where it does.

        That is noted beside its copy of the template, and the form is not tried again for such arguments.
        """
        try:
            self._run = self._run or self._compiled(form)
        except Exception as error:
            return failure(error)
        copy, types = Path(self._run.py_func.__code__.co_filename), (given.arguments, given.with_tangents)
        key = hashlib.sha256(repr([*map(kinds, types)]).encode()).hexdigest()[:8]
        noted, nothing = copy.with_suffix(f".{key}.refused"), np.zeros((0, 1))
        if noted.exists():
            return Failure(*json.loads(noted.read_text(encoding="utf-8")))
        try:
            with warnings.catch_warnings():
                for kind in (numba.NumbaPendingDeprecationWarning, NumbaTypeSafetyWarning):  # of lists and strings
                    warnings.simplefilter("ignore", kind)
                self._call(given, np.zeros(1, self._omega_type), 0, nothing, nothing, ROOM, 1)
        except Exception as error:
            failed = failure(error)
            if not isinstance(error, OSError | MemoryError):  # it is the machine that failed, not the form
                put(noted, json.dumps(failed).encode())
            return failed
        return None

    def _compiled(self, functions: Functions) -> Function:
        """Return the loop over samples for a form of the functions, to be compiled for arguments as they come."""
        return compile_loop(self._loop, functions)

    def __call__(
        self,
        given: Given,
        seed: int,
        first: int,
        values: Array,
        derivatives: Array,
        estimator: Estimator = ONE_REPLAY,
    ) -> None:
        """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on.

        A sample that needs more room for its tables is run again with more.
        """
        if self._run is None:
            self.compile(given)
        omegas, done, room = np.zeros(1, self._omega_type), 0, self._room
        _pointed_to = estimator.scheme.prepare(omegas, seed, first, len(values))
        while True:
            try:
                rest = values[done:], derivatives[done:]
                self._call(given, omegas, first + done, *rest, room, estimator.replays)
                return
            except Exception as error:
                failed = int(omegas["number"][0])
                if not isinstance(error, Full) or room >= MOST:
                    raise FailedSample(failed) from error
                done, room = failed - first, room * 4
                self._room = max(self._room, room)

    def _call(
        self, given: Given, omegas: Any, first: int, values: Array, slopes: Array, room: int, replays: int | None
    ) -> None:
        jumps, scratch = np.zeros(1, numba_side.JUMPS_TYPE), np.zeros((1, values.shape[1]))
        self._run(given.arguments, given.with_tangents, omegas, jumps, scratch, first, values, slopes)


def check_lists(arguments: Iterable[Any]) -> None:
    """Raise `NotImplementedError` for lists that hold others: Numba frees them more often than it makes them."""
    if any(map(holds_lists, arguments)):
        raise NotImplementedError("an argument is a list of lists, which Numba does not take: an array compiles")


def holds_lists(argument: Any, inside: bool = False) -> bool:
    """Tell whether a list in an argument holds a list or a set, at any depth."""
    if isinstance(argument, list | set):
        return inside or any(holds_lists(part, True) for part in argument)
    return isinstance(argument, tuple) and any(holds_lists(part, inside) for part in argument)


def forms_of(functions: Functions, loop: str) -> list[Functions]:
    """Return a program in the forms in which Numba may take it, the plain one last.

    Where it has no strings and replays one jump, the first one may begin its replays late.
    """
    try:
        tree = ast.parse(text_of(functions.primal, functions.name))
    except TypeError:
        return in_words(functions)
    functions = with_constant_lists(functions, tree)
    forms = in_words(with_stack(functions, tree))
    plain = loop == "run" and len(forms) == 1 and forms[0] is functions
    late = resumable(functions, tree, HELPERS) if plain else None
    return forms if late is None else [late, *forms]


def with_constant_lists(functions: Functions, tree: ast.Module) -> Functions:
    """Return functions to which lists of numbers of their module are constant arrays; their text changes with them."""
    used = {function.__name__ for entry in (functions.primal, functions.derivative) for function in reached(entry)}
    lists = Lists(tree, functions.primal.__globals__, used)
    return made_again(functions, lists.visit(tree), lists.constants) if lists.made else functions


class LoopOfSeveral(Loop):
    """Replays several jumps of each sample, or all."""

    def __init__(self, functions: Functions) -> None:
        super().__init__(functions, "run_several")

    def _call(
        self, given: Given, omegas: Any, first: int, values: Array, slopes: Array, room: int, replays: int | None
    ) -> None:
        jumps, scratch = np.zeros(1, numba_side.TABLE_TYPE), np.zeros((1, values.shape[1]))
        rows = np.zeros(room, numba_side.ROW_TYPE)
        jumps["rows"], jumps["room"] = rows.ctypes.data, room
        self._run(given.arguments, given.with_tangents, omegas, jumps, scratch, replays or 0, first, values, slopes)


def fingerprint(functions: Sequence[types.FunctionType], smooth: bool, more: Any = None) -> str:
    """Return a hash of everything that the compiled code depends on."""
    digest = hashlib.sha256(
        repr((sys.version, *(m.__version__ for m in (numba, np, scipy, stochtrace)), smooth)).encode()
    )
    digest.update(frozen(more))
    for folder in ("estimation", "runtime", "carried"):
        for file in sorted((TEMPLATE.parents[1] / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    digest.update((TEMPLATE.parents[1] / "spellings.py").read_bytes())
    for function in functions:
        for code in codes(function.__code__):
            digest.update(marshal.dumps(code.replace(co_consts=())))
            digest.update(b"".join(frozen(value) for value in code.co_consts if not isinstance(value, types.CodeType)))
        digest.update(frozen((function.__defaults__, function.__kwdefaults__)))
        for name in sorted(set(names_used(function.__code__))):
            value = function.__globals__.get(name)
            if not isinstance(value, types.FunctionType | types.ModuleType):
                digest.update(name.encode() + frozen(value))
    return digest.hexdigest()[:32]


def frozen(value: Any) -> bytes:
    """Return the value of a constant, a default or a global as bytes: Numba compiles them in."""
    if isinstance(value, np.ndarray):  # the bytes of an array alone do not say its type and shape
        return frozen((value.dtype.str, value.shape, value.flags.c_contiguous, value.tobytes()))
    if type(value) in (tuple, list):
        parts = [frozen(part) for part in value]
        return repr((type(value).__name__, [len(part) for part in parts])).encode() + b"".join(parts)
    if type(value) is dict:
        return b"dict" + frozen([*value.items()])
    for dumps in (marshal.dumps, pickle.dumps):
        try:
            return dumps(value)
        except Exception:
            continue
    return repr(value).encode()


def itself(result: Any) -> Any:
    """The value of a program that has no smooth part."""
    return result


def nothing(result: Any) -> float:
    """The smooth part of a program that has none; the loop's arrays start at zero."""
    return 0.0


def first_of(result: Any) -> Any:
    """The value of a program with a smooth part."""
    return result[0]


def second_of(result: Any) -> Any:
    """The smooth part."""
    return result[1]


def write(value: Any, out: Array, row: int, at: int) -> int:
    """Write the numbers of a result into a row of `out` from column `at` on, and return the next column."""
    raise NotImplementedError("this function is compiled only")


writer(write, put_number)
for _function in (itself, nothing, first_of, second_of):
    numba_side.register(_function)
