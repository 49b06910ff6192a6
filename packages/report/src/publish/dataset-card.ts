import type { Bundle, Comparisons, DataTerms, KinemetricRecord } from '@kinemetric/records'
import { renderTable } from '../text/render-table.ts'
import { yamlText } from './yaml-text.ts'

/**
 * The card of published results, `README.md`: metadata as the hub of Hugging Face reads it (https://huggingface.co/docs/hub/datasets-cards), whose viewer then shows the tables of values of clips, a
 * configuration a protocol and a split a method; then for readers what lies here and how it is checked.
 */
export function datasetCard(
  records: readonly KinemetricRecord[],
  comparisons: readonly Comparisons[],
  bundle: Bundle,
  termsOf: (protocol: string) => readonly DataTerms[],
): string {
  const { title, features, site, code } = bundle
  return [
    '---',
    ...metadata(records, bundle, termsOf),
    '---',
    '',
    `# ${title.replace(/[\\`*_{}[\]<>|#\r\n]/g, ' ').trim()}`,
    '',
    `${count(records.length, 'record')} of video generators, measured with kinemetric ${code.version}.`,
    '',
    renderTable(records, [], { format: 'markdown', comparisons }).trim(),
    '',
    '## Check it',
    '',
    '```',
    'sha256sum -c SHA256SUMS',
    'npx kinemetric verify .',
    '```',
    '',
    'The second makes anew what can be made of what lies here: scores and intervals of the values of clips, digests of frames, signatures' +
      (features.length > 0 ? ', distances of the features' : '') +
      '; `--pairs` also every comparison. It lists what cannot be checked.',
    '',
    '## What lies here',
    '',
    '| path | what |',
    '|---|---|',
    '| `results/<protocol>/<method>.json` | the record: scores with interval and signature, failures, provenance |',
    '| `results/<protocol>/<method>.parquet` | every value behind the scores: clip, frame (−1: the whole clip), metric, recipe, value |',
    '| `results/<protocol>/<method>.hashes.jsonl` | which frames were scored, by their sha256 |',
    '| `results/<protocol>/comparisons.json` | which methods can be told apart |',
    ...(features.length > 0
      ? ['| `features/` | rows of features that distances between sets are of (`.npz`: `features`, `clip`) |']
      : []),
    ...(site ? ['| `site/` | the same as pages: open `site/index.html` |'] : []),
    '| `LICENCES.md`, `CITATION.cff`, `citations.bib` | what the numbers rest on, and how to cite it |',
    '| `bundle.json`, `SHA256SUMS` | what this folder is, and the checksum of each file |',
    '',
  ].join('\n')
}

function metadata(
  records: readonly KinemetricRecord[],
  bundle: Bundle,
  termsOf: (protocol: string) => readonly DataTerms[],
): string[] {
  const { title, licence } = bundle
  const known = records.every(({ protocol }) => termsOf(protocol.id).length > 0)
  const rows = records.reduce((sum, { clips }) => sum + clips.scored, 0)
  return [
    `license: ${licence === null ? 'other' : yamlText(licence.toLowerCase())}`,
    ...(licence === null ? ['license_name: not-stated', 'license_link: LICENCES.md'] : []),
    `pretty_name: ${yamlText(title)}`,
    'language:',
    '  - en',
    // The published protocols are of clips that go on from a first frame.
    'task_categories:',
    `  - ${known ? 'image-to-video' : 'other'}`,
    'tags:',
    ...['kinemetric', 'video-generation', 'evaluation', 'benchmark', 'leaderboard'].map((tag) => `  - ${tag}`),
    'size_categories:',
    `  - ${sizeCategory(rows)}`,
    'configs:',
    ...configs(records, bundle),
  ]
}

/** Tables of one configuration have the same columns: those of several samples have one more. */
function configs(records: readonly KinemetricRecord[], bundle: Bundle): string[] {
  const folderOf = new Map(
    bundle.records.map(({ path, protocol, method }) => [`${protocol}/${method}`, path.slice(0, path.lastIndexOf('/'))]),
  )
  const groups = Map.groupBy(
    records.filter(({ clips }) => clips.table !== null),
    ({ protocol, samples }) => `${protocol.id}${samples === undefined ? '' : '.samples'}`,
  )
  return [...groups].flatMap(([name, own], at) => [
    `  - config_name: ${yamlText(name)}`,
    ...(at === 0 ? ['    default: true'] : []),
    '    data_files:',
    ...splitNames(own.map(({ method }) => method.id)).flatMap((split, index) => [
      `      - split: ${yamlText(split)}`,
      `        path: ${yamlText(`${folderOf.get(`${own[index].protocol.id}/${own[index].method.id}`)}/${own[index].clips.table}`)}`,
    ]),
  ])
}

/** Names of splits are letters, digits and underscores; no two are one. */
function splitNames(ids: readonly string[]): string[] {
  const taken = new Set<string>()
  return ids.map((id) => {
    const plain = id.replace(/\W/g, '_')
    let name = plain
    for (let more = 2; taken.has(name); more++) name = `${plain}_${more}`
    taken.add(name)
    return name
  })
}

/** As the hub calls them, of rows. */
function sizeCategory(rows: number): string {
  const steps = [
    [1e3, 'n<1K'],
    [1e4, '1K<n<10K'],
    [1e5, '10K<n<100K'],
    [1e6, '100K<n<1M'],
  ] as const
  return steps.find(([most]) => rows < most)?.[1] ?? '1M<n<10M'
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
