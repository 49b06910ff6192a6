import { confine, isError } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { readProtocol } from '../protocol/own-protocol.ts'
import { clipsDigest, type Protocol } from '../protocol/protocol.ts'
import { findProtocol } from '../protocol/protocols.ts'
import type { Manifest } from './read-manifest.ts'

/** Where a preparation keeps a protocol that is none of the toolkit's: beside the manifest. */
export const protocolFile = 'protocol.json'

/**
 * The protocol of a manifest: the toolkit's of that name, or the one that lies beside it.
 * @param given one that was given, which has to be of that name and to cut clips in the same way; its metrics may be others
 * @throws KinemetricError `bad-option` where it is another, `bad-protocol` where there is none
 */
export async function manifestProtocol(
  { path, root, protocol: own }: Pick<Manifest, 'path' | 'root' | 'protocol'>,
  given?: Protocol,
): Promise<Protocol> {
  if (given !== undefined) {
    const { id, version } = given.identity
    if (id !== own.id || version !== own.version)
      throw otherProtocol(path, `${own.id}@${own.version}`, `${id}@${version}`)
  }
  const prepared = await preparedProtocol(root, own)
  if (prepared !== undefined && given !== undefined && clipsDigest(prepared) !== clipsDigest(given))
    throw otherProtocol(path, `${own.id}@${own.version}, as ${protocolFile} beside it has it`, 'another window or size')
  const protocol = given ?? prepared
  if (protocol !== undefined) return protocol
  throw benchmarkError('bad-protocol', `${own.id}@${own.version}`, {
    expected: `a protocol of the toolkit, or ${protocolFile} beside the manifest`,
    found: 'neither',
    then: 'give its file with --protocol',
  })
}

async function preparedProtocol(root: string, { id, version }: Manifest['protocol']): Promise<Protocol | undefined> {
  try {
    return findProtocol(id, version)
  } catch (error) {
    if (!isError(error, 'input')) throw error
  }
  try {
    return await readProtocol(await confine(root, protocolFile))
  } catch (error) {
    if (isError(error, 'input', 'bad-protocol') && isError(error.cause, 'input', 'not-found')) return undefined
    throw error
  }
}

function otherProtocol(path: string, own: string, found: string) {
  return benchmarkError('bad-option', path, `expected the manifest's own protocol ${own}, found ${found}`)
}
