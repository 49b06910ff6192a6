// Signatures on hover and on focus. One floating element serves all; it can be hovered, Escape closes it, and what it says is also in the page.

const tip = document.createElement('div')
tip.className = 'tip'
tip.setAttribute('role', 'tooltip')
tip.hidden = true
document.body.append(tip)

let owner: HTMLElement | null = null
let timer = 0

function show(target: HTMLElement): void {
  const source = document.getElementById(target.dataset.tip ?? '')
  if (!source) return
  clearTimeout(timer)
  owner = target
  // textContent in, textContent out: nothing of a record is ever parsed as markup.
  tip.replaceChildren(
    ...(source.textContent ?? '').split('|').map((part) => {
      const line = document.createElement('span')
      line.className = 'mono'
      line.textContent = part
      return line
    }),
  )
  tip.hidden = false
  const box = target.getBoundingClientRect()
  const { offsetWidth, offsetHeight } = tip
  const left = Math.min(Math.max(12, box.right - offsetWidth), innerWidth - offsetWidth - 12)
  const below = box.bottom + 6
  tip.style.left = `${Math.max(12, left)}px`
  tip.style.top = `${below + offsetHeight < innerHeight ? below : Math.max(6, box.top - offsetHeight - 6)}px`
}

function hide(): void {
  clearTimeout(timer)
  tip.hidden = true
  owner = null
}

function hideSoon(): void {
  clearTimeout(timer)
  timer = window.setTimeout(() => {
    if (owner !== document.activeElement) hide()
  }, 150)
}

for (const target of document.querySelectorAll<HTMLElement>('[data-tip]')) {
  target.addEventListener('pointerenter', () => show(target))
  target.addEventListener('pointerleave', hideSoon)
  target.addEventListener('focus', () => show(target))
  target.addEventListener('blur', hide)
  // A touch has no hover; Safari does not focus a button that is touched.
  target.addEventListener('click', () => show(target))
}
tip.addEventListener('pointerenter', () => clearTimeout(timer))
tip.addEventListener('pointerleave', hideSoon)
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide()
})
addEventListener('scroll', hide, { capture: true, passive: true })
