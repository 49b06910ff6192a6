import { isError, issuesOf, readRawJson } from '@kinemetric/files'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { metricChoiceSchema, type Protocol, protocolIdentitySchema } from './protocol.ts'
import { findProtocol, protocols } from './protocols.ts'

const { id: idSchema, window, geometry, motion, bootstrap, seeds } = protocolIdentitySchema.shape

const windowSchema = window
  .extend({ start: window.shape.start.default(0), fps: window.shape.fps.default(null) })
  .refine(({ fps, stride }) => fps === null || stride === undefined, {
    path: ['stride'],
    error: 'expected either fps or stride, found both',
  })
  .refine(({ fps, resample }) => resample !== 'nearest' || fps !== null, {
    path: ['resample'],
    error: 'expected fps beside it, for "nearest" is nearest to a tick of that rate',
  })
  .refine(({ fps, stride, resample }) => resample !== 'whole' || (fps === null && stride === undefined), {
    path: ['resample'],
    error:
      'expected neither fps nor stride beside it, for "whole" spreads the frames over the video, whatever its rate',
  })
  .refine(({ frames, resample }) => resample !== 'whole' || frames !== 'all', {
    path: ['frames'],
    error: 'expected a number of frames that "whole" spreads over the video',
  })

const placed = geometry.unwrap().shape
const geometrySchema = z
  .strictObject({
    ...placed,
    video: placed.video.default('pillow-bicubic'),
    masks: placed.masks.default('torch-nearest'),
    fit: placed.fit.default('cover'),
    crop: placed.crop.default('centre-round-half-even'),
  })
  .nullable()

/** What is wrong with a protocol's name; undefined where one of one's own may be called so. */
function troubleOfName(id: string): { expected: string; found: string } | undefined {
  if (!idSchema.safeParse(id).success)
    return { expected: 'a name of small letters, digits, dots and hyphens, such as mine-2', found: JSON.stringify(id) }
  const isTaken = protocols.some(({ identity }) => identity.id === id)
  return isTaken ? { expected: 'a name of your own', found: `"${id}" of the toolkit` } : undefined
}

/** A protocol of one's own as its file has it: what is left out is what the toolkit's protocols have. */
const ownProtocolSchema = protocolIdentitySchema
  .extend({
    schema: protocolIdentitySchema.shape.schema.default('kinemetric/protocol@1'),
    version: protocolIdentitySchema.shape.version.default(1),
    id: z.string().superRefine((id, context) => {
      const wrong = troubleOfName(id)
      if (wrong !== undefined)
        context.addIssue({ code: 'custom', message: `expected ${wrong.expected}, found ${wrong.found}` })
    }),
    title: z.string().optional(),
    summary: z.string().default(''),
    window: windowSchema,
    geometry: geometrySchema,
    excludedFrames: protocolIdentitySchema.shape.excludedFrames.default([]),
    metrics: z.array(metricChoiceSchema.extend({ default: z.boolean().default(true) })).default([]),
    motion: motion.default({ points: 100, maskThreshold: 127 }),
    bootstrap: bootstrap.default({ resamples: 1000, level: 0.95 }),
    seeds: seeds.default({ bootstrap: 0, points: 0, shuffle: 0 }),
  })
  .superRefine(({ window: { frames }, excludedFrames, metrics }, context) => {
    // A list that says a thing twice would be another protocol that means the same, or a column twice in every table.
    const again = (path: 'excludedFrames' | 'metrics', expected: string, names: readonly string[]) => {
      for (const [index, name] of names.entries())
        if (names.indexOf(name) < index)
          context.addIssue({
            code: 'custom',
            path: [path, index],
            message: `expected ${expected}, found ${name} again`,
          })
    }
    again('excludedFrames', 'each frame once', excludedFrames.map(String))
    again(
      'metrics',
      'each recipe of a metric once',
      metrics.map(({ metric, recipe }) => `${metric} ${recipe}`),
    )
    for (const [index, frame] of excludedFrames.entries())
      if (frames !== 'all' && frame >= frames)
        context.addIssue({
          code: 'custom',
          path: ['excludedFrames', index],
          message: `expected a frame from 0 to ${frames - 1}, found ${frame}`,
        })
    if (frames !== 'all' && new Set(excludedFrames).size >= frames)
      context.addIssue({
        code: 'custom',
        path: ['excludedFrames'],
        message: 'expected a frame that is left to be scored',
      })
  })

/**
 * A protocol of one's own, as parsed from JSON. Its metrics are no part of its identity: another list of them scores the same clips.
 * @param where stands in the error
 * @throws KinemetricError `bad-protocol`, naming every field that is wrong
 */
export function parseOwnProtocol(value: unknown, where: string): Protocol {
  const result = ownProtocolSchema.safeParse(value)
  if (!result.success) throw benchmarkError('bad-protocol', where, issuesOf(result.error).join('; '))
  const { metrics, title, ...own } = result.data
  const identity = protocolIdentitySchema.parse({ ...own, title: title ?? own.id, metrics: [] })
  return { identity, added: metrics }
}

/** The JSON of a protocol of one's own, which `parseOwnProtocol` reads. */
export function ownProtocolJson({ identity, added }: Protocol): Record<string, unknown> {
  return { ...identity, metrics: [...identity.metrics, ...added] }
}

/** The protocol of a file. @throws KinemetricError `bad-protocol`, naming the field; as reading files does */
export async function readProtocol(path: string): Promise<Protocol> {
  const value = await readRawJson(path).catch((cause: unknown) => {
    if (!isError(cause, 'input')) throw cause
    throw benchmarkError('bad-protocol', path, { expected: 'a protocol (JSON)', found: cause.found }, { cause })
  })
  return parseOwnProtocol(value, path)
}

/**
 * The protocol of that name (`as-is`, `as-is@1`), or of that file: what ends in `.json` or has a slash is a file.
 * @throws KinemetricError `bad-protocol`
 */
export async function openProtocol(nameOrFile: string): Promise<Protocol> {
  if (/\.json$|[/\\]/i.test(nameOrFile)) return readProtocol(nameOrFile)
  const [, id = nameOrFile, version] = /^(.*)@(\d+)$/.exec(nameOrFile) ?? []
  return findProtocol(id, version === undefined ? undefined : Number(version))
}

/**
 * A protocol to begin with: another one under a name of one's own.
 * @throws KinemetricError `bad-option` for a name that no protocol can have
 */
export function draftProtocol(from: Protocol, id: string): Record<string, unknown> {
  const wrongName = troubleOfName(id)
  if (wrongName !== undefined) throw benchmarkError('bad-option', '--id', wrongName)
  const { schema: _, ...json } = ownProtocolJson(from)
  return { schema: 'kinemetric/protocol@1', ...json, id, version: 1, title: id, summary: 'What this protocol is for' }
}
