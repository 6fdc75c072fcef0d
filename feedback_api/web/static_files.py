"""The style sheets, the script and the icon of the service's own pages."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api.web.refusals import NotFound
from feedback_api.web.site_files import FileFolder
from feedback_api.web.visit import Visit

_FOLDER = FileFolder(Path(__file__).with_name("static"))


async def asset(visit: Visit) -> Response:
    """A file of static/. Raises NotFound."""
    name = visit.request.path_params["name"]
    found = await run_in_threadpool(_FOLDER.read, name, visit.request.headers)
    if found is None:
        raise NotFound
    return found
