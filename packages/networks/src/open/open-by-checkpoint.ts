import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import { cardsOfWord, networkCard } from '../models/catalogue.ts'
import type { Role } from '../roles/roles.ts'
import { networkError } from '../tracklets/network-error.ts'
import type { NetworkAsk, NetworkOptions } from './network-options.ts'
import { type OpenedNetwork, openNetwork } from './open-network.ts'

/** A network by a word, and where its weights are if they are a file of one's own. */
export interface OpenByCheckpointOptions extends Omit<NetworkOptions, 'checkpoints'> {
  readonly checkpoint?: string | undefined
  /** Files of its other parts, by the part (`probe`). */
  readonly parts?: Readonly<Record<string, string>> | undefined
}

/**
 * Opens a network that is named by a word alone: a file of one's own says which of several it is (`dinov2` is three sizes); without one the id has to be whole.
 * @throws KinemetricError `unknown-network`; `bad-option` where the word leaves several and nothing says which; what `openNetwork` throws
 */
export async function openByCheckpoint<R extends Role>(
  role: R,
  { network: word, ...ask }: NetworkAsk & { readonly network: string },
  { checkpoint, parts = {}, ...options }: OpenByCheckpointOptions = {},
): Promise<OpenedNetwork<R>> {
  const network = await networkOf(word, checkpoint)
  const others = Object.entries(parts).map(([part, file]) => [`${network}/${part}`, file] as const)
  const checkpoints = checkpoint === undefined ? undefined : { [network]: checkpoint, ...Object.fromEntries(others) }
  return openNetwork(role, { ...ask, network }, { ...options, checkpoints })
}

async function networkOf(word: string, checkpoint: string | undefined): Promise<string> {
  const cards = cardsOfWord(word)
  if (cards.length === 0) return networkCard(word).id
  const [card, ...others] = cards
  if (others.length === 0) return card.id
  if (checkpoint !== undefined && card.identify !== undefined)
    return (await card.identify())(await openCheckpoint(checkpoint))
  throw networkError('bad-option', word, {
    expected: `one of ${cards.map(({ id }) => id).join(', ')}`,
    found: 'what they share',
  })
}
