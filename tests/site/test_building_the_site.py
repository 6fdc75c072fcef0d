"""The finished site of the small project: what is in it, and that nothing else is."""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from practice.build_settings import BuildSettings

from .conftest import REPOSITORY, Project

# Material greets its users with a warning in colour.
QUIET = {"NO_MKDOCS_2_WARNING": "1"}


def _page(project: Project, address: str) -> str:
    return (project.site / address / "index.html").read_text(encoding="utf-8")


def _sections(project: Project) -> dict[str, dict[str, object]]:
    document = json.loads((project.site / "sections.json").read_text(encoding="utf-8"))
    return {section["id"]: section for section in document["sections"]}


def test_every_language_has_every_page_a_404_and_the_whole_code(built: Project) -> None:
    pages = {path.relative_to(built.site).as_posix() for path in built.site.rglob("*.html")}

    assert pages == {"index.html", "404.html"} | {
        f"{language}/{name}"
        for language in ("en", "pt", "ru")
        for name in (
            "index.html",
            "404.html",
            "print/index.html",
            "complaints/index.html",
            "checklists/call-centre/index.html",
        )
    }


@pytest.mark.parametrize(
    ("language", "number_and_title"),
    [("en", "1.2 Answering"), ("pt", "1.2 Resposta"), ("ru", "1.2 Ответ")],
)
def test_a_section_has_its_comment_link_in_the_readers_language(
    built: Project, language: str, number_and_title: str
) -> None:
    wording = json.dumps(_sections(built)["complaints-answer"]["languages"])
    fingerprint = json.loads(wording)[language]["fingerprint"]

    found = _page(built, f"{language}/complaints")

    assert f'href="/feedback/{language}/complaints-answer?wording={fingerprint}"' in found
    assert re.search(rf"[“«]{re.escape(number_and_title)}[”»]</a>", found)


