"""The Content-Security-Policy of the site: one for all pages, without 'unsafe-inline'."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

_IMMUTABLE = "Cache-Control: public, max-age=31536000, immutable"


def content_policy(scripts: Iterable[str], styles: Iterable[str], service_origin: str) -> str:
    """`scripts` and `styles` are hash sources of inline elements, `service_origin` may be empty.

    `'wasm-unsafe-eval'` lets the search run its WebAssembly, and nothing else.
    """
    service = f" {service_origin}" if service_origin else ""
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *sorted(scripts)]),
        "style-src": " ".join(["'self'", *sorted(styles)]),
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self'{service}",
        "form-action": f"'self'{service}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def write_policy(site: Path, policy: str) -> None:
    """`csp.json` for the service, `_headers` for static hosts that read it.

    `_headers.caddy` and `_headers.nginx` are what deploy/Caddyfile and deploy/nginx.conf include.
    """
    (site / "csp.json").write_text(json.dumps({"policy": policy}) + "\n", encoding="utf-8")
    headers = (
        "/*",
        f"  Content-Security-Policy: {policy}",
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: same-origin",
        "/assets/*",
        f"  {_IMMUTABLE}",
    )
    (site / "_headers").write_text("\n".join(headers) + "\n", encoding="utf-8")
    quoted = f'Content-Security-Policy "{policy}"'
    (site / "_headers.caddy").write_text(f"header {quoted}\n", encoding="utf-8")
    (site / "_headers.nginx").write_text(f"add_header {quoted} always;\n", encoding="utf-8")
