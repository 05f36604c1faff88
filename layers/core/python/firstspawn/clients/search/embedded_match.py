"""The text half of a search in SQLite: who matches, with which score (`relevance` says why)."""
# ruff: noqa: S608 -- names in the statements are this package's own; values are bound

import sqlite3
from typing import Any

from firstspawn.clients.search import relevance, weights
from firstspawn.clients.search.interface import SearchQuery
from firstspawn.clients.search.spelling import near

_MATCHED = "CREATE TEMP TABLE IF NOT EXISTS matched (doc INTEGER PRIMARY KEY, score INTEGER)"
_LAST = "\U0010ffff"


def fill_matches(connection: sqlite3.Connection, g: int, query: SearchQuery) -> None:
    """Put what matches, scored, into `temp.matched`. A text without a word matches nothing."""
    connection.execute(_MATCHED)
    connection.execute("DELETE FROM temp.matched")
    plan = relevance.plan_of(query)
    if plan is None:
        return
    statement, values = _scoring(connection, g, plan)
    connection.execute(f"INSERT INTO temp.matched {statement}", values)


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
        SELECT doc, SUM(score) FROM part GROUP BY doc"""
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
        meant = near(first, _vocabulary(connection, g, alternative), alternative.slips)
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
    return near(plan.key, (name for (name,) in rows), slips)
