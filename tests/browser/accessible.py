"""What axe-core says of a page as it is shown now, and whether it scrolls sideways."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# On a page of many elements four fifths of axe's time go into colours, which are the same for all
# elements that look the same. So there they are measured on the first element of each look:
# whatever the colours of a text can come from is equal, from the root down to the element itself.
# All other rules see all elements, and small pages are looked at whole.
MANY_ELEMENTS = 600
VIOLATIONS = """async many => {
  const options = {resultTypes: ['violations']};
  const rules = {'target-size': {enabled: true}};
  if (document.querySelectorAll('*').length < many)
    return (await axe.run({...options, rules})).violations;
  const looks = new Map(), known = new Map(), first = new Map();
  const look = element => {
    if (!element) return 0;
    if (!known.has(element)) {
      const of = getComputedStyle(element);
      const key = JSON.stringify([
        look(element.parentElement), element.localName, element.className, element.type,
        element.disabled, element.ariaDisabled, element.checkVisibility(), of.color, of.fontSize,
        of.fontWeight, of.fontFamily, of.fontStyle, of.textDecoration, of.borderBottom, of.opacity,
        of.backgroundColor, of.backgroundImage, of.filter, of.mixBlendMode, of.textShadow,
        of.textIndent, of.visibility, of.display, of.position, of.float, of.clip, of.clipPath,
        of.webkitTextFillColor, of.webkitTextStrokeWidth, of.webkitTextStrokeColor,
        ...['::before', '::after'].flatMap(part => {
          const beside = getComputedStyle(element, part);
          return [beside.content, beside.position, beside.backgroundColor, beside.backgroundImage];
        }),
      ]);
      if (!looks.has(key)) looks.set(key, looks.size + 1);
      known.set(element, looks.get(key));
    }
    return known.get(element);
  };
  const says = element => element.matches('input, select, textarea, button')
    || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const element of document.body.querySelectorAll('*'))
    if (says(element) && !first.has(look(element))) first.set(look(element), element);
  const colours = ['color-contrast', 'link-in-text-block'];
  for (const rule of colours) rules[rule] = {enabled: false};
  const found = await axe.run({...options, rules});
  const contrast = await axe.run({include: [...first.values()]}, {...options, runOnly: colours});
  return [...found.violations, ...contrast.violations];
}"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Each rule that is broken, with elements that break it."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(VIOLATIONS, MANY_ELEMENTS)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def check(page: Page) -> None:
    """Fails where axe finds anything, or where the page is wider than the window."""
    assert (page.url, violations(page)) == (page.url, [])
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"
