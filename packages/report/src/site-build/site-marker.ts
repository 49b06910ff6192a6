import { join } from 'node:path'
import { isError, readRawJson } from '@kinemetric/files'
import { seriesCount } from '../charts/method-style.ts'
import type { MethodSeries } from '../charts/method-series.ts'
import type { SiteModel } from '../site-model/site-model.ts'

/** Lies in every built site: what is replaced by a later build, and what `serveSite` serves as it is. */
export const siteMarker = 'kinemetric-site.json'

/** What the marker in a folder says; null where there is none that is JSON. */
export async function readMarker(folder: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const marker = await readRawJson(join(folder, siteMarker))
    return typeof marker === 'object' && marker !== null ? { ...marker } : null
  } catch (error) {
    if (!isError(error)) throw error
    return null
  }
}

/** By which a site drew its methods, by the protocol's folder and the method's id, as its marker has it. */
export function seriesOf({ protocols }: SiteModel): Record<string, Record<string, number>> {
  return Object.fromEntries(
    protocols.map(({ slug, board, methods }) => [
      slug,
      Object.fromEntries(methods.map(({ row, series }) => [board.rows[row].id, series])),
    ]),
  )
}

/** The same of a site that stands; empty where none does, or where it is of a version that did not put it down. */
export async function standingSeries(folder: string): Promise<ReadonlyMap<string, MethodSeries>> {
  const marker = await readMarker(folder)
  return new Map(
    entriesOf(marker?.series).map(([slug, series]) => [slug, new Map(entriesOf(series).flatMap(asNumber))]),
  )
}

function asNumber([id, number]: [string, unknown]): [string, number][] {
  const isOne = typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= seriesCount
  return isOne ? [[id, number]] : []
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
