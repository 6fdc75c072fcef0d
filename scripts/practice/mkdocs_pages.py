"""The steps of a build that MkDocs takes, with its own pieces, for those pages that are asked for.

Its `build` makes every page, lists the fifteen thousand files of the theme and compiles each
template anew; otherwise the pages are the same. Nothing here knows plugins: there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, get_files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, is_error_template, write_file

_COMPILED = "practice-%s.jinja"


def build_pages(config: MkDocsConfig, *, kept: Collection[str], compiled: Path) -> None:
    """Write the pages of the text but for those `kept`, named by their files, and all others.

    `compiled` is a folder for templates as Jinja compiles them. MkDocs' warnings are logged.
    """
    files = get_files(config)
    environment = config.theme.get_env()
    compiled.mkdir(parents=True, exist_ok=True)
    environment.bytecode_cache = FileSystemBytecodeCache(str(compiled), _COMPILED)
    navigation = get_navigation(files, config)
    documents = files.documentation_pages()
    pages = [_page(file, config) for file in documents]
    new = [page for page in pages if page.file.src_uri not in kept]
    for page in new:
        page.read_source(config)
        page.render(config, files)
    files.copy_static_files()
    for name in sorted(config.theme.static_templates):
        _write_template(name, environment, documents, config, navigation)
    for page in new:
        _write_page(page, environment, documents, config, navigation)
    for page in new:
        page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)


def _page(file: File, config: MkDocsConfig) -> Page:
    return file.page if isinstance(file.page, Page) else Page(None, file, config)


def _write_page(
    page: Page,
    environment: Environment,
    documents: Sequence[File],
    config: MkDocsConfig,
    navigation: Navigation,
) -> None:
    page.active = True
    context = get_context(navigation, documents, config, page)
    template = environment.get_template(str(page.meta.get("template", "main.html")))
    output = template.render(dict(context))
    page.active = False
    write_file(output.encode("utf-8", errors="xmlcharrefreplace"), page.file.abs_dest_path)


def _write_template(
    name: str,
    environment: Environment,
    documents: Sequence[File],
    config: MkDocsConfig,
    navigation: Navigation,
) -> None:
    if is_error_template(name):
        # It answers at any depth.
        base = urlsplit(config.site_url or "/").path
    else:
        base = get_relative_url(".", name)
    context = get_context(navigation, documents, config, base_url=base)
    output = environment.get_template(name).render(dict(context))
    if output.strip():
        write_file(output.encode(), str(Path(config.site_dir) / name))
