"""The few pages the front door writes itself."""

from aiohttp import web

_STYLE = (
    "body{font:16px/1.5 system-ui;max-width:50rem;margin:3rem auto;padding:0 1rem}"
    "pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}.quiet{color:#666}"
)


def page(title: str, body: str) -> web.Response:
    """An HTML page; `body` is markup."""
    text = (
        f"<!doctype html><meta charset=utf-8><title>{title} · FirstSpawn</title>"
        f"<style>{_STYLE}</style><h1>{title}</h1>{body}"
    )
    return web.Response(text=text, content_type="text/html")


def index(links: dict[str, str]) -> web.Response:
    """The page at `/`."""
    items = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in links.items())
    return page("FirstSpawn, embedded", f"<ul>{items}</ul>")
