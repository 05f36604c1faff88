"""Entry points: the only importers of Chalice. One package per kind of trigger."""

import sys

# botocore takes its SSLContext from urllib3's pyOpenSSL wherever pyOpenSSL is installed (webauthn
# needs it), and each cold start pays for another TLS library; so it finds the standard one.
sys.modules.setdefault("urllib3.contrib.pyopenssl", None)  # type: ignore[arg-type]
