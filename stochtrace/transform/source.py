"""Read: bytes to a parsed module, with the place of every node. First of the passes.

Accepts any Python source that LibCST can parse, in any encoding that it declares, with any line ends.
Guarantees text with "\\n" line ends only; everything that fails is a `Refusal` with its place.
"""

from __future__ import annotations

import hashlib
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from stochtrace.diagnostics import Refusal
from stochtrace.transform.depth import too_deep


@dataclass(frozen=True)
class Source:
    """A parsed module."""

    filename: str
    text: str
    digest: str
    module: cst.Module
    places: Mapping[cst.CSTNode, CodeRange]

    @property
    def name(self) -> str:
        """The file's base name: what generated comments show."""
        return self.filename.replace("\\", "/").rsplit("/", 1)[-1]

    def line(self, node: cst.CSTNode) -> int:
        """Return the line of a node, from 1."""
        return self.places[node].start.line

    def refuse(self, node: cst.CSTNode, what: str, why: str = "", instead: str = "") -> NoReturn:
        """Raise the refusal of the program at this node."""
        place = self.places[node]
        end = place.end.column if place.end.line == place.start.line else None
        raise self.refusal(place.start.line, place.start.column, end, what, why, instead)

    def refusal(self, line: int, column: int, end: int | None, what: str, why: str, instead: str) -> Refusal:
        """Return the refusal of the program at a place."""
        bare = Refusal(what, line=line, column=column, end_column=end, why=why, instead=instead)
        return bare.with_source(self.filename, self.text.split("\n"))


def read_source(data: bytes, filename: str) -> Source:
    """Decode and parse a source file."""
    text = decode(data, filename)
    deep = too_deep(text)
    if deep is not None:
        raise _too_deep(filename, text, deep)
    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        places = wrapper.resolve(PositionProvider)
    except cst.ParserSyntaxError as error:
        raise Refusal(
            "this is not Python that can be read",
            line=error.raw_line,
            column=max(0, error.editor_column - 1),
            why=error.message.split("\n")[0],
        ).with_source(filename, text.split("\n")) from None
    except RecursionError:
        raise _too_deep(filename, text, 0) from None
    return Source(filename, text, hashlib.sha256(data).hexdigest(), wrapper.module, places)


def _too_deep(filename: str, text: str, position: int) -> Refusal:
    return Refusal(
        "an expression in this file is nested too deeply to be read",
        line=text.count("\n", 0, position) + 1,
        column=position - text.rfind("\n", 0, position) - 1,
        instead="Split it over several assignments.",
    ).with_source(filename, text.split("\n"))


def decode(data: bytes, filename: str) -> str:
    """Return the text of a source file, by its encoding declaration, line ends made one."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise Refusal(
            "this file cannot be decoded",
            line=1,
            column=0,
            why=str(error),
            filename=filename,
            instead="Save it as UTF-8, or declare its encoding in its first line.",
        ) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text else text + "\n"
