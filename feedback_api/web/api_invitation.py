"""The JSON API of invitations: a program redeems one, and keeps the proof."""

from starlette.responses import Response

from feedback_api.services.redeem import proof_token, redeem
from feedback_api.web.api import json_answer
from feedback_api.web.fields import convert, read_json
from feedback_api.web.guessing import guessed
from feedback_api.web.invitation_models import InvitationPosted, ProofShown
from feedback_api.web.invited import WRONG
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def post_redemption(visit: Visit) -> Response:
    """Use up a code, or take a link, for a proof that any number of comments may carry."""
    posted = convert(await read_json(visit.request), InvitationPosted)
    async with guessed(visit, wrong=WRONG):
        proof = await in_thread(
            redeem,
            posted.invitation,
            key=visit.request.headers.get("idempotency-key"),
            services=visit.services,
        )
    return json_answer(
        ProofShown(
            role=proof.role,
            cycle=proof.cycle,
            expires_at=proof.expires_at,
            proof=proof_token(proof, visit.services.secrets),
        )
    )
