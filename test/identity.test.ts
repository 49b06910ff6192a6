import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { adapters, benchmarkJsonSchemas, protocolDigest, protocols } from '@kinemetric/benchmark'
import { distanceCatalogue, metricCatalogue, signature } from '@kinemetric/metrics'
import { featureNeedKey, weightCatalogue } from '@kinemetric/networks'
import { jsonSchemas } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'

// What stands in records, caches and manifests that are out there. Once published it never changes: a golden of its own that is only ever added to.
// What is new is named here or in a golden of its own, and each schema that was changed on purpose here, with its reason.

interface Identity {
  /** Digest of each protocol, by id and version. */
  protocols: Record<string, string>
  signatures: string[]
  /** The key of the features that a recipe asks for: part of the address of cached features. */
  needs: Record<string, string>
  metrics: string[]
  adapters: string[]
  weights: string[]
  /** sha256 of each JSON Schema. */
  schemas: Record<string, string>
}

const root = join(import.meta.dirname, '..')
const golden: Identity = JSON.parse(readFileSync(join(import.meta.dirname, 'goldens', 'identity.json'), 'utf8'))

type Added = Record<'protocols' | 'signatures' | 'needs' | 'metrics' | 'weights' | 'schemas', string[]>

/** Added since the golden was made; what a new metric or network adds stands in its own golden, under `identity`. */
const added = withGoldens({
  protocols: ['ssv2-256x384@1', 'ssv2-256x256@1', 'clevrer-320x448@1'],
  signatures: [
    'kid|recipe:clean-fid-subsets-100x1000|network:inception-2015-12-05|resize:pillow-bicubic|range:(x-128)/128|bneps:0.001|dtype:float64-of-float32|kernel:(x.y/d+1)^3|estimator:100x1000|draws:randomstate-2020|shortfall:shrink|scale:1|protocol:x-1|size:256x384|weights:abc|v:1',
    'kid|recipe:subsets-100x1000|network:inception-2015-12-05|resize:tf1|range:(x-128)/128|bneps:0.001|dtype:float64-of-float32|kernel:(x.y/d+1)^3|estimator:100x1000|draws:randomstate-2020|shortfall:shrink|scale:1|protocol:x-1|size:256x384|weights:abc|v:1',
    'kid|recipe:torchmetrics-subsets-100x1000|network:inception-2015-12-05|resize:antialias|range:(x-128)/128|bneps:0.001|dtype:float64-of-float32|kernel:(x.y/d+1)^3|estimator:100x1000|draws:randomstate-2020|shortfall:error|scale:1|protocol:x-1|size:256x384|weights:abc|v:1',
  ],
  needs: ['kid:clean-fid-subsets-100x1000', 'kid:subsets-100x1000', 'kid:torchmetrics-subsets-100x1000'],
  metrics: [],
  weights: [
    'sam2.1-tiny',
    'sam2.1-small',
    'sam2.1-base-plus',
    'sam2.1-large',
    'sam2-tiny',
    'sam2-small',
    'sam2-base-plus',
    'sam2-large',
  ],
  // What was published; what methods of a protocol can be said to differ by; what a gate says, and what its margins are from; what became of claims; scores by class.
  schemas: [
    'bundle.json',
    'class-comparisons.json',
    'class-scores.json',
    'comparisons.json',
    'gate.json',
    'gate-calibration.json',
    'verdicts.json',
  ],
})

function withGoldens(named: Added): Added {
  for (const path of globSync('packages/*/test/goldens/*.json', { cwd: root }).toSorted()) {
    const file: { identity?: Partial<Added> } = JSON.parse(readFileSync(join(root, path), 'utf8'))
    for (const [kind, names] of Object.entries(file.identity ?? {})) if (isKind(kind, named)) named[kind].push(...names)
  }
  return named
}

function isKind(kind: string, named: Added): kind is keyof Added {
  return Object.hasOwn(named, kind)
}

/** Schemas that were changed on purpose, and what the change was. */
const changedSchemas: Record<string, string> = {
  'record.json':
    'a score may carry its label (short and long name, decimals, the group of its metric), and say what samples, unrelated videos and missing clips are behind it; a method what it bounds, what it is, how and by whom its clips were made and scored; frames of the reference side are null where nothing was held against one',
  'run.json': 'it may say what making the clips took',
  'claims.json':
    'a claim may say what its paper calls the metric, how it says that the number was computed, and how many digits it prints',
  'manifest-clip.json':
    'a control may be boxes, colours or a video and says where it is from, as object masks may; a clip has texts; a prompt has no reference; a window may list its frames; a clip may have pairs, itself without one of its drivers, and further takes with masks of what moves in them',
  'protocol.json':
    'metrics that joined later stand in `added`, outside of the digest; a window may have a stride or say how to resample, a crop be the clip’s own, nothing be resized',
  'method.json':
    'fields that nothing reads are gone; a clip must have `assets`, a probe says that it sees the `reference`; a floor or ceiling says so (`bound`); a program says whose `code` it runs; it may take several kinds of control signal, boxes, colours and videos among them',
}

function identityOfToday(): Identity {
  const recipes = metricCatalogue.flatMap((metric) => metric.recipes.map((recipe) => ({ metric, recipe })))
  const schemas = { ...benchmarkJsonSchemas(), ...jsonSchemas() }
  return {
    protocols: Object.fromEntries(protocols.map((p) => [`${p.identity.id}@${p.identity.version}`, protocolDigest(p)])),
    signatures: recipes.map(({ metric, recipe }) =>
      signature(metric, recipe.id, { protocol: 'x-1', size: '256x384', weights: 'abc' }),
    ),
    needs: Object.fromEntries(
      distanceCatalogue.flatMap(({ id, recipes: own }) =>
        own.map((recipe) => [`${id}:${recipe.id}`, featureNeedKey(recipe.need)]),
      ),
    ),
    metrics: metricCatalogue.map(({ id }) => id),
    adapters: adapters.map(({ id }) => id),
    weights: weightCatalogue.map(({ id }) => id),
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, sha256(JSON.stringify(schema))]),
    ),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const today = identityOfToday()

describe('identities stay', () => {
  test('names of datasets stay, in their order; a new one is its line in the catalogue', () => {
    expect(today.adapters.filter((each) => golden.adapters.includes(each))).toEqual(golden.adapters)
  })

  for (const kind of ['signatures', 'metrics', 'weights'] as const) {
    test(`${kind}, in their order, and what was added is named here`, () => {
      expect(today[kind].filter((each) => golden[kind].includes(each))).toEqual(golden[kind])
      expect(today[kind].filter((each) => !golden[kind].includes(each)).toSorted()).toEqual(added[kind].toSorted())
    })
  }

  for (const kind of ['protocols', 'needs', 'schemas'] as const) {
    test(`${kind}, under their names, and what was added is named here`, () => {
      const kept = Object.fromEntries(Object.entries(today[kind]).filter(([name]) => name in golden[kind]))
      const changed = kind === 'schemas' ? Object.keys(changedSchemas) : []
      expect(without(kept, changed)).toEqual(without(golden[kind], changed))
      const names = Object.keys(today[kind]).filter((name) => !(name in golden[kind]))
      expect(names.toSorted()).toEqual(added[kind].toSorted())
    })
  }

  test('a schema that is named as changed has changed', () => {
    for (const name of Object.keys(changedSchemas)) {
      expect(today.schemas, name).toHaveProperty([name])
      expect(today.schemas[name], name).not.toBe(golden.schemas[name])
    }
  })
})

function without(record: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}
