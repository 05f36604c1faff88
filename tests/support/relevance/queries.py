"""What people type, and how well each server answers it.

Grades come from what the servers are (`Truth`), never from what an engine found: 3 is what was
meant, 2 and 1 would do, 0 would not.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tests.support.relevance import words as w
from tests.support.relevance.corpus import Truth, corpus

_DIACRITICS = str.maketrans("äöüéèêáíóúñçąćęłńśźżàâîôûë", "aoueeeaiouncacelnszzaaioue")

Grade = Callable[[Truth], int]


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, of which kind, and the grade of each server that is not worth 0."""

    kind: str
    text: str
    grades: dict[str, int]


@cache
def queries() -> tuple[Query, ...]:
    """All judged queries, the same ones every time."""
    dice = random.Random(7)
    return (
        *_known_names(),
        *_exact_names(dice),
        *_misspelt(dice),
        *_unfinished(dice),
        *_themes(),
        *_combined(),
        *_scripts(),
        *_decorated(),
        *_apart(),
    )


def _truths() -> list[Truth]:
    return [truth for truth, _ in corpus()]


def _graded(grade: Grade) -> dict[str, int]:
    grades = {truth.id: grade(truth) for truth in _truths()}
    return {one: value for one, value in grades.items() if value}


def _known_names() -> Iterator[Query]:
    """A known server's name: it is meant, those who name themselves after it are not."""
    for number, brand in enumerate(w.BRANDS):
        grades = _graded(_known(f"b{number:02d}", brand))
        yield Query("known name", brand, grades)
        yield Query("known name", brand.upper(), grades)


def _known(meant: str, brand: str) -> Grade:
    return lambda truth: 3 if truth.id == meant else int(truth.imitates == brand)


def _lonely(language: str | None = None) -> list[Truth]:
    """Servers whose name nobody else has or begins with."""
    names = sorted("".join(truth.plain) for truth in _truths())
    taken = {one for one, other in pairwise(names) if other.startswith(one)}
    return [
        truth
        for truth in _truths()
        if "".join(truth.plain) not in taken
        and not truth.imitates
        and language in (None, truth.language)
    ]


def _same_name(meant: Truth) -> Grade:
    """Its name is what was typed; others with all of its words come near."""

    def grade(truth: Truth) -> int:
        if truth.plain == meant.plain:
            return 3
        return int(set(meant.plain) <= set(truth.plain))

    return grade


def _exact_names(dice: random.Random) -> Iterator[Query]:
    """A whole name, as people write names they have heard."""
    manners: tuple[Callable[[tuple[str, ...]], str], ...] = (
        " ".join, "".join, "_".join, "-".join, lambda plain: " ".join(plain).upper(),
    )  # fmt: skip
    for number, meant in enumerate(dice.sample(_lonely("en"), 25)):
        text = manners[number % len(manners)](meant.plain)
        yield Query("exact name", text, _graded(_same_name(meant)))
    for language in ("de", "es", "fr", "pl"):
        for meant in dice.sample(_lonely(language), 2):
            plain = " ".join(meant.plain)
            yield Query("exact name", plain, _graded(_same_name(meant)))
            yield Query("diacritics", plain.translate(_DIACRITICS), _graded(_same_name(meant)))


def _misspelt(dice: random.Random) -> Iterator[Query]:
    """One slip in a name's first word, and nobody has the word that came of it."""
    known = {word for truth in _truths() for word in truth.plain}
    done = 0
    for meant in dice.sample(_lonely("en"), 400):
        word = meant.plain[0]
        slipped = _slip(word, dice)
        if done == 20 or len(word) < 5 or slipped in known:
            continue
        done += 1
        yield Query("misspelt", " ".join((slipped, *meant.plain[1:])), _graded(_same_name(meant)))


def _slip(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word) - 1)
    kind = dice.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + "x" + word[at + 1 :]


def _unfinished(dice: random.Random) -> Iterator[Query]:
    """The first word and the beginning of the second one."""
    for meant in dice.sample([one for one in _lonely("en") if len(one.plain[1]) > 4], 12):
        first, start = meant.plain[0], meant.plain[1][:3]
        begins = f"{first} {start}"
        grades = _graded(_begins(begins))
        yield Query("unfinished", begins, grades)


def _begins(text: str) -> Grade:
    return lambda truth: 3 if " ".join(truth.plain).startswith(text) else 0


