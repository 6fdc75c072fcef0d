/* Checklists: ticks remembered in this browser, progress, print, clear. Without this script they are plain lists. */
const KEY = "checklist:"

/* A tick belongs to the section an item links to and its place among the items of that section, so that it survives a reordered list and a change of language. */
const named = (items) => {
  const seen = {}
  return items.map((item) => {
    const section = new URL(item.querySelector("a")?.href || "#item", location.href).hash
    seen[section] = (seen[section] || 0) + 1
    return section + seen[section]
  })
}

const read = (key) => {
  try {
    return new Set(JSON.parse(localStorage[key] || "[]"))
  } catch {
    return new Set()
  }
}

export const start = (page) => {
  const key = KEY + page.page
  const items = [...document.querySelectorAll(".cop-task")]
  const names = named(items)
  const ticked = read(key)
  const boxes = items.map((item, at) => {
    const box = document.createElement("input")
    const label = document.createElement("label")
    box.type = "checkbox"
    box.checked = ticked.has(names[at])
    item.classList.add("cop-task--live")
    label.append(box, ...item.childNodes)
    item.append(label)
    return box
  })
  const tools = document.getElementById("cop-checklist")
  const output = tools.querySelector("output")
  const progress = tools.querySelector("progress")
  progress.max = boxes.length
  const update = () => {
    const done = boxes.filter((box) => box.checked).length
    progress.value = done
    output.textContent = output.dataset.text.replace("%(done)s", done).replace("%(all)s", boxes.length)
    try {
      localStorage[key] = JSON.stringify(names.filter((_, at) => boxes[at].checked))
    } catch {
      /* storage refused: the ticks last as long as the page */
    }
  }
  tools.addEventListener("click", (event) => {
    const action = event.target.dataset.action
    if (action == "print") print()
    if (action == "clear") for (const box of boxes) box.checked = false
    update()
  })
  addEventListener("change", update)
  update()
}
