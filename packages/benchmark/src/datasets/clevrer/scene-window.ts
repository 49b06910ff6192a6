import { hashBytes } from '@kinemetric/files'
import type { ClevrerScene, Collision } from './annotation.ts'
import type { ObjectMasks } from './proposals.ts'

/** What a clip of a scene has to be. */
export interface WindowRules {
  /** Frames of a clip. */
  readonly frames: number
  /** Every how many source frames. */
  readonly stride: number
  /** By what an object counts as in view: the annotation's flag, or a proposed mask. */
  readonly entering: 'flag' | 'mask'
  /** Whether some collision must lie in the window. */
  readonly collisionInWindow: boolean
}

/** A clip's window with what happens in it. */
export interface SceneWindow {
  readonly start: number
  /** The source frame of each frame of the clip. */
  readonly sourceFrames: readonly number[]
  /** Objects that are out of view at the first frame and in view at a later one of the clip; by id. */
  readonly drivers: readonly number[]
  /** Objects in view at the first frame; by id. */
  readonly uncontrolled: readonly number[]
  /** Those after the first frame and up to the last, in order. */
  readonly collisions: readonly Collision[]
}

/** The window from a start, whether it is one that counts or not. */
export function windowFrom(
  scene: ClevrerScene,
  masks: ObjectMasks,
  start: number,
  { frames, stride, entering }: WindowRules,
): SceneWindow {
  const sourceFrames = Array.from({ length: frames }, (_, t) => start + t * stride)
  const last = sourceFrames[frames - 1]
  const inView = (id: number, frame: number) =>
    entering === 'flag' ? scene.inside.get(id)?.[frame] === true : masks.frames[frame].has(id)
  const ids = scene.objects.map(({ id }) => id)
  const uncontrolled = ids.filter((id) => inView(id, start))
  const drivers = ids.filter(
    (id) => !inView(id, start) && sourceFrames.some((frame) => frame > start && inView(id, frame)),
  )
  const collisions = scene.collisions.filter(({ frame }) => frame > start && frame <= last)
  return { start, sourceFrames, drivers, uncontrolled, collisions }
}

/**
 * The starts from which a scene makes a clip, ascending: the window fits, begins before the scene's first collision, has an object in view at the first frame
 * and one that enters, and (where that is asked for) a collision.
 */
export function validStarts(scene: ClevrerScene, masks: ObjectMasks, rules: WindowRules): number[] {
  const span = (rules.frames - 1) * rules.stride
  const first = scene.collisions.at(0)?.frame ?? Infinity
  const starts: number[] = []
  for (let start = 0; start + span < masks.frames.length && start < first; start++) {
    const { drivers, uncontrolled, collisions } = windowFrom(scene, masks, start, rules)
    if (drivers.length === 0 || uncontrolled.length === 0) continue
    if (collisions.length > 0 || !rules.collisionInWindow) starts.push(start)
  }
  return starts
}

export const startChoices = ['middle', 'first', 'last', 'random', 'all'] as const
export type StartChoice = (typeof startChoices)[number]

/**
 * Which of the valid starts are taken: the middle one (the earlier of two), the first, the last, all of them; or one at random, which depends on the seed and
 * the video's name alone (the first 8 hexadecimal digits of SHA-256 of `<seed>:<name>`, modulo the number of starts).
 */
export function chooseStarts(starts: readonly number[], choice: StartChoice, seed: number, name: string): number[] {
  if (choice === 'all' || starts.length === 0) return [...starts]
  const drawn = () => Number.parseInt(hashBytes(`${seed}:${name}`).slice(0, 8), 16) % starts.length
  const last = starts.length - 1
  const index = { first: 0, last, middle: Math.floor(last / 2), random: drawn() }[choice]
  return [starts[index]]
}
