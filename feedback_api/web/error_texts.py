"""What each permanent code says to a reader: a title, and a sentence that names the way out."""

from collections.abc import Mapping

from feedback_api.domain.fault import FaultCode
from feedback_api.web.error_text import ErrorText
from feedback_api.web.invitation_texts import INVITATION_ERRORS
from feedback_api.web.messages import mark
from feedback_api.web.sign_in_texts import SIGN_IN_ERRORS

_CORRECT = mark("Correct what is named below and send it again. Nothing was stored.")
_TRY_LATER = mark("Nothing is lost: what you typed is still here. Try again in a minute.")
_ONCE_MORE = mark("Please send it once more")

ERRORS: Mapping[str, ErrorText] = {
    "invalid": ErrorText(mark("The request was not taken"), _CORRECT),
    "invalid-request": ErrorText(mark("The request was not taken"), _CORRECT),
    "invalid-comment": ErrorText(mark("Your comment was not taken yet"), _CORRECT),
    "invalid-addition": ErrorText(mark("Your addition was not taken yet"), _CORRECT),
    "invalid-decision": ErrorText(mark("The decision was not taken yet"), _CORRECT),
    "invalid-editor": ErrorText(mark("The account was not made"), _CORRECT),
    "invalid-passphrase": ErrorText(mark("The passphrase was not changed"), _CORRECT),
    "unknown": ErrorText(mark("There is no such thing"), mark("Nothing here has this name.")),
    "unknown-section": ErrorText(
        mark("There is no such section"),
        mark("No section of the code has the id “%(section)s”. Look for it in the code."),
    ),
    "retired-section": ErrorText(
        mark("This section is no longer part of the code"),
        mark("The section “%(section)s” was withdrawn. Comments on it stay readable."),
    ),
    "unknown-page": ErrorText(
        mark("There is no such page"), mark("No page of the code has the id “%(page)s”.")
    ),
    "unknown-language": ErrorText(
        mark("The code is not published in this language"),
        mark("There is no language “%(language)s” here."),
    ),
    "unknown-wording": ErrorText(
        mark("This wording is not known"),
        mark(
            "The section never had the wording “%(wording)s” in this language. "
            "Open the section again and comment on its present wording."
        ),
    ),
    "unknown-comment": ErrorText(mark("There is no such comment"), mark("No comment has this id.")),
    "unknown-receipt": ErrorText(
        mark("No comment has this receipt"),
        mark("Check each group: a receipt is 20 letters and digits in five groups of four."),
    ),
    "unknown-email-link": ErrorText(
        mark("This link does not work, or no longer"),
        mark(
            "Open the whole link from the mail again. If the address was removed since, or the "
            "comment erased, nothing is left to do and no more mail comes."
        ),
    ),
    "unknown-data-link": ErrorText(
        mark("This link does not work, or no longer"),
        mark(
            "Open the whole link from the mail again. It works for a short time only: if that is "
            "over, ask for a new one on the page “Your data by e-mail”."
        ),
    ),
    "unknown-editor": ErrorText(
        mark("There is no such editor"), mark("No editor has the name “%(editor)s”.")
    ),
    "not-allowed-now": ErrorText(
        mark("This is not possible any more"),
        mark("The comment’s state is “%(state)s”; in it this cannot be done."),
    ),
    "invalid-remark": ErrorText(mark("This was not taken yet"), _CORRECT),
    "invalid-template": ErrorText(mark("The template was not taken yet"), _CORRECT),
    "unknown-cycle": ErrorText(
        mark("There is no such review cycle"), mark("No review cycle has the id “%(cycle)s”.")
    ),
    "unknown-template": ErrorText(
        mark("There is no such template"), mark("It was removed, or it never existed.")
    ),
    "cycle-closed": ErrorText(
        mark("The review cycle is closed"),
        mark("Decisions of the cycle %(cycle)s stand, unless the commenter objects."),
    ),
    "not-decided-yet": ErrorText(
        mark("Nothing is decided yet"),
        mark("You can object once your comment is decided and its review cycle is closed."),
    ),
    "cycle-not-closed": ErrorText(
        mark("The review cycle is not closed yet"),
        mark(
            "Once it is closed you can object, and its report is published; "
            "until then decisions may still change."
        ),
    ),
    "objection-over": ErrorText(
        mark("The time for objections is over"),
        mark("The decision stands. You can make a new comment in the next review cycle."),
    ),
    "already-objected": ErrorText(
        mark("You have objected already"),
        mark("There is one objection for each comment; another editor decides it."),
    ),
    "already-replied": ErrorText(
        mark("You have replied already"),
        mark("There is one reply to each question and to each decision."),
    ),
    "nothing-prepared": ErrorText(
        mark("No decision is prepared here"),
        mark("It was announced or dropped meanwhile. Open the comment again."),
    ),
    "nothing-to-undo": ErrorText(
        mark("There is no decision to take back"),
        mark("The comment has none, or it was taken back already."),
    ),
    "other-editor-needed": ErrorText(
        mark("Another editor must decide this objection"),
        mark("You made the decision that the commenter objects to."),
    ),
    "cycle-not-over": ErrorText(
        mark("The review cycle still takes comments, or has not begun"),
        mark("The cycle %(cycle)s can be closed when its last day is over."),
    ),
    "cycle-undecided": ErrorText(
        mark("Some comments are not decided yet"),
        mark("Comments of the cycle %(cycle)s without a decision: %(count)s. Decide them first."),
    ),
    "summary-changed": ErrorText(
        mark("The summary was changed meanwhile"),
        mark(
            "Another editor wrote it since you opened it. "
            "Nothing was overwritten: look at the newer text, then save again."
        ),
    ),
    "erased": ErrorText(
        mark("This comment was erased"),
        mark(
            "What was sent with this key was erased at its author’s wish, and does not come back."
        ),
    ),
    "reviewers-only": ErrorText(
        mark("This comment is for the editors only"),
        mark("The commenter asked for that, so it cannot be shown to readers."),
    ),
    "conflict": ErrorText(
        mark("Somebody else changed this comment meanwhile"),
        mark(
            "You saw version %(expected)s, now it is version %(version)s. "
            "Nothing of either was lost: look at what changed, then decide."
        ),
    ),
    "idempotency-mismatch": ErrorText(
        mark("This form was sent before with another text"),
        mark("The first one is stored. To send this text as a new comment, use a new key."),
    ),
    "editor-exists": ErrorText(
        mark("This name is taken"), mark("There is an editor “%(editor)s” already.")
    ),
    "sign-in-refused": ErrorText(
        mark("You are not signed in"), mark("The name or the passphrase is wrong.")
    ),
    "proposal-error": ErrorText(
        mark("Nothing was proposed"), mark("Nothing was sent. Try again later.")
    ),
    "proposals-off": ErrorText(
        mark("Changes cannot be proposed from here"),
        mark("The service has no repository to propose them to; the operator can give it one."),
    ),
    "proposals-busy": ErrorText(
        mark("Another change is being proposed"),
        mark("One at a time. Nothing was sent: try again in a minute."),
    ),
    "repository-unreachable": ErrorText(
        mark("The repository cannot be reached"),
        mark(
            "It does not answer, does not let the service in, or has no such branch. "
            "Try again later; the operator finds the reason in the log."
        ),
    ),
    "push-rejected": ErrorText(
        mark("The repository did not take the change"),
        mark("It was reached, but refused the branch. Nothing of it is there."),
    ),
    "proposal-failed": ErrorText(
        mark("The change could not be made"),
        mark("Nothing was sent. The operator finds the reason in the log."),
    ),
    "nothing-proposed": ErrorText(
        mark("Nothing was proposed"), mark("The reason is named below, comment by comment.")
    ),
    "store-error": ErrorText(mark("This could not be stored"), _TRY_LATER),
    "store-failed": ErrorText(
        mark("This could not be stored for certain"),
        mark("The disk reported a fault. Try again later; sending it twice does no harm."),
    ),
    "store-full": ErrorText(
        mark("There is no space left to store this"),
        mark("Reading goes on. Try again when the operator has made space."),
    ),
    "store-read-only": ErrorText(
        mark("Nothing can be stored just now"),
        mark("Reading goes on. Try again when the operator has mended it."),
    ),
    "store-unavailable": ErrorText(
        mark("Comments cannot be reached just now"),
        mark(
            "The database does not answer. Try again in a few seconds: nothing is lost, and "
            "sending the same form twice does no harm."
        ),
    ),
    "store-busy": ErrorText(mark("Too many changes at once"), _TRY_LATER),
    "refused": ErrorText(mark("The request was not taken"), _CORRECT),
    "malformed-body": ErrorText(
        mark("The body cannot be read"),
        mark("It is not well-formed in the content type it states, in UTF-8."),
    ),
    "receipt-missing": ErrorText(
        mark("A receipt is needed"),
        mark("Send it in the header “Authorization: Receipt …” or in the body, never in a URL."),
    ),
    "sign-in-needed": ErrorText(
        mark("This is for editors and reviewers"), mark("Sign in with your account first.")
    ),
    "not-permitted": ErrorText(
        mark("Your account may not do this"),
        mark(
            "Only an editor may, and you are signed in as a reviewer. Nothing was changed. "
            "Ask an editor to do it, or whoever runs the service for the role of an editor."
        ),
    ),
    "not-from-our-page": ErrorText(
        mark("This did not come from a page of ours, or the page was too old"),
        mark("Open the page again and repeat the step. Nothing was changed."),
    ),
    "origin-not-allowed": ErrorText(
        mark("This origin may not ask"),
        mark("Requests from other sites are answered only for the site of the code."),
    ),
    "not-found": ErrorText(
        mark("There is nothing here"),
        mark("Check the address, or start from the first page of the code."),
    ),
    "method-not-allowed": ErrorText(
        mark("This address does not do that"), mark("Methods that work here: %(allowed)s.")
    ),
    "not-acceptable": ErrorText(
        mark("This address has no answer in the form asked for"),
        mark("It answers as %(offered)s."),
    ),
    "body-too-large": ErrorText(
        mark("This is too much at once"),
        mark("At most %(limit)s bytes are taken. Nothing was stored; go back and make it shorter."),
    ),
    "url-too-long": ErrorText(
        mark("This address is too long"), mark("No address of this service is that long.")
    ),
    "wrong-content-type": ErrorText(
        mark("The content type does not fit"), mark("Send the body as %(expected)s.")
    ),
    "form-not-taken": ErrorText(
        mark("The form was not taken; nothing was stored"),
        mark("Choose the form of this review cycle, filled in."),
    ),
    "too-many-requests": ErrorText(
        mark("Too much at once"),
        mark(
            "More came from your network, which you may share with others, than is taken in so "
            "short a time. Nothing was done; try again in %(minutes)s min."
        ),
    ),
    "body-too-slow": ErrorText(
        mark("It took too long to arrive"),
        mark(
            "What you sent did not arrive within %(seconds)s seconds, and nothing was stored. "
            "Go back, and send it again when the connection is better."
        ),
    ),
    "taken-for-spam": ErrorText(_ONCE_MORE, _TRY_LATER),
    "sent-too-fast": ErrorText(
        _ONCE_MORE,
        mark(
            "It came sooner than anybody can type, as if a program had sent it. Nothing is lost: "
            "what you typed is still here; wait a few seconds and send it again."
        ),
    ),
    "trap-filled": ErrorText(
        _ONCE_MORE,
        mark(
            "A field that must stay empty was filled in, as programs do that fill in every form; "
            "it is empty again. Nothing is lost: what you typed is still here; send it again."
        ),
    ),
    "same-text-again": ErrorText(
        mark("These words were sent already"),
        mark(
            "The same text on this section came from your network within the last day. "
            "If it was you, it arrived and you need not send it again. If not, second the other "
            "comment once it is public, or say it in words of your own."
        ),
    ),
    "not-ready": ErrorText(mark("The service is not ready"), mark("Try again in a minute.")),
    "internal-fault": ErrorText(
        mark("Something went wrong on our side"),
        mark("It is not your fault. Tell the operator this number: %(request_id)s."),
    ),
    **{code: ErrorText(*text) for code, text in SIGN_IN_ERRORS.items()},
    **INVITATION_ERRORS,
}

