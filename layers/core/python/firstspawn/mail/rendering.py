"""From a letter to the two bodies of a mail. The only place that writes HTML, so it escapes all."""

from html import escape

from firstspawn.mail.letters import Letter

_SIGNATURE = "FirstSpawn"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font:16px/1.5 sans-serif;color:#222;max-width:36em;margin:2em auto">
{content}
<p style="color:#666">{signature}</p>
</body></html>
"""


def as_text(letter: Letter) -> str:
    """The plain body."""
    return "\n\n".join([*letter.paragraphs, f"{letter.label}:\n{letter.link}", _SIGNATURE]) + "\n"


def as_html(letter: Letter) -> str:
    """The HTML body. No images and nothing fetched: reading a mail tells nobody."""
    paragraphs = [f"<p>{escape(paragraph)}</p>" for paragraph in letter.paragraphs]
    link = f'<p><a href="{escape(letter.link)}">{escape(letter.label)}</a></p>'
    return _PAGE.format(
        title=escape(letter.subject), content="\n".join([*paragraphs, link]), signature=_SIGNATURE
    )
