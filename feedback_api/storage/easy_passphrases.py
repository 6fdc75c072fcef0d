"""Passphrases that are guessed soon: frequent or leaked ones, their variations, words at hand.

Judged by zxcvbn, which knows the 30,000 most frequent passwords of leaks, names, dates, keyboards
and how people vary them (Wheeler, USENIX Security 2016). Nothing is asked of anybody outside.
"""

import re
from collections.abc import Collection

_GUESSES = 10**10
"""What zxcvbn rates highest begins there; frequent ones do not come so far by numbers and marks."""
_READ = 72
"""Characters: what zxcvbn takes, and less than 100 ms of work."""
_FREQUENT_ELSEWHERE = ("пароль", "йцукен", "привет", "любовь", "senha", "minhasenha", "brasil")
"""Its lists are of English; these are the first ones in Portuguese and Russian."""
_LATIN_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
_LEAST_OF_WORD = 3


def is_easy(passphrase: str, own_words: Collection[str]) -> bool:
    """Whether it is guessed soon, as it is or without `own_words`, which whoever guesses knows."""
    words = _parts(own_words)
    read = passphrase[:_READ]
    if _is_guessed(read, words) or _is_guessed(_without(read, words), words):
        return True
    typed = read.casefold().translate(_LATIN_KEYS)
    return typed != read.casefold() and _is_guessed(typed, words)


def _parts(own_words: Collection[str]) -> list[str]:
    """The words of names and hosts, the longest first."""
    parts = {part for word in own_words for part in re.split(r"[\W_]+", word.casefold())}
    return sorted((part for part in parts if len(part) >= _LEAST_OF_WORD), key=len, reverse=True)


def _without(text: str, words: Collection[str]) -> str:
    if not words:
        return text
    return re.sub("|".join(map(re.escape, words)), "", text, flags=re.IGNORECASE).strip()


def _is_guessed(text: str, words: Collection[str]) -> bool:
    from zxcvbn import zxcvbn  # its lists cost every start what few passphrases are worth

    known = [*words, *_FREQUENT_ELSEWHERE]
    return not text or bool(zxcvbn(text, user_inputs=known)["guesses"] < _GUESSES)
