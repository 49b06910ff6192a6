/** A piece of a page as data: the build writes it as HTML, the browser makes nodes of it, so that both show the same by the same code. */
export interface Markup {
  tag: string
  /** false and undefined are left out, true stands without a value. */
  attributes: Readonly<Record<string, Attribute>>
  children: readonly (Markup | string)[]
}

export type Attribute = string | number | boolean | undefined
export type Child = Markup | string | number | null | undefined | false | readonly Child[]

/** An element; lists among its children are laid flat, what is null, undefined, false or '' is left out. */
export function element(tag: string, attributes: Markup['attributes'], ...children: readonly Child[]): Markup {
  return { tag, attributes, children: children.flatMap(flat) }
}

function flat(child: Child): (Markup | string)[] {
  if (child === null || child === undefined || child === false || child === '') return []
  if (typeof child === 'number') return [String(child)]
  return typeof child === 'string' || isMarkup(child) ? [child] : child.flatMap(flat)
}

function isMarkup(child: Markup | readonly Child[]): child is Markup {
  return 'tag' in child
}

/** Elements of a drawing, which the browser makes in a namespace of its own. */
export const svgTags: ReadonlySet<string> = new Set('svg g path line rect circle text image'.split(' '))
