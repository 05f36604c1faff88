"""Why a server was found: its texts as HTML, with what was typed in `<em>`.

Everything else is escaped, so the answer may be put into a page as it is. Words are found by the
same folding as in the index, and not by an engine, so that every engine marks the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from firstspawn.clients.search.analysis import fold, in_word, unspaced
from firstspawn.clients.search.relevance import TextPlan
from firstspawn.clients.search.spelling import distance

_SNIPPET = 160
_BEFORE = 50
# Slips are forgiven at the beginning of a text: comparing letters is what costs most.
_FORGIVING = 400


class _Span(NamedTuple):
    start: int
    end: int
    word: str


def highlights(fields: Mapping[str, Any], plan: TextPlan) -> dict[str, str]:
    """Marked texts of a document by field; one without a mark is left out.

    Of the description a part around the first mark is given, about 160 characters.
    """
    marked = {
        name: _marked(fields.get(name) or "", plan, whole=name != "description")
        for name in ("name", "shortDescription", "description")
    }
    return {name: text for name, text in marked.items() if text is not None}


def _marked(text: str, plan: TextPlan, *, whole: bool) -> str | None:
    mark = next(_marks(text, plan), None)
    if mark is None:
        return None
    first, last = (0, len(text)) if whole else _window(text, mark[0])
    shown, position = text[first:last], 0
    parts = ["" if first == 0 else "…"]
    for start, end in _merged(sorted(_marks(shown, plan))):
        parts += [escape(shown[position:start]), f"<em>{escape(shown[start:end])}</em>"]
        position = end
    parts += [escape(shown[position:]), "" if last == len(text) else "…"]
    return "".join(parts)


def _window(text: str, mark: int) -> tuple[int, int]:
    """A part of the text around a mark that begins and ends between words where it can."""
    first = max(0, mark - _BEFORE)
    first = 0 if first == 0 else max(first, text.find(" ", first, mark) + 1)
    last = min(len(text), first + _SNIPPET)
    return first, last if last == len(text) else max(
        text.rfind(" ", mark, last), mark + 1, last - 20
    )


def _words(text: str) -> Iterator[_Span]:
    start: int | None = None
    for position in range(len(text) + 1):
        if _in_word(text, position, first=start is None):
            start = position if start is None else start
        elif start is not None:
            yield _Span(start, position, fold(text[start:position]).replace(".", "v"))
            start = None


def _in_word(text: str, position: int, *, first: bool) -> bool:
    if position == len(text):
        return False
    if text[position] == ".":
        around = text[position - 1 : position], text[position + 1 : position + 2]
        return all(one.isdigit() for one in around)
    return in_word(text[position], first=first)


def _marks(text: str, plan: TextPlan) -> Iterator[tuple[int, int]]:
    """Where it fits, from the beginning on: whoever needs the first mark alone stops there."""
    looked_for = [(unit[0].terms, max(one.slips for one in unit)) for unit in plan.units]
    together = {plan.key, *(terms[0] for terms, _ in looked_for)}
    before: _Span | None = None
    for span in _words(text):
        if before is not None and before.word + span.word in together:
            yield before.start, span.end
        for terms, slips in looked_for:
            if len(terms) > 1 or unspaced(terms[0]):
                yield from _in_run(span, _run(terms))
            elif _is_meant(terms[0], span.word, slips if span.start < _FORGIVING else 0):
                yield span.start, span.end
        before = span


def _is_meant(term: str, word: str, slips: int) -> bool:
    if word.startswith(term):
        return True
    # The first letter is never forgiven.
    return bool(slips) and word[0] == term[0] and _is_near(term, word, slips)


@lru_cache(maxsize=16_384)
def _is_near(term: str, word: str, slips: int) -> bool:
    return distance(term, word, slips) <= slips


def _run(terms: Sequence[str]) -> str:
    """The run that overlapping pairs were made of."""
    return terms[0] + "".join(term[-1] for term in terms[1:])


def _in_run(span: _Span, run: str) -> Iterator[tuple[int, int]]:
    at = span.word.find(run)
    if at < 0:
        return
    # Folding keeps the length of nearly every such text; where not, all of it is marked.
    if len(span.word) == span.end - span.start:
        yield span.start + at, span.start + at + len(run)
    else:
        yield span.start, span.end


def _merged(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in marks:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
