export interface XmlElement {
  tag: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
// What XML 1.0 allows as a character.
// oxlint-disable-next-line no-control-regex -- these very characters are looked for
const foreign = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** A small strict reader of XML without namespaces, comments and doctypes: what it does not know is an error. */
export function readXml(document: string): XmlElement {
  const wrong = foreign.exec(document)
  if (wrong !== null) throw new Error(`a character that XML has not, at ${wrong.index}`)
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  const root: XmlElement = { tag: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const piece = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/gy
  let at = 0
  for (const match of body.matchAll(piece)) {
    if (match.index !== at) break
    at += match[0].length
    const [, end, start, attributes = '', empty, text] = match
    const last = open.at(-1)!
    if (text !== undefined) last.text += decoded(text)
    else if (end !== undefined) {
      if (open.pop()?.tag !== end) throw new Error(`</${end}> closes ${last.tag}`)
    } else {
      const child: XmlElement = { tag: start, attributes: readAttributes(attributes), children: [], text: '' }
      last.children.push(child)
      if (empty === '') open.push(child)
    }
  }
  if (at !== body.length || open.length !== 1 || root.children.length !== 1) throw new Error(`no XML from ${at} on`)
  return root.children[0]
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value)]))
}

function decoded(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';') || !(name in entities)) throw new Error(`no entity: ${whole}`)
    return entities[name]
  })
}
