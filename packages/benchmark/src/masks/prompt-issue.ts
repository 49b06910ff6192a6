import type { KinemetricError } from '@kinemetric/files'
import type { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'

/** How objects are pointed at. */
export type PromptKind = 'boxes' | 'points'

const box = '[x1, y1, x2, y2], four numbers'
const points = '[[x, y, label], …], at least one, label 1 on the object or 0 beside it'
const name = 'a name that can be a folder’s: without "/", "\\", control characters and a leading "."'

/** What a field of a file of prompts is. */
const expectations: Readonly<Record<PromptKind, Readonly<Record<string, string>>>> = {
  boxes: {
    objects: '[{"id": 1, "prompts": [{"frame": 0, "box": [x1, y1, x2, y2]}]}], at least one',
    prompts: '[{"frame": 0, "box": [x1, y1, x2, y2]}], at least one',
    prompt: 'a frame and a box (points belong to --points)',
    box,
  },
  points: {
    objects: '[{"id": 1, "prompts": [{"frame": 0, "points": [[x, y, label]]}]}], at least one',
    prompts: '[{"frame": 0, "points": [[x, y, label]]}], at least one',
    prompt: 'a frame and points, and no more than a box beside them (boxes alone belong to --boxes)',
    box,
    points,
  },
}

const ofBoth: Readonly<Record<string, string>> = {
  file: '{"objects": […]}, or {"clips": {"<clip>": {"objects": […]}}} for a manifest',
  clips: '{"<clip>": {"objects": […]}}',
  clip: '{"objects": […]} by a clip’s name',
  object: '{"id": …, "prompts": […]}',
  id: `a whole number from 0, or ${name}`,
  frame: 'a whole number from 0',
}

/** The error of the first thing that does not fit in a file of prompts: which object, which of its prompts, which field, what was expected and found. */
export function promptsError(path: string, kind: PromptKind, raw: unknown, error: z.ZodError): KinemetricError {
  const [issue, ...more] = error.issues
  const { place, field, found } = fieldOf(raw, issue.path)
  // A field that is too much says more by its name than by what it is in.
  const shown = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `"${key}"`).join(', ') : shorten(found)
  const expected = expectations[kind][field] ?? ofBoth[field]
  const then = more.length === 0 ? undefined : `${more.length} more do not fit`
  return benchmarkError('bad-prompts', [path, ...place].join(', '), { expected, found: shown, then })
}

/** The field that an issue is of, as a reader looks for it: an issue within a box is the box's. */
function fieldOf(raw: unknown, path: readonly PropertyKey[]): { place: string[]; field: string; found: unknown } {
  const isOfClips = path[0] === 'clips'
  const names = isOfClips ? ['clips', 'clip', ...ofVideo] : ofVideo
  const place: string[] = []
  let field = 'file'
  let found = raw
  const steps = path.slice(0, names.length)
  for (const [depth, key] of steps.entries()) {
    found = inside(found, key)
    field = names[depth] === 'field' ? String(key) : names[depth]
    if (field === 'object') {
      const id = inside(found, 'id')
      place.push(typeof id === 'string' || typeof id === 'number' ? `object ${id}` : `objects[${String(key)}]`)
    } else if (field === 'prompt') place.push(`prompts[${String(key)}]`)
    else if (field === 'clip') place.push(`clip ${String(key)}`)
    // A list is named by its entry, where the issue is of one.
    else if (depth === steps.length - 1) place.push(field)
  }
  return { place, field, found }
}

/** What the steps of a place within a video's prompts lead to. */
const ofVideo: readonly string[] = ['objects', 'object', 'field', 'prompt', 'field']

function inside(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function shorten(value: unknown): string {
  if (value === undefined) return 'none'
  const text = JSON.stringify(value)
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
