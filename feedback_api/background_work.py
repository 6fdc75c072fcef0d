"""Who works beside the answers: mail, webhooks, deployments, retention; for all replicas once."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from feedback_api.background import Worker
from feedback_api.deployments import Deployments, keep_refreshed, other_revision
from feedback_api.leading import Leading
from feedback_api.purging import Purging
from feedback_api.services.webhook_attempts import NO_DELIVERIES, Deliveries
from feedback_api.settings import Settings
from feedback_api.stores import Replicas, Stored
from feedback_api.webhook_settings import WebhookSettings

if TYPE_CHECKING:
    from feedback_api.outgoing.webhooks import Webhooks


def background_work(settings: Settings, stored: Stored) -> tuple[Sequence[Worker], Deliveries]:
    """The workers of this process, and what the board shows of webhooks."""
    if stored.replicas is not None:
        return _divided(settings, stored, stored.replicas)
    webhooks = _webhooks(settings.webhooks, stored) if settings.webhooks else None
    posting: Sequence[Worker] = (webhooks,) if webhooks else ()
    following = Deployments(stored.text.refresh, stored.services)
    return (following, *posting, *_always(settings, stored)), webhooks or NO_DELIVERIES


def _divided(
    settings: Settings, stored: Stored, replicas: Replicas
) -> tuple[Sequence[Worker], Deliveries]:
    """Each replica reads the text; all else is done by the one that leads."""

    def make_workers() -> Sequence[Worker]:
        following = Deployments(other_revision(stored.text), stored.services)
        return (following, *telling, *_always(settings, stored))

    telling: Sequence[Worker] = ()
    deliveries: Deliveries = NO_DELIVERIES
    if settings.webhooks is not None:
        from feedback_api.outgoing.shared_webhooks import SharedDeliveries, TellingReplica

        open_webhooks = partial(_webhooks, settings.webhooks, stored)
        telling = (TellingReplica(open_webhooks, replicas.repeats),)
        deliveries = SharedDeliveries(settings.webhooks.targets, stored.log, replicas.repeats)
    reading = partial(keep_refreshed, stored.text.refresh)
    return (reading, Leading(replicas.claim, make_workers)), deliveries


def _always(settings: Settings, stored: Stored) -> Sequence[Worker]:
    privacy = settings.privacy
    purging = Purging(settings.data, privacy.policy, stored.services, daily=privacy.purges)
    if settings.mail is None:
        return (purging,)
    from feedback_api.mailroom import mail_workers  # these take a tenth of a second, for some

    return (purging, *mail_workers(settings, stored.services, stored.changes))


def _webhooks(webhooks: WebhookSettings, stored: Stored) -> "Webhooks":
    """Raises StoreError."""
    from feedback_api.outgoing.http_post import HttpPost
    from feedback_api.outgoing.webhooks import Webhooks

    return Webhooks(
        webhooks.targets,
        post=partial(HttpPost, webhooks.key),
        log=stored.log,
        services=stored.services,
        listen=stored.changes.listen,
    )
