import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPrompts } from '../../src/masks/mask-prompts.ts'
import type { PromptKind } from '../../src/masks/prompt-issue.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const box = [30, 20, 80, 75]

/** What is said of a file with this content, without its folder. */
async function refusal(content: unknown, kind: PromptKind = 'boxes'): Promise<string> {
  const path = join(root, 'p.json')
  await writeFile(path, JSON.stringify(content))
  const error = await readPrompts(path, kind).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toMatchObject({ code: 'bad-prompts' })
  return String(error).slice(String(error).indexOf('p.json'))
}

const of = (prompt: object, id: unknown = 'cup') => ({ objects: [{ id, prompts: [{ frame: 0, box }, prompt] }] })
const points = (...list: unknown[]) => ({ objects: [{ id: 1, prompts: [{ frame: 0, points: list }] }] })
const label = 'expected [[x, y, label], …], at least one, label 1 on the object or 0 beside it'

describe('what does not fit is said with object, prompt and field, expected and found', () => {
  test.for<[unknown, string]>([
    [
      of({ frame: 1, box: [1, 2, 3] }),
      'p.json, object cup, prompts[1], box: expected [x1, y1, x2, y2], four numbers, found [1,2,3]',
    ],
    [
      of({ frame: 1, box: ['40', 30, 80, 75] }),
      'p.json, object cup, prompts[1], box: expected [x1, y1, x2, y2], four numbers, found ["40",30,80,75]',
    ],
    [of({ frame: 1 }), 'p.json, object cup, prompts[1], box: expected [x1, y1, x2, y2], four numbers, found none'],
    [of({ frame: 0.5, box }), 'p.json, object cup, prompts[1], frame: expected a whole number from 0, found 0.5'],
    [
      of({ frame: 1, box, points: [] }),
      'p.json, object cup, prompts[1]: expected a frame and a box (points belong to --points), found "points"',
    ],
    [of({ frame: 1, box }, 1.5), 'p.json, object 1.5, id: expected a whole number from 0, or a name'],
    [of({ frame: 1, box }, '.frames'), 'found ".frames"'],
    [{ objects: [{ prompts: [] }] }, 'p.json, objects[0], id: expected a whole number from 0, or a name'],
    [
      { objects: [{ id: 1, prompts: [] }] },
      'p.json, object 1, prompts: expected [{"frame": 0, "box": [x1, y1, x2, y2]}], at least one, found []',
    ],
    [{ objects: [] }, 'p.json, objects: expected [{"id": 1,'],
    [
      {},
      'p.json, objects: expected [{"id": 1, "prompts": [{"frame": 0, "box": [x1, y1, x2, y2]}]}], at least one, found none',
    ],
    [[], 'p.json: expected {"objects": […]}, or {"clips":'],
    [
      { clips: { a: of({ frame: 1, box: 5 }) } },
      'p.json, clip a, object cup, prompts[1], box: expected [x1, y1, x2, y2], four numbers, found 5',
    ],
    [{ clips: { a: 3 } }, 'p.json, clip a: expected {"objects": […]} by a clip’s name, found 3'],
    [
      { clips: {}, objects: [{ id: 1, prompts: [{ frame: 0, box }] }] },
      'p.json: expected {"objects": […]}, or {"clips"',
    ],
  ])('boxes: %j', async ([content, said]) => {
    expect(await refusal(content)).toContain(said)
  })

  test.for<[unknown, string]>([
    [points([60, 50, 2]), `p.json, object 1, prompts[0], points: ${label}, found [[60,50,2]]`],
    [points([60, 50]), `${label}, found [[60,50]]`],
    [points(), `${label}, found []`],
    [of({ frame: 1, box }), 'p.json, object cup, prompts[0], points: expected [[x, y, label], …]'],
  ])('points: %j', async ([content, said]) => {
    expect(await refusal(content, 'points')).toContain(said)
  })
})
