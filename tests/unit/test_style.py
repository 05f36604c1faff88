"""The sizes and manners of CONTRIBUTING.md hold, and each check can fail."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Check = Callable[[str], Iterator[str]]
ROOT = Path(__file__).parents[2]
MODULE_LINES = 400
FUNCTION_LINES = 50
UNFINISHED = re.compile("#.*\\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + ")\\b")
EVERYWHERE = ("app.py", "functions", "layers", "infra", "tests", "benchmarks")
DEPLOYED = ("app.py", "functions", "layers")


def files(places: tuple[str, ...]) -> list[Path]:
    """The Python files in these places of the checkout."""
    found = (path for place in places for path in [ROOT / place, *(ROOT / place).rglob("*.py")])
    return sorted(p for p in found if p.suffix == ".py" and "node_modules" not in p.parts)


def offences(check: Check, places: tuple[str, ...]) -> list[str]:
    """What a check finds in these places."""
    return [
        f"{path.relative_to(ROOT)}: {offence}"
        for path in files(places)
        for offence in check(path.read_text())
    ]


def too_long(source: str) -> Iterator[str]:
    """Find a module or functions over their cap."""
    if (lines := len(source.splitlines())) > MODULE_LINES:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{node.name} has {length} lines"


def ill_mannered(source: str) -> Iterator[str]:
    """Find errors that are swallowed and work that is left for later."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and all(_does_nothing(step) for step in node.body):
            yield f"line {node.lineno}: an error is swallowed"
    for number, line in enumerate(source.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"line {number}: unfinished"


def _does_nothing(node: ast.stmt) -> bool:
    is_dots = (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.value.value is Ellipsis
    )
    return isinstance(node, ast.Pass) or is_dots


def undocumented(source: str) -> Iterator[str]:
    """Find the module, its public classes and functions without a docstring."""
    module = ast.parse(source)
    if module.body and not ast.get_docstring(module):
        yield "the module"
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    public = (n for n in module.body if isinstance(n, kinds) and not n.name.startswith("_"))
    yield from (f"{n.name} (line {n.lineno})" for n in public if not ast.get_docstring(n))


@pytest.mark.parametrize("check", [too_long, ill_mannered])
def test_code_is_short_and_finished(check: Check) -> None:
    found = offences(check, EVERYWHERE)
    assert not found, "\n".join(found)


def test_what_is_deployed_says_why_it_exists() -> None:
    found = offences(undocumented, DEPLOYED)
    assert not found, "\n".join(found)


def test_long_code_is_found() -> None:
    assert list(too_long("x = 1\n" * 401)) == ["401 lines"]
    assert list(too_long("def f():\n" + "    x = 1\n" * 50)) == ["f has 51 lines"]
    assert list(too_long("def f():\n" + "    x = 1\n" * 49)) == []


@pytest.mark.parametrize("body", ["pass", "...", "pass\n    ..."])
def test_a_swallowed_error_is_found(body: str) -> None:
    source = f"try:\n    f()\nexcept ValueError:\n    {body}\n"
    assert list(ill_mannered(source)) == ["line 3: an error is swallowed"]


def test_unfinished_work_is_found() -> None:
    assert list(ill_mannered("x = 1  # TO" + "DO: more")) == ["line 1: unfinished"]
    assert list(ill_mannered("x = 1  # nothing left to do")) == []


def test_a_missing_docstring_is_found() -> None:
    source = "class A:\n    def m(self): ...\ndef f(): ...\ndef _g(): ...\n"
    assert list(undocumented(source)) == ["the module", "A (line 1)", "f (line 3)"]
    assert list(undocumented("")) == []


def test_there_is_code_to_look_at() -> None:
    assert len(files(EVERYWHERE)) > len(files(DEPLOYED)) > 100
