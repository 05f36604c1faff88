"""The libraries of the functions' runtime, whatever machine builds the package.

Emulators that run functions with an interpreter that already has the libraries need none.
"""

import compileall
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

from infra.deploy.target import Target

RUNTIME = "3.13"
_GLIBC_MINORS = (34, 28, 17)  # Amazon Linux 2023 has 2.34


def architecture(target: Target) -> str:
    """The functions' architecture in Lambda's words: arm64 on AWS, this machine's on emulators."""
    if not target.emulated:
        return "arm64"
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def add(project: Path, code: Path, build: Path, lambda_architecture: str) -> None:
    """Put the wheels of requirements.txt into `code`, and byte code beside everything in it."""
    _compile(code)
    shutil.copytree(_wheels(project, build, lambda_architecture), code, dirs_exist_ok=True)


def _wheels(project: Path, build: Path, lambda_architecture: str) -> Path:
    """Install requirements.txt for the functions' runtime, once per content of that file."""
    requirements = project / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    target = build / "wheels" / f"{RUNTIME}-{lambda_architecture}-{digest}"
    if target.exists():
        return target
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    machine = "aarch64" if lambda_architecture == "arm64" else "x86_64"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", f"--python-version={RUNTIME}", "--no-compile", "--no-deps"]
    command += [f"--platform=manylinux_2_{minor}_{machine}" for minor in _GLIBC_MINORS]
    command += [f"--platform=manylinux2014_{machine}", "--target", str(partial)]
    subprocess.run([*command, "--requirement", str(requirements)], check=True)
    for scripts in partial.glob("bin"):
        shutil.rmtree(scripts)
    _compile(partial)
    partial.rename(target)
    return target


def _compile(code: Path) -> None:
    """Byte code halves a cold start; it has to be made by the runtime's Python."""
    if sys.version_info[:2] == tuple(int(part) for part in RUNTIME.split(".")):
        mode = PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(code, quiet=2, stripdir=str(code), invalidation_mode=mode)
        return
    for interpreter in _interpreters():
        options = ["-qq", "-s", str(code), "--invalidation-mode", "unchecked-hash"]
        command = [str(interpreter), "-m", "compileall", *options, str(code)]
        if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return
    print(f"No Python {RUNTIME} here: without byte code functions start slowly", file=sys.stderr)


def _interpreters() -> list[Path]:
    """Interpreters of the runtime's version: on PATH (it may be a shim that fails), or pyenv's."""
    found = [Path(path)] if (path := shutil.which(f"python{RUNTIME}")) else []
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return [*found, *sorted(pyenv.glob(f"versions/{RUNTIME}.*/bin/python"))]
