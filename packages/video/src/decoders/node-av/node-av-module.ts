import { nodeAvVersion } from './node-av-version.ts'

/** The parts of node-av that are used: FFmpeg's own structures and its constants. */
export interface NodeAv {
  lib: typeof import('node-av/lib')
  constants: typeof import('node-av/constants')
  /** Version of the npm package. */
  version: string
}

let loading: Promise<NodeAv | { missing: string }> | undefined

/**
 * node-av, loaded once and on first use: it is an optional dependency, and its library takes 0.1 s to load.
 * @returns the module, or why it cannot be used here
 */
export function loadNodeAv(): Promise<NodeAv | { missing: string }> {
  loading ??= load()
  return loading
}

async function load(): Promise<NodeAv | { missing: string }> {
  const major = Number(process.versions.node.split('.')[0])
  // Under Node 20 it loads, opens files, and silently yields no frames.
  if (major < 22) return { missing: `it needs Node 22 or later, and this is ${process.version}` }
  try {
    const [lib, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')])
    lib.Log.setLevel(constants.AV_LOG_QUIET)
    return { lib, constants, version: nodeAvVersion() }
  } catch (error) {
    return { missing: error instanceof Error ? error.message.split('\n')[0] : String(error) }
  }
}
