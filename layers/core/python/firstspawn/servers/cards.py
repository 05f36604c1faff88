"""A server's state for other people's pages: a badge (SVG) and a card to embed (HTML).

What owners typed ends up in markup here, so every value is escaped, and nothing is fetched but the
icon from our own media.
"""

from enum import StrEnum
from html import escape

from firstspawn.servers.schemas import ServerView

_GREEN, _GREY, _RED, _BLUE = "#2e7d32", "#555", "#b71c1c", "#1565c0"
_CHARACTER = 6.6  # width of an average character of Verdana at 11 px
_PADDING = 10
_BADGE = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" \
aria-label="{label}: {text}"><title>{label}: {text}</title>
<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="{grey}"/>\
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" \
font-size="11"><text x="{label_at}" y="14">{label}</text>\
<text x="{text_at}" y="14">{text}</text></g>
</svg>
"""
_CARD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>body{{margin:0;font:14px/1.4 system-ui,sans-serif;color:#222;background:#fff}}
a{{display:flex;gap:12px;align-items:center;padding:12px;border:1px solid #ddd;border-radius:8px;
color:inherit;text-decoration:none}}img{{width:48px;height:48px;image-rendering:pixelated}}
b{{display:block;font-size:16px}}.on{{color:{green}}}.off{{color:{red}}}
@media(prefers-color-scheme:dark){{body{{color:#eee;background:#1b1b1b}}a{{border-color:#444}}}}
</style></head><body><a href="{link}" target="_blank" rel="noopener">{icon}
<span><b>{name}</b><span class="{state_class}">{state}</span> · {address}{version}</span></a>
</body></html>
"""


class Metric(StrEnum):
    """What a badge shows."""

    PLAYERS = "players"
    STATUS = "status"
    UPTIME = "uptime"
    RATING = "rating"


def badge(server: ServerView, metric: Metric) -> str:
    """A flat badge of two fields, 20 pixels high."""
    text, colour = _field(server, metric)
    label, text = escape(metric.value), escape(text)
    left, right = _width(metric.value), _width(text)
    return _BADGE.format(
        label=label, text=text, width=left + right, left=left, right=right, colour=colour,
        label_at=left / 2, text_at=left + right / 2, grey=_GREY,
    )  # fmt: skip


def card(server: ServerView, link: str) -> str:
    """A small page with name, icon, state and address, that leads to `link`."""
    icon = f'<img src="{escape(server.iconUrl)}" alt="">' if server.iconUrl else ""
    address = server.ip if server.port is None else f"{server.ip}:{server.port}"
    return _CARD.format(
        name=escape(server.name), link=escape(link), icon=icon, address=escape(address),
        version=f" · {escape(server.version)}" if server.version else "",
        state=escape(_state(server)), state_class="on" if server.isOnline else "off",
        green=_GREEN, red=_RED,
    )  # fmt: skip


def _field(server: ServerView, metric: Metric) -> tuple[str, str]:
    colour = _GREEN if server.isOnline else _RED
    match metric:
        case Metric.STATUS:
            return ("online" if server.isOnline else "offline"), colour
        case Metric.UPTIME:
            return ("unknown" if server.uptime is None else f"{server.uptime:.1f} %"), _BLUE
        case Metric.RATING:
            rated = f"{server.averageRating:.1f} / 5 ({server.reviewCount})"
            return (rated if server.reviewCount else "no reviews"), _BLUE
        case Metric.PLAYERS:
            return (_players(server) if server.isOnline else "offline"), colour


def _state(server: ServerView) -> str:
    return f"{_players(server)} players" if server.isOnline else "offline"


def _players(server: ServerView) -> str:
    most = f" / {server.maxPlayers}" if server.maxPlayers else ""
    return f"{server.playerCount}{most}"


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + _PADDING
