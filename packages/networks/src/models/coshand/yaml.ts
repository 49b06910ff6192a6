import { readTextFile } from '@kinemetric/files'

import { networkError } from '../../tracklets/network-error.ts'

/** The configs of latent diffusion have about 4 kB. */
const maxBytes = 1024 * 1024
const maxAliases = 100

/**
 * The value of a YAML file, as data: tags make nothing, and what OmegaConf would put in place of `${…}` stays the text that it is.
 * @throws KinemetricError `not-found`, `not-readable`, `too-large`; `bad-file` where it is no YAML, with the line, or its aliases multiply it
 */
export async function readYaml(path: string): Promise<unknown> {
  const { parseDocument } = await import('yaml')
  const text = await readTextFile(path, { maxBytes })
  try {
    // Errors keep their line and not the file's text around it, which may be anything.
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' })
    const [error] = document.errors
    if (error !== undefined) {
      const line = text.slice(0, error.pos[0]).split('\n').length
      throw networkError('bad-file', path, { expected: 'YAML', found: `line ${line}: ${error.message}` })
    }
    const value: unknown = document.toJS({ maxAliasCount: maxAliases })
    return value
  } catch (cause) {
    // What the library says of aliases, and the engine of nesting that its calls cannot follow.
    if (!(cause instanceof ReferenceError || cause instanceof RangeError)) throw cause
    throw networkError('bad-file', path, { expected: 'YAML', found: cause.message }, { cause })
  }
}
