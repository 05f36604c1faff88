"""Which known words a misspelt one may have meant; OpenSearch does the same by itself."""

from collections.abc import Iterable

_MOST_MEANINGS = 50


def near(word: str, vocabulary: Iterable[str], slips: int) -> list[str]:
    """Return up to 50 words at most `slips` letters apart, the nearest first."""
    distances = ((distance(word, known, slips), known) for known in vocabulary)
    within = sorted(pair for pair in distances if pair[0] <= slips)
    return [known for _, known in within[:_MOST_MEANINGS]]


def distance(first: str, second: str, enough: int) -> int:
    """Letters inserted, missing, replaced or swapped; counting stops beyond `enough`."""
    if abs(len(first) - len(second)) > enough:
        return enough + 1
    older: list[int] = []
    old = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        row = [i]
        for j, other in enumerate(second, start=1):
            cost = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (letter != other))
            if i > 1 < j and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > enough:
            return enough + 1
        older, old = old, row
    return old[-1]
