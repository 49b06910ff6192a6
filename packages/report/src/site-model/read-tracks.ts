import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseJson, readTextFile } from '@kinemetric/files'
import { reportError } from '../board/report-error.ts'
import type { TracksModel } from './site-model.ts'

const mostBytes = 8 * 2 ** 20
/** More would hide the video under its own tracks. */
const mostPoints = 400

/** The tracks of a clip's two sides. A plain tracks.json is the generated video's. */
export interface ClipTracks {
  generated: TracksModel | null
  reference: TracksModel | null
}

/**
 * Reads `tracks.json` (`{ width, height, queries, tracks: [N][T][x, y], visible: [N][T] }`) or `{ generated, reference }` with one of these each.
 * Coordinates are rounded to a tenth of a pixel. @throws KinemetricError `bad-media` where the file is something else; it names no folder, since pages show it
 */
export async function readTracks(path: string): Promise<ClipTracks> {
  const name = basename(path)
  const { size } = await stat(path)
  if (size > mostBytes) throw refusal(name, `at most ${mostBytes} bytes of tracks`, String(size))
  const value = parse(name, await readTracksText(path, name))
  if (!isObject(value)) throw refusal(name, 'tracks', typeof value)
  if ('tracks' in value) return { generated: side(name, value), reference: null }
  return {
    generated: value.generated === undefined || value.generated === null ? null : side(name, value.generated),
    reference: value.reference === undefined || value.reference === null ? null : side(name, value.reference),
  }
}

async function readTracksText(path: string, name: string): Promise<string> {
  return readTextFile(path, { maxBytes: mostBytes }).catch(() => {
    throw refusal(name, 'a file of tracks', 'one that cannot be read')
  })
}

function parse(name: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    throw refusal(name, 'JSON', 'something else')
  }
}

function side(name: string, value: unknown): TracksModel {
  if (!isObject(value) || !isSize(value.width) || !isSize(value.height) || !Array.isArray(value.tracks))
    throw refusal(name, 'tracks with width, height and tracks', 'something else')
  const rows: unknown[] = value.tracks
  const seen: unknown[] = Array.isArray(value.visible) ? value.visible : []
  const step = Math.max(1, Math.ceil(rows.length / mostPoints))
  const kept = rows.map((_, index) => index).filter((index) => index % step === 0)
  return {
    width: value.width,
    height: value.height,
    points: kept.map((index) => points(name, rows[index])),
    visible: kept.map((index) => flags(seen[index])),
  }
}

function points(name: string, row: unknown): number[] {
  if (!Array.isArray(row)) throw refusal(name, 'a list of points', typeof row)
  return row.flatMap((point: unknown) => {
    const [x, y]: unknown[] = Array.isArray(point) ? point : []
    if (typeof x !== 'number' || typeof y !== 'number') throw refusal(name, 'points [x, y]', 'others')
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10]
  })
}

function flags(row: unknown): string {
  return Array.isArray(row) ? row.map((flag: unknown) => (flag ? '1' : '0')).join('') : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1e5
}

function refusal(name: string, expected: string, found: string) {
  return reportError('bad-media', name, { expected, found })
}
