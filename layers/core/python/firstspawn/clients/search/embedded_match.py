"""What a search in SQLite is about: who matches, with which score (`relevance` says why)."""
# ruff: noqa: S608 -- names in the statements are this package's own; values are bound

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from firstspawn.clients.search import relevance, weights
from firstspawn.clients.search.embedded_filter import Condition, conditions
from firstspawn.clients.search.interface import Filter, SearchQuery
from firstspawn.clients.search.spelling import near

_MATCHED = "CREATE TEMP TABLE IF NOT EXISTS matched (doc INTEGER PRIMARY KEY, score INTEGER)"
_LAST = "\U0010ffff"
_FEW = 8


@dataclass(frozen=True, slots=True)
class Source:
    """Where the documents of a search come from: `temp.matched m` if it was narrowed, else all.

    SQLite cannot know how many there are: the order of the joins is ours.
    """

    g: int
    is_narrowed: bool = False
    are_few: bool = False

    @property
    def documents(self) -> str:
        """What matched, with its columns as `d`."""
        every = f"docs_{self.g} d"
        return f"temp.matched m CROSS JOIN {every} ON d.doc = m.doc" if self.is_narrowed else every

    @property
    def counted(self) -> str:
        """The same for counting: many come in the order of the index that has what is counted."""
        many = self.is_narrowed and not self.are_few
        every = f"docs_{self.g} d CROSS JOIN temp.matched m ON m.doc = d.doc"
        return every if many else self.documents

    def labels(self, filters: Sequence[Filter]) -> tuple[str, Condition]:
        """The labels `t` of what matched and fits filters: their source, and a condition."""
        labels = f"labels_{self.g} t"
        if self.are_few:
            few = f"{self.documents} CROSS JOIN {labels} ON t.doc = d.doc"
            return few, conditions(self.g, filters)
        matched = f"{labels} CROSS JOIN temp.matched m ON m.doc = t.doc"
        source = matched if self.is_narrowed else labels
        if not filters:  # hidden documents have no labels
            return source, ("TRUE", [])
        condition, values = conditions(self.g, filters, listed="d.listed = 1")
        fitting = f"SELECT d.doc FROM docs_{self.g} d WHERE {condition}"
        return source, (f"t.doc IN ({fitting})", values)


def narrow(
    connection: sqlite3.Connection, g: int, query: SearchQuery, filters: tuple[Filter, ...]
) -> Source:
    """Put what has the text and fits the filters into `temp.matched`, scored, if there are any.

    A text without a word matches nothing.
    """
    if query.text is None and not filters:
        return Source(g)
    connection.execute(_MATCHED)
    connection.execute("DELETE FROM temp.matched")
    condition, bound = conditions(g, filters)
    statement, values = f"SELECT d.doc, 0 FROM docs_{g} d WHERE {condition}", bound
    if query.text is not None:
        plan = relevance.plan_of(query)
        if plan is None:
            return Source(g, is_narrowed=True, are_few=True)
        statement, values = _scoring(connection, g, plan)
        if filters:
            statement = (
                f"SELECT d.doc, s.score FROM ({statement}) s CROSS JOIN docs_{g} d"
                f" ON d.doc = s.doc WHERE {condition}"
            )
            values += bound
    matched = connection.execute(f"INSERT INTO temp.matched {statement}", values).rowcount
    (most,) = connection.execute(f"SELECT MAX(doc) FROM docs_{g}").fetchone()
    return Source(g, is_narrowed=True, are_few=matched * _FEW < (most or 0))


def _scoring(
    connection: sqlite3.Connection, g: int, plan: relevance.TextPlan
) -> tuple[str, list[Any]]:
    hits: list[str] = []
    values: list[Any] = []
    for number, unit in enumerate(plan.units):
        for alternative in unit:
            expression = _expression(connection, g, alternative)
            if expression is not None:
                hits.append(
                    f"SELECT rowid, {number}, '{alternative.field}', {alternative.score}"
                    f" FROM terms_{g} WHERE terms_{g} MATCH ?"
                )
                values.append(expression)
    near_names = [_near_names(connection, g, plan, slips) for slips in range(1, plan.slips + 1)]
    near_parts = "".join(
        f"""
            SELECT doc, {weights.NEAR_NAME} FROM docs_{g}
            WHERE nameKey IN ({", ".join("?" * len(names))})
            UNION ALL"""
        for names in near_names
    )
    statement = f"""
        WITH hit (doc, unit, field, score) AS ({" UNION ALL ".join(hits)}),
        best (doc, unit, score) AS (
            SELECT doc, unit, MAX(score) FROM hit GROUP BY doc, unit, field
        ),
        part (doc, score) AS (
            SELECT doc, SUM(score) FROM best
            GROUP BY doc HAVING COUNT(DISTINCT unit) >= {plan.required}
            UNION ALL{near_parts}
            SELECT doc, {weights.SAME_NAME} FROM docs_{g} WHERE nameKey = ? OR slugKey = ?
            UNION ALL
            SELECT doc, {weights.NAME_BEGINS} FROM docs_{g} WHERE nameKey >= ? AND nameKey < ?
        )
        SELECT doc, SUM(score) AS score FROM part GROUP BY doc"""
    values += [name for names in near_names for name in names]
    return statement, [*values, plan.key, plan.key, plan.key, plan.key + _LAST]


def _expression(
    connection: sqlite3.Connection, g: int, alternative: relevance.Alternative
) -> str | None:
    """An FTS5 query. Terms hold letters, digits and marks only, so quoting them is enough."""
    field, first = alternative.field, alternative.terms[0]
    if alternative.prefix:
        return f'{field} : "{first}" *'
    if alternative.slips:
        known = _vocabulary(connection, g, alternative)
        meant = near(first, known, alternative.slips, alternative.meanings)
        return f"{field} : ({' OR '.join(map(_quoted, meant))})" if meant else None
    return f"{field} : ({' AND '.join(map(_quoted, alternative.terms))})"


def _quoted(term: str) -> str:
    return f'"{term}"'


def _vocabulary(
    connection: sqlite3.Connection, g: int, alternative: relevance.Alternative
) -> list[str]:
    word, slips = alternative.terms[0], alternative.slips
    rows = connection.execute(
        f"SELECT term FROM vocabulary_{g} WHERE term >= ? AND term < ? AND col = ?"
        " AND LENGTH(term) BETWEEN ? AND ?",
        (word[0], word[0] + _LAST, alternative.field, len(word) - slips, len(word) + slips),
    )
    return [term for (term,) in rows]


def _near_names(
    connection: sqlite3.Connection, g: int, plan: relevance.TextPlan, slips: int
) -> list[str]:
    first, length = plan.key[0], len(plan.key)
    rows = connection.execute(
        f"SELECT DISTINCT nameKey FROM docs_{g} WHERE nameKey >= ? AND nameKey < ?"
        " AND LENGTH(nameKey) BETWEEN ? AND ?",
        (first, first + _LAST, length - slips, length + slips),
    )
    return near(plan.key, (name for (name,) in rows), slips, relevance.MOST_MEANINGS)
