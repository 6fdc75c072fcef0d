/* The search dialog. Pagefind and its index are fetched when it first opens. */
const dialog = document.getElementById("cop-search")
const input = dialog.querySelector("input")
const status = dialog.querySelector("[role=status]")
const list = dialog.querySelector("ol")
const PAGES = 8
const SECTIONS_OF_A_PAGE = 4
let index
let asked = 0

/* Each time the dialog opens: loads the index unless it is there, and answers what was typed meanwhile. */
export const start = (page) => {
  index ||= load(new URL(page.pagefind, document.baseURI))
  index.catch(() => (index = undefined))
  answer()
}

const load = async (address) => {
  const pagefind = await import(address)
  await pagefind.init()
  return pagefind
}

const say = (text) => {
  status.textContent = text
}

const search = async () => {
  const query = input.value.trim()
  const turn = ++asked
  const pagefind = await index
  if (turn != asked) return
  if (!query) {
    list.replaceChildren()
    return say("")
  }
  const found = await pagefind.debouncedSearch(query, {}, 120)
  if (!found || turn != asked) return
  const pages = await Promise.all(found.results.slice(0, PAGES).map((result) => result.data()))
  if (turn != asked) return
  const items = pages.flatMap((page) => sectionsOf(page).map((section) => item(page, section)))
  list.replaceChildren(...items)
  say(items.length ? counted(items.length) : dialog.dataset.none.replace("%(query)s", query))
}

/* The sections of a found page, those with the most weight of matches first. */
const sectionsOf = (page) => {
  const weight = (section) => section.weighted_locations.reduce((sum, { balanced_score }) => sum + balanced_score, 0)
  const sections = page.sub_results.length ? page.sub_results : [{ ...page, title: page.meta.title, weighted_locations: [] }]
  return sections.toSorted((one, other) => weight(other) - weight(one)).slice(0, SECTIONS_OF_A_PAGE)
}

const counted = (count) => {
  const forms = JSON.parse(dialog.dataset.found)
  const form = new Intl.PluralRules(document.documentElement.lang).select(count)
  return (forms[form] || forms.other).replace("%(count)s", count)
}

const item = (page, section) => {
  const link = document.createElement("a")
  link.href = section.url
  const [pageName, sectionName, excerpt] = ["small", "strong", "span"].map((name) => link.appendChild(document.createElement(name)))
  pageName.textContent = page.meta.title == section.title ? "" : page.meta.title
  sectionName.textContent = section.title
  excerpt.innerHTML = section.excerpt // Pagefind's own: text of the page, escaped, with <mark>
  const line = document.createElement("li")
  line.append(link)
  return line
}

const answer = () => search().catch(() => say(dialog.dataset.failed))

input.addEventListener("input", answer)

dialog.addEventListener("keydown", (event) => {
  const links = [...list.querySelectorAll("a")]
  const at = links.indexOf(document.activeElement)
  if (event.key == "Enter" && event.target == input) {
    event.preventDefault()
    links[0]?.click()
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  event.preventDefault()
  const next = links[Math.min(at + step, links.length - 1)] || input
  next.focus()
})

dialog.addEventListener("click", (event) => {
  if (event.target == dialog || event.target.closest("li a")) dialog.close()
})
