import { basename } from 'node:path'
import { hashFile } from '@kinemetric/files'
import type { Checkpoint } from '../checkpoints/tensors/tensor-reference.ts'
import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import { networkCard } from '../models/catalogue.ts'
import type { NetworkCard } from '../roles/network-card.ts'
import type { Role, Roles } from '../roles/roles.ts'
import { networkError } from '../tracklets/network-error.ts'
import { type MissingWeights, missingWeights } from '../weights/missing-weights.ts'
import { locateWeight } from './catalogue-weights.ts'
import type { NetworkAsk, NetworkOptions } from './network-options.ts'
import { unverifiedUse, type WeightUse } from './weight-use.ts'

export interface OpenedNetwork<R extends Role> {
  network: Roles[R]
  /** What it was opened with, a file each. */
  weights: WeightUse[]
  /** Of the networks that were asked for before this one: what is not here. */
  missing: readonly MissingWeights[]
}

/**
 * Finds the weights of a network, or takes a checkpoint that was given by hand, and opens it: the only place that does.
 *
 * @throws KinemetricError `weights`, of the first network asked for and its own file, with the command that gets them (see `missingWeights`);
 * `unknown-network`, `bad-option`; `wrong-tensors`, `wrong-checkpoint` and the codes of `openCheckpoint` for a file that is none of this network's;
 * `not-bundled`, `not-available`
 */
export async function openNetwork<R extends Role>(
  role: R,
  ask: NetworkAsk,
  options: NetworkOptions = {},
): Promise<OpenedNetwork<R>> {
  const ids = typeof ask.network === 'string' ? [ask.network] : ask.network
  const cards = ids.map((id) => cardFor(role, id))
  const missing: MissingWeights[] = []
  let first: unknown = networkError('bad-option', 'network', { expected: 'a network to open', found: 'none' })
  for (const card of cards) {
    try {
      return { ...(await openCard(card, ask, options)), missing }
    } catch (error) {
      const weights = missingWeights(error)
      if (weights === undefined) throw error
      if (missing.length === 0) first = error
      missing.push(weights)
    }
  }
  throw first
}

function cardFor<R extends Role>(role: R, id: string): NetworkCard<R> {
  const card: NetworkCard = networkCard(id)
  if (plays(card, role)) return card
  throw networkError('unknown-network', id, { expected: `a network for ${role}`, found: `one for ${card.role}` })
}

function plays<R extends Role>(card: NetworkCard, role: R): card is NetworkCard<R> {
  return card.role === role
}

async function openCard<R extends Role>(
  card: NetworkCard<R>,
  ask: NetworkAsk,
  { searchPath, checkpoints, ...run }: NetworkOptions,
): Promise<{ network: Roles[R]; weights: WeightUse[] }> {
  const own = checkpoints?.[card.id]
  const found = own === undefined ? await findParts(card, ask, searchPath) : await ownParts(card, own, checkpoints)
  const open = await card.load()
  const { preprocessing, variant, settings } = ask
  const network = await open(found.checkpoints, { preprocessing, variant, settings }, run)
  return { network, weights: found.weights }
}

interface FoundParts {
  checkpoints: Record<string, Checkpoint>
  weights: WeightUse[]
}

async function findParts(
  card: NetworkCard,
  ask: NetworkAsk,
  searchPath: readonly string[] | undefined,
): Promise<FoundParts> {
  const asked = ask.checkpoints
  const found: FoundParts = { checkpoints: {}, weights: [] }
  const only = asked === undefined ? undefined : mainPart(card)
  for (const [part, usual] of Object.entries(card.parts)) {
    if (card.wants?.(part, ask) === false) continue
    const { checkpoint, use } = await firstOf(part === only ? asked! : [usual], searchPath)
    found.checkpoints[part] = checkpoint
    found.weights.push(use)
  }
  return found
}

/** The first of these weights that is there. @throws KinemetricError `weights` of the first */
async function firstOf(
  ids: readonly string[],
  searchPath: readonly string[] | undefined,
): Promise<{ checkpoint: Checkpoint; use: WeightUse }> {
  let missing: unknown
  for (const id of ids) {
    try {
      const { checkpoint, sha256, entry } = await locateWeight(id, { searchPath })
      return { checkpoint, use: { id, sha256, licence: entry.licence } }
    } catch (error) {
      if (missingWeights(error) === undefined) throw error
      missing ??= error
    }
  }
  throw missing ?? networkError('bad-option', 'checkpoints', { expected: 'ids of weights', found: 'none' })
}

/** The main part of a network from a file given by hand, and the others that are given so. */
async function ownParts(
  card: NetworkCard,
  path: string,
  given: Readonly<Record<string, string>> = {},
): Promise<FoundParts> {
  const found: FoundParts = { checkpoints: {}, weights: [] }
  const main = mainPart(card)
  const others = Object.entries(given).filter(([key]) => key.startsWith(`${card.id}/`))
  for (const [part, file] of [[main, path], ...others.map(([key, file]) => [key.slice(card.id.length + 1), file])]) {
    found.checkpoints[part] = await openCheckpoint(file)
    found.weights.push(unverifiedUse(basename(file), await hashFile(file)))
  }
  return found
}

/** The part that a checkpoint given by hand stands for. @throws KinemetricError `bad-option` for networks of none, or of several that are alike */
function mainPart({ id, parts, mainPart: main }: NetworkCard): string {
  const names = Object.keys(parts)
  if (main !== undefined) return main
  if (names.length === 1) return names[0]
  const found = names.length === 0 ? 'one without weights' : `one of ${names.join(' and ')}`
  throw networkError('bad-option', id, { expected: 'a network of one file where a checkpoint is named', found })
}
