// Parts of a page that not every reader asks for: scripts of their own, run with their first use, so that the first picture waits for none of them. Each
// stands as `client/parts/<name>.ts` and leaves what it does under its name.
import { runScript } from '../data/load-data.ts'

declare global {
  /** The parts by name: each declares itself, in its own script. */
  // oxlint-disable-next-line typescript/no-empty-object-type -- see above
  interface KinemetricParts {}
  /** What those scripts leave. */
  var kinemetricParts: Partial<KinemetricParts> | undefined
}

// Where this script came from, the others lie too.
const here = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : ''
const coming = new Map<keyof KinemetricParts, Promise<void>>()

/** A part, loaded once. @throws DataError where it cannot be had */
export async function askedPart<N extends keyof KinemetricParts>(name: N): Promise<KinemetricParts[N]> {
  const script = coming.get(name) ?? runScript(here.replace(/[^/]*$/, `parts/${name}.js`))
  coming.set(name, script)
  try {
    await script
  } catch (error) {
    // May be asked for again.
    coming.delete(name)
    throw error
  }
  return globalThis.kinemetricParts![name]!
}
