"""The parts of an OpenDocument spreadsheet that hold no text of anybody's."""

from xml.sax.saxutils import escape

MIME = "application/vnd.oasis.opendocument.spreadsheet"
FIRST_BODY_STYLE = "Text"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"'


def styles(tag: str) -> str:
    """Cells are text by format, so that what is typed stays as typed: 3-4 is no date."""
    language, _, region = tag.partition("-")
    spoken = f' fo:language="{escape(language)}" fo:country="{escape(region) or "none"}"'
    return (
        f"{_XML}<office:document-styles {_OFFICE}"
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
        ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"><office:styles>'
        '<style:default-style style:family="table-cell"><style:text-properties'
        f' fo:font-family="Liberation Sans, Arial, sans-serif" fo:font-size="10pt"{spoken}/>'
        "</style:default-style>"
        '<number:text-style style:name="AsTyped"><number:text-content/></number:text-style>'
        '<style:style style:name="Default" style:family="table-cell"/>'
        f'<style:style style:name="{FIRST_BODY_STYLE}" style:family="table-cell"'
        ' style:parent-style-name="Default" style:data-style-name="AsTyped">'
        '<style:table-cell-properties style:vertical-align="top" fo:wrap-option="wrap"/>'
        "</style:style>"
        '<style:style style:name="Heading" style:family="table-cell"'
        f' style:parent-style-name="{FIRST_BODY_STYLE}">'
        '<style:table-cell-properties fo:background-color="#e6e6e6"/>'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        "</office:styles></office:document-styles>"
    )


def meta(title: str, tag: str) -> str:
    return (
        f'{_XML}<office:document-meta {_OFFICE} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:meta><dc:title>{escape(title)}</dc:title>"
        f"<dc:language>{escape(tag)}</dc:language></office:meta></office:document-meta>"
    )


def settings(sheet: str) -> str:
    """The heading row stays in view."""
    return (
        f"{_XML}<office:document-settings {_OFFICE}"
        # LibreOffice resolves the prefix in the name of the set; without it, it passes it over.
        ' xmlns:ooo="http://openoffice.org/2004/office"'
        ' xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        '<config:config-item-map-named config:name="Tables">'
        f'<config:config-item-map-entry config:name="{escape(sheet, {chr(34): "&quot;"})}">'
        f"{_setting('HorizontalSplitMode', 'short', 0)}"
        f"{_setting('HorizontalSplitPosition', 'int', 0)}"
        f"{_setting('VerticalSplitMode', 'short', 2)}{_setting('VerticalSplitPosition', 'int', 1)}"
        f"{_setting('ActiveSplitRange', 'short', 2)}{_setting('PositionBottom', 'int', 1)}"
        "</config:config-item-map-entry></config:config-item-map-named>"
        "</config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings></office:document-settings>"
    )


def manifest() -> str:
    files = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="text/xml"/>'
        for path in ("content.xml", "styles.xml", "meta.xml", "settings.xml")
    )
    return (
        f"{_XML}<manifest:manifest"
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        ' manifest:version="1.2"><manifest:file-entry manifest:full-path="/"'
        f' manifest:version="1.2" manifest:media-type="{MIME}"/>{files}</manifest:manifest>'
    )


def _setting(name: str, kind: str, value: int) -> str:
    typed = f'config:name="{name}" config:type="{kind}"'
    return f"<config:config-item {typed}>{value}</config:config-item>"
