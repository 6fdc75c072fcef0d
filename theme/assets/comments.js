/* The comment form and the list of comments in place, under their section.
   Both are the service's own HTML (`part=1`), so that there is one form, one validation and one set of messages. */
const panels = new Map()

export const open = async (link, page) => {
  const key = link.href
  const present = panels.get(key)
  if (present?.isConnected) return focusOn(present)
  const address = new URL(link.href)
  address.searchParams.set("part", "1")
  const panel = panelFor(link, page)
  panels.set(key, panel)
  show(panel, await part(await fetch(address)))
  if (panel.querySelector("form")) keepDraft(panel, page)
}

/* An empty panel at the end of the section's own text, with its close button. */
const panelFor = (link, page) => {
  const panel = document.createElement("section")
  panel.className = "cop-panel"
  const heading = link.closest(".cop-tools").previousElementSibling
  panel.setAttribute("aria-labelledby", heading.id)
  const close = document.createElement("button")
  close.type = "button"
  close.className = "cop-panel__close cop-button cop-button--quiet"
  close.textContent = page.close
  close.addEventListener("click", () => {
    panel.remove()
    link.focus()
  })
  panel.append(close, document.createElement("div"))
  let last = link.closest(".cop-tools")
  while (last.nextElementSibling && !last.nextElementSibling.matches("h1, h2, h3, .cop-colophon, .cop-next")) last = last.nextElementSibling
  last.after(panel)
  return panel
}

/* The fragment in an answer; anything that is not HTML counts as a failure. */
const part = async (answer) => {
  if (!(answer.headers.get("content-type") || "").startsWith("text/html")) throw new Error(answer.status)
  const template = document.createElement("template")
  template.innerHTML = await answer.text()
  return template.content
}

const show = (panel, content) => {
  panel.lastElementChild.replaceChildren(content)
  for (const copy of panel.querySelectorAll("[data-copy]")) copy.hidden = false
  focusOn(panel)
}

const focusOn = (panel) => {
  const target = panel.querySelector("[data-focus]") || panel.querySelector("h2, h3, h4, legend") || panel
  target.tabIndex = -1
  target.focus({ preventScroll: true })
  panel.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" })
}

/* What was typed outlives a reload of the page, until it is sent or the tab is closed. */
const keepDraft = (panel, page) => {
  const key = "draft:" + new URL(panel.querySelector("form").action).pathname
  const fields = () => [...panel.querySelectorAll("form :is(input:not([type=hidden]), textarea, select)[name]")]
  const drafted = JSON.parse(sessionStorage[key] || "{}")
  for (const field of fields()) {
    if (field.type == "radio" || field.type == "checkbox") field.checked = drafted[field.name] ? drafted[field.name] == field.value : field.checked
    else field.value = drafted[field.name] ?? field.value
  }
  panel.addEventListener("input", () => {
    const form = panel.querySelector("form")
    sessionStorage[key] = JSON.stringify(Object.fromEntries(fields().filter((field) => !/radio|checkbox/.test(field.type) || field.checked).map((field) => [field.name, field.value])))
    return form
  })
  panel.addEventListener("submit", async (event) => {
    event.preventDefault()
    const form = event.target
    const body = new URLSearchParams(new FormData(form, event.submitter))
    body.set("part", "1")
    form.ariaBusy = "true"
    try {
      const answer = await fetch(form.action, { method: "POST", body })
      show(panel, await part(answer))
      if (answer.ok) sessionStorage.removeItem(key)
    } catch {
      fail(form, page.unsent)
    } finally {
      form.ariaBusy = "false"
    }
  })
}

const fail = (form, text) => {
  const notice = form.querySelector(".cop-unsent") || document.createElement("p")
  notice.className = "cop-unsent cop-notice cop-notice--warning"
  notice.setAttribute("role", "alert")
  notice.textContent = ""
  form.append(notice)
  notice.textContent = text
}
