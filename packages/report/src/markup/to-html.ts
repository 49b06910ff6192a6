import type { Markup } from './element.ts'

const empty: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'input', 'wbr'])

/** HTML of an element. Whatever its texts hold, they stay text. */
export function toHtml({ tag, attributes, children }: Markup): string {
  const open = Object.entries(attributes).map(([name, value]) =>
    value === undefined || value === false
      ? ''
      : value === true
        ? ` ${name}`
        : ` ${name}="${escapeHtml(String(value))}"`,
  )
  if (empty.has(tag)) return `<${tag}${open.join('')}>`
  const inner = children.map((child) => (typeof child === 'string' ? escapeHtml(child) : toHtml(child)))
  return `<${tag}${open.join('')}>${inner.join('')}</${tag}>`
}

/** A text as text of HTML, within an element or an attribute's quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character])
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
