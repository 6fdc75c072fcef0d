/* The first script of a reader's page: small things at once, the search, the comments and the checklists when they are used.
   It knows no language: texts come from its data attributes and from the service's HTML. */
(() => {
  const page = document.currentScript.dataset
  const root = document.documentElement
  const find = (selector) => document.querySelector(selector)
  const use = (name) => import(new URL(page[name + "Script"], document.baseURI))

  const showCounts = async () => {
    if (!find(".cop-tools")) return
    const answer = await fetch(`${page.service}/api/v1/pages/${page.page}/counts`)
    if (!answer.ok) return
    const { counts } = await answer.json()
    const forms = JSON.parse(page.comments)
    const plural = new Intl.PluralRules(root.lang)
    for (const tools of document.querySelectorAll(".cop-tools")) {
      const count = counts[tools.dataset.section]
      const link = tools.querySelector(".cop-count")
      if (!count || !link) continue
      link.textContent = (forms[plural.select(count)] || forms.other).replace("%(count)s", count)
      link.hidden = false
    }
  }

  /* "#id" of the section the reader looks at: the one the address names while it is in view, else the last one begun. */
  const sectionInView = () => {
    const top = (heading) => heading.getBoundingClientRect().top
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (named && top(named) > -1 && top(named) < innerHeight) return "#" + named.id
    const begun = [...document.querySelectorAll(".md-typeset :is(h1, h2, h3)[id]")].filter((heading) => top(heading) < 150).pop()
    return begun && scrollY ? "#" + begun.id : ""
  }

  const chooseLanguage = (link) => {
    document.cookie = `language=${link.dataset.language};path=/;max-age=31536000;SameSite=Lax`
    link.hash = sectionInView()
  }

  const switchColours = () => {
    const dark = root.dataset.colours ? root.dataset.colours == "dark" : matchMedia("(prefers-color-scheme: dark)").matches
    root.dataset.colours = dark ? "light" : "dark"
    try {
      localStorage["/.__palette"] = JSON.stringify({ index: dark ? 0 : 1, color: { scheme: dark ? "default" : "slate" } })
    } catch {
      /* a browser may refuse storage: the choice then lasts for this page */
    }
  }

  const copy = async (button, text) => {
    const before = button.textContent
    await navigator.clipboard.writeText(text)
    button.textContent = button.dataset.done || page.copied
    setTimeout(() => (button.textContent = before), 2000)
  }

  /* The field is ready at once: what is typed while the search loads is not lost. */
  const openSearch = () => {
    const dialog = find("#cop-search")
    if (!dialog.open) dialog.showModal()
    dialog.querySelector("input").select()
    use("search").then(
      (search) => search.start(page),
      () => (dialog.querySelector("[role=status]").textContent = dialog.dataset.failed),
    )
  }

  addEventListener("click", (event) => {
    const control = event.target.closest?.("a, button")
    if (!control) return
    control.closest(":popover-open")?.hidePopover()
    const is = (selector) => control.matches(selector)
    if (is("[data-language]")) return chooseLanguage(control)
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    if (is(".cop-colours")) switchColours()
    else if (is(".cop-copy")) copy(control, control.href).catch(() => (location = control.href))
    else if (is("[data-copy]")) copy(control, control.dataset.copy)
    else if (is(".cop-search-open")) openSearch()
    else if (is(".cop-comment-link, .cop-count")) use("comments").then((comments) => comments.open(control, page)).catch(() => (location = control.href))
    else return
    event.preventDefault()
  })

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return
    const otherScript = event.key > "~" && event.code == "KeyS" // the same key on a layout without Latin letters
    if (event.key != "/" && event.key != "s" && !otherScript) return
    event.preventDefault()
    openSearch()
  })

  /* The list of this page's sections follows the reader. */
  const sections = [...document.querySelectorAll(".cop-toc a")]
  let waiting
  const follow = () => {
    waiting = 0
    const here = sectionInView()
    for (const link of sections) link.ariaCurrent = link.hash == here ? "true" : null
  }
  addEventListener("scroll", () => (waiting ||= requestAnimationFrame(follow)), { passive: true })

  /* What belongs to a review cycle is shown while the cycle lasts, whenever the page was built. */
  const now = new Date().toISOString()
  for (const part of document.querySelectorAll("[data-opens]")) part.hidden = now < part.dataset.opens || now >= part.dataset.closes

  showCounts().catch(() => {})
  if (page.checklistScript) use("checklist").then((checklist) => checklist.start(page))
})()
