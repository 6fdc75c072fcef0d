"""The slow hash."""

import time

import pytest
from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY

from feedback_api.storage.argon2_passphrases import Argon2Passphrases


@pytest.fixture
def quick() -> Argon2Passphrases:
    return Argon2Passphrases(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_right_passphrase_matches_and_no_other(quick: Argon2Passphrases) -> None:
    stored = quick.hash("seven quiet lanterns")

    assert quick.matches("seven quiet lanterns", stored)
    assert not quick.matches("seven quiet lantern", stored)
    assert not quick.matches("nobody's passphrase", None)
    assert not quick.matches("seven quiet lanterns", "no hash at all")
    assert not quick.matches("\ud800", stored)


def test_same_passphrase_has_another_hash_each_time(quick: Argon2Passphrases) -> None:
    assert quick.hash("seven quiet lanterns") != quick.hash("seven quiet lanterns")


def test_hashes_have_the_parameters_of_the_rfc() -> None:
    stored = Argon2Passphrases().hash("seven quiet lanterns")

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert RFC_9106_LOW_MEMORY.memory_cost == 65536


def test_unknown_name_takes_as_long_as_a_wrong_passphrase() -> None:
    passphrases = Argon2Passphrases(PasswordHasher(time_cost=4, memory_cost=16_384, parallelism=1))
    stored = passphrases.hash("seven quiet lanterns")

    def seconds(passphrase_hash: str | None) -> float:
        spans = []
        for _ in range(5):
            began = time.thread_time()
            passphrases.matches("wrong passphrase", passphrase_hash)
            spans.append(time.thread_time() - began)
        return min(spans)

    assert 0.5 < seconds(None) / seconds(stored) < 2