def _playing(theme: str, *, edition: str = "", version: str = "") -> Grade:
    """It is what is played first; played besides will do. Of one edition or version alone."""

    def grade(truth: Truth) -> int:
        if edition not in ("", truth.edition) or not f"{truth.version}.".startswith(version):
            return 0
        return 3 if truth.theme == theme else 2 * (theme in truth.tags)

    return grade


def _both(one: str, other: str) -> Grade:
    return lambda truth: 3 if {one, other} <= set(truth.tags) else 0


def _themes() -> Iterator[Query]:
    """What is played, with the words people add without meaning anything by them."""
    for number, theme in enumerate(w.THEMES):
        manners = (theme, f"{theme} server", f"best {theme} servers")
        yield Query("theme", manners[number % 3], _graded(_playing(theme)))
    apart = {"skyblock": "sky block", "bedwars": "bed wars", "minigames": "mini games"}
    for theme, text in apart.items():
        yield Query("theme", text, _graded(_playing(theme)))


def _combined() -> Iterator[Query]:
    """Two things at once: both are meant."""
    pairs = (
        ("survival", "economy"), ("skyblock", "economy"), ("vanilla", "survival"),
        ("pvp", "factions"), ("towny", "roleplay"), ("hardcore", "survival"),
        ("parkour", "minigames"), ("modded", "creative"),
    )  # fmt: skip
    for one, other in pairs:
        yield Query("combined", f"{one} {other}", _graded(_both(one, other)))
    for theme in ("skyblock", "survival", "bedwars"):
        yield Query("combined", f"bedrock {theme}", _graded(_playing(theme, edition="BEDROCK")))
    for theme in ("roleplay", "minigames"):
        yield Query("combined", f"hytale {theme}", _graded(_playing(theme, edition="HYTALE")))
    for theme, version in (("survival", "1.21"), ("pvp", "1.8"), ("vanilla", "1.20.4")):
        grades = _graded(_playing(theme, version=f"{version}."))
        yield Query("combined", f"{theme} {version}", grades)


def _scripts() -> Iterator[Query]:
    """Chinese, Japanese, Korean, Cyrillic: words inside of texts without blanks, whole names."""
    for language, themes in {
        "zh": ("skyblock", "survival", "minigames", "bedwars", "factions"),
        "ja": ("skyblock", "survival", "towny", "roleplay"),
        "ko": ("survival", "towny", "bedwars", "economy"),
        "ru": ("survival", "anarchy", "minigames", "factions", "skyblock"),
    }.items():
        for theme in themes:
            yield Query("script", w.THEMES[theme][language], _graded(_in(language, theme)))
    dice = random.Random(3)
    for language in ("zh", "ja", "ko", "ru", "ar"):
        for meant in dice.sample(_lonely(language), 5):
            text = (" " if language in ("ru", "ar") else "").join(meant.plain)
            typed = text.upper().replace("Ё", "Е") if language == "ru" else text
            yield Query("script name", typed, _graded(_same_name(meant)))


def _decorated() -> Iterator[Query]:
    """The plain name of those who put pictures around theirs, or vowels into it."""
    dice = random.Random(11)
    names = {truth.id: document.fields["name"] for truth, document in corpus()}
    for language in ("en", "ru", "zh", "ko", "ar"):
        pictured = [
            truth for truth in _lonely(language)
            if not all(c.isalnum() or c in " _-." for c in names[truth.id])
        ]  # fmt: skip
        for meant in dice.sample(pictured, 4):
            text = ("" if language in ("zh", "ko") else " ").join(meant.plain)
            yield Query("decorated", text, _graded(_same_name(meant)))


def _apart() -> Iterator[Query]:
    """Words typed apart, the last one unfinished or not, that a name has written together."""
    for meant in (truth for truth in _truths() if truth.plain[0] == "big"):
        first, second = meant.plain[1:3]
        is_theme = first + second in w.THEMES  # so that hundreds of others are meant, too
        for text in (f"{first} {second}", f"{first} {second[:3]}", f"big {first} {second}"):
            if text.startswith("big") or not is_theme:
                yield Query("apart", text, _graded(_same_name(meant)))


def _in(language: str, theme: str) -> Grade:
    return lambda truth: 3 if (truth.language, truth.theme) == (language, theme) else 0
