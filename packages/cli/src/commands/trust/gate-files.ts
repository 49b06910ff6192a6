import { dirname, relative, resolve, sep } from 'node:path'
import { confine, isError, writeWhole } from '@kinemetric/files'
import type { GateRecord } from '@kinemetric/evaluation'
import type { GateResult } from '@kinemetric/records'
import { gateJunit, gateMarkdown, gatePage, type GateClipMedia, MOST_SHOWN } from '@kinemetric/report'
import { thumbnailStrip } from '@kinemetric/video'

/** Where a gate is written beside what it prints. */
export interface GateFiles {
  junit?: string | undefined
  markdown?: string | undefined
  html?: string | undefined
}

/** Writes the forms of a gate that were asked for, replacing those of the gate before it. @throws KinemetricError `disk-full`, `write-failed` */
export async function writeGateFiles(
  { junit, markdown, html }: GateFiles,
  gate: GateResult,
  sides: { baseline: GateRecord; candidate: GateRecord },
): Promise<void> {
  if (junit !== undefined) await replace(junit, gateJunit(gate, { made: new Date() }))
  if (markdown !== undefined) await replace(markdown, gateMarkdown(gate))
  if (html === undefined) return
  const media = await shownMedia(gate, sides, dirname(resolve(html)))
  await replace(html, gatePage(gate, { mediaOf: (clip) => media.get(clip) }))
}

function replace(path: string, content: string): Promise<void> {
  return writeWhole(path, content, { overwrite: true })
}

/** Of the clips that a page shows, what the records have of them. */
async function shownMedia(
  { metrics }: GateResult,
  { baseline, candidate }: { baseline: GateRecord; candidate: GateRecord },
  folder: string,
): Promise<Map<string, GateClipMedia>> {
  const shown = new Set(
    metrics.flatMap(({ worst }) =>
      worst
        .filter(({ loss }) => loss > 0)
        .slice(0, MOST_SHOWN)
        .map(({ clip }) => clip),
    ),
  )
  const found = new Map<string, GateClipMedia>()
  for (const clip of shown) {
    const [before, after] = [await videosOf(baseline, clip), await videosOf(candidate, clip)]
    const paths = {
      reference: after.reference ?? before.reference,
      baseline: before.generated,
      candidate: after.generated,
    }
    const address = (path: string | undefined) => (path === undefined ? undefined : addressFrom(folder, path))
    found.set(clip, {
      reference: address(paths.reference),
      baseline: address(paths.baseline),
      candidate: address(paths.candidate),
      strip: await stripOf([
        ['reference', paths.reference],
        ['before', paths.baseline],
        ['after', paths.candidate],
      ]),
    })
  }
  return found
}

/** A record's videos of a clip, where they are there and lie within its folder. */
async function videosOf({ path, record }: GateRecord, clip: string) {
  const media = record.media?.clips.find((each) => each.clip === clip)
  const own = async (name: string | undefined) => {
    if (name === undefined) return undefined
    try {
      return await confine(dirname(path), name)
    } catch (error) {
      if (!isError(error)) throw error
      return undefined
    }
  }
  return { reference: await own(media?.reference), generated: await own(media?.generated) }
}

/** From a page's folder, each part of the path as addresses write it. */
function addressFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).map(encodeURIComponent).join('/')
}

/** Frame, and size in pixels, of the small pictures. */
const thumbnail = { frame: 8, size: [192, 128] as const }

async function stripOf(
  sides: readonly (readonly [side: string, path: string | undefined])[],
): Promise<GateClipMedia['strip']> {
  const there = sides.flatMap(([side, path]) => (path === undefined ? [] : [{ side, path }]))
  if (there.length === 0) return undefined
  try {
    const bytes = await thumbnailStrip(
      there.map(({ path }) => path),
      thumbnail,
    )
    const address = `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`
    return { address, sides: there.map(({ side }) => side) }
  } catch (error) {
    // A video that cannot be read is linked all the same: the numbers are not of it.
    if (!isError(error)) throw error
    return undefined
  }
}
