"""Words that no review needs: what is sold here and nowhere wanted, threats, the worst slurs.

Kept short on purpose: a rude word is a matter for people to report, and a word that also has a
harmless meaning is not here. Each stands as `flags.tokens` makes it of a text.
"""

WORDS = frozenset(
    (
        "kys", "killyourself", "faggot", "faggots", "nigger", "niggers", "tranny", "kike",
        "heilhitler", "viagra", "cialis", "onlyfans", "escortservice", "forexsignals",
        "casinobonus", "freenitro", "freevbucks", "buyfollowers", "doxxed", "swatted",
    )
)  # fmt: skip
