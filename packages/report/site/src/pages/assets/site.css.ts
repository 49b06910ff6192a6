import base from '../../styles/base.css?raw'
import clip from '../../styles/clip.css?raw'
import table from '../../styles/table.css?raw'
import tokens from '../../styles/tokens.css?raw'
import print from '../../styles/print.css?raw'

/** One stylesheet for all pages, beside them and linked relatively. */
export function GET(): Response {
  return new Response([tokens, base, table, clip, print].join('\n'))
}
