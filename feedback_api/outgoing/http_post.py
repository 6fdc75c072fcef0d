"""Sends a notice by HTTP, signed after the Standard Webhooks specification."""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from feedback_api.services.webhook_attempts import Trouble
from feedback_api.services.webhooks import Notice, Target

SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the receiver answered; `status` is None where it did not."""

    status: int | None = None
    trouble: Trouble | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Post(Protocol):
    """Sends one notice to one target; never raises for what the other side does."""

    async def __call__(self, target: Target, notice: Notice, at: datetime) -> Answered:
        """`at`: now, of which the signature makes sure."""


class HttpPost:
    """See Post. Follows no redirect, reads no answer but its status, asks no proxy."""

    def __init__(self, key: bytes, *, seconds: float = SECONDS) -> None:
        """`key` of the signatures; `seconds` for the whole of one attempt."""
        import httpx2  # a tenth of a second, for few
        from standardwebhooks.webhooks import Webhook

        self._signer = Webhook(key)
        self._seconds = seconds
        self._client = httpx2.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=seconds,
            headers={"user-agent": "code-of-practice", "content-type": "application/json"},
        )
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it names whole URLs at INFO

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def __call__(self, target: Target, notice: Notice, at: datetime) -> Answered:
        """See Post."""
        import httpx2

        body = body_of(notice)
        headers = {
            "webhook-id": notice.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(notice.id, at, body),
        }
        try:
            async with (
                asyncio.timeout(self._seconds),  # the client's own limits are for each step alone
                self._client.stream(
                    "POST", target.url, content=body.encode(), headers=headers
                ) as answer,
            ):
                return Answered(status=answer.status_code)
        except (TimeoutError, httpx2.TimeoutException):
            return Answered(trouble=Trouble.TOO_SLOW)
        except (httpx2.NetworkError, OSError):
            return Answered(trouble=Trouble.UNREACHABLE)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return Answered(trouble=Trouble.OTHER)


def body_of(notice: Notice) -> str:
    """The payload as the specification recommends it: the same for every repetition."""
    return json.dumps(
        {
            "id": notice.id,
            "type": f"comment.{notice.kind}",
            "timestamp": notice.at.isoformat().replace("+00:00", "Z"),
            "data": {
                "comment": notice.comment,
                "event": notice.number,
                "section": notice.section,
                "page": notice.page,
                "language": notice.language,
                "cycle": notice.cycle,
                "state": notice.state,
            },
        }
    )
