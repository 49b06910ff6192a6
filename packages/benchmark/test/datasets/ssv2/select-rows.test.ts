import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared } from '../../../../../test/shared.ts'
import { ssv2Options } from '../../../src/datasets/ssv2/options.ts'
import { rulesOf } from '../../../src/datasets/ssv2/rules.ts'
import { type Selection, selectRows } from '../../../src/datasets/ssv2/select-rows.ts'
import { findProtocol } from '../../../src/index.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { layMini, type Mini } from './mini.ts'

const root = await temporaryFolder()

const removedAt = ({ removals }: Selection) => {
  const stages = Map.groupBy(removals, (removal) => removal.removedAt)
  return Object.fromEntries([...stages].map(([stage, rows]) => [stage, rows.map(({ id }) => id)]))
}
const kept = (selection: Selection) => selection.kept.map(({ row }) => row.id)
const factsOf = (selection: Selection, id: string) => selection.kept.find(({ row }) => row.id === id)?.facts

/** Those of the authors' examples; the others were made. */
const published = (ids: readonly string[] | undefined) => (ids ?? []).filter((id) => !id.startsWith('9000'))

describe.skipIf(!hasShared('data', 'ssv2-mini'))(
  'a small copy of Something-Something-v2 with every flaw of the large one',
  () => {
    let mini: Mini
    let usual: Selection

    const select = (options: Record<string, unknown> = {}, protocol = 'ssv2-256x384', of: Partial<Mini> = {}) =>
      selectRows(rulesOf(ssv2Options.parse({ ...mini, ...of, ...options }), findProtocol(protocol).identity), {
        cache: join(root, 'cache'),
      })

    beforeAll(async () => {
      mini = await layMini(root)
      usual = await select()
    })

    test('every flaw leaves its row out at the stage that is its own', () => {
      expect(usual.rows).toBe(41)
      expect(removedAt(usual)).toEqual({
        'class-pretending': ['900001'],
        'class-behind': ['900002'],
        'no-boxes': ['208810', '74225'],
        'no-video': ['3201'],
        unreadable: ['900011'],
        'too-small': ['900004', '900005'],
        'too-short': ['900003'],
        'not-visible': ['137875', '35671', '86009'],
      })
      expect(kept(usual)).toHaveLength(29)
      expect(kept(usual)).toEqual([...kept(usual)].sort())
    })

    test('a size that less is needed for keeps more', async () => {
      const square = await select({}, 'ssv2-256x256')
      expect(removedAt(square)['too-small']).toEqual(['900005'])
      expect(kept(square)).toHaveLength(30)
      expect(factsOf(square, '900004')).toMatchObject({ native: [240, 320], frames: 40, resize: [256, 341] })
    })

    test('what is odd and harms nothing is a warning that names the video', () => {
      const warned = usual.warnings.map(({ id, reason }) => `${reason} ${id}`)
      expect(warned).toEqual([
        'frames-beyond 33576',
        'instances-differ 191021',
        'parts-differ 141667',
        'unknown-object 138978',
        'unusable-box 182974',
        'unusable-box 35671',
        'video-unreadable 900011',
        'video-without-row 900099',
      ])
      expect(usual.notes).toEqual([
        expect.stringMatching(/^train\.json is not the published file: 3 rows of 168913/),
        expect.stringMatching(
          /^validation\.json is not the published file: 41 rows of 24777; SHA-256 .* published fbdd69ac/,
        ),
        expect.stringMatching(/^test\.json is not the published file/),
      ])
      expect(usual.copy).toMatchObject({
        whole: false,
        videos: { found: 40, missing: ['3201', '74225'], unreadable: ['900011'], withoutRow: ['900099'], parts: [] },
        boxes: { rowsWithout: 2 },
      })
      expect(usual.copy.labels.files[0]).toMatchObject({ name: 'labels.json', rows: 174, official: true })
    })

    test('starts alternate where one frame of a used parity is bad, and the window is in the middle of the longest run', () => {
      // Hand missing at frame 30, object at 50 to 55: even starts below 4, odd ones to 23.
      expect(factsOf(usual, '900008')).toMatchObject({ validStarts: 14, firstValid: 0, lastValid: 23, start: 1 })
      // Hand from frame 8 to 47.
      expect(factsOf(usual, '900006')).toMatchObject({ validStarts: 14, firstValid: 8, lastValid: 21, start: 14 })
      expect(factsOf(usual, '243')).toMatchObject({ frames: 28, validStarts: 1, start: 0, objects: ['box'] })
    })

    test('crops follow the objects, and say whether the hand was lost', () => {
      // Object from x 380 to 427 of 427: the crop ends at the right border, the hand at the left one is out of it.
      expect(factsOf(usual, '900009')).toMatchObject({
        resize: [256, 455],
        crop: { top: 0, left: 71 },
        allInsideCrop: false,
      })
    })

    test('boxes of hands are given for every frame that is used, clamped, several as one', () => {
      const { handBoxes = {} } = factsOf(usual, '900007') ?? {}
      expect(Object.keys(handBoxes)).toEqual(Array.from({ length: 14 }, (_, index) => String(18 + 2 * index)))
      // Discs at x 300 and 390, radius 30, of a frame of 427: the second one is in view to frame 40.
      expect(handBoxes['18']).toEqual([270, 85, 420, 133])
      expect(handBoxes['42']).toEqual([270, 97, 330, 145])
    })

    test('both releases are the same rows, whatever their names and line ends', async () => {
      const old = await layMini(join(root, 'old'), '20bn')
      const selection = await select({}, 'ssv2-256x384', old)
      expect(kept(selection)).toEqual(kept(usual))
      expect(selection.copy.labels.layout).toBe('20bn')
      expect(selection.copy.labels.files.map(({ sha256 }) => sha256)).toEqual(
        usual.copy.labels.files.map(({ sha256 }) => sha256),
      )
      // A copy that lies a level deeper.
      const nested = join(root, 'nested')
      await mkdir(join(nested, 'labels'), { recursive: true })
      await symlink(mini.labels, join(nested, 'labels', 'labels'))
      expect(kept(await select({ labels: nested }))).toEqual(kept(usual))
    })

    test.each([
      [{ pretending: 'keep' }, { added: ['900001'] }],
      [{ behind: 'keep' }, { added: ['900002'] }],
      [{ behind: 'any' }, { removed: ['19977'] }],
      [{ minSize: 'none' }, { added: ['900004', '900005'] }],
      [{ minSize: 'native' }, { all: [] }],
      // A second start, whose frames are the odd ones: what is bad in an even one passes.
      [{ minFrames: '27' }, { added: ['137875', '35671', '86009'] }],
      [{ minFrames: '29' }, { all: ['900006', '900007', '900008', '900009'] }],
      [{ visible: 'none' }, { added: ['137875', '35671', '86009'] }],
      [{ visible: 'first-frame' }, { added: ['137875', '35671', '86009'] }],
      // Frames between the used ones are looked at: 243, 182974, 87997, 19977 and 180057 are bad in one of them.
      [{ visibleFrames: 'all' }, { removed: ['180057', '182974', '19977', '243', '87997'] }],
      [{ objects: 'any' }, {}],
      [{ objects: 'annotated' }, {}],
    ])(
      '%j',
      async (options, { added = [], removed = [], all }: { added?: string[]; removed?: string[]; all?: string[] }) => {
        const expected = all ?? [...kept(usual).filter((id) => !removed.includes(id)), ...added].sort()
        expect(kept(await select(options))).toEqual(expected)
      },
    )

    test('rows that a crop loses are left out where that is asked for: three of the published clips in the one size, eleven in the other', async () => {
      expect(published(removedAt(await select({ visibleIn: 'crop' }))['cropped-out'])).toHaveLength(3)
      const square = await select({ visibleIn: 'crop' }, 'ssv2-256x256')
      expect(published(removedAt(square)['cropped-out'])).toHaveLength(11)
      expect(removedAt(square)['cropped-out']).toContain('900009')
    })

    test('windows and crops are chosen otherwise where that is asked for', async () => {
      expect(factsOf(await select({ window: 'first' }), '900006')?.start).toBe(8)
      expect(factsOf(await select({ window: 'last' }), '900006')?.start).toBe(21)
      expect(factsOf(await select({ window: 'random', seed: '42' }), '900006')?.start).toBe(21)
      expect(factsOf(await select({ crop: 'centre' }), '900009')?.crop).toEqual({ top: 0, left: 36 })
      expect(factsOf(await select({ crop: 'hand' }), '900009')?.crop).toEqual({ top: 0, left: 0 })
      // From x 0 to 427 together: (0 + 454) >> 1 = 227, less half of 384.
      expect(factsOf(await select({ crop: 'objects+hand' }), '900009')?.crop).toEqual({ top: 0, left: 35 })
      expect(factsOf(await select({ hands: 'largest' }), '900007')?.handBoxes['18']).toEqual([270, 85, 330, 133])
    })

    test('what was found of videos is remembered', async () => {
      const remembered = await readdir(join(root, 'cache', 'probes'))
      expect(remembered.every((name) => /^[0-9a-f]{64}\.json$/.test(name))).toBe(true)
      expect(remembered.length).toBeGreaterThan(0)
    })
  },
)
