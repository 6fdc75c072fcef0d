"""Every URL that is in no table: the choice of language at `/`, the built site, and 404."""

from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from feedback_api.web.language_choice import (
    choice_parameter,
    choose_language,
    remember_language,
)
from feedback_api.web.refusals import NotFound
from feedback_api.web.security import is_service_path
from feedback_api.web.site_files import SiteFiles
from feedback_api.web.visit import Web

_SITE = "site"
_NOWHERE = "none"
"""For figures and logs, instead of an address that anybody can make up."""


class Elsewhere:
    """The application's default: what no operation answers."""

    def __init__(self, web: Web, site: Path) -> None:
        self._web = web
        self._site = SiteFiles(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises NotFound, MethodNotAllowed."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        scope["state"]["route"] = _NOWHERE if is_service_path(scope["path"]) else _SITE
        response = await self._answer(Request(scope))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path: str = request.scope["path"]
        if is_service_path(path):
            return _without_slash(request)
        if path == "/" and request.method in ("GET", "HEAD"):
            return self._to_language(request)
        return await self._site.answer(path, request.method, Headers(scope=request.scope))

    def _to_language(self, request: Request) -> Response:
        """302: the answer is this reader's, and only for now."""
        languages = self._web.services.text.languages()
        chosen = choose_language(request, languages)
        response = RedirectResponse(
            self._web.place.site_url(f"/{chosen}/"),
            status_code=302,
            headers={"vary": "Accept-Language, Cookie", "cache-control": "no-store"},
        )
        if request.query_params.get(choice_parameter("/")) == chosen:
            remember_language(response, chosen, secure=self._web.place.secure)
        return response


def _without_slash(request: Request) -> Response:
    """The service's URLs have no slash at the end; whoever types one is helped. Raises NotFound."""
    path: str = request.scope["path"]
    bare = path.rstrip("/")
    if request.method not in ("GET", "HEAD") or bare == path or bare.count("/") < 1:
        raise NotFound
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(bare + (f"?{query}" if query else ""), status_code=308)
