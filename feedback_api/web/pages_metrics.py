"""The page for programs that watch over the service."""

from prometheus_client import CONTENT_TYPE_PLAIN_1_0_0
from starlette.responses import Response

from feedback_api.web.refusals import NotFound
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def show_metrics(visit: Visit) -> Response:
    """What whoever looks after the service may see. Raises NotFound for everybody else."""
    metrics = visit.web.metrics
    if metrics is None or not metrics.admits(visit.request):
        raise NotFound
    text = await in_thread(metrics.text)
    return Response(text, headers={"content-type": CONTENT_TYPE_PLAIN_1_0_0})
