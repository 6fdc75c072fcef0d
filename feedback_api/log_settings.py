"""In which form the log is written: the setting FEEDBACK_LOG."""

from enum import StrEnum

from feedback_api.privacy_settings import Read

NAME = "FEEDBACK_LOG"


class LogForm(StrEnum):
    """One line for each record in both."""

    PLAIN = "plain"
    JSON = "json"


def read_log(read: Read) -> LogForm:
    """`read` takes a setting and what makes sense of it; it gathers what is wrong."""
    return read(NAME, _form) or LogForm.PLAIN


def _form(text: str) -> LogForm:
    try:
        return LogForm(text.lower())
    except ValueError:
        raise ValueError("must be plain or json") from None
