"""Accounts of people whom the OpenID provider signs in."""

from dataclasses import replace

import pytest

from feedback_api.domain.editor import AccountRole
from feedback_api.domain.errors import EditorExists, SignInRefused
from feedback_api.domain.identity import EditorName
from feedback_api.domain.sign_in_errors import NoFittingGroup, ProviderAccount
from feedback_api.services import Services
from feedback_api.services.editors import add_editor, change_passphrase, change_role, sign_in
from feedback_api.services.single_sign_on import Groups, Identity, end_sessions_of, sign_in_by

GROUPS = Groups(editors=frozenset({"editors"}), reviewers=frozenset({"staff"}))
PASSPHRASE = "seven quiet lanterns"


def _identity(number: int = 1, *names: str, groups: str = "editors") -> Identity:
    return Identity(
        subject=f"https://login.example.org {number}",
        names=names or ("Ana",),
        groups=frozenset(groups.split()),
    )


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (("Ana Alves", "ana"), "Ana Alves"),
        (("  Ana \t Alves  ",), "Ana Alves"),
        (("A" * 80,), "A" * 60),
        (("Ana\u202esevlA", "ana"), "ana"),  # would turn the text around it
        (("Ana\nAlves", "ana"), "ana"),
        (("", "ana"), "ana"),
        (("@nobody", "ana"), "ana"),  # a filter of the board
        (("commenter", "ana"), "ana"),  # who wrote the comment
        (("Ana\u0301",), "An\u00e1"),
    ],
)
def test_name_is_the_first_that_an_account_may_have(
    services: Services, names: tuple[str, ...], made: str
) -> None:
    assert sign_in_by(_identity(1, *names), GROUPS, services=services).name == made


def test_person_without_a_fit_name_gets_one_that_tells_nothing(services: Services) -> None:
    made = sign_in_by(_identity(1, "\u202e", "\u200b"), GROUPS, services=services)

    assert made.name.startswith("account-")
    assert "login" not in made.name


@pytest.mark.parametrize("taken", ["ana", "ANA", "\uff21na"])
def test_name_that_looks_like_a_taken_one_is_numbered(services: Services, taken: str) -> None:
    add_editor(taken, PASSPHRASE, services=services)

    names = [sign_in_by(_identity(n), GROUPS, services=services).name for n in (1, 2)]

    assert names == ["Ana (2)", "Ana (3)"]


def test_long_name_keeps_its_number_within_the_limit(services: Services) -> None:
    names = [sign_in_by(_identity(n, "A" * 60), GROUPS, services=services).name for n in (1, 2)]

    assert names == ["A" * 60, "A" * 56 + " (2)"]


def test_name_stays_when_the_provider_s_changes(services: Services) -> None:
    first = sign_in_by(_identity(1, "Ana"), GROUPS, services=services)

    assert sign_in_by(_identity(1, "Ana Married"), GROUPS, services=services) == first


def test_editors_group_counts_before_the_reviewers(services: Services) -> None:
    both = sign_in_by(_identity(groups="staff editors"), GROUPS, services=services)

    assert both.account_role is AccountRole.EDITOR


def test_account_of_the_provider_has_no_passphrase(services: Services) -> None:
    made = sign_in_by(_identity(), GROUPS, services=services)

    for passphrase in ("", "None", PASSPHRASE):
        with pytest.raises(SignInRefused):
            sign_in(made.name, passphrase, services=services)


def test_account_of_the_provider_is_changed_there_alone(services: Services) -> None:
    made = sign_in_by(_identity(), GROUPS, services=services)

    with pytest.raises(ProviderAccount):
        change_passphrase(made.name, PASSPHRASE, services=services)
    with pytest.raises(ProviderAccount):
        change_role(made.name, AccountRole.REVIEWER, services=services)
    assert services.editors.get(made.name) == made


def test_subject_has_one_account(services: Services) -> None:
    made = sign_in_by(_identity(), GROUPS, services=services)

    with pytest.raises(EditorExists):
        services.editors.add(replace(made, name=EditorName("Another")))


def test_lost_group_ends_sessions_and_a_new_one_does_not_revive_them(services: Services) -> None:
    before = sign_in_by(_identity(), GROUPS, services=services).session_epoch
    with pytest.raises(NoFittingGroup):
        sign_in_by(_identity(groups="visitors"), GROUPS, services=services)

    again = sign_in_by(_identity(), GROUPS, services=services)

    assert again.session_epoch > before


def test_group_names_are_compared_exactly(services: Services) -> None:
    for groups in ("Editors", "editor", "editors2", ""):
        with pytest.raises(NoFittingGroup):
            sign_in_by(_identity(groups=groups), GROUPS, services=services)


def test_sessions_of_somebody_unknown_end_without_ado(services: Services) -> None:
    end_sessions_of("https://login.example.org nobody", services=services)

    assert services.editors.all() == ()
