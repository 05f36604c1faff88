"""Which known words a misspelt one may have meant; OpenSearch does the same by itself."""

from collections.abc import Iterable


def near(word: str, vocabulary: Iterable[str], slips: int, most: int) -> list[str]:
    """Return up to `most` words at most `slips` letters apart, the nearest first."""
    distances = ((distance(word, known, slips), known) for known in vocabulary)
    within = sorted(pair for pair in distances if pair[0] <= slips)
    return [known for _, known in within[:most]]


def distance(first: str, second: str, enough: int) -> int:
    """Letters inserted, missing, replaced or swapped; counting stops beyond `enough`."""
    beyond, letters, others = enough + 1, set(first), set(second)
    # Most words are told apart by this alone.
    if max(abs(len(first) - len(second)), len(letters - others), len(others - letters)) > enough:
        return beyond
    older: list[int] = []
    old = [min(j, beyond) for j in range(len(second) + 1)]
    for i, letter in enumerate(first, start=1):
        row = [beyond] * len(old)
        row[0] = min(i, beyond)
        # Letters farther apart than that cannot be each other's.
        for j in range(max(1, i - enough), min(len(second), i + enough) + 1):
            other = second[j - 1]
            cost = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (letter != other), beyond)
            if i > 1 < j and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row[j] = cost
        if min(row) > enough:
            return beyond
        older, old = old, row
    return old[-1]
