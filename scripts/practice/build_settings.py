"""Settings of a build, from the environment, checked before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from practice.problem import Problem, ProblemsFoundError

_PREFIX = "PRACTICE_"
_SITE_URL = "PRACTICE_SITE_URL"
_SERVICE = "PRACTICE_SERVICE_ORIGIN"
_HISTORY = "PRACTICE_NEEDS_HISTORY"
_DEFAULTS = {_SITE_URL: "http://localhost:8000/", _SERVICE: "", _HISTORY: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """`site_url` is where the site's root is served, with the slash at its end.

    `service_origin` is empty where the feedback service answers on the site's own origin.
    With `needs_history` no site is built where git's history of the text is not there.
    """

    site_url: str = _DEFAULTS[_SITE_URL]
    service_origin: str = ""
    needs_history: bool = False

    @property
    def site_path(self) -> str:
        """The path of the site's root: `/`, or `/code/` on a shared host."""
        return urlsplit(self.site_url).path


def read_build_settings(environment: Mapping[str, str]) -> BuildSettings:
    """Raises ProblemsFoundError for an unknown PRACTICE_ name or an unusable value."""
    values = dict(_DEFAULTS)
    problems = []
    for name, value in sorted(environment.items()):
        if name.startswith(_PREFIX) and name not in _DEFAULTS:
            problems.append(_problem(name, f"There are only {', '.join(sorted(_DEFAULTS))}."))
        elif name in _DEFAULTS:
            values[name] = value
    site_url = values[_SITE_URL].rstrip("/") + "/"
    service = values[_SERVICE].rstrip("/")
    if not _is_address(site_url):
        problems.append(_problem(_SITE_URL, "Write it as https://code.example.org/."))
    if service and (not _is_address(service) or urlsplit(service).path):
        problems.append(
            _problem(_SERVICE, "Write an origin as https://feedback.example.org, or nothing.")
        )
    if values[_HISTORY] not in ("", "0", "1"):
        problems.append(_problem(_HISTORY, "Write 1, or nothing."))
    if problems:
        raise ProblemsFoundError(problems)
    return BuildSettings(
        site_url=site_url, service_origin=service, needs_history=values[_HISTORY] == "1"
    )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        # A port that is no number shows only when it is asked for.
        return known and parts.port != 0 and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        return False


def _problem(name: str, advice: str) -> Problem:
    return Problem(Path("environment"), 1, "setting", f"{name} cannot be used. {advice}")
