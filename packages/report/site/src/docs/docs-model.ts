/** All that the documentation's pages show. Paths are from the site's root. */
export interface DocsModel {
  title: string
  version: string
  /** HTML of what the front page says first, of its first commands, its picture, and of what it says of other tools. */
  front: { lede: string; commands: string; picture: string; others: string }
  groups: readonly DocsGroup[]
  documents: readonly DocumentPage[]
  commands: readonly CommandPage[]
  metrics: readonly MetricPage[]
}

/** Pages that stand together in the navigation. */
export interface DocsGroup {
  group: string
  pages: readonly { path: string; title: string; summary: string }[]
}

export interface Heading {
  /** 2 or 3. */
  depth: number
  id: string
  text: string
}

/** A page that was written, as HTML. */
export interface DocumentPage {
  path: string
  title: string
  html: string
  headings: readonly Heading[]
}

/** A command, with the commands below it. */
export interface CommandPage {
  path: string
  /** `score`. */
  name: string
  /** Under which help lists it. */
  heading: string
  description: string
  /** The command itself, then those below it. */
  uses: readonly CommandUse[]
}

/** What `--help` says of a command. */
export interface CommandUse {
  /** Fragment of its page; empty for the command itself. */
  id: string
  /** `kinemetric report build`. */
  name: string
  description: string
  usage: string
  takes: readonly { title: string; rows: readonly { term: string; description: string }[] }[]
  /** What stands below: prose, and examples as code. */
  after: readonly { text: string; isCode: boolean }[]
}

export interface MetricPage {
  path: string
  id: string
  title: string
  /** What it is asked. */
  group: { id: string; title: string; question: string }
  sees: string
  misses: string
  facts: readonly { name: string; value: string }[]
  recipes: readonly MetricRecipe[]
}

export interface MetricRecipe {
  id: string
  isDefault: boolean
  summary: string
  /** What `--metrics` takes. */
  asked: string
  /** What a record says that it was computed by, where nothing is changed. */
  signature: string
  settings: readonly { name: string; value: string }[]
}
