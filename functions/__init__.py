"""Entry points: the only importers of Chalice. One package per kind of trigger."""
