import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isError, isThere, type KinemetricError, readTextFile, runWorkerProcess, sizeText } from '@kinemetric/files'
import { download } from '../weights/download.ts'
import { networkError } from '../tracklets/network-error.ts'
import { findNpm, type Npm, npmCacheArgument } from './find-npm.ts'
import { onnxruntimePackage, type PinnedPackage } from './onnxruntime-package.ts'
import { unpackOnnxruntime } from './unpack-onnxruntime.ts'

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** The user's npm; null for none. By default it is looked for. */
  readonly npm?: Npm | null | undefined
  /** Which file; for tests, whose registry has small ones. */
  readonly pinned?: PinnedPackage | undefined
  /** Told once, before anything is fetched. */
  readonly onFetch?: ((text: string) => void) | undefined
}

const fetching = '.fetch-'

/**
 * Gets the package's file, from `base` where somebody has put it there, else by the user's own npm (registry, proxy and credentials are those of its settings; no
 * script of the package runs), else, without npm, from the registry that `npm_config_registry` names or the public one; and unpacks it. To be called by whoever
 * holds the folder's lock. @throws KinemetricError `network` with the file to bring, where to put it and the command; as `unpackOnnxruntime`; the signal's reason
 */
export async function fetchOnnxruntime(base: string, options: FetchOptions = {}): Promise<void> {
  const pinned = options.pinned ?? onnxruntimePackage
  const brought = join(base, pinned.file)
  if (await isThere(brought)) return unpackOnnxruntime(brought, base, pinned)
  for (const name of await readdir(base))
    if (name.startsWith(fetching)) await rm(join(base, name), { recursive: true, force: true })
  const npm = options.npm === undefined ? findNpm() : (options.npm ?? undefined)
  options.onFetch?.(
    `fetching ${pinned.name} ${pinned.version}, which runs the networks (${sizeText(pinned.bytes)}, once), into ${base}`,
  )
  const temporary = await mkdtemp(join(base, fetching))
  try {
    const file = join(temporary, pinned.file)
    const way = { pinned, base, signal: options.signal }
    if (npm === undefined) await downloadPlainly(file, way)
    else await packByNpm(npm, temporary, way)
    await unpackOnnxruntime(file, base, pinned)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

interface Way {
  readonly pinned: PinnedPackage
  readonly base: string
  readonly signal: AbortSignal | undefined
}

async function packByNpm([program, ...args]: Npm, folder: string, way: Way): Promise<void> {
  const { pinned, signal } = way
  const logFile = join(folder, 'npm.log')
  const code = await runWorkerProcess({
    program,
    args: [
      ...args,
      'pack',
      `${pinned.name}@${pinned.version}`,
      `--pack-destination=${folder}`,
      '--ignore-scripts',
      '--loglevel=error',
      '--no-update-notifier',
      // Offline npm would else keep the user waiting for more than a minute.
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
      ...npmCacheArgument(join(folder, 'npm-cache')),
    ],
    // The project's own .npmrc counts, as for any npm that is run here.
    cwd: process.cwd(),
    env: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    logFile,
    signal,
  }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw notFetched(way, cause instanceof Error ? cause.message : String(cause), cause)
  })
  if (code === 0 && (await isThere(join(folder, pinned.file)))) return
  throw notFetched(way, `npm, exit code ${code}: ${npmText(await readTextFile(logFile))}`)
}

/** What npm says of an error, without its advice, its stack and the place of its log. */
function npmText(log: string): string {
  const lines = log.split('\n').flatMap((line) => /^npm (?:error|ERR!) (.+)$/.exec(line)?.[1] ?? [])
  const said = lines.filter(
    (line) =>
      !/^(A complete log|network (This is|In most|If you|'proxy')|\s*$|\s+at |stack |syscall |errno )/.test(line),
  )
  return said.slice(0, 4).join('; ') || 'no message'
}

async function downloadPlainly(file: string, way: Way): Promise<void> {
  const { signal, pinned } = way
  const { name, url, bytes } = pinned
  const registry = process.env['npm_config_registry'] ?? process.env['NPM_CONFIG_REGISTRY'] ?? ''
  const from = registry === '' ? url : `${registry.replace(/\/$/, '')}/${name}/-/${pinned.file}`
  await download(from, file, { bytes, signal }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    if (isError(cause, 'missing')) throw notFetched(way, cause.message, cause)
    throw cause
  })
}

function notFetched({ pinned, base }: Way, found: string, cause?: unknown): KinemetricError {
  const { name, version, file, url } = pinned
  return networkError(
    'network',
    `${name} ${version}`,
    {
      expected: 'the npm registry to send it',
      found,
      then: `bring ${url} here and run \`kinemetric runtime import ${file}\`, or put it into ${base} and run this again; \`kinemetric runtime fetch\` tries the registry once more`,
    },
    { cause },
  )
}
