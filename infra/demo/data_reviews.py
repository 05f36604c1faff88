"""What the demo's players say of servers, by stars and language, and what owners answer."""

from typing import NamedTuple


class Opinions(NamedTuple):
    """Titles, first sentences and second ones to choose from; some reviews have no title."""

    titles: tuple[str | None, ...]
    firsts: tuple[str, ...]
    seconds: tuple[str, ...]


def _opinions(titles: str, firsts: str, seconds: str) -> Opinions:
    return Opinions((None, *titles.split("|")), tuple(firsts.split("|")), tuple(seconds.split("|")))


_ENGLISH = {
    1: _opinions(
        "Stay away|Gone downhill",
        "Logged in, got killed at spawn, logged out.|Two restarts in one evening and my base was "
        "rolled back.|Everything worth having is in the shop, for money.",
        "Staff answered after four days, with a link to the rules.|I would not come back.",
    ),
    2: _opinions(
        "Could be good|Laggy",
        "Nice idea, but it stutters as soon as thirty people are on.|The map is worn out within a "
        "day's walk of spawn.|Half of the quests lead nowhere.",
        "With a reset and fewer crates this might be worth it.|The few regulars are kind, though.",
    ),
    3: _opinions(
        "Decent|It is all right",
        "Does what it says, no more.|Good in the evenings, empty in the mornings.|I come back for "
        "the events and leave again after them.",
        "Claims work, chat is quiet, prices are too high.|The tutorial explains nothing, the "
        "players everything.",
    ),
    4: _opinions(
        "Good company|Well run|Nearly perfect",
        "I have been here since spring and my house still stands.|Staff is awake, and fair.|The "
        "economy works because people trade and not because a shop prints money.",
        "One star less for the queue on Fridays.|More to do at night would be fine.|Bring a friend "
        "for the dungeons.",
    ),
    5: _opinions(
        "My second home|Best I know|Do not tell anybody",
        "I asked a stupid question in chat and got a tour of the harbour.|Not one crash in three "
        "months, and not one pay-to-win item.|We came for a weekend and founded a town.",
        "The build contests alone are worth it.|Proximity voice makes every walk a story.|If you "
        "like it calm and lasting, this is it.",
    ),
}
_GERMAN = {
    stars: _opinions(title, first, second)
    for stars, title, first, second in (
        (1, "Finger weg", "Am Spawn getötet, dann war die Welt zurückgesetzt.",
         "Das Team antwortet nicht."),
        (2, "Schade", "Gute Idee, aber es ruckelt ab dreißig Leuten.",
         "Die Stammspieler sind nett."),
        (3, "Geht so", "Abends schön, morgens leer.", "Die Preise sind zu hoch."),
        (4, "Gut geführt", "Seit dem Frühling dabei, mein Haus steht noch.",
         "Ein Stern weniger für die Warteschlange am Freitag."),
        (5, "Mein zweites Zuhause", "Kein Absturz in drei Monaten und nichts für Geld.",
         "Die Bauwettbewerbe allein lohnen sich."),
    )
}  # fmt: skip
_SPANISH = {
    stars: _opinions(title, first, second)
    for stars, title, first, second in (
        (1, "No vale la pena", "Me mataron en el spawn nada más entrar.", "El equipo no contesta."),
        (2, "Podría ser bueno", "Buena idea, pero va a tirones con treinta jugadores.",
         "La gente de siempre es amable."),
        (3, "Normal", "Bien por la noche, vacío por la mañana.", "Los precios son muy altos."),
        (4, "Bien llevado", "Estoy aquí desde la primavera y mi casa sigue en pie.",
         "Una estrella menos por la cola de los viernes."),
        (5, "Mi segunda casa", "Ni una caída en tres meses y nada de pagar para ganar.",
         "Solo por los concursos ya merece la pena."),
    )
}  # fmt: skip
OPINIONS = {"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH}
REPLIES = (
    "Thank you! See you at the event on Friday.",
    "Sorry about that. The new machine is running since Monday: give us another try?",
    "Thanks for telling us. The spawn is safe now.",
)
