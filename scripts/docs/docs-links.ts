import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { relativeLink } from '../../packages/report/site/src/links.ts'

/** Where a reader finds what is in the repository and on none of the pages. */
const repository = 'https://github.com/kinemetric/kinemetric'

/** Addresses of what a document of the repository links. */
export interface DocumentLinks {
  /** What a link of a document becomes on its page. @throws where it leads to a file that is not there */
  addressOf: (target: string) => string
  /** Pictures that the page shows, to be put into the site: from the checkout's root, and their paths in the site. */
  readonly pictures: ReadonlyMap<string, string>
}

/**
 * @param root the checkout
 * @param document its path there: `docs/gpu.md`
 * @param path of its page from the site's root
 * @param pages paths of the pages of documents, by the documents' paths
 */
export function documentLinks(
  root: string,
  document: string,
  path: string,
  pages: ReadonlyMap<string, string>,
): DocumentLinks {
  const pictures = new Map<string, string>()
  const addressOf = (target: string): string => {
    if (target.startsWith('#') || /^[a-z][a-z\d+.-]*:/i.test(target)) return target
    const [file, fragment] = target.split('#')
    const named = posix.join(posix.dirname(document), decodeURIComponent(file))
    const page = pages.get(named)
    // Of the README the front page has the beginning.
    if (page !== undefined && (named !== 'README.md' || fragment === undefined))
      return relativeLink(path, fragment === undefined ? page : `${page}#${fragment}`)
    const place = join(root, named)
    if (named.startsWith('..') || !existsSync(place))
      throw new Error(`${document}: expected a link to something that is there, found ${target}`)
    if (/\.(png|jpe?g|svg|webp|gif)$/.test(named)) {
      const shown = `pictures/${posix.basename(named)}`
      pictures.set(named, shown)
      return relativeLink(path, shown)
    }
    const kind = statSync(place).isDirectory() ? 'tree' : 'blob'
    return `${repository}/${kind}/main/${named}${fragment === undefined ? '' : `#${fragment}`}`
  }
  return { addressOf, pictures }
}
