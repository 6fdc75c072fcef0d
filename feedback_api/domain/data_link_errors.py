"""What is refused of links to one's own data.

UnknownEmailLink (errors.py)
└── UnknownDataLink     they end soon
"""

from feedback_api.domain.errors import UnknownEmailLink


class UnknownDataLink(UnknownEmailLink):
    """No link to one's own data is this, or it has ended; all look the same."""

    code = "unknown-data-link"
