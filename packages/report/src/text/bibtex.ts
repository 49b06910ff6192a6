import { escapeLatex } from './latex-table.ts'

/** A metric as far as it is cited: its name, and `Wang, Bovik & Simoncelli, Title of the paper, Venue 2004`. */
export interface CitedMetric {
  id: string
  title: string
  cite: string
}

/** A work as a record names it. */
export interface CitedWork {
  id: string
  title: string
  url?: string | undefined
  arxiv?: string | undefined
}

type Fields = Readonly<Record<string, string | undefined>>

/** The papers of a metric, an entry each. What the source line does not tell apart stands as it is. */
export function metricEntry({ id, title, cite }: CitedMetric): string {
  const papers = cite.split(/; (?=[^,;]+ (?:et al\.|& [^,;]+), )/)
  return papers
    .map((paper, at) => paperEntry({ id: at === 0 ? id : `${id}-${at + 1}`, title, cite: paper }))
    .join('\n\n')
}

function paperEntry({ id, title, cite }: CitedMetric): string {
  const parts = /^(.+?(?:&|et al\.)[^,]*), (.+), ([^,]*?) ?(\d{4})(.*)$/.exec(cite)
  if (parts === null) return entry('misc', id, { title: `{${escapeLatex(title)}}`, note: escapeLatex(cite) })
  const [, authors, paper, venue, year, rest] = parts
  return entry('misc', id, {
    author: authorsOf(authors),
    title: `{${escapeLatex(paper)}}`,
    howpublished: escapeLatex(venue),
    year,
    note: escapeLatex(`${title}${rest.replace(/^[ ,]+/, '; ')}`.trim()),
  })
}

/** `A, B & C` and `A et al.` as BibTeX joins names. */
function authorsOf(authors: string): string {
  const others = authors.endsWith(' et al.')
  const names = authors.replace(/ et al\.$/, '').split(/, | & /)
  return [...names.map(escapeLatex), ...(others ? ['others'] : [])].join(' and ')
}

/** The paper of a method. */
export function workEntry({ id, title, url, arxiv }: CitedWork): string {
  const known = arxiv ?? /arxiv\.org\/(?:abs|pdf)\/(\d{4}\.\d{4,5})/.exec(url ?? '')?.[1]
  return entry('misc', id, {
    title: `{${escapeLatex(title)}}`,
    ...(known === undefined ? {} : { eprint: known, archivePrefix: 'arXiv' }),
    ...(url === undefined ? {} : { url: urlText(url) }),
  })
}

/** A file of weights, told by its content; its licence stands with it. */
export function weightsEntry(weights: {
  id: string
  title: string
  citation: string
  licence: string
  url: string
  sha256: string
}): string {
  const { id, title, citation, licence, url, sha256 } = weights
  return entry('misc', `weights-${id}`, {
    title: `{${escapeLatex(title)}}`,
    howpublished: escapeLatex(`licence: ${licence}`),
    note: escapeLatex(`${citation}; sha256 ${sha256}`),
    url: urlText(url),
  })
}

/** In place of a paper that nobody named: the paper in which a method's numbers are claimed need not be its own. */
export function noWorkRemark(id: string): string {
  return `% ${keyOf(id)}: its record names no paper`
}

/** The frozen protocol that was followed, told apart from others by its digest. */
export function protocolEntry(protocol: { id: string; version: number; title: string; digest: string }): string {
  return entry('misc', `protocol-${protocol.id}`, {
    title: `{${escapeLatex(`${protocol.title}: evaluation protocol ${protocol.id}, version ${protocol.version}`)}}`,
    howpublished: 'kinemetric',
    note: `sha256 ${protocol.digest}`,
  })
}

/** The toolkit, with its version and the digest of the results that it made. @param digest '' where results have none */
export function toolEntry(version: string, digest: string): string {
  return entry('software', 'kinemetric', {
    title: '{kinemetric: evaluation of video generators}',
    version: escapeLatex(version),
    ...(digest === '' ? {} : { note: `results ${digest}` }),
  })
}

function entry(kind: string, id: string, fields: Fields): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`  ${name} = {${value}},`],
  )
  return [`@${kind}{${keyOf(id)},`, ...lines, '}'].join('\n')
}

function keyOf(id: string): string {
  return id.replace(/[^A-Za-z0-9_:.-]+/g, '-')
}

/** An address between braces: braces, backslashes and percent signs would end it or start a comment. */
function urlText(url: string): string {
  return url.replace(
    /[{}\\%\s]/g,
    (character) => `\\%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  )
}
