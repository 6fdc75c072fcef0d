"""What git and the tools get to know: the least they need, and no secret of the service's.

Git reads no configuration but this. GIT_CONFIG_COUNT does not reach the other side of a push to a
folder: its hooks run as its owner wants. A token stands in the environment of the git processes
that talk to the repository, never in a command line, a URL or a file.
"""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from feedback_api.repository_settings import RepositorySettings

_SETTINGS: Mapping[str, str] = {
    "core.hooksPath": os.devnull,
    "core.symlinks": "false",  # a link in the text could lead out of the text
    "core.autocrlf": "false",
    "core.fsmonitor": "false",
    "commit.gpgSign": "false",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "gc.autoDetach": "false",
    "http.followRedirects": "false",
    "protocol.ext.allow": "never",
    "submodule.recurse": "false",
}


def bare_environment(settings: RepositorySettings, work: Path) -> Mapping[str, str]:
    """For work on this machine alone. `work` is where whatever asks for a home may write."""
    author = settings.author
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "TMPDIR": str(work),
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(work / "gitconfig"),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": settings.remote.protocol,
        "GIT_AUTHOR_NAME": author.name,
        "GIT_AUTHOR_EMAIL": author.address,
        "GIT_COMMITTER_NAME": author.name,
        "GIT_COMMITTER_EMAIL": author.address,
        **_configured({**_SETTINGS, "remote.origin.url": settings.remote.address}),
    }


def talking_environment(settings: RepositorySettings, work: Path, hosts: Path) -> Mapping[str, str]:
    """For git processes that talk to the repository. `hosts` remembers the keys of ssh servers."""
    configured = dict(_SETTINGS)
    authorization = settings.authorization()
    if authorization:
        configured[f"http.{settings.remote.origin}/.extraHeader"] = authorization
    return {
        **bare_environment(settings, work),
        **_configured(configured),
        "GIT_SSH_VARIANT": "ssh",
        "GIT_SSH_COMMAND": shlex.join(_ssh(settings, hosts)),
    }


def global_configuration(settings: RepositorySettings) -> str:
    """A folder may belong to another user, who gave it to be pushed to."""
    remote = settings.remote
    if remote.protocol != "file":
        return ""
    path = remote.address.removeprefix("file://")
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'[safe]\n\tdirectory = "{quoted}"\n\tdirectory = "{quoted}/.git"\n'


def _configured(settings: Mapping[str, str]) -> Mapping[str, str]:
    numbered = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        numbered[f"GIT_CONFIG_KEY_{number}"] = name
        numbered[f"GIT_CONFIG_VALUE_{number}"] = value
    return numbered


def _ssh(settings: RepositorySettings, hosts: Path) -> list[str]:
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "accept-new",
        "UserKnownHostsFile": f'"{hosts}"',
        "ForwardAgent": "no",
        "ConnectTimeout": "20",
    }
    command = ["ssh", "-F", os.devnull]
    if settings.key:
        command += ["-i", str(settings.key), "-o", "IdentitiesOnly=yes"]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    return command
