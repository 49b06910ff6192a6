import type { ReadableFile } from '../tensors/read-bytes.ts'
import { collectTensors } from './collect-tensors.ts'
import { itemSize } from '../tensors/data-type.ts'
import { isError } from '@kinemetric/files'
import type { OpenCheckpointOptions } from './checkpoint-options.ts'
import { readPickle } from './pickle.ts'
import type { Checkpoint, TensorReference } from '../tensors/tensor-reference.ts'
import { isKnownTorchGlobal } from './torch-globals.ts'
import { placeTensor } from './torch-objects.ts'
import { readZipDirectory, readZipEntry, type ZipDirectory } from './zip-directory.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** A pickle of 50,000 tensors has about 10 MB. */
const maxPickleBytes = 64 * 1024 * 1024

/**
 * Reads a checkpoint written by torch.save since torch 1.6, or a TorchScript archive: a zip file whose `data.pkl`
 * describes the tensors and whose STORED entries `data/<key>` are their storages. The layout is that of torch's
 * caffe2/serialize/inline_container.h.
 */
export async function readTorchZip(file: ReadableFile, options: OpenCheckpointOptions): Promise<Checkpoint> {
  const zip = await readZipDirectory(file)
  const folder = archiveFolder(zip)
  await checkByteOrder(zip, folder)
  const torchscript = zip.entries.has(`${folder}/constants.pkl`)
  const tensors = new Map<string, TensorReference>()
  await addTensors(zip, folder, 'data', '', torchscript, options, tensors)
  // Frozen modules keep their weights as constants of the code.
  if (torchscript)
    await addTensors(zip, folder, 'constants', 'constants.', true, { ...options, subtree: undefined }, tensors)
  return { path: file.path, format: torchscript ? 'torchscript' : 'torch-zip', tensors }
}

async function addTensors(
  zip: ZipDirectory,
  folder: string,
  part: 'data' | 'constants',
  prefix: string,
  torchscript: boolean,
  options: OpenCheckpointOptions,
  into: Map<string, TensorReference>,
): Promise<void> {
  const entry = zip.entries.get(`${folder}/${part}.pkl`)!
  const bytes = await readZipEntry(zip, entry, maxPickleBytes)
  const isKnownGlobal = (module: string, name: string): boolean =>
    options.unknownGlobals === 'ignore' || isKnownTorchGlobal(module, name, torchscript)
  const starts = new Map<string, number>()
  const found = collectTensors(unpickle(bytes, isKnownGlobal, entry.name), options.subtree)
  const wanted = options.wanted?.([...found.keys()])
  for (const [name, tensor] of found) {
    if (wanted?.has(name) === false) continue
    const { key, viewOffset, length, dtype } = tensor.storage
    const storage = zip.entries.get(`${folder}/${part}/${key}`)
    const needed = (viewOffset + length) * itemSize[dtype]
    // Checked for every tensor: two may claim different lengths of one storage.
    if (storage === undefined || storage.size < needed) {
      throw networkError(
        storage === undefined ? 'malformed' : 'out-of-range',
        zip.file.path,
        `tensor "${name}" needs ${needed} bytes of entry "${folder}/${part}/${key}", which ${storage === undefined ? 'is not in the file' : `has ${storage.size}`}`,
      )
    }
    const start = starts.get(key) ?? (await zip.locate(storage))
    if (start + storage.size > zip.file.size) {
      throw networkError('truncated', zip.file.path, `entry "${storage.name}" reaches beyond the end of the file`)
    }
    starts.set(key, start)
    into.set(prefix + name, placeTensor(prefix + name, tensor, zip.file.path, start))
  }
}

function unpickle(
  bytes: Uint8Array,
  isKnownGlobal: (module: string, name: string) => boolean,
  entry: string,
): ReturnType<typeof readPickle>['value'] {
  try {
    return readPickle(bytes, 0, { isKnownGlobal }).value
  } catch (error) {
    if (!isError(error, 'input', 'truncated')) throw error
    throw networkError('malformed', '', `the pickle in "${entry}" ends before its STOP: ${error.sentence}`)
  }
}

/** The one folder at the top of the archive; torch names it after the file. */
function archiveFolder(zip: ZipDirectory): string {
  const folders = [...zip.entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name))
  if (folders.length === 1) return folders[0].slice(0, -'/data.pkl'.length)
  const names = [...zip.entries.keys()].slice(0, 5).join(', ')
  const old = [...zip.entries.keys()].some((name) => name.endsWith('/model.json'))
  throw networkError(
    old ? 'unsupported' : 'unknown-format',
    zip.file.path,
    old
      ? 'a TorchScript archive of before torch 1.4 (model.json); save it again with a newer torch'
      : `a zip file with ${folders.length} entries <folder>/data.pkl where a torch checkpoint has one; its entries begin with: ${names || 'none'}`,
  )
}

async function checkByteOrder(zip: ZipDirectory, folder: string): Promise<void> {
  const entry = zip.entries.get(`${folder}/byteorder`)
  if (entry === undefined) return
  const order = new TextDecoder().decode(await readZipEntry(zip, entry, 64)).trim()
  if (order !== 'little') {
    throw networkError(
      'unsupported',
      zip.file.path,
      `byte order "${order}"; only little-endian files are used in place`,
    )
  }
}
