"""What the user is told about a program that cannot be differentiated: where, what, why, and what to do instead."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from typing import Self

from stochtrace.refusals import code_of


@dataclass(eq=False)
class Refusal(Exception):
    """A program that is refused.

    `line` counts from 1; `column` and `end_column` count from 0, as in LibCST. The text counts columns from 1, as
    Python's messages and most linters do:

        queue.py:14:8: this test compares a value that moves smoothly with the parameters [ST436]
            14 |     if wait > deadline:
                        ^^^^^^^^^^^^^^^
        `wait` comes from rng.exponential (line 11) through `wait ** 3 - wait`, which stochtrace cannot invert.
        Test `rng.exponential(...)` itself, or mark line 11 `# stochtrace: score`.
    """

    what: str
    _: KW_ONLY
    line: int
    column: int
    end_column: int | None = None
    source_line: str = ""
    why: str = ""
    instead: str = ""
    filename: str = ""

    def with_source(self, filename: str, lines: Sequence[str]) -> Self:
        """The same refusal, with the name of the file and the source line taken from `lines`."""
        inside = 1 <= self.line <= len(lines)
        return replace(self, filename=filename, source_line=lines[self.line - 1] if inside else "")

    @property
    def code(self) -> str:
        """The stable code of what is refused, such as ST204."""
        return code_of(self.what)

    def __str__(self) -> str:
        place = f"{self.filename}:{self.line}:{self.column + 1}" if self.filename else f"{self.line}:{self.column + 1}"
        first = " ".join(filter(None, [f"{place}: {self.what}", self.code and f"[{self.code}]"]))
        return "\n".join(filter(None, [first, self._excerpt(), self.why, self.instead]))

    def _excerpt(self) -> str:
        """The source line with its number, and carets under the columns."""
        text = self.source_line.rstrip()
        if not text:
            return ""
        number = f"    {self.line} | "
        end = min(self.end_column or 0, len(text))
        carets = max(end - self.column, 1)
        # A tab stays a tab, so that the carets stand where the terminal puts the text.
        indent = "".join("\t" if character == "\t" else " " for character in text[: self.column])
        return f"{number}{text}\n{' ' * len(number)}{indent}{'^' * carets}"

    def __reduce__(self) -> tuple[partial[Self], tuple[()]]:
        return partial(type(self), **vars(self)), ()
