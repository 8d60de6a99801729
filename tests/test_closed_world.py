"""The closed world: whatever NumPy's and Python's generators have is a row of the table, or refused with a way out."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from stochtrace.diagnostics import Refusal
from stochtrace.spellings import BIT_GENERATORS, MAKERS, NO_DRAWS, SEEDING, find
from stochtrace.transform.pipeline import transform

WORLDS: dict[str, tuple[str, Any, str]] = {
    "np.random.Generator": ("generator", np.random.Generator, "rng."),
    "np.random.RandomState": ("numpy", np.random.RandomState, "rng."),
    "random.Random": ("random", random.Random, "rng."),
    "np.random": ("numpy", np.random, "np.random."),
    "random": ("random", random, "random."),
}
NAMES = [
    pytest.param(world, name, id=f"{world}.{name}")
    for world, (_, place, _) in WORLDS.items()
    for name in dir(place)
    if not name.startswith("_")
]


def refusal(world: str, expression: str) -> Refusal:
    """How a program that uses an expression is refused."""
    annotation = f": {world}" if world.count(".") and world != "np.random" else ""
    source = f"import random\nimport numpy as np\n\ndef f(p, rng{annotation}):\n    return p * {expression}\n"
    with pytest.raises(Refusal) as caught:
        transform(source.encode(), filename="model.py", output="model_d.py", functions=("f",))
    return caught.value


@pytest.mark.parametrize(("world", "name"), NAMES)
def test_a_name_is_known_or_refused_with_a_way_out(world: str, name: str) -> None:
    maker, place, prefix = WORLDS[world]
    path = f"{place.__name__}.{name}"
    if path in MAKERS or path in BIT_GENERATORS or (path in SEEDING and prefix != "rng."):
        return
    row = find(name, maker)
    assert (row is None) == (name in NO_DRAWS), "either a row of the table, or refused"
    if row is None:
        for expression in (f"{prefix}{name}", f"{prefix}{name}()"):
            error = refusal(world, expression)
            assert name in error.what and error.why and error.instead, str(error)


@pytest.mark.parametrize(("world", "name"), NAMES)
def test_a_row_takes_every_argument_of_the_call(world: str, name: str) -> None:
    """As far as Python tells them: the documentation of NumPy's methods begins with the signature."""
    maker, place, _ = WORLDS[world]
    row = find(name, maker)
    if row is None or maker == "random":
        return
    first = (getattr(place, name).__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    listed = first.partition("(")[2].rpartition(")")[0].split(",")
    arguments = {part.split("=")[0].strip() for part in listed} - {"", "*", "/", "d0", "d1", "...", "dn"}
    known = {part.split("=")[0].strip(" )") for part in row.call.partition("(")[2].split(",")} | {"size"}
    assert arguments <= known
