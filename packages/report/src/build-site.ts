export interface SiteOptions {
  /** Folder of `baselines/<method>/paper.json` claims; default: none. */
  claimsDir?: string | undefined
  /** Title of the front page. */
  title?: string | undefined
  /** Address the site will be served under, for canonical links only: the site itself uses relative links and works anywhere. */
  base?: string | undefined
  /** Called with one line of progress at a time. */
  onProgress?: ((line: string) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface BuiltSite {
  outDir: string
  /** The file to open first. */
  index: string
  pages: number
  /** Wall time of the whole build, seconds. */
  seconds: number
  /** Problems met in the results: unreadable records, media left out, tables missing. */
  warnings: string[]
}

/** Builds the static site from the records under `resultsDir` into `outDir`. */
export async function buildSite(_resultsDir: string, _outDir: string, _options: SiteOptions = {}): Promise<BuiltSite> {
  throw new Error('not yet')
}
