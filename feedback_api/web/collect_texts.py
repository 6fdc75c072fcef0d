"""Why a file was not taken as a filled form, and the way out: messages to be translated."""

from collections.abc import Mapping

from feedback_api.tables.limits import FILE_LIMIT_BYTES, ROW_LIMIT
from feedback_api.tables.refusal import Unreadable
from feedback_api.web.messages import Messages, mark
from feedback_api.web.refusals import FormNotTaken

NO_FILE = mark("Choose the file first.")
NO_FORM = mark(
    "This is not the form of a review cycle: the row of headings is missing or was changed. "
    "Download the form again and copy the comments into it."
)
OTHER_FORM = mark(
    "This is the form of the review cycle %(cycle)s. Upload it on the page of that cycle."
)
NOTHING_FILLED = mark("No row of the form holds a comment.")
PREVIEW_OVER = mark(
    "The preview is too old, or was changed. Upload the file again; nothing was stored twice."
)
TOO_MUCH_TEXT = mark(
    "The form holds too much text for one go. Divide its rows among several files."
)
UNREADABLE: Mapping[Unreadable, str] = {
    Unreadable.EMPTY: mark("The file is empty."),
    Unreadable.TOO_LARGE: mark(
        "The file is too large: at most %(megabytes)s MB, unpacked too. "
        "Remove pictures and other sheets, or divide its rows among several files."
    ),
    Unreadable.TOO_MANY_ROWS: mark(
        "The file has too many rows: at most %(rows)s. Divide them among several files."
    ),
    Unreadable.OLD_ENCODING: mark(
        "The file is in an old encoding, in which letters would be lost. "
        "Save it as ODS, or as CSV in UTF-8."
    ),
    Unreadable.EXCEL: mark(
        "This is an Excel workbook. In Excel choose “Save as” and then OpenDocument (.ods) or "
        "CSV UTF-8."
    ),
    Unreadable.OTHER_DOCUMENT: mark("This is no spreadsheet, but another kind of document."),
    Unreadable.ENCRYPTED: mark("The file has a password. Save it without one."),
    Unreadable.UNKNOWN_FORMAT: mark("This is neither an OpenDocument spreadsheet nor CSV."),
    Unreadable.BROKEN: mark("The file is damaged. Open it in a spreadsheet and save it again."),
    Unreadable.BROKEN_CSV: mark(
        "The CSV cannot be read: somewhere a quotation mark opens and does not close. "
        "Open it in a spreadsheet and save it again."
    ),
}


def why_not(error: FormNotTaken, messages: Messages) -> str:
    """The reason in the editor's words."""
    return messages.say(error.reason, **error.params)


def unreadable(why: Unreadable) -> FormNotTaken:
    return FormNotTaken(
        UNREADABLE[why], megabytes=FILE_LIMIT_BYTES // (1024 * 1024), rows=ROW_LIMIT
    )
