"""`%load_ext stochtrace`: the cell magic `%%derivative`."""

from __future__ import annotations

import ast
from typing import Any

from stochtrace.diagnostics import Refusal
from stochtrace.highlighting import listing
from stochtrace.notebook import differentiate


class Generated:
    """The text of a generated module: highlighted in a notebook, as it stands in a terminal."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return listing(self.text)


def load_ipython_extension(shell: Any) -> None:
    """Register the magics; IPython calls this."""
    from IPython.core.error import UsageError
    from IPython.display import display

    def derivative(line: str, cell: str) -> None:
        """Run the cell, differentiate the last function that it defines, show what was generated, and bind the program.

        `%%derivative p` differentiates by p, `%%derivative p q` by both, and `%%derivative` by all that hold floats.
        The program of `walk` is called `walk_d`.
        """
        name = last_function(shell.transform_cell(cell))
        if name is None:
            raise UsageError("%%derivative: the cell defines no function; write `def model(p, rng):` in it")
        # The comment stands for the line of the magic: lines are those that the user sees.
        if not shell.run_cell(f"# %%derivative {line}\n{cell}").success:
            return
        try:
            program = differentiate(shell.user_ns[name], wrt=line.replace(",", " ").split() or None)
        except (Refusal, TypeError) as error:
            raise UsageError(str(error)) from error
        shell.push({f"{name}_d": program})
        display(Generated(program.text))
        print(f"{name}_d is the {repr(program)[1:-1]}")

    shell.register_magic_function(derivative, magic_kind="cell")


def last_function(code: str) -> str | None:
    """Return the name of the last function that a cell defines, None where there is none."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return ""  # running the cell tells it
    return next((node.name for node in reversed(body) if isinstance(node, ast.FunctionDef)), None)
