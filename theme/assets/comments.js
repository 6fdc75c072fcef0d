/* The comment form and the list of comments in place, under their section.
   Both are the service's own HTML (`part=1`), so that there is one form, one validation and one set of messages. */
const TIMEOUT_MILLISECONDS = 20000
const panels = new Map()
let styled
let drafts = {}
try {
  drafts = sessionStorage
} catch {
  /* refused by the browser: a draft then lasts as long as the page */
}

/* Rejects where the service does not answer with a fragment: the link then leads to the page as it does without script. */
export const open = async (link, page) => {
  const present = panels.get(link.pathname)
  if (present?.isConnected) return focusOn(present)
  const [{ content }] = await Promise.all([ask(link.href), (styled ||= style(page.commentsStyle))])
  const panel = panelBelow(link, page)
  panels.set(link.pathname, panel)
  show(panel, content)
  restoreDraft(panel.querySelector(".cop-form"))
}

/* The style sheet of forms and comments; without it they are plain, and work. */
const style = (address) =>
  new Promise((done) => {
    const sheet = document.createElement("link")
    sheet.rel = "stylesheet"
    sheet.onload = sheet.onerror = done
    sheet.href = address
    document.head.append(sheet)
  })

const ask = async (address, options = {}) => {
  const url = new URL(address)
  url.searchParams.set("part", "1")
  const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) })
  const holder = document.createElement("template")
  holder.innerHTML = await answer.text()
  if (!answer.ok && !holder.content.querySelector(".cop-form")) throw new Error(answer.status)
  return { ok: answer.ok, content: holder.content }
}

/* At the end of the section's own text. */
const panelBelow = (link, page) => {
  const tools = link.closest(".cop-tools")
  const panel = document.createElement("section")
  const close = document.createElement("button")
  panel.className = "cop-panel"
  panel.setAttribute("aria-labelledby", tools.dataset.section)
  close.type = "button"
  close.className = "cop-panel__close cop-button cop-button--quiet"
  close.textContent = page.close
  close.addEventListener("click", () => {
    panel.remove()
    link.focus()
  })
  panel.append(close, document.createElement("div"))
  panel.addEventListener("input", (event) => keepDraft(event.target.form))
  panel.addEventListener("submit", (event) => {
    if ("plain" in event.target.dataset) return
    event.preventDefault()
    send(panel, event.target, page)
  })
  let last = tools
  while (last.nextElementSibling && !last.nextElementSibling.matches("h1, h2, h3, .cop-colophon, .cop-next")) last = last.nextElementSibling
  last.after(panel)
  return panel
}

const show = (panel, content) => {
  panel.lastElementChild.replaceChildren(content)
  for (const copy of panel.querySelectorAll("[data-copy]")) copy.hidden = false
  focusOn(panel)
}

const focusOn = (panel) => {
  const target = panel.querySelector("[data-focus]") || panel
  if (!target.matches("button")) target.tabIndex = -1
  target.focus({ preventScroll: true })
  const place = target.closest(".cop-comment") || panel
  place.scrollIntoView({ block: place == panel ? "start" : "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" })
}

const send = async (panel, form, page) => {
  if (form.ariaBusy == "true") return
  form.ariaBusy = "true"
  form.querySelector(".cop-unsent")?.remove()
  try {
    const { ok, content } = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })
    if (ok) delete drafts[draftKey(form)]
    show(panel, content)
  } catch {
    if (!form.matches(".cop-form")) return form.submit()
    const notice = document.createElement("p")
    notice.className = "cop-unsent cop-notice cop-notice--warning"
    notice.role = "alert"
    notice.textContent = page.unsent
    form.append(notice)
  }
  form.ariaBusy = "false"
}

/* What was typed outlives a reload of the page, until it is sent or the tab is closed. */
const draftKey = (form) => "draft:" + new URL(form.action).pathname
const drafted = (form) => [...form.elements].filter((field) => field.name && field.type != "hidden")

const keepDraft = (form) => {
  const typed = drafted(form).filter((field) => field.type != "radio" || field.checked)
  drafts[draftKey(form)] = JSON.stringify(Object.fromEntries(typed.map((field) => [field.name, field.value])))
}

const restoreDraft = (form) => {
  const kept = form && JSON.parse(drafts[draftKey(form)] || "{}")
  for (const field of form ? drafted(form) : []) {
    if (!(field.name in kept)) continue
    if (field.type == "radio") field.checked = field.value == kept[field.name]
    else field.value = kept[field.name]
  }
}
