"""Read: bytes to a parsed module, with the place of every node. First of the passes.

Accepts any Python source that LibCST can parse, in any encoding that it declares, with any line ends.
Guarantees text with "\\n" line ends only; everything that fails is a `Refusal` with its place.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from stochtrace.diagnostics import Refusal
from stochtrace.transform.aliases import draws_written_out
from stochtrace.transform.depth import too_deep
from stochtrace.transform.stars import Unknown, written_out

Made = TypeVar("Made", bound=cst.CSTNode)


@dataclass(frozen=True)
class Source:
    """A parsed module."""

    filename: str
    text: str
    digest: str
    module: cst.Module
    places: dict[cst.CSTNode, CodeRange]

    @property
    def name(self) -> str:
        """The file's base name: what generated comments show."""
        return self.filename.replace("\\", "/").rsplit("/", 1)[-1]

    def line(self, node: cst.CSTNode) -> int:
        """Return the line of a node, from 1."""
        return self.places[node].start.line

    def placed(self, node: Made, like: cst.CSTNode) -> Made:
        """Return a node made for another one, whose place it takes."""
        self.places[node] = self.places[like]
        return node

    def refuse(self, node: cst.CSTNode, what: str, why: str = "", instead: str = "") -> NoReturn:
        """Raise the refusal of the program at this node."""
        place = self.places[node]
        end = place.end.column if place.end.line == place.start.line else None
        raise self.refusal(place.start.line, place.start.column, end, what, why, instead)

    def refusal(
        self, line: int, column: int, end: int | None, what: str, why: str, instead: str
    ) -> Refusal:
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
        _compiles(text, filename)
        text = draws_written_out(written_out(text))
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        places = wrapper.resolve(PositionProvider)
    except Unknown as unknown:
        raise _unknown(filename, text, unknown) from None
    except SyntaxError as error:
        raise _unreadable(filename, text, error.lineno or 1, error.offset or 1, error.msg) from None
    except cst.ParserSyntaxError as error:
        raise _unreadable(filename, text, error.raw_line, error.editor_column, error.message.split("\n")[0]) from None
    except (RecursionError, MemoryError):
        raise _too_deep(filename, text, 0) from None
    return Source(filename, text, hashlib.sha256(data).hexdigest(), wrapper.module, dict(places))


def _compiles(text: str, filename: str) -> None:
    """Let Python say what is wrong: it knows more of its rules than the parser, and better places."""
    if "\0" in text:
        raise SyntaxError(
            "source code cannot contain null bytes", (filename, text.count("\n", 0, text.index("\0")) + 1, 1, "")
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, filename, "exec", dont_inherit=True)


def _unknown(filename: str, text: str, unknown: Unknown) -> Refusal:
    names = ", ".join(unknown.names)
    return Refusal(
        f"`from {unknown.module} import *` brings names that cannot be known here",
        line=unknown.node.lineno,
        column=unknown.node.col_offset,
        end_column=unknown.node.end_col_offset,
        why=f"This file uses names that it does not define: {names}.",
        instead="Import the names that the model uses from the modules that define them, or define them here.",
    ).with_source(filename, text.split("\n"))


def _unreadable(filename: str, text: str, line: int, column: int, why: str) -> Refusal:
    refusal = Refusal("this is not Python that can be read", line=max(1, line), column=max(0, column - 1), why=why)
    return refusal.with_source(filename, text.split("\n"))


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
        text = data.decode(_encoding(data))
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise Refusal(
            "this file cannot be decoded",
            line=data.count(b"\n", 0, start) + 1,
            column=0,
            why=str(error),
            filename=filename,
            instead="Save it as UTF-8, or declare its encoding in its first line.",
        ) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text else text + "\n"


def _encoding(data: bytes) -> str:
    declared = re.match(rb"(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", data)
    known = declared or data.startswith(codecs.BOM_UTF8)
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0] if known else "utf-8"
