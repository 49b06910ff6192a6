// Writes the tables of docs/which-fvd.md: what each recipe fixes (from the code), what its preprocessing hands to the network of 29 real clips, and the recipes' numbers.
// Numbers with the official weights are computed where these are found (KINEMETRIC_WEIGHTS, the cache); without, the page says that there are none, and shows those of
// formula weights that bench/distribution.md has, as what they are. Needs the real clips; without them nothing is written.
//
// Run: node scripts/which-fvd.ts
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, readManifest } from '@kinemetric/benchmark'
import { explainRecipes } from '@kinemetric/evaluation'
import { findDistance } from '@kinemetric/metrics'
import { findMethod, runMethod } from '@kinemetric/runners'
import { type FrameArray, halfPixelBilinear, tf1Bilinear } from '@kinemetric/video'
import { openReferences } from '../packages/evaluation/src/references/open-references.ts'
import { readReference } from '../packages/evaluation/src/references/reference-clips.ts'
import { hasShared, sharedPath } from '../test/shared.ts'
import { fvdRecipeTable, markdownTable } from './fvd-recipe-table.ts'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs', 'which-fvd.md')

if (hasShared('data', 'interdyn-examples')) await writePage()

async function writePage(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-which-fvd-'))
  try {
    const { manifest } = await prepare({
      adapter: 'interdyn-examples',
      dataset: sharedPath('data', 'interdyn-examples'),
      protocol: 'interdyn-256x384',
      out: join(folder, 'prepared'),
    })
    const blocks = {
      recipes: fvdRecipeTable(),
      pictures: await pictureTable(manifest),
      formula: await formulaTable(),
      official: await officialTable(manifest, join(folder, 'mask-warp')),
    }
    let text = await readFile(page, 'utf8')
    for (const [name, block] of Object.entries(blocks)) text = withBlock(text, name, block)
    await writeFile(page, text)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The page with what stands between the marks of a block replaced. */
function withBlock(text: string, name: string, block: string): string {
  const [begin, end] = [`<!-- ${name}: scripts/which-fvd.ts -->`, `<!-- end of ${name} -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`${page} has no place for ${name}`)
  return `${before}${begin}\n\n${block}\n\n${end}${after}`
}

/** What the network is given of real frames, beside the default preprocessing. */
async function pictureTable(manifest: string): Promise<string> {
  const { clips } = await openReferences({ manifest }, undefined)
  let [sum, largest, values] = [0, 0, 0]
  let shape: readonly number[] = []
  for (let index = 0; index < clips.length; index++) {
    const frames: FrameArray = (await readReference(clips.at(index))).pixels
    shape = frames.shape
    const [squashed, other] = [halfPixelBilinear(frames, 224, 224).data, tf1Bilinear(frames, 224, 224).data]
    for (let i = 0; i < squashed.length; i++) {
      const difference = Math.abs(squashed[i] - other[i])
      sum += difference
      if (difference > largest) largest = difference
    }
    values += squashed.length
  }
  clips.close()
  const [, height, width] = shape
  const seen = Math.min(height, width) / Math.max(height, width)
  return markdownTable(
    [`of ${clips.length} clips of ${height}×${width}`, 'sees', 'shape', 'pixels beside the default’s'],
    [
      [
        'squashed, half-pixel bilinear (default)',
        'the whole picture',
        `narrowed to ${percent(seen)} of its width`,
        '–',
      ],
      [
        'squashed, TensorFlow 1 bilinear',
        'the whole picture',
        `narrowed to ${percent(seen)} of its width`,
        `${(sum / values).toFixed(2)} of 255 levels apart in the mean, ${largest.toFixed(0)} at most`,
      ],
      [
        'shorter side, centre crop',
        `${percent(seen)}: the sides are cut off`,
        'kept',
        'of another part of the picture',
      ],
    ],
  )
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}

/** The numbers of formula weights, as they stand in bench/distribution.md. */
async function formulaTable(): Promise<string> {
  const text = await readFile(join(root, 'bench', 'distribution.md'), 'utf8')
  const rows = findDistance('fvd').recipes.map(({ id }) => {
    const cells = new RegExp(`^\\| fvd/${id} \\| ([\\d.]+) \\| ([\\d.]+) \\|[^|]*\\| (.*) \\|$`, 'm').exec(text)
    if (cells === null) throw new Error(`bench/distribution.md has no row of fvd/${id}`)
    return [`\`fvd:${id}\``, Number(cells[1]).toFixed(2), Number(cells[2]).toFixed(2), cells[3]]
  })
  return markdownTable(['recipe', 'here', 'its own library', 'which'], rows)
}

async function officialTable(path: string, out: string): Promise<string> {
  await runMethod({ method: await findMethod('mask-warp'), manifest: await readManifest(path), out })
  const metric = findDistance('fvd')
  const { recipes, clips } = await explainRecipes({ metric, generated: out, reference: path })
  if (recipes.every(({ value }) => value === null))
    return 'The machine on which this page was last written had no official weights of I3D: no scores are shown.'
  const rows = recipes.map(({ recipe, value, reason }) => [
    `\`fvd:${recipe}\``,
    value === null ? (reason ?? 'none') : value.toFixed(2),
  ])
  return markdownTable(['recipe', `FVD of \`mask-warp\`, ${clips.generated} clips`], rows)
}
