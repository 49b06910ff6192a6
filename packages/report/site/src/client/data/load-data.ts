import { type DataFile, type DataHead, dataFormat, dataName, isHead } from '../../../../src/data-files/container.ts'

type Call = (head: unknown, packed: unknown) => void
interface ScriptPolicy {
  createScriptURL: (address: string) => string
}

/** Data that cannot be had; its message is for the reader. */
export class DataError extends Error {}

// Shared by all scripts of a page: whichever defined last what files call must find what the others wait for.
globalThis.kinemetricWaiting ??= new Map()
const waiting = globalThis.kinemetricWaiting
const loaded = new Map<string, Promise<DataFile>>()

/** What every data file calls. */
Object.assign(globalThis, {
  kinemetricData: (name: unknown, head: unknown, packed: unknown) => waiting.get(String(name))?.(head, packed),
})

/** Folder of the protocol's data files, as the page names it. */
export const dataFolder = document.documentElement.dataset.files ?? 'data/'
/** Digest of the results that the page was made of; '' where it does not say. */
export const pageBoard = document.documentElement.dataset.board ?? ''

/**
 * A data file of this page's protocol, loaded once. It comes as a script, which a page opened from a folder may load too, and is unpacked here.
 *
 * @param name as `protocol`, `index-lpips`, `values-3`
 * @param address where it lies, if not in the protocol's data folder
 * @throws DataError where there is none, where it cannot be read, or where it was made by another build than the page
 */
export async function loadData<H extends DataHead>(
  name: string,
  address = `${dataFolder}${name}.js`,
): Promise<DataFile<H>> {
  let file = loaded.get(name)
  if (file === undefined) {
    file = load(name, address)
    loaded.set(name, file)
    // What failed may be asked for again.
    file.catch(() => loaded.delete(name))
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever asks for a name knows the head of that file
  return file as Promise<DataFile<H>>
}

/** Forgets a file, so that its memory can go. */
export function dropData(name: string): void {
  loaded.delete(name)
}

async function load(name: string, address: string): Promise<DataFile> {
  if (!dataName.test(name)) throw new DataError(`There is no data called ${name}.`)
  const [head, packed] = await called(name, address)
  if (!isHead(head) || typeof packed !== 'string') throw new DataError(`${address} is no data file of this site.`)
  if (head.format !== dataFormat || (pageBoard !== '' && head.board !== pageBoard))
    throw new DataError('These files are from two builds: build again.')
  try {
    return { head, bytes: await unpacked(packed) }
  } catch {
    throw new DataError(`${address} is damaged: build again, or copy the site again.`)
  }
}

/** What the script of that address calls `kinemetricData` with. */
function called(name: string, address: string): Promise<[unknown, unknown]> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const end = () => {
      waiting.delete(name)
      script.remove()
    }
    waiting.set(name, (head, packed) => resolve([head, packed]))
    script.addEventListener('error', () => {
      end()
      reject(new DataError(`${address} could not be loaded.`))
    })
    script.addEventListener('load', () => {
      end()
      // A file that called for another name, or did not run; where it called, this is too late to matter.
      reject(new DataError(`${address} is no data file of this site.`))
    })
    script.src = policy().createScriptURL(address)
    document.head.append(script)
  })
}

/** Runs a further script of this site, once: what few readers ask for is not loaded with the page. @throws DataError */
export function runScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.addEventListener('load', () => resolve())
    script.addEventListener('error', () => reject(new DataError(`${address} could not be loaded.`)))
    script.src = policy().createScriptURL(address)
    document.head.append(script)
  })
}

declare global {
  /** Who waits for a data file, by its name. */
  var kinemetricWaiting: Map<string, Call> | undefined
  /** A page may make the policy once, also where several scripts run on it. */
  var kinemetricPolicy: ScriptPolicy | undefined
}

/** The one way in which this site makes script addresses of text: only such as lead to a data file. */
function policy(): ScriptPolicy {
  const rules: ScriptPolicy = {
    createScriptURL(address) {
      if (!/^[^?#]*\.js$/.test(address)) throw new DataError(`${address} is no address of data.`)
      return address
    },
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- not every browser has them, and TypeScript's library does not know them
  const types = (globalThis as { trustedTypes?: { createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy } })
    .trustedTypes
  globalThis.kinemetricPolicy ??= types === undefined ? rules : types.createPolicy('kinemetric-data', rules)
  return globalThis.kinemetricPolicy
}

async function unpacked(packed: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
