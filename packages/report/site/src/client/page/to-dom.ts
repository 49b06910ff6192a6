import { type Markup, svgTags } from '../../../../src/markup/element.ts'

/** Nodes of an element. Texts are set as text: nothing of a record is ever parsed as markup. */
export function toDom({ tag, attributes, children }: Markup): HTMLElement | SVGElement {
  const node = svgTags.has(tag)
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value))
  node.append(...children.map((child) => (typeof child === 'string' ? child : toDom(child))))
  return node
}