def test_sections_json_follows_its_schema(built: Project) -> None:
    schema = json.loads((REPOSITORY / "feedback_api/sections.schema.json").read_text("utf-8"))
    document = json.loads((built.site / "sections.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_sections_json_says_where_a_section_stands_and_what_it_says(built: Project) -> None:
    found = _sections(built)["complaints-writing"]

    languages = found.pop("languages")
    assert found == {
        "id": "complaints-writing",
        "page": "complaints",
        "parent": "complaints-acknowledge",
        "level": 3,
        "number": "1.1.1",
        "owner": "complaints officer",
        "retired": [],
    }
    assert isinstance(languages, dict)
    assert list(languages) == ["en", "pt", "ru"]
    portuguese = languages["pt"]
    assert portuguese["title"] == "Por escrito"
    assert portuguese["url"] == "/pt/complaints/#complaints-writing"
    assert portuguese["state"] == "current"
    assert portuguese["text_language"] == "pt"
    assert portuguese["markdown"].startswith("| Canal | Dias |")
    assert portuguese["text"].startswith("Canal | Dias")


def test_sections_json_has_the_revision_the_languages_and_the_retired_ids(built: Project) -> None:
    document = json.loads((built.site / "sections.json").read_text(encoding="utf-8"))

    assert document["revision"] == {"commit": None, "built_at": "2026-11-21T22:00:00Z"}
    assert document["company"] == "the Company"
    assert [(entry["code"], entry["tag"], entry["source"]) for entry in document["languages"]] == [
        ("en", "en", True),
        ("pt", "pt-BR", False),
        ("ru", "ru", False),
    ]
    assert document["retired"] == {
        "complaints-old": "complaints-acknowledge",
        "complaints-gone": None,
        "complaints-moved": "index-read",
    }
    assert _sections(built)["complaints-acknowledge"]["retired"] == ["complaints-old"]


def test_old_links_land_on_the_successor(built: Project) -> None:
    found = _page(built, "ru/complaints")

    assert re.search(r'<h2 id="complaints-acknowledge"><span id="complaints-old"></span>', found)
    assert '<li id="complaints-moved"><a href="../#index-read">' in found
    assert '<li id="complaints-gone">Раздел «complaints-gone» отозван.</li>' in found


class Resources(HTMLParser):
    """Collects what a page makes a browser fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.fetched.append(values.get("src") or "")
        if tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload"):
            self.fetched.append(values.get("href") or "")
        self.refused += [name for name in values if name == "style" or name.startswith("on")]


def _every_page(project: Project) -> list[Path]:
    return sorted(project.site.rglob("*.html"))


def test_nothing_is_fetched_from_another_host_and_nothing_runs_inline(built: Project) -> None:
    for path in _every_page(built):
        parser = Resources()
        parser.feed(path.read_text(encoding="utf-8"))

        assert [url for url in parser.fetched if "//" in url] == []
        assert parser.refused == []
    for path in built.site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//|@import", path.read_text(encoding="utf-8"))


def test_the_policy_allows_each_inline_script_by_its_hash_and_no_other(built: Project) -> None:
    policy = json.loads((built.site / "csp.json").read_text(encoding="utf-8"))["policy"]

    assert "unsafe-inline" not in policy
    assert policy in (built.site / "_headers").read_text(encoding="utf-8")
    expected = set()
    for path in _every_page(built):
        for script in re.findall(r"<script>(.*?)</script>", path.read_text("utf-8"), re.DOTALL):
            expected.add(_sha256_source(script))
    assert expected
    assert set(re.findall(r"'sha256-[^']+'", policy)) == expected


def _sha256_source(text: str) -> str:
    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def test_assets_are_named_by_their_content_and_exist(built: Project) -> None:
    for path in _every_page(built):
        for name in re.findall(
            r"assets/([\w-]+\.[0-9a-f]{10}\.(?:css|js))", path.read_text("utf-8")
        ):
            assert (built.site / "assets" / name).is_file()
    names = sorted(path.name for path in (built.site / "assets").iterdir())
    assert [name for name in names if name.startswith("practice.")] != []


def test_every_link_inside_the_site_leads_somewhere(built: Project) -> None:
    for path in _every_page(built):
        text = path.read_text(encoding="utf-8")
        ids = set(re.findall(r'\bid="([^"]+)"', text))
        for target in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', text):
            if target.startswith(("http", "/feedback", "mailto:")):
                continue
            address, _, fragment = target.partition("#")
            if not address:
                assert not fragment or fragment in ids, f"{path}: #{fragment}"
                continue
            base = built.site if address.startswith("/") else path.parent
            file = (base / address.lstrip("/")).resolve()
            file = file / "index.html" if file.is_dir() else file
            assert file.is_file(), f"{path}: {target}"
            if fragment:
                assert f'id="{fragment}"' in file.read_text(encoding="utf-8"), f"{path}: {target}"


def test_the_chooser_names_each_language_in_its_own(built: Project) -> None:
    found = (built.site / "index.html").read_text(encoding="utf-8")

    assert re.findall(r'<li lang="([^"]+)"', found) == ["en", "pt-BR", "ru"]
    for code, name in (("en", "English"), ("pt", "Português"), ("ru", "Русский")):
        assert re.search(rf'<a\b[^>]*href="{code}/"', found)
        assert name in found
    assert "<script" not in found


def test_the_404_pages_speak_their_language(built: Project) -> None:
    assert 'lang="pt-BR"' in (built.site / "pt/404.html").read_text(encoding="utf-8")
    assert "Página não encontrada" in (built.site / "pt/404.html").read_text(encoding="utf-8")
    assert "Страница не найдена" in (built.site / "ru/404.html").read_text(encoding="utf-8")
    everyone = (built.site / "404.html").read_text(encoding="utf-8")
    assert "Page not found" in everyone
    assert "Страница не найдена" in everyone


def test_the_whole_code_stands_on_one_page_with_links_on_the_page(built: Project) -> None:
    found = _page(built, "pt/print")

    assert '<h3 id="complaints-acknowledge"' in found
    assert '<a href="#complaints-acknowledge">as reclamações</a>' in found
    assert "cop-tools" not in found


def test_the_search_index_holds_pages_and_not_what_stands_around_them(built: Project) -> None:
    entry = json.loads((built.site / "pt/pagefind/pagefind-entry.json").read_text(encoding="utf-8"))

    assert {code: found["page_count"] for code, found in entry["languages"].items()} == {"pt": 3}


def test_the_sitemap_and_robots_name_the_site(built: Project) -> None:
    assert "http://localhost:8000/sitemap.xml" in (built.site / "robots.txt").read_text("utf-8")
    assert "http://localhost:8000/ru/sitemap.xml" in (built.site / "sitemap.xml").read_text("utf-8")
    assert "http://localhost:8000/ru/complaints/" in (built.site / "ru/sitemap.xml").read_text(
        "utf-8"
    )


def test_the_service_may_answer_on_another_origin(project: Project) -> None:
    project.build(
        BuildSettings(
            site_url="https://example.org/code/", service_origin="https://feedback.example.org"
        )
    )

    policy = json.loads((project.site / "csp.json").read_text(encoding="utf-8"))["policy"]
    assert "connect-src 'self' https://feedback.example.org" in policy
    assert "form-action 'self' https://feedback.example.org" in policy
    found = _page(project, "pt/complaints")
    assert 'href="https://feedback.example.org/feedback/pt/complaints?wording=' in found
    assert '"/code/pt/complaints/#complaints"' in (project.site / "sections.json").read_text(
        "utf-8"
    )
    assert 'href="/code/assets/practice.' in (project.site / "404.html").read_text("utf-8")


def test_a_missing_page_shows_the_source_text_marked_and_is_not_searched(project: Project) -> None:
    project.path("docs/pt/complaints.md").unlink()

    project.build()

    found = _page(project, "pt/complaints")
    assert re.search(r'<h1 class="cop-original" dir="ltr" id="complaints" lang="en">', found)
    assert '<p class="cop-original" dir="ltr" lang="en">A complaint is' in found
    assert found.count("ainda não foi traduzida") == 1
    entry = json.loads((project.site / "pt/pagefind/pagefind-entry.json").read_text("utf-8"))
    assert entry["languages"]["pt"]["page_count"] == 2
    wording = _sections(project)["complaints-answer"]["languages"]
    assert isinstance(wording, dict)
    assert wording["pt"]["state"] == "missing"
    assert wording["pt"]["text_language"] == "en"
    assert wording["pt"]["url"] == "/pt/complaints/#complaints-answer"
    assert wording["pt"]["fingerprint"] == wording["en"]["fingerprint"]
    assert wording["ru"]["state"] == "current"


def test_a_language_without_a_page_yet_shows_the_source_everywhere(project: Project) -> None:
    shutil.rmtree(project.path("docs/pt"))

    project.build()

    assert _page(project, "pt/complaints").count('id="complaints-answer" lang="en"') == 1
    wordings = [section["languages"] for section in _sections(project).values()]
    states = {wording["pt"]["state"] for wording in wordings if isinstance(wording, dict)}
    assert states == {"missing"}
    assert (project.site / "pt/pagefind/pagefind.js").is_file()


def test_plain_mkdocs_builds_each_language_without_a_warning(project: Project) -> None:
    for language in ("en", "pt", "ru"):
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-f", f"languages/{language}/mkdocs.yml"],
            cwd=project.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "scripts"), **QUIET},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        assert "WARNING" not in done.stderr
        built = project.path(f"build/plain/{language}/complaints/index.html")
        assert 'id="complaints-answer"' in built.read_text(encoding="utf-8")


def test_a_section_that_is_behind_says_so_in_the_readers_language(project: Project) -> None:
    project.change("docs/en/complaints.md", "within 3 working days", "within 2 working days")

    project.build()

    found = _page(project, "pt/complaints")
    behind = found.split('id="complaints-acknowledge"')[1].split("<h3")[0]
    assert re.search(r"<del>3\s*</del>\s*<ins>2\s*</ins>", behind)
    assert 'href="../../en/complaints/#complaints-acknowledge"' in behind
    assert found.count('role="note"') == behind.count('role="note"') == 1
    assert 'href="../../en/complaints/#complaints-acknowledge"' in _page(project, "pt/print")
    wording = _sections(project)["complaints-acknowledge"]["languages"]
    assert isinstance(wording, dict)
    assert [wording[code]["state"] for code in ("en", "pt", "ru")] == [
        "current",
        "behind",
        "behind",
    ]


def test_a_missing_section_shows_the_source_text_in_its_place(project: Project) -> None:
    path = project.path("docs/ru/complaints.md")
    text = path.read_text(encoding="utf-8")
    start, end = text.index("### Письменно"), text.index("## Ответ")
    path.write_text(text[:start] + text[end:], encoding="utf-8")

    project.build()

    found = _page(project, "ru/complaints")
    order = re.findall(r'<h\d [^>]*?id="([^"]+)"', found)
    assert order == [
        "complaints",
        "complaints-acknowledge",
        "complaints-writing",
        "complaints-answer",
    ]
    assert re.search(
        r'<h3 class="cop-original" dir="ltr" id="complaints-writing" lang="en">', found
    )
    assert "Этот раздел ещё не переведён: перед вами исходный текст (English)." in found
