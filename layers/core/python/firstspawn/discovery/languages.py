"""Which languages a server's tag stands for, so that one can be filtered by."""

_SCRIPT_LENGTH = 4


def languages(tag: str | None) -> list[str]:
    """A BCP 47 tag with those it belongs to, the widest first: `pt-BR` is also `pt`."""
    parts = tag.split("-") if tag else []
    return ["-".join(parts[:length]) for length in range(1, len(parts) + 1)]


def usual_case(tag: str) -> str:
    """A tag as it is stored, however it was typed: `ZH-hans` -> `zh-Hans`, `pt-br` -> `pt-BR`."""
    first, *others = tag.split("-")
    cased = (p.title() if len(p) == _SCRIPT_LENGTH else p.upper() for p in others)
    return "-".join((first.lower(), *cased))
