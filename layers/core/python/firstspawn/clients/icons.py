"""Icons of game servers, kept once for each picture: the name is a digest of what it shows."""

import hashlib
import logging

from botocore.exceptions import BotoCoreError, ClientError

from firstspawn.clients.objects import Bucket
from firstspawn.kit.clock import Clock
from firstspawn.kit.metrics import metric

_LOG = logging.getLogger(__name__)
_FOLDER = "public/icons"


class IconStore:
    """A folder of the media bucket. `media_url` is where its `public/` is read."""

    def __init__(self, bucket: Bucket, media_url: str, clock: Clock) -> None:
        self._bucket, self._media_url, self._clock = bucket, media_url.rstrip("/"), clock

    def save(self, png: bytes) -> str | None:
        """Keep a picture: one write. Its public address, None (and a metric) if S3 is down."""
        name = f"{hashlib.sha256(png).hexdigest()[:32]}.png"
        try:
            self._bucket.write(f"{_FOLDER}/{name}", png, "image/png")
        except (BotoCoreError, ClientError):
            extra = metric("IconNotKept", 1, self._clock())
            _LOG.warning("icon not kept", exc_info=True, extra=extra)
            return None
        return f"{self._media_url}/icons/{name}"
