"""What can go wrong when somebody changes the passphrase of their account.

InvalidEditor
└── InvalidPassphrase           faults: of the present one, the new one, and its repetition
"""

from feedback_api.domain.errors import InvalidEditor


class InvalidPassphrase(InvalidEditor):
    """A passphrase that its owner cannot change so."""

    code = "invalid-passphrase"
