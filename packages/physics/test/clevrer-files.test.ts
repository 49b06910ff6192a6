import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countFrames, decodeRunLengths, maskExtent } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeClevrerScenes } from '../src/index.ts'
import { simulateTable } from '../src/simulate.ts'
import { outlineOf, randomTableScene } from '../src/table-scene.ts'

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-physics-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function json(...path: string[]): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, ...path), 'utf8'))
}

const annotationSchema = z.object({
  object_property: z.array(z.object({ object_id: z.number() })),
  motion_trajectory: z.array(
    z.object({ objects: z.array(z.object({ object_id: z.number(), location: z.array(z.number()) })) }),
  ),
  collision: z.array(z.object({ object_ids: z.array(z.number()), frame_id: z.number() })),
})
const proposalSchema = z.object({
  mask: z.object({ size: z.tuple([z.number(), z.number()]), counts: z.string() }),
  color: z.string(),
  material: z.string(),
  shape: z.string(),
})
const proposalsSchema = z.object({ frames: z.array(z.object({ objects: z.array(proposalSchema) })) })

describe('table scenes', () => {
  const scenes = Array.from({ length: 12 }, (_, index) => randomTableScene(1, index))

  test('bodies at rest lie apart and inside, who comes in waits outside; no two look alike', () => {
    for (const { bodies, width } of scenes) {
      const looks = bodies.map(({ colour, material, shape }) => `${colour} ${material} ${shape}`)
      expect(new Set(looks).size).toBe(bodies.length)
      for (const { start, launch } of bodies) expect(start.x < -30 || start.x > width + 30).toBe(launch !== null)
      for (const [i, { start: a }] of bodies.entries())
        for (const { start: b } of bodies.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(48)
    }
  })

  test('in every scene somebody who comes in hits somebody who rests, and some hits go on', async () => {
    let chains = 0
    for (const scene of scenes) {
      const { collisions } = await simulateTable(scene)
      const coming = scene.bodies.filter(({ launch }) => launch !== null).map(({ id }) => id)
      expect(collisions.some(({ ids }) => ids.filter((id) => coming.includes(id)).length === 1)).toBe(true)
      if (collisions.some(({ ids }) => ids.every((id) => !coming.includes(id)))) chains++
    }
    expect(chains).toBeGreaterThan(3)
  })

  test('without who comes in nothing moves', async () => {
    const [scene] = scenes
    const { states, collisions } = await simulateTable({
      ...scene,
      bodies: scene.bodies.filter(({ launch }) => launch === null),
    })
    expect(collisions).toEqual([])
    // Rapier computes in 32 bits.
    for (const [first, ...rest] of states)
      expect(Math.hypot(rest.at(-1)!.x - first.x, rest.at(-1)!.y - first.y)).toBeLessThan(1e-4)
  })
})

describe('scenes in the files of CLEVRER', () => {
  let numbers: number[]
  let annotation: z.infer<typeof annotationSchema>
  let proposals: z.infer<typeof proposalsSchema>

  beforeAll(async () => {
    numbers = await makeClevrerScenes(folder, { scenes: 1, seed: 1 })
    annotation = annotationSchema.parse(
      await json('annotation_synthetic', 'annotation_20000-21000', 'annotation_20000.json'),
    )
    proposals = proposalsSchema.parse(await json('derender_proposals', 'proposal_20000.json'))
  }, 120_000)

  test('128 frames each of video, motion and masks', async () => {
    expect(await countFrames(join(folder, 'video_synthetic', 'video_20000-21000', 'video_20000.mp4'))).toBe(128)
    expect(annotation.motion_trajectory).toHaveLength(128)
    expect(proposals.frames).toHaveLength(128)
    expect(numbers).toEqual([20000])
  })

  test('the mask of a whole body lies around the place that the annotation gives it', () => {
    const scene = randomTableScene(1, 0)
    for (const [frame, { objects }] of proposals.frames.entries())
      for (const { mask, color, material, shape } of objects) {
        const body = scene.bodies.find(
          (each) => each.colour === color && each.material === material && each.shape === shape,
        )!
        const { area, centroid } = maskExtent(decodeRunLengths(mask))
        const outline = outlineOf(body)
        const whole =
          outline.kind === 'disc' ? Math.PI * outline.radius ** 2 : 4 * outline.halfWidth * outline.halfHeight
        if (area < 0.97 * whole) continue
        const [x, y] = annotation.motion_trajectory[frame].objects[body.id].location
        // The camera that CLEVRER's readers fit to it. Masks are of whole pixels.
        expect(Math.abs(480 * (0.0589 * x + 0.2286 * y + 0.485) - centroid![0])).toBeLessThan(1)
        expect(Math.abs(320 * (0.1562 * x + 0.0105 * y + 0.4506) - centroid![1])).toBeLessThan(1)
      }
  })

  test('without a body that comes in: it is not there, and up to its first hit everything is as it was', async () => {
    const coming = randomTableScene(1, 0).bodies.filter(({ launch }) => launch !== null)
    for (const { id } of coming) {
      const without = annotationSchema.parse(await json('counterfactual', `annotation_20000_without_${id}.json`))
      expect(without.object_property.map(({ object_id }) => object_id)).not.toContain(id)
      const hit = annotation.collision.find(({ object_ids }) => object_ids.includes(id))!.frame_id
      for (let frame = 0; frame < hit; frame++)
        for (const { object_id, location } of without.motion_trajectory[frame].objects) {
          const own = annotation.motion_trajectory[frame].objects[object_id].location
          for (const axis of [0, 1]) expect(Math.abs(location[axis] - own[axis])).toBeLessThan(1e-4)
        }
    }
  })
})
