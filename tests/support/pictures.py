"""Pictures for tests, good and bad."""

from io import BytesIO
from typing import Any

from PIL import Image

_ORIENTATION, _COPYRIGHT = 274, 0x8298


def picture(
    kind: str = "PNG",
    size: tuple[int, int] = (1600, 900),
    mode: str = "RGB",
    *,
    colour: Any = "teal",
    **options: Any,
) -> bytes:
    """A plain picture; `options` are Pillow's of that format."""
    output = BytesIO()
    Image.new(mode, size, colour).save(output, kind, **options)
    return output.getvalue()


def telling_picture(kind: str) -> bytes:
    """A picture that lies on its side and says who made it."""
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_COPYRIGHT] = 6, "Somebody's name"
    return picture(kind, (400, 100), exif=exif)


def opened(data: bytes) -> Image.Image:
    """Decode what the platform made."""
    image = Image.open(BytesIO(data))
    image.load()
    return image