FAULTS: Mapping[FaultCode, str] = {
    FaultCode.REQUIRED: mark("This must be filled in."),
    FaultCode.TOO_LONG: mark("Too long: %(length)s characters, the limit is %(limit)s."),
    FaultCode.TOO_SHORT: mark("Too short: %(length)s characters, the least is %(limit)s."),
    FaultCode.TOO_MANY: mark("Too many; the limit is %(limit)s."),
    FaultCode.NOT_VISIBLE: mark("There is nothing to see in it: write something visible."),
    FaultCode.FORBIDDEN_CHARACTER: mark(
        "The character %(character)s at position %(position)s is not allowed; remove it."
    ),
    FaultCode.SINGLE_LINE: mark("Only one line is allowed here."),
    FaultCode.NOT_EMAIL: mark("This is not an e-mail address, such as name@example.org."),
    FaultCode.RESERVED: mark("This name is reserved; choose another."),
    FaultCode.WRONG_TYPE: mark("Of the wrong type; expected: %(expected)s."),
    FaultCode.UNKNOWN_FIELD: mark("There is no field of this name: “%(field)s”."),
    FaultCode.UNKNOWN_VALUE: mark("Choose one of these: %(allowed)s."),
    FaultCode.DUPLICATE_FIELD: mark("Given more than once; send it once."),
    FaultCode.OUT_OF_RANGE: mark("From %(least)s to %(most)s only."),
    FaultCode.UNKNOWN_SECTION: mark("There is no section with this id."),
    FaultCode.UNKNOWN_LANGUAGE: mark("The code is not published in this language."),
    FaultCode.UNKNOWN_WORDING: mark(
        "The section never had this wording. Open the section again and comment on its present one."
    ),
    FaultCode.NOT_A_DECISION: mark("Choose a decision."),
    FaultCode.DUPLICATE_OF_ITSELF: mark("A comment cannot be a duplicate of itself."),
    FaultCode.NOT_ANSWERED: mark("That comment was withdrawn and gets no answer. Pick another."),
    FaultCode.UNKNOWN_COMMENT: mark("There is no comment with this id."),
    FaultCode.UNKNOWN_EDITOR: mark("There is no editor of this name."),
    FaultCode.UNKNOWN_CYCLE: mark("There is no review cycle with this id."),
    FaultCode.CYCLE_NOT_LATER: mark(
        "Choose a cycle that opens after the present one and is not closed."
    ),
    FaultCode.OUT_OF_SCOPE: mark("The section is outside the scope of that cycle."),
    FaultCode.UNDECIDED: mark("This comment has no decision yet."),
    FaultCode.NOT_WITH_THIS_OUTCOME: mark("This does not go with the decision chosen."),
    FaultCode.EASY_TO_GUESS: mark(
        "Easily guessed: it is common or made of names known here. Take four words at random."
    ),
    FaultCode.NOT_THE_PRESENT_ONE: mark("This is not your present passphrase."),
    FaultCode.SAME_AS_BEFORE: mark("This is the passphrase you have already; choose another."),
    FaultCode.NOT_THE_SAME: mark("Not the same as above; write the new passphrase here again."),
}

UNKNOWN_VALUE_BARE = mark("Choose one of the values offered.")
"""For FaultCode.UNKNOWN_VALUE where the list of values is too long to repeat."""
