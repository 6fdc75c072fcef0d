"""Which passphrases are guessed soon, which are not, and what asking costs."""

import subprocess
import sys
import time

import pytest

from feedback_api.storage.easy_passphrases import is_easy

WORDS = ("Ana Alves", "feedback", "code.northwind.example")


@pytest.mark.parametrize(
    "passphrase",
    [
        "password1234",
        "Passw0rd!Passw0rd!",
        "passwordpassw",
        "qwertyuiop123",
        "123456789012",
        "aaaaaaaaaaaa",
        "iloveyou1234",
        "princess2026!",
        "Dragon!Dragon!",
        "letmeinletmein",
        "p@ssw0rd2026",
        "Summer2026!!!",
        "minhasenha123",
        "senha1234567",
        "пароль123456",
        "йцукенгшщзхъ",
        "Ana Ana Ana Ana",
        "ana.feedback.2026",
        "Ana Alves, northwind",
        "Northwind2026!",
        "feedbackfeedback",
        "x" * 1_000,
    ],
)
def test_frequent_leaked_and_near_ones_are_easy(passphrase: str) -> None:
    assert is_easy(passphrase, WORDS)


@pytest.mark.parametrize(
    "passphrase",
    [
        "correct horse battery",
        "seven quiet lanterns",
        "девять фонарей",
        "andorinha lenta",
        "ana and seven quiet lanterns",
        "banana lanterns, nine",
        "kX9v2mQ7pLw4",
        "quiet harbour seven lanterns " * 30,
    ],
)
def test_long_phrases_are_not(passphrase: str) -> None:
    assert not is_easy(passphrase, WORDS)


def test_the_most_frequent_ones_made_long_enough_are_all_easy() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    frequent = FREQUENCY_LISTS["passwords"][:3_000:25]

    longer = [
        made
        for word in frequent
        for made in (word.ljust(12, "1"), word + "1234567", (word * 12)[:12], word.title() * 6)
        if len(made) >= 12
    ]

    assert [made for made in longer if not is_easy(made, WORDS)] == []


@pytest.mark.parametrize("piece", ["password", "l1l1!|", "2026", "11/11/11 ", "йцукен", "a"])
def test_long_one_takes_no_long_work(piece: str) -> None:
    is_easy("the lists are read", WORDS)
    begun = time.process_time()

    is_easy((piece * 1_000)[:1_000], WORDS)

    assert time.process_time() - begun < 0.25  # 0.1 with a margin for a machine that is busy


def test_service_starts_without_the_lists() -> None:
    program = "import feedback_api.app, sys; sys.exit('zxcvbn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
