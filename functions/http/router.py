"""Finds the route of a path among those Chalice registered (docs/decisions/0001)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from firstspawn.errors import MethodNotAllowed, NotFound
from functions.http.request import decoded_segments
from functions.http.routes import Route


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    routes: dict[str, tuple[Route, list[str]]] = field(default_factory=dict)


class Router:
    """A tree of path segments; a literal segment beats a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._insert(route)

    def _insert(self, route: Route) -> None:
        node, names = self._root, []
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        node.routes[route.method] = (route, names)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its decoded parameters. Raises NotFound or MethodNotAllowed."""
        routes, values = self._at(path)
        wanted = "GET" if method == "HEAD" else method
        if wanted not in routes:
            raise MethodNotAllowed(headers={"Allow": ", ".join(self._methods(routes))})
        route, names = routes[wanted]
        return route, dict(zip(names, values, strict=True))

    def methods(self, path: str) -> list[str]:
        """The methods a path answers. Raises NotFound."""
        return self._methods(self._at(path)[0])

    @staticmethod
    def _methods(routes: Iterable[str]) -> list[str]:
        names = set(routes)
        return sorted(names | {"OPTIONS"} | ({"HEAD"} if "GET" in names else set()))

    def _at(self, path: str) -> tuple[dict[str, tuple[Route, list[str]]], list[str]]:
        found = _descend(self._root, decoded_segments(path), [])
        if found is None:
            raise NotFound("no such path", code="route_not_found")
        return found


def _descend(
    node: _Node, segments: list[str], values: list[str]
) -> tuple[dict[str, tuple[Route, list[str]]], list[str]] | None:
    if not segments:
        return (node.routes, values) if node.routes else None
    head, rest = segments[0], segments[1:]
    if head in node.literals:
        found = _descend(node.literals[head], rest, values)
        if found:
            return found
    if node.parameter and head:
        return _descend(node.parameter, rest, [*values, head])
    return None
