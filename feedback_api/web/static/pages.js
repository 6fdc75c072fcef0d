/* The service's own pages. Everything here is a convenience: each page works without it. */
(() => {
  const root = document.documentElement
  root.dataset.js = ""
  try {
    root.dataset.colours = JSON.parse(localStorage["/.__palette"]).color.scheme == "slate" ? "dark" : "light"
  } catch {
    /* nothing chosen, or storage refused: the system's colours */
  }

  const switchColours = () => {
    const dark = root.dataset.colours ? root.dataset.colours == "dark" : matchMedia("(prefers-color-scheme: dark)").matches
    root.dataset.colours = dark ? "light" : "dark"
    try {
      localStorage["/.__palette"] = JSON.stringify({ index: dark ? 0 : 1, color: { scheme: dark ? "default" : "slate" } })
    } catch {
      /* the choice then lasts for this page */
    }
  }

  const copy = async (button) => {
    const before = button.textContent
    await navigator.clipboard.writeText(button.dataset.copy)
    button.textContent = button.dataset.done
    setTimeout(() => (button.textContent = before), 2000)
  }

  addEventListener("click", (event) => {
    const control = event.target.closest("a, button")
    if (!control) return
    if (control.matches(".cop-colours")) switchColours()
    if (control.matches("[data-copy]")) copy(control)
    if (control.matches("[data-language]")) document.cookie = `language=${control.dataset.language};path=/;max-age=31536000;SameSite=Lax`
  })

  /* The editors' list: j and k go down and up, Enter opens, / goes to the search field. */
  const step = (by) => {
    const links = [...document.querySelectorAll("[data-rows] a[data-row]")]
    const at = links.indexOf(document.activeElement)
    links[Math.max(0, Math.min(at + by, links.length - 1))]?.focus()
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return
    if (event.key == "j") step(1)
    else if (event.key == "k") step(-1)
    else if (event.key == "/" && document.querySelector("[data-find]")) document.querySelector("[data-find]").focus()
    else return
    event.preventDefault()
  })

  /* A page with several forms: what was typed into another one than the one sent would be lost. */
  const isTouched = (form) =>
    "unsaved" in form.dataset ||
    [...form.querySelectorAll("textarea, input:not([type=hidden])")].some((one) =>
      one.type == "radio" ? one.checked != one.defaultChecked : one.value != one.defaultValue,
    )

  addEventListener("submit", (event) => {
    const question = event.target.dataset.typed
    const others = [...document.querySelectorAll("form[data-typed]")].filter((form) => form != event.target)
    if (question && others.some(isTouched) && !confirm(question)) event.preventDefault()
  })

  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false
  })
})()
