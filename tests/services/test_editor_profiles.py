"""Where editors are reached: checked whole, changed in part."""

import pytest

from feedback_api.domain.errors import InvalidEditor, UnknownEditor
from feedback_api.domain.fault import FaultCode
from feedback_api.services import Services
from feedback_api.services.editor_profiles import Profile, change_profile, checked_profile
from feedback_api.services.editors import add_editor

KNOWN = ("aa", "bb")
PASSPHRASE = "correct horse battery"


def test_profile_is_changed_in_part_and_taken_away_by_blanks(services: Services) -> None:
    add_editor("Ana", PASSPHRASE, services=services)
    whole = Profile(email=" ana@example.org ", owners=("a", "b", "a"), language="bb")

    first = change_profile("Ana", checked_profile(whole, known_languages=KNOWN), services=services)
    second = change_profile("Ana", Profile(owners=("c",)), services=services)
    third = change_profile("Ana", Profile(email="", owners=(), language=""), services=services)

    assert (first.email, first.owners, first.language) == ("ana@example.org", ("a", "b"), "bb")
    assert (second.email, second.owners, second.language) == ("ana@example.org", ("c",), "bb")
    assert (third.email, third.owners, third.language) == (None, (), None)
    assert third.passphrase_hash == first.passphrase_hash


def test_everything_wrong_with_a_profile_is_told_at_once() -> None:
    wrong = Profile(email="a@example.org\nBcc: x", owners=("a\nb",), language="xx")

    with pytest.raises(InvalidEditor) as invalid:
        checked_profile(wrong, known_languages=KNOWN)

    assert [(fault.field, fault.code) for fault in invalid.value.faults] == [
        ("email", FaultCode.SINGLE_LINE),
        ("owner", FaultCode.SINGLE_LINE),
        ("language", FaultCode.UNKNOWN_VALUE),
    ]


def test_nobodys_profile_cannot_be_changed(services: Services) -> None:
    with pytest.raises(UnknownEditor):
        change_profile("Ana", Profile(email="ana@example.org"), services=services)
