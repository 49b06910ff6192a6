import { mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { partialPath, removePartials, withLock, writeWhole, diskSpace, sizeText, makeFolder } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import { cudaSetupName } from './cuda-environment.ts'
import { type Downloader, downloadWheel, findDownloader, requireDownloader } from './downloader.ts'
import type { CudaPlan, CudaStep } from './plan-cuda.ts'
import { unpackWheel } from './unpack-wheel.ts'

export interface CudaSetupOptions {
  readonly signal?: AbortSignal | undefined
  /** By default the first of pip and uv that is here. */
  readonly downloader?: Downloader | undefined
  readonly onStep?: ((step: CudaStep) => void) | undefined
}

/**
 * Carries out a plan: downloads what is not here, unpacks the libraries into the plan's folder in the user's cache, and links what is here already. A wheel is
 * removed when its libraries are out; what was done before an interruption is kept. Nothing is written anywhere else.
 * @throws KinemetricError `not-available` without a downloader, `network`, `wrong-hash`, `disk-full`, `write-failed`, `locked`; the signal's reason
 */
export async function setUpCuda(plan: CudaPlan, options: CudaSetupOptions = {}): Promise<void> {
  const { folder, steps, needs } = plan
  const downloads = steps.some(({ how }) => how === 'download')
  const downloader = downloads ? requireDownloader(options.downloader ?? findDownloader()) : undefined
  await makeFolder(folder)
  await requireSpace(plan)
  await withLock(join(folder, '.lock'), async () => {
    await removeUnfinished(folder)
    for (const step of steps) {
      options.signal?.throwIfAborted()
      options.onStep?.(step)
      const names = await carriedOut(step, folder, downloader, options.signal)
      for (const name of names) await linkUnversioned(folder, name)
      if (step.how !== 'there')
        await writeWhole(join(folder, 'done', `${step.package.name}-${step.package.version}`), '')
    }
    await writeWhole(join(folder, cudaSetupName), JSON.stringify({ version: needs.onnxruntime }))
  })
}

/** What a set-up that was killed left. */
async function removeUnfinished(folder: string): Promise<void> {
  await removePartials(folder)
  for (const name of await readdir(folder))
    if (name.startsWith(downloading)) await rm(join(folder, name), { recursive: true, force: true })
}

const downloading = '.download-'

async function carriedOut(
  { how, package: wanted, paths }: CudaStep,
  folder: string,
  downloader: Downloader | undefined,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  if (how === 'there') return []
  if (how === 'in place' || downloader === undefined) {
    for (const path of paths) await link(path, join(folder, basename(path)))
    return paths.map((path) => basename(path))
  }
  const temporary = await mkdtemp(join(folder, downloading))
  try {
    return await unpackWheel(await downloadWheel(downloader, wanted, temporary, signal), wanted, folder)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** `libcudnn.so.9` is asked for as `libcudnn.so` by some. */
async function linkUnversioned(folder: string, name: string): Promise<void> {
  const [plain] = /^.*?\.so/.exec(name) ?? [name]
  if (plain !== name) await link(name, join(folder, plain))
}

/** Makes a link, in the place of what had its name. */
async function link(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === target) return
  const partial = partialPath(path)
  await symlink(target, partial)
  await rename(partial, path)
}

async function requireSpace({ folder, diskBytes }: CudaPlan): Promise<void> {
  const disk = await diskSpace(folder)
  if (disk === undefined || disk.free >= diskBytes) return
  throw networkError('disk-full', folder, {
    expected: `${sizeText(diskBytes)} free for CUDA's libraries`,
    found: sizeText(disk.free),
  })
}
