"""The texts of mails about decisions of the staff's."""

from collections.abc import Callable, Mapping

from firstspawn.mail.letters import Letter, Params, Site

_DEEDS = {
    "warn": "We warn you about", "hide": "We have hidden", "remove": "We have removed",
    "suspend": "We have suspended", "ban": "We have banned",
}  # fmt: skip


def _decision(params: Params, site: Site) -> Letter:
    token = site.token(params["purpose"], params["seed"])
    until = f" It ends at {params['until']} UTC." if params["until"] else ""
    return Letter(
        f"A decision about {params['title']}",
        (
            f"{_DEEDS[params['action']]} {params['title']}.{until}",
            f"The reason: {params['reason']}",
            "If you think that this is wrong, tell us, once, within 30 days.",
            "It works without signing in.",
        ),
        "Appeal",
        site.link("/appeal", token=token),
    )


def _decision_reverted(params: Params, site: Site) -> Letter:
    return Letter(
        f"We have taken a decision back about {params['title']}",
        (f"What we decided about {params['title']} does not hold any more.", params["reason"]),
        "To FirstSpawn",
        site.link("/"),
    )


def _appeal_rejected(params: Params, site: Site) -> Letter:
    return Letter(
        f"Our decision about {params['title']} stands",
        (
            f"We have looked again at what we decided about {params['title']}. It stands.",
            params["reason"],
        ),
        "To FirstSpawn",
        site.link("/"),
    )


DECISION_TEMPLATES: Mapping[str, Callable[[Params, Site], Letter]] = {
    "decision": _decision,
    "decision_reverted": _decision_reverted,
    "appeal_rejected": _appeal_rejected,
}
