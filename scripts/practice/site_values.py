"""What the templates of one language's site need to know, beside the text."""

from __future__ import annotations

from practice.edition import Edition, page_address
from practice.messages import Messages


def site_values(shown: Edition, messages: Messages) -> dict[str, object]:
    """For `config.extra`; `numbers` are by a page's address."""
    language = shown.language
    return {
        "code": language.code,
        "tag": language.tag,
        "messages": dict(messages.single),
        "plurals": {key: dict(forms) for key, forms in messages.plurals.items()},
        "alternate": [
            {"code": other.code, "name": other.name, "lang": other.tag, "link": f"/{other.code}/"}
            for other in shown.code.languages
        ],
        "numbers": {
            page_address(shown.source_page(page)): sections[0].section.number
            for page, sections in shown.pages.items()
        },
    }
