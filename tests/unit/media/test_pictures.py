"""What becomes of a picture somebody uploads."""

import zlib

import pytest
from PIL import Image

from firstspawn.media.errors import BadPicture
from firstspawn.media.pictures import banner
from tests.support.pictures import opened, picture, telling_picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_webp_that_fits(kind: str) -> None:
    image = opened(banner(picture(kind)))

    assert (image.format, image.size) == ("WEBP", (889, 500))


def test_a_small_picture_keeps_its_size() -> None:
    assert opened(banner(picture(size=(300, 100)))).size == (300, 100)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_put_upright_and_says_nothing_of_its_maker(kind: str) -> None:
    data = banner(telling_picture(kind))

    assert opened(data).size == (100, 400)
    assert b"Somebody" not in data
    assert not dict(opened(data).getexif())


def test_what_shines_through_still_does() -> None:
    assert opened(banner(picture(mode="RGBA", colour=(0, 0, 255, 64)))).mode == "RGBA"


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    frames = [Image.new("RGB", (50, 50), "red")]

    image = opened(banner(picture("WEBP", (50, 50), save_all=True, append_images=frames)))

    assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 50, b"%!PS-Adobe",
     b"RIFF\0\0\0\0WAVE"],
)  # fmt: skip
def test_only_three_formats_are_taken_whatever_their_name(data: bytes) -> None:
    with pytest.raises(BadPicture, match="not a PNG, JPEG or WebP"):
        banner(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("kept", [20, 40, 0.5])
def test_a_picture_cut_short_is_refused(kind: str, kept: float) -> None:
    whole = picture(kind)

    with pytest.raises(BadPicture, match="broken"):
        banner(whole[: int(kept if kept > 1 else len(whole) * kept)])


@pytest.mark.parametrize("size", [(8193, 10), (10, 8193), (5001, 5000), (60000, 60000)])
def test_a_picture_too_large_to_decode_is_refused_before_it_is(size: tuple[int, int]) -> None:
    with pytest.raises(BadPicture, match="pixels"):
        banner(claiming(picture(size=(10, 10)), size))


def claiming(png: bytes, size: tuple[int, int]) -> bytes:
    """A PNG whose header promises another size, and whose checksum holds."""
    header = b"IHDR" + size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big") + png[24:29]
    return png[:12] + header + zlib.crc32(header).to_bytes(4, "big") + png[33:]
