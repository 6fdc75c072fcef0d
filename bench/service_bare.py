"""A bare Starlette that answers fixed bytes: what the server and the network cost by themselves.

`python -m bench.service_bare PORT BYTES`: under uvicorn with the loop and the protocol that the
service uses, without an access log; `/counts` is as large as the service's, `/page` has 2 KB.
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PAGE_BYTES = 2048


def bare(counts_bytes: int) -> Starlette:
    """`counts_bytes`: of the body that /counts answers."""
    counts, page = b"1" * counts_bytes, b"1" * PAGE_BYTES

    async def answer_counts(_request: Request) -> Response:
        return Response(counts, media_type="application/json")

    async def answer_page(_request: Request) -> Response:
        return Response(page, media_type="application/json")

    return Starlette(routes=[Route("/counts", answer_counts), Route("/page", answer_page)])


def main(port: int, counts_bytes: int) -> None:
    """Until it is stopped."""
    uvicorn.run(
        bare(counts_bytes),
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
