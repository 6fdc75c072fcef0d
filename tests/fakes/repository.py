"""A repository of the text that takes everything, or what a test says."""

from collections.abc import Callable, Sequence

from feedback_api.domain.identity import CommentId, CommitHash, LanguageCode, SectionId
from feedback_api.domain.proposal import LeftBehind, Proposal, ProposedCommit
from feedback_api.services.decided_document import DecidedComment
from feedback_api.services.repository import Confirm
from tests.fakes.published import OTHER

BRANCH = "feedback/try"


class MemoryRepository:
    """See Repository; `asked` are the comments of all proposals, `meanwhile` happens during one."""

    is_on = True

    def __init__(
        self,
        answer: Callable[[Sequence[DecidedComment]], Proposal] | None = None,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        self.asked: list[DecidedComment] = []
        self.sent = 0
        self._answer = answer or _everything
        self._meanwhile = meanwhile

    def propose(self, comments: Sequence[DecidedComment], confirm: Confirm) -> Proposal:
        self.asked.extend(comments)
        made = self._answer(comments)
        self._meanwhile()
        confirm()
        self.sent += 1
        return made


def _everything(comments: Sequence[DecidedComment]) -> Proposal:
    first = comments[0]
    commit = ProposedCommit(
        sha=CommitHash("c" * 40),
        subject="Normative(complaints): as a comment suggested",
        comments=tuple(CommentId(comment.id) for comment in comments),
        section=SectionId(first.section),
        language=LanguageCode(first.language),
    )
    return Proposal(
        branch=BRANCH,
        commits=(commit,),
        behind=(LeftBehind(section=SectionId(first.section), languages=(OTHER,)),),
        url="https://forge.example.org/code/compare/main...feedback/try",
    )
