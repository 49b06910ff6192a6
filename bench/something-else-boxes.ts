// Reading Something-Else's boxes at their real size: a set of boxes as the real one has them (180,049 videos in four parts, about 6 GB) is written here, and
// the boxes of the validation split's videos are read from it. Time and peak memory of the process that reads, on one core, and then the whole funnel over
// 24,777 rows whose videos have been probed. KINEMETRIC_BENCH_GB=1 (the default) is how much is written; needs that much disk.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { findProtocol, readDataset, findAdapter } from '@kinemetric/benchmark'
import { hashBytes } from '@kinemetric/files'
import { readBoxes } from '../packages/benchmark/src/datasets/something-else/read-boxes.ts'

const parts = 4
/** Of 180,049 videos with boxes and 193,690 of both splits: the validation split's. */
const wantedShare = 24_777 / 193_690
const allVideos = 180_049
const allBytes = 6e9

const [mode, folder, count] = process.argv.slice(2)
if (mode === '--read') await read(folder, Number(count))
else if (mode === '--funnel') await funnel(folder, Number(count))
else await main(Number(process.env.KINEMETRIC_BENCH_GB ?? 1))

async function main(gigabytes: number) {
  const videos = Math.round((allVideos * gigabytes * 1e9) / allBytes)
  const place = await mkdtemp(join(tmpdir(), 'kinemetric-boxes-'))
  try {
    const bytes = await write(place, videos)
    console.log(`${videos} videos of ${allVideos}, ${(bytes / 1e9).toFixed(2)} GB in ${parts} parts`)
    child('--read', place, videos)
    child('--funnel', place, 24_777)
    console.log('again, boxes remembered:')
    child('--funnel', place, 24_777)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function child(...args: readonly (string | number)[]) {
  const result = spawnSync(process.execPath, [import.meta.filename, ...args.map(String)], { stdio: 'inherit' })
  if (result.status !== 0) throw new Error(`${args[0]} ended with ${result.status ?? result.signal}`)
}

function partPaths(place: string): string[] {
  return Array.from({ length: parts }, (_, part) => join(place, `bounding_box_smthsmth_part${part + 1}.json`))
}

/** Videos 1, 2, … one after the other over the parts; every one of them has as many frames and boxes as real ones have in the middle. */
async function write(place: string, videos: number): Promise<number> {
  let bytes = 0
  for (const [part, path] of partPaths(place).entries()) {
    const stream = createWriteStream(path)
    const first = Math.floor((part * videos) / parts)
    const end = Math.floor(((part + 1) * videos) / parts)
    for (let index = first; index < end; index++) {
      const text = `${index === first ? '{' : ', '}"${index + 1}": ${videoText(index + 1)}${index === end - 1 ? '}' : ''}`
      bytes += text.length
      if (!stream.write(text)) await once(stream, 'drain')
    }
    stream.end()
    await finished(stream)
  }
  return bytes
}

/** Python's `json.dumps` of one video, 33 kB on the average. */
function videoText(id: number): string {
  const frames = 32 + (id % 13)
  const names = id % 3 === 0 ? ['pillow', 'box'] : ['remote control']
  const entries = Array.from({ length: frames }, (_, frame) => {
    const objects = names.map((name, index) => label(name, `000${index}`, id, frame, 40 * index))
    const labels = [...objects, label('hand', 'hand', id, frame, 120)]
    const number = String(frame + 1).padStart(4, '0')
    const place = `https://s3-us-west-2.amazonaws.com/something-something-frames/annotated_frames/${id}/${number}.jpg`
    return `{"url": "${place}", "split": "80perc_${id % 400}", "gt_placeholders": ${JSON.stringify(names)}, "name": "${id}/${number}.jpg", "nr_instances": ${labels.length}, "task_index": ${id % 900}, "labels": [${labels.join(', ')}]}`
  })
  return `[${entries.join(', ')}]`
}

function label(name: string, category: string, id: number, frame: number, shift: number): string {
  const x1 = 20 + shift + ((id * 7.31 + frame * 1.7) % 90)
  const y1 = 15 + ((id * 3.17 + frame * 0.9) % 80)
  const annotation = category === 'hand' ? 'object hand' : `object ${Number(category)}`
  return `{"box2d": {"y1": ${y1}, "y2": ${y1 + 101.13259668508287}, "x1": ${x1}, "x2": ${x1 + 113.82246376811594}}, "gt_annotation": "${annotation}", "category": "${name}", "standard_category": "${category}"}`
}

/** The share that the validation split is, spread over the files. */
async function read(place: string, videos: number) {
  const every = 1 / wantedShare
  const wanted = new Set(
    Array.from({ length: Math.floor(videos * wantedShare) }, (_, index) => String(Math.floor(index * every) + 1)),
  )
  const paths = partPaths(place)
  const sizes = await Promise.all(paths.map((path) => stat(path)))
  const gigabytes = sizes.reduce((sum, { size }) => sum + size, 0) / 1e9
  const begun = performance.now()
  const { boxes } = await readBoxes(paths, wanted)
  const seconds = (performance.now() - begun) / 1000
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  console.log(
    `read: ${boxes.size} of ${videos} videos in ${seconds.toFixed(1)} s (${(seconds / gigabytes).toFixed(1)} s a GB, ${((userCPUTime + systemCPUTime) / 1e6).toFixed(1)} s of processor time), peak ${(maxRSS / 1024).toFixed(0)} MiB`,
  )
}

/** Rows, videos and what probing found of them for as many rows as the validation split has, the boxes of the real set's part. */
async function funnel(place: string, rows: number) {
  const templates = [...Array(174).keys()].map((index) =>
    index < 22 ? `Pretending to do [something] ${index}` : `Doing [something] ${index}`,
  )
  const labels = join(place, 'labels')
  const videos = join(place, 'videos')
  const cache = join(place, 'cache')
  for (const each of [labels, videos, cache]) await mkdir(each, { recursive: true })
  const classes = Object.fromEntries(
    templates.map((template, index) => [template.replaceAll(/[[\]]/g, ''), String(index)]),
  )
  await writeFile(join(labels, 'labels.json'), JSON.stringify(classes))
  const ids = Array.from({ length: rows }, (_, index) => index + 1)
  const list = ids.map((id) => {
    const template = templates[(id * 31) % 174]
    return {
      id: String(id),
      label: template.replace('[something]', 'a pen').replace(/^./, (letter) => letter.toLowerCase()),
      template,
      placeholders: ['a pen'],
    }
  })
  await writeFile(join(labels, 'validation.json'), JSON.stringify(list))
  await writeFile(join(place, 'empty'), 'x')
  const probed: Record<string, unknown> = {}
  for (const id of ids) {
    const path = join(videos, `${id}.webm`)
    await symlink(join(place, 'empty'), path).catch(() => undefined)
    const { size, mtimeMs, ctimeMs } = await stat(path)
    probed[`${id}.webm`] = [
      `${size}:${mtimeMs}:${ctimeMs}`,
      { height: 240, width: 427, fps: 12, frames: 32 + (id % 13) },
    ]
  }
  await mkdir(join(cache, 'probes'), { recursive: true })
  await writeFile(join(cache, 'probes', `${hashBytes(videos)}.json`), JSON.stringify({ version: 1, videos: probed }))
  const options = { videos, labels, boxes: partPaths(place) }
  const context = { protocol: findProtocol('ssv2-256x384'), plan: true, cache }
  const begun = performance.now()
  const found = await readDataset(findAdapter('ssv2'), '', options, context)
  const seconds = (performance.now() - begun) / 1000
  const peak = process.resourceUsage().maxRSS / 1024
  console.log(`funnel: ${rows} rows, ${found.items.length} kept, ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MiB`)
}
