"""Accounts and signing in."""

import unicodedata
from dataclasses import replace

import pytest

from feedback_api.domain.editor import AccountRole
from feedback_api.domain.errors import EditorExists, InvalidEditor, SignInRefused, UnknownEditor
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.editors import (
    add_editor,
    change_own_passphrase,
    change_passphrase,
    change_role,
    remove_editor,
    sign_in,
    signed_in,
)
from tests.fakes.memory_editors import PlainPassphrases

PASSPHRASE = "seven quiet lanterns"


def _faults(refused: pytest.ExceptionInfo[InvalidEditor]) -> list[tuple[str, FaultCode]]:
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_editor_signs_in_with_the_right_passphrase(services: Services) -> None:
    added = add_editor(" Ana ", PASSPHRASE, services=services)

    assert sign_in("Ana", PASSPHRASE, services=services) == added


def test_passphrase_is_not_stored(services: Services) -> None:
    added = add_editor("Ana", PASSPHRASE, services=services)

    assert added.passphrase_hash == services.passphrases.hash(PASSPHRASE)


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [("Ana", "seven quiet lantern"), ("Bob", PASSPHRASE), ("", ""), ("Ana", PASSPHRASE * 100)],
)
def test_wrong_name_and_wrong_passphrase_are_refused_alike_and_both_hashed(
    services: Services, name: str, passphrase: str
) -> None:
    add_editor("Ana", PASSPHRASE, services=services)
    passphrases = PlainPassphrases()

    with pytest.raises(SignInRefused) as refused:
        sign_in(name, passphrase, services=replace(services, passphrases=passphrases))

    assert refused.value.params == {}
    assert len(passphrases.compared) == 1


def test_keyboards_that_compose_letters_otherwise_sign_in_too(services: Services) -> None:
    add_editor("Zoë", "café au lait, twice", services=services)

    decomposed = unicodedata.normalize("NFD", "café au lait, twice")
    signed = sign_in(unicodedata.normalize("NFD", "Zoë"), decomposed, services=services)

    assert signed.name == "Zoë"


def test_faults_of_name_and_passphrase_are_told_together(services: Services) -> None:
    with pytest.raises(InvalidEditor) as refused:
        add_editor(" ", "eleven char", services=services)

    assert _faults(refused) == [
        ("name", FaultCode.REQUIRED),
        ("passphrase", FaultCode.TOO_SHORT),
    ]


def test_passphrase_of_twelve_characters_is_enough(services: Services) -> None:
    assert add_editor("Ana", "twelve chars", services=services).name == "Ana"


def test_passphrase_that_only_begins_like_a_very_long_one_is_wrong(services: Services) -> None:
    longest = "seven quiet lanterns"[:10] * 100
    add_editor("Ana", longest, services=services)

    with pytest.raises(SignInRefused):
        sign_in("Ana", longest + "s", services=services)


def test_name_that_stands_for_commenters_is_reserved(services: Services) -> None:
    with pytest.raises(InvalidEditor) as refused:
        add_editor("Commenter", PASSPHRASE, services=services)

    assert _faults(refused) == [("name", FaultCode.RESERVED)]


def test_name_that_differs_only_in_case_is_taken_already(services: Services) -> None:
    add_editor("Ana", PASSPHRASE, services=services)

    with pytest.raises(EditorExists):
        add_editor("ANA", PASSPHRASE, services=services)


def test_session_holds_until_the_editor_is_removed(services: Services) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)
    assert signed_in("Ana", ana.session_epoch, services=services) == ana

    remove_editor("Ana", services=services)

    with pytest.raises(SignInRefused):
        signed_in("Ana", ana.session_epoch, services=services)


def test_account_made_anew_revives_no_old_session(services: Services) -> None:
    old = add_editor("Ana", PASSPHRASE, services=services)
    remove_editor("Ana", services=services)
    add_editor("Ana", PASSPHRASE, services=services)

    with pytest.raises(SignInRefused):
        signed_in("Ana", old.session_epoch, services=services)


def test_session_ends_when_the_epoch_moves_on(services: Services) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)
    services.editors.change(
        EditorName("Ana"), lambda one: replace(one, session_epoch=one.session_epoch + 1)
    )

    with pytest.raises(SignInRefused):
        signed_in("Ana", ana.session_epoch, services=services)


def test_another_role_ends_the_sessions_and_the_same_one_does_not(services: Services) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)

    assert change_role("Ana", AccountRole.EDITOR, services=services) == ana
    changed = change_role(" Ana ", AccountRole.REVIEWER, services=services)

    assert changed.account_role is AccountRole.REVIEWER
    with pytest.raises(SignInRefused):
        signed_in("Ana", ana.session_epoch, services=services)


def test_new_passphrase_ends_the_sessions_and_the_old_one(services: Services) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)

    changed = change_passphrase("Ana", "three loud lanterns", services=services)

    assert sign_in("Ana", "three loud lanterns", services=services) == changed
    with pytest.raises(SignInRefused):
        sign_in("Ana", PASSPHRASE, services=services)
    with pytest.raises(SignInRefused):
        signed_in("Ana", ana.session_epoch, services=services)


def test_new_passphrase_that_is_easy_to_guess_changes_nothing(services: Services) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)

    with pytest.raises(InvalidEditor) as changed:
        change_passphrase("Ana", "password1234", services=services)
    with pytest.raises(InvalidEditor) as added:
        add_editor("Eva", "Eva Eva Eva Eva", services=services)

    easy = [("passphrase", FaultCode.EASY_TO_GUESS)]
    assert (_faults(changed), _faults(added)) == (easy, easy)
    assert services.editors.all() == (ana,)


def test_passphrase_that_was_changed_elsewhere_meanwhile_is_not_changed_again(
    services: Services,
) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)

    class ChangedWhileHashed(PlainPassphrases):
        def hash(self, passphrase: str) -> str:
            change_passphrase("Ana", "three loud lanterns", services=services)
            return super().hash(passphrase)

    slow = replace(services, passphrases=ChangedWhileHashed())
    with pytest.raises(InvalidEditor) as refused:
        change_own_passphrase(ana.name, PASSPHRASE, "nine green lanterns", services=slow)

    assert _faults(refused) == [("present", FaultCode.NOT_THE_PRESENT_ONE)]
    assert sign_in("Ana", "three loud lanterns", services=services).name == "Ana"


def test_new_passphrase_that_is_too_short_changes_nothing(services: Services) -> None:
    ana = add_editor("Ana", PASSPHRASE, services=services)

    with pytest.raises(InvalidEditor) as refused:
        change_passphrase("Ana", "too short", services=services)

    assert _faults(refused) == [("passphrase", FaultCode.TOO_SHORT)]
    assert services.editors.get(ana.name) == ana


def test_unknown_editor_cannot_be_removed(services: Services) -> None:
    with pytest.raises(UnknownEditor):
        remove_editor("Bob", services=services)
