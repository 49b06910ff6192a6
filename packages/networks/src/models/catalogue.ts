import type { NetworkCard } from '../roles/network-card.ts'
import type { Role } from '../roles/roles.ts'
import { networkError } from '../tracklets/network-error.ts'
import type { WeightEntry } from '../weights/weight-entry.ts'
import { clipCard } from './clip-vision/card.ts'
import { cotracker3Cards } from './cotracker3/card.ts'
import { dinoCard, dinov2Cards } from './dino/card.ts'
import { i3dCard } from './i3d/card.ts'
import { inceptionCard } from './inception/card.ts'
import { lpipsCards } from './lpips/card.ts'
import { lucasKanadeCard } from './lucas-kanade/card.ts'
import { sam2Cards } from './sam2/card.ts'
import { vjepaCards } from './vjepa/card.ts'
import { vjepa2Card } from './vjepa2/card.ts'

/** The card of some network, of whatever role. */
export type AnyNetworkCard = { [R in Role]: NetworkCard<R> }[Role]

const families: readonly (readonly AnyNetworkCard[])[] = [
  lpipsCards,
  [inceptionCard],
  [i3dCard],
  dinov2Cards,
  [dinoCard],
  [clipCard],
  vjepaCards,
  [vjepa2Card],
  cotracker3Cards,
  [lucasKanadeCard],
  sam2Cards,
]

/** Every network. Reading a card loads nothing. */
export const networkCatalogue: readonly AnyNetworkCard[] = families.flat()

/** What a tracker can be named by: `auto`, and every network that follows points. */
export const trackerChoices: readonly string[] = [
  'auto',
  ...networkCatalogue.filter(({ role }) => role === 'tracklets').map(({ id }) => id),
]

/** Every file of weights of the networks, once: family by family, of each the first file of every network before the second. */
export const weightCatalogue: readonly WeightEntry[] = families.flatMap((cards) => {
  const longest = Math.max(...cards.map(({ weights }) => weights.length))
  const ranks = Array.from({ length: longest }, (_, rank) => cards.flatMap(({ weights }) => weights[rank] ?? []))
  return [...new Set(ranks.flat())]
})

/** Networks that a word stands for: an id, or what ids begin with (`inception` for `inception-2015-12-05`). */
export function cardsOfWord(word: string): AnyNetworkCard[] {
  return networkCatalogue.filter(({ id }) => id === word || id.startsWith(`${word}-`))
}

/** Words for the networks of a role, each once, in the catalogue's order. */
export function wordsOfRole(role: Role): string[] {
  return [...new Set(networkCatalogue.filter((card) => card.role === role).map(({ id }) => id.split('-', 1)[0]))]
}

/** The card of a network. @throws KinemetricError `unknown-network` */
export function networkCard(id: string): AnyNetworkCard {
  const card = networkCatalogue.find((candidate) => candidate.id === id)
  if (card !== undefined) return card
  const ids = networkCatalogue.map((candidate) => candidate.id)
  throw networkError('unknown-network', id, { expected: `a network of ${ids.join(', ')}`, found: 'none of that name' })
}
