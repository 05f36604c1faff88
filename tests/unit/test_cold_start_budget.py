"""What a cold start may import. Modules are counted, not seconds: the answer is always the same."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("opensearchpy", "mcstatus", "dns", "boto3", "argon2", "jwt", "email_validator", "PIL",
    "cryptography", "requests", "aiohttp", "flask", "flask_swagger_ui", "sqlite3",
    "webauthn", "pyotp", "cbor2")  # fmt: skip
HTTP = "app"
WORKERS = [
    f"functions.{package}.{path.stem}"
    for package in ("streams", "queues", "scheduled", "websocket", "uploads")
    for path in sorted((ROOT / "functions" / package).glob("[a-z]*.py"))
]


def imported_by(module: str) -> set[str]:
    program = f"import sys; import {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core/python'}"},
        timeout=60,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", [HTTP, *WORKERS])
def test_a_cold_start_leaves_heavy_libraries_for_their_first_use(module: str) -> None:
    # Given a fresh interpreter, when it imports a function's module
    modules = imported_by(module)
    # Then nothing heavy came along
    assert not {name for name in modules if name.split(".")[0] in HEAVY}


@pytest.mark.parametrize("module", WORKERS)
def test_a_worker_does_not_import_the_api(module: str) -> None:
    # Given a fresh interpreter, when it imports a worker
    modules = imported_by(module)
    # Then the HTTP routes stayed out
    assert not {name for name in modules if name.startswith(("functions.api", "functions.http"))}


def test_the_api_stays_within_its_number_of_modules() -> None:
    # Given a fresh interpreter, when it imports the application
    modules = imported_by(HTTP)
    ours = {name for name in modules if name.split(".")[0] in {"firstspawn", "functions"}}
    # Then it loads what routes declare (0.65 ms a module) and no thousand in all
    assert len(ours) < 300
    assert len(modules) < 1000
