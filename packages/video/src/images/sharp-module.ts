import { createRequire } from 'node:module'
import type sharp from 'sharp'

const require = createRequire(import.meta.url)

let loaded: typeof sharp | undefined

/** sharp, loaded when a picture is first read or written: with libvips it takes 0.1 s, which videos need not wait for. */
export function loadSharp(): typeof sharp {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own type
  loaded ??= require('sharp') as typeof sharp
  return loaded
}
