"""Tables of the embedded engine.

Every rebuild makes a new generation of tables (`docs_2`, `terms_2`, ...); `state` names the one
that is live and the one being built. Terms arrive already analysed, so the tokenizer only splits at
blanks; positions and lengths are not kept because nothing ranks by them.
"""

import hashlib

from firstspawn.clients.search import mapping
from firstspawn.clients.search.weights import WORD

TERM_FIELDS = tuple(WORD)
# What facets and totals look at: one index answers them without touching the documents.
COUNTED = ("gameType", "edition", "region", "isOnline", "isVerified")
STATE = "CREATE TABLE IF NOT EXISTS state (role TEXT PRIMARY KEY, generation INTEGER NOT NULL)"
_SQL_TYPES = {"keyword": "TEXT", "double": "REAL"}


def create(generation: int) -> list[str]:
    """Statements that make one generation of tables."""
    columns = ", ".join(
        f"{name} {_SQL_TYPES.get(kind, 'INTEGER')}" for name, kind in mapping.columns().items()
    )
    columns += ", lat REAL, lon REAL"
    g = generation
    own = "doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL"
    labels = "doc INTEGER, field TEXT, value TEXT, PRIMARY KEY (doc, field, value)"
    options = "tokenize = 'ascii', prefix = '1 2 3 4', detail = 'column', columnsize = 0"
    return [
        f"CREATE TABLE docs_{g} ({own}, {columns})",
        f"CREATE INDEX docs_{g}_name ON docs_{g} (nameKey)",
        f"CREATE INDEX docs_{g}_slug ON docs_{g} (slugKey)",
        f"CREATE INDEX docs_{g}_counts ON docs_{g} (listed, {', '.join(COUNTED)})",
        f"CREATE TABLE bodies_{g} (doc INTEGER PRIMARY KEY, body TEXT NOT NULL, description TEXT)",
        f"CREATE TABLE labels_{g} ({labels}) WITHOUT ROWID",
        f"CREATE INDEX labels_{g}_value ON labels_{g} (field, value, doc)",
        f"CREATE VIRTUAL TABLE terms_{g} USING fts5 ({', '.join(TERM_FIELDS)}, {options})",
        f"CREATE VIRTUAL TABLE vocabulary_{g} USING fts5vocab (terms_{g}, 'col')",
        f"CREATE TABLE made_{g} (fingerprint TEXT NOT NULL)",
    ]


def fingerprint() -> str:
    """Tells these tables, and what is put into them, from those of another version."""
    state = "".join([mapping.fingerprint(), *create(0)])
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def drop(generation: int) -> list[str]:
    """Statements that remove one generation."""
    names = ("vocabulary", "terms", "labels", "bodies", "docs", "made")
    return [f"DROP TABLE IF EXISTS {name}_{generation}" for name in names]
