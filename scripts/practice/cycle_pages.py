"""What the site shows of review cycles: their pages, and the questions under the sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from practice.cycle import FOLDER, Phase
from practice.cycle_views import CycleView, Said
from practice.edition import Edition, page_address
from practice.messages import Messages
from practice.text import SectionId

ASKED_CLASS = "cop-asked"
_SAID = "What was said about this section, and what was decided:"
_ASKED = "Asked in the review cycle “%(title)s”"


def cycle_templates(views: Sequence[CycleView]) -> dict[Path, str]:
    """Jinja templates, by the path below the language's folder of the page that each becomes."""
    pages = {
        Path(view.address): _template("cycle.html", view.address, place)
        for place, view in enumerate(views)
    }
    if pages:
        pages[Path(FOLDER.name)] = _template("cycles.html", f"{FOLDER.name}/")
    return {folder / "index.html": template for folder, template in pages.items()}


def asked_notices(
    views: Sequence[CycleView], edition: Edition, messages: Messages
) -> dict[SectionId, str]:
    """HTML for each section of which an open or announced cycle asks something, or of which a
    closed one tells what was said."""
    places = {
        shown.section.id: page_address(edition.source_page(shown.section.page)).count("/")
        for shown in edition.sections()
    }
    notices = dict(_said_notices(views, places, messages))
    for view in views:
        if view.phase not in (Phase.UPCOMING, Phase.OPEN):
            continue
        title = escape(messages.text(_ASKED, title=view.title.text))
        for asked in view.asked:
            name = asked.section.id
            head = f'<p><a href="{"../" * places[name]}{view.address}">{title}</a></p>'
            body = "".join(
                f"<p{_language(said)}>{escape(said.text)}</p>" for said in asked.questions
            )
            notices[name] = notices.get(name, "") + (
                f'<div class="cop-notice {ASKED_CLASS}" role="note" data-pagefind-ignore'
                f"{_while_open(view)}>{head}{body}</div>"
            )
    return notices


def _said_notices(
    views: Sequence[CycleView], places: Mapping[SectionId, int], messages: Messages
) -> Iterator[tuple[SectionId, str]]:
    """One line for each section, which leads to it in the reports of closed cycles."""
    links: dict[SectionId, list[str]] = {}
    for view in views:
        if view.report and view.phase is Phase.CLOSED:
            title = f"<span{_language(view.title)}>{escape(view.title.text)}</span>"
            for old, place in view.report.places.items():
                href = f"{'../' * places[place.id]}{view.address}#said:{old}"
                links.setdefault(place.id, []).append(f'<a href="{href}">{title}</a>')
    for name, found in links.items():
        yield (
            name,
            (
                f'<div class="cop-notice {ASKED_CLASS}" role="note" data-pagefind-ignore>'
                f"<p>{escape(messages.text(_SAID))} {', '.join(found)}</p></div>"
            ),
        )


def _template(parent: str, address: str, place: int = 0) -> str:
    names = f'{{% set address = "{address}" %}}{{% set cycle = config.extra.cycles[{place}] %}}'
    return f'{{% extends "{parent}" %}}{names}\n'


def _while_open(view: CycleView) -> str:
    """Attributes by which the script shows what belongs to a cycle only while it lasts."""
    hidden = "" if view.phase is Phase.OPEN else " hidden"
    return f' data-opens="{view.opens.utc}" data-closes="{view.closes.utc}"{hidden}'


def _language(said: Said) -> str:
    return f' lang="{said.tag}" dir="{said.direction}"' if said.tag else ""
