import { errorAt, isError, openRegularFile } from '@kinemetric/files'
import type { OpenCheckpointOptions } from './formats/checkpoint-options.ts'
import { readSafetensors } from './formats/safetensors.ts'
import type { Checkpoint } from './tensors/tensor-reference.ts'
import { readTorchLegacy, torchLegacyMagic } from './formats/torch-legacy.ts'
import { readTorchZip } from './formats/torch-zip.ts'
import { readBytes, type ReadableFile } from './tensors/read-bytes.ts'
import { networkError } from '../tracklets/network-error.ts'

/**
 * Reads which tensors a checkpoint holds and where they lie, from torch zip files (.pth, .pt, .ckpt), TorchScript
 * archives, the legacy torch format and safetensors. The format is recognised by content. No tensor is loaded and
 * nothing in the file is executed.
 *
 * @throws KinemetricError with the file's path: `not-found`, `not-a-file`, `not-readable`, `outside`, `unknown-format`, `truncated`, `compressed`,
 * `unknown-opcode`, `unknown-global`, `malformed`, `too-large`, `out-of-range`, `overlap`, `no-tensors` or `unsupported`.
 */
export async function openCheckpoint(path: string, options: OpenCheckpointOptions = {}): Promise<Checkpoint> {
  const file = await openRegularFile(path, options.roots)
  try {
    return await readCheckpoint(file, options)
  } finally {
    await file.handle.close()
  }
}

/** The same of a file that is open, wherever it lies. @throws KinemetricError as `openCheckpoint` */
export async function readCheckpoint(file: ReadableFile, options: OpenCheckpointOptions = {}): Promise<Checkpoint> {
  try {
    const checkpoint = await read(file, options)
    if (checkpoint.tensors.size === 0) throw networkError('no-tensors', file.path, 'no tensors in this checkpoint')
    return checkpoint
  } catch (error) {
    // The pickle reader does not know which file it reads.
    throw isError(error) && error.where === '' ? errorAt(file.path, error) : error
  }
}

async function read(file: ReadableFile, options: OpenCheckpointOptions): Promise<Checkpoint> {
  const head = await readBytes(file, 0, Math.min(file.size, 64))
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return readTorchZip(file, options)
  if (startsWith(head, torchLegacyMagic)) return readTorchLegacy(file, options)
  // The 64-bit header length, then the header's opening brace.
  if (head.length > 8 && head[8] === 0x7b && head[7] === 0) return readSafetensors(file)
  throw networkError('unknown-format', file.path, {
    expected: 'a torch or safetensors file',
    found: whatElse(file, head),
  })
}

/** What people most often have in place of a checkpoint. */
function whatElse(file: ReadableFile, head: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(head)
  if (file.size === 0) return 'an empty file'
  if (text.startsWith('version https://git-lfs')) return 'a Git LFS pointer (run "git lfs pull" where it came from)'
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return 'a web page (the download was answered with a page)'
  if (text.startsWith('GGUF')) return 'a GGUF file'
  if (startsWith(head, [0x89, 0x48, 0x44, 0x46])) return 'an HDF5 file'
  if (startsWith(head, [0x1f, 0x8b])) return 'a gzip file'
  if (startsWith(head, [0x80])) return 'a bare pickle'
  if (text.includes('././@LongLink') || text.startsWith('sys_info'))
    return "a tar archive of torch's format before 0.1.10"
  return `a file that begins with the bytes ${Buffer.from(head.subarray(0, 8)).toString('hex')}`
}

function startsWith(bytes: Uint8Array, prefix: ArrayLike<number>): boolean {
  return Array.from(prefix).every((byte, index) => bytes[index] === byte)
}
