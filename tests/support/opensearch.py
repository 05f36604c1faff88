"""What tests do to an OpenSearch besides using our client."""

from collections.abc import Iterable

from opensearchpy import OpenSearch


def delete_indexes(url: str, aliases: Iterable[str]) -> None:
    """Remove every index a test's engine made."""
    with OpenSearch(url) as client:
        for alias in aliases:
            client.indices.delete(index=f"{alias}-*", params={"ignore": 404})
