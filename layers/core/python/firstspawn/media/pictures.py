"""From an untrusted picture to one of our own: only decoded pixels get through."""

import struct
import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from firstspawn.media.errors import BadPicture

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_SIDE = 8192
_MOST_PIXELS = 25_000_000
_BANNER = (1500, 500)
_QUALITY = 82
_MAGIC = (
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("WEBP", 8, b"WEBPVP8"),
)
# Pillow's decoders raise these for broken input (documented or seen), and nothing of our own does.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError,
    OverflowError, struct.error)  # fmt: skip


def banner(data: bytes) -> bytes:
    """Make a WebP of at most 1500x500 out of a PNG, JPEG or WebP; metadata and frames stay behind.

    Raises BadPicture if it is none of these, is broken, or decodes to more than 25 megapixels.
    """
    kind = _sniff(data)
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which is dropped anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=(kind,)) as image:
                _check_size(image.size)
                upright = ImageOps.exif_transpose(image)
                return _encode(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture("too many pixels") from None
    except _BROKEN:
        raise BadPicture("the picture is broken") from None


def _sniff(data: bytes) -> str:
    """The format by its first bytes, whatever the upload claims to be."""
    for kind, offset, magic in _MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return kind
    raise BadPicture("not a PNG, JPEG or WebP")


def _check_size(size: tuple[int, int]) -> None:
    if max(size) > _LONGEST_SIDE or size[0] * size[1] > _MOST_PIXELS:
        raise BadPicture(f"more than {_LONGEST_SIDE} pixels a side or {_MOST_PIXELS} in all")


def _encode(image: "Image") -> bytes:
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(_BANNER)
    output = BytesIO()
    image.save(output, "WEBP", quality=_QUALITY)
    return output.getvalue()
