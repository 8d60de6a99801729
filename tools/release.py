"""Release a version: `make release VERSION=0.2.0`. Nothing is uploaded, and nothing is left behind where a step fails.

The version that is asked for is written into stochtrace/version.py, into the headers of generated files and into
CHANGELOG.md; the checks run; sdist and wheel are built from the commit and tried; then the commit gets the tag.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from building import ROOT, built, foreign, version_where_installed

VERSION = re.compile(r"\d+\.\d+\.\d+(rc\d+)?")
UNRELEASED = re.compile(r"^## [^\n(]*\(unreleased\)\n+(?=\S)(?!## )", re.MULTILINE)


def git(*arguments: str) -> str:
    """Run git in the project, and return what it prints."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def make(target: str) -> None:
    """Run a target of the Makefile."""
    subprocess.run(["make", target], cwd=ROOT, check=True)


def objections(version: str, status: str, tags: str, changelog: str) -> list[str]:
    """Return what stands in the way of a release."""
    found = []
    if not VERSION.fullmatch(version):
        found.append(f"VERSION={version!r} is not like 0.2.0 or 0.2.0rc1")
    if status:
        found.append("files differ from the last commit: commit them, or put them aside")
    if f"v{version}" in tags.split():
        found.append(f"the tag v{version} exists")
    if not UNRELEASED.search(changelog):
        found.append('CHANGELOG.md has no lines under a heading "(unreleased)"')
    return found


def dated(changelog: str, version: str, day: datetime.date) -> str:
    """Return the changelog with its unreleased section as that of a version."""
    return UNRELEASED.sub(f"## {version} ({day.isoformat()})\n\n", changelog, count=1)


def named(text: str, version: str) -> str:
    """Return the text of version.py with another version."""
    return re.sub(r'^__version__ = ".*"$', f'__version__ = "{version}"', text, count=1, flags=re.MULTILINE)


def write(version: str) -> None:
    """Write the version wherever it stands."""
    day = datetime.datetime.now(datetime.UTC).date()
    for path, new in (
        (ROOT / "stochtrace" / "version.py", lambda text: named(text, version)),
        (ROOT / "CHANGELOG.md", lambda text: dated(text, version, day)),
    ):
        path.write_text(new(path.read_text(encoding="utf-8")), encoding="utf-8")
    make("golden")


def tried(version: str) -> None:
    """Build from the commit that is checked out; raise where the wheel is not what it should be."""
    wheel = built(ROOT / "dist" / version)
    with tempfile.TemporaryDirectory() as folder:
        printed = version_where_installed(wheel, Path(folder))
    if foreign(wheel) or printed != f"stochtrace {version}":
        raise SystemExit(f"{wheel.name} installs {foreign(wheel) or printed}")


def release(version: str) -> None:
    """Check, write, test, commit, tag and build."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if found := objections(version, git("status", "--porcelain"), git("tag"), changelog):
        raise SystemExit("\n".join(found))
    before = git("rev-parse", "HEAD")
    try:
        write(version)
        make("test")
        git("commit", "--all", "--message", f"Release {version}")
        tried(version)
    except BaseException:
        git("reset", "--hard", before)
        raise
    git("tag", "--annotate", f"v{version}", "--message", f"stochtrace {version}")
    print(f"dist/{version} is ready. To publish it: git push origin HEAD v{version}; twine upload dist/{version}/*")


if __name__ == "__main__":
    release(sys.argv[1] if len(sys.argv) > 1 else "")
