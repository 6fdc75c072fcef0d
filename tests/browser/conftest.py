"""A real built site behind the real service, and a real Chromium."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.tab import EDITOR, PASSPHRASE, OpenTab, SiteServer, Tab, watch
from tests.system.running import NO_LIMITS

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


@pytest.fixture(scope="session")
def site_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteServer]:
    folder = tmp_path_factory.mktemp("site-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    site = folder / "site"
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts"))),
        "PRACTICE_SITE_URL": f"{origin}/",
        "FEEDBACK_ORIGIN": origin,
        "FEEDBACK_SITE": str(site),
        "FEEDBACK_LANGUAGES": str(ROOT / "languages"),
        "FEEDBACK_STORE": f"tinydb:{folder / 'data'}",
        **NO_LIMITS,
    }
    run = [sys.executable, "-m"]
    subprocess.run([*run, "practice", "build", "--output", str(site)], env=environment, check=True)
    add = [*run, "feedback_api", "editor", "add", EDITOR]
    subprocess.run(add, env=environment, input=f"{PASSPHRASE}\n", text=True, check=True)
    serve = [*run, "feedback_api", "serve", "--host", "127.0.0.1", "--port", str(port)]
    service = subprocess.Popen(serve, env=environment, cwd=folder)
    try:
        _wait_for(f"{origin}/healthz", service)
        published = json.loads((site / "sections.json").read_text(encoding="utf-8"))
        tags = {entry["code"]: entry["tag"] for entry in published["languages"]}
        yield SiteServer(origin=origin, site=site, languages=tags)
    finally:
        service.terminate()
        service.wait(timeout=START_SECONDS)


def _wait_for(address: str, service: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and service.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"The service did not answer at {address}.")


@pytest.fixture
def open_tab(chromium: Browser, site_server: SiteServer) -> Iterator[OpenTab]:
    """Tabs in fresh profiles; `width` in CSS pixels, `scheme` light or dark."""
    contexts = []

    def open_one(*, width: int = 1280, scheme: str = "light", **options: Any) -> Tab:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        tab = Tab(page=context.new_page(), server=site_server)
        watch(tab)
        return tab

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    return open_tab()
