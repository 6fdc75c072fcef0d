"""Finding words in comments, whatever the case, and whether with ё or with е."""

from collections.abc import Iterator

import msgspec


class _Said(msgspec.Struct):
    reason: str = ""
    body: str = ""


class _Texts(msgspec.Struct):
    """Only what is searched; the decoder passes over the rest."""

    body: str
    suggestion: str = ""
    name: str = ""
    decision: _Said | None = None
    additions: tuple[_Said, ...] = ()


_decoder = msgspec.json.Decoder(_Texts)


class Words:
    """The words an editor looks for; all of them must occur."""

    def __init__(self, text: str) -> None:
        self._words = tuple(dict.fromkeys(_fold(text).split()))

    def __bool__(self) -> bool:
        return bool(self._words)

    def __iter__(self) -> Iterator[str]:
        """Folded, each once."""
        return iter(self._words)

    def occur_in(self, document: bytes) -> bool:
        """Whether an encoded comment holds every word."""
        folded = searched(document)
        return all(word in folded for word in self._words)


def searched(document: bytes) -> str:
    """What words are looked for in, folded, of an encoded comment."""
    texts = _decoder.decode(document)
    parts = [texts.body, texts.suggestion, texts.name]
    parts.extend(addition.body for addition in texts.additions)
    if texts.decision:
        parts.append(texts.decision.reason)
    return _fold("\n".join(parts))


def _fold(text: str) -> str:
    return text.casefold().replace("ё", "е")  # translate is 10 times slower
