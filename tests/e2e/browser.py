"""A headless Chromium with an authenticator of its own, and a frontend's page on localhost."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from infra.local.ports import Ports

_FIRST_PORT = 18080
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip
# What docs/signing-in.md tells frontends to do.
_PAGE = """<!doctype html><meta charset="utf-8"><title>FirstSpawn</title><script>
async function post(api, path, body, token) {
  const headers = {"Content-Type": "application/json"};
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(`${api}/api/v1${path}`,
    {method: "POST", headers, credentials: "include", body: JSON.stringify(body ?? {})});
  return {status: answer.status, body: await answer.json()};
}
async function register(api, token, name) {
  const ask = await post(api, "/auth/passkeys/options", {}, token);
  const made = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(ask.body.publicKey)});
  return post(api, "/auth/passkeys", {name, credential: made.toJSON()}, token);
}
async function prove(publicKey) {
  const answer = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)});
  return answer.toJSON();
}
async function signIn(api) {
  const ask = await post(api, "/auth/login/passkey/options");
  return post(api, "/auth/login/passkey", {credential: await prove(ask.body.publicKey)});
}
async function logIn(api, email, password) {
  const asked = (await post(api, "/auth/login", {email, password})).body.secondFactor;
  return post(api, "/auth/second-factor",
    {challenge: asked.challenge, passkey: await prove(asked.passkey)});
}
async function refresh(api) { return post(api, "/auth/refresh"); }
</script>"""


def missing() -> str:
    """What there is no browser without; empty if all is there."""
    wanted = ("chromium", "chromedriver")
    return ", ".join(name for name in wanted if shutil.which(name) is None)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(_PAGE.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def frontend() -> Iterator[str]:
    """Serve the page; its origin."""
    port = Ports.free(_FIRST_PORT).door
    with ThreadingHTTPServer(("127.0.0.1", port), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{port}"
        server.shutdown()


class Browser:
    """The page, opened."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def run(self, function: str, *arguments: str) -> dict[str, Any]:
        """Call a function of the page: its answer, or what it threw as `error`."""
        script = (
            "const done = arguments[arguments.length - 1];"
            f"{function}(...[...arguments].slice(0, -1))"
            ".then(done, error => done({error: String(error)}))"
        )
        answer: dict[str, Any] = self._driver.execute_async_script(script, *arguments)
        return answer


@contextmanager
def browser(page: str) -> Iterator[Browser]:
    """A fresh Chromium whose authenticator keeps passkeys and verifies its user."""
    with tempfile.TemporaryDirectory(prefix="fs-chromium-") as profile:
        options = ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for flag in (*_FLAGS, f"--user-data-dir={Path(profile)}"):
            options.add_argument(flag)
        driver = Chrome(options, ChromeService(shutil.which("chromedriver")))
        try:
            driver.set_script_timeout(30)
            driver.get(page)
            driver.add_virtual_authenticator(
                VirtualAuthenticatorOptions(
                    transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
                    has_resident_key=True,
                    has_user_verification=True,
                    is_user_verified=True,
                )
            )
            yield Browser(driver)
        finally:
            driver.quit()
