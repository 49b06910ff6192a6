// Runs inside the page: what a function calls must lie within it.
/* oxlint-disable unicorn/consistent-function-scoping -- see above */

/**
 * What is wrong with where the focus is: its outline below 3:1 against what is around it, or it out of view, or under something that stays while the page
 * scrolls. Null where nothing has the focus. Stands alone: it is sent to the page.
 */
export function focusProblems(): string[] | null {
  const active = document.activeElement
  if (active === null || active === document.body || active === document.documentElement) return null
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = ([r, g, b]: number[]) => {
    const [x, y, z] = [r, g, b].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const around = (element: Element | null): number[] => {
    for (let node = element; node; node = node.parentElement) {
      const painted = channels(getComputedStyle(node).backgroundColor)
      if (painted.length === 3 || painted[3] > 0) return painted
    }
    return [255, 255, 255]
  }
  const { outlineStyle, outlineColor, outlineWidth } = getComputedStyle(active)
  const [high, low] = [luminance(channels(outlineColor)), luminance(around(active.parentElement))].toSorted(
    (a, b) => b - a,
  )
  const ratio = (high + 0.05) / (low + 0.05)
  const box = active.getBoundingClientRect()
  const found: string[] = []
  const name = active.outerHTML.slice(0, 100)
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) found.push(`no outline: ${name}`)
  else if (ratio < 3) found.push(`an outline of ${ratio.toFixed(2)}: ${name}`)
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
    found.push(`out of view: ${name}`)
  // What is taller than the window is seen in part. A line of text is asked for at its first box.
  const first = active.getClientRects()[0] ?? box
  const x = Math.min(Math.max(first.left + first.width / 2, 1), innerWidth - 2)
  const y = Math.min(Math.max(first.top + first.height / 2, 1), innerHeight - 2)
  const top = document.elementFromPoint(x, y)
  // A control within its label is pressed through it.
  const label = active.closest('label')
  if (top !== null && !active.contains(top) && !top.contains(active) && !label?.contains(top))
    found.push(`under ${top.outerHTML.slice(0, 60)}: ${name}`)
  return found
}
