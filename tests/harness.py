"""Run a small program three ways: the source itself, its primal, and its derivative program, on the same uniforms."""

from __future__ import annotations

import builtins
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from stubs import Making, PythonStub, Stub, always, module_of

from stochtrace.estimation import load
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import basis, directions
from stochtrace.transform.pipeline import read, transform, with_tangent_lines

# -- the source and the generated module ------------------------------------------------------------------------------


def generate(source: str, **options: Any) -> str:
    """The generated module of a source text."""
    return transform(source.encode(), filename="model.py", output="model_d.py", **options).code


def program_of(source: str, name: str = "f", **options: Any) -> Program:
    """The program object that a source text becomes."""
    return executed(generate(source, functions=(name,), **options), name)


def filed(source: str, folder: Path, **options: Any) -> Program:
    """The program of a source in a file, of which the text is at hand."""
    path = folder / "filed_d.py"
    path.write_text(generate(textwrap.dedent(source).lstrip(), functions=("f",), **options), encoding="utf-8")
    program: Program = load(str(path)).f
    return program


def executed(code: str, name: str = "f") -> Program:
    """The program object of a generated module."""
    namespace: dict[str, Any] = {"__name__": "model_d"}
    exec(compile(code, "model_d.py", "exec", dont_inherit=True), namespace)
    program: Program = namespace[name]
    return program


def tangent_lines(source: str, name: str = "f") -> str:
    """The generated module with tangent lines; what cannot be written so is refused, though it could be carried."""
    return with_tangent_lines(read(source.encode(), "model.py", "model_d.py", (name,))).code


@cache
def original(source: str, name: str) -> tuple[Callable[..., Any], Stub]:
    """The function of a source text, and the stub that stands for every generator, however imported or made."""
    rng, plain = Stub(), PythonStub()
    return defined(source, rng, plain)[name], plain if re.search(r"random\.Random\b", source) else rng


def defined(source: str, rng: Any, plain: Any, **modules: Any) -> dict[str, Any]:
    """What a source text defines, with generators in the place of all of NumPy's and of the module `random`'s."""
    numpy_random = module_of(
        "numpy.random",
        rng,
        default_rng=always(rng),
        RandomState=always(rng),
        seed=always(None),
        Generator=Making,
        PCG64=always(None),
    )
    numpy = module_of("numpy", np, random=numpy_random)
    python = module_of("random", plain, seed=always(None), Random=always(plain))
    modules = {"numpy": numpy, "numpy.random": numpy_random, "random": python, **modules}

    def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if name in modules:
            return modules[name if fromlist else name.partition(".")[0]]
        return __import__(name, globals, locals, fromlist, level)

    space: dict[str, Any] = {"__name__": "model", "__builtins__": {**vars(builtins), "__import__": import_}}
    exec(compile(source, "model.py", "exec", dont_inherit=True), space)
    return space


def bound(program: Program, at: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the primal by name, lists as arrays."""
    binding = program.__signature__.bind(**at)
    binding.apply_defaults()
    return {
        n: np.array(v, float) if isinstance(v, list) else v for n in program.parameters for v in [binding.arguments[n]]
    }


def given(program: Program, at: dict[str, Any], direction: Any = None) -> list[Any]:
    """The arguments of the primal, or those of the derivative program in a direction."""
    arguments: list[Any] = []
    for name, value in bound(program, at).items():
        arguments.append(value)
        if direction is not None and name in program._tangents:
            arguments.append(basis(direction, name, value))
    return arguments


def every_direction(program: Program, at: dict[str, Any]) -> list[Any]:
    """The coordinates to differentiate by."""
    return directions(program.wrt, bound(program, at))


@cache
def signature_of(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The parameters of a function; looking them up costs as much as running a small one."""
    return inspect.signature(function).parameters


def run_original(source: str, program: Program, at: dict[str, Any], omega: Any) -> Any:
    """The source's own result on the uniforms of an omega; what the program does not take is the generator."""
    function, stub = original(source, program.__name__)
    Stub.omega = omega
    values = bound(program, at)
    arguments, named = [], {}
    for name, parameter in signature_of(function).items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = values.get(name, stub)
        else:
            arguments.append(values.get(name, stub))
    return function(*arguments, **named)
