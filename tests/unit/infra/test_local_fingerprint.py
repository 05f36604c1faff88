"""When a kept stack has to be deployed again."""

from pathlib import Path

import pytest

from infra.deploy.target import Target
from infra.local.fingerprint import fingerprint

_CODE = (
    '@blueprint.lambda_function(name="{name}")\ndef handler(event, context):\n    return {answer}\n'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one function."""
    (tmp_path / "functions").mkdir()
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    (tmp_path / "functions/mail.py").write_text(_CODE.format(name="mail_worker", answer=1))
    return tmp_path


def _digest(project: Path, host: str = "") -> str:
    return fingerprint(project, project / "deploy", Target("embedded", function_host=host))


def test_code_alone_needs_no_deployment(project: Path) -> None:
    before = _digest(project)

    (project / "functions/mail.py").write_text(_CODE.format(name="mail_worker", answer=2))

    assert _digest(project) == before


def test_another_function_needs_one(project: Path) -> None:
    before = _digest(project)

    (project / "functions/more.py").write_text(_CODE.format(name="more", answer=1))

    assert _digest(project) != before


def test_another_template_needs_one(project: Path) -> None:
    before = _digest(project)

    (project / "template.yaml").write_text("Resources: {Table: {}}\n")

    assert _digest(project) != before


def test_other_ports_need_one(project: Path) -> None:
    assert _digest(project, "http://a") != _digest(project, "http://b")
