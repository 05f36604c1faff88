"""Finding a Java that an engine can run on, whichever way it came onto the machine."""

import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

_VERSION = re.compile(r'^JAVA_VERSION="(?:1\.)?(\d+)', re.MULTILINE)
_PLACES = (
    "/usr/lib/jvm/*",
    "/opt/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)


class Java(NamedTuple):
    """A Java home and its major version."""

    home: Path
    major: int

    @property
    def executable(self) -> str:
        """Path of its `java`."""
        return str(self.home / "bin" / "java")


def find_java(minimum: int, homes: Iterable[Path] | None = None) -> Java | None:
    """Return the first home (JAVA_HOME and PATH come first) with that major version or later."""
    for home in candidate_homes() if homes is None else homes:
        java = java_at(home)
        if java and java.major >= minimum:
            return java
    return None


def java_at(home: Path) -> Java | None:
    """Read a home's `release` file. None if there is no Java there."""
    try:
        found = _VERSION.search((home / "release").read_text())
    except OSError:
        return None
    if found is None or not (home / "bin" / "java").exists():
        return None
    return Java(home, int(found.group(1)))


def candidate_homes(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """List the places where a Java may be: JAVA_HOME, the one on PATH, the usual folders."""
    homes = [Path(environ["JAVA_HOME"])] if environ.get("JAVA_HOME") else []
    if on_path := shutil.which("java", path=environ.get("PATH", "")):
        homes.append(Path(on_path).resolve().parent.parent)
    for place in _PLACES:
        pattern = Path(place).expanduser()
        homes += sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    return homes
