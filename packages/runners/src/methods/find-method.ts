import { existsSync, readdirSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isError, ownFolder, readJson } from '@kinemetric/files'
import { methodFileSchema, type MethodSpec } from '@kinemetric/records'
import { runnerError } from '../generator/runner-error.ts'
import { type NativeMethod, nativeMethods } from './catalogue.ts'

/** A method ready to run: its spec, the folder its command runs in, and its code where it is ours. */
export interface Method {
  readonly spec: MethodSpec
  readonly folder: string
  /** undefined: a program. */
  readonly native: NativeMethod | undefined
}

/**
 * Finds a method by the name of a folder in `baselines/`, or by the path of a `method.json` or of its folder.
 * @throws KinemetricError `unknown-method` where there is none, `bad-spec` where the file is not what it should be
 */
export async function findMethod(name: string): Promise<Method> {
  const candidates = [join(ownFolder('baselines'), name, 'method.json'), resolve(name), resolve(name, 'method.json')]
  const path = candidates.find((candidate) => candidate.endsWith('.json') && existsSync(candidate))
  if (path === undefined)
    throw runnerError('unknown-method', '', {
      expected: `one of the methods that come along (${methodNames().join(', ')}) or the path of a method.json`,
      found: name,
    })
  const spec = await readSpec(path)
  const native = spec.kind === 'native' ? nativeMethods.find(({ id }) => id === spec.id) : undefined
  if (spec.kind === 'native' && native === undefined)
    throw runnerError('unknown-method', path, {
      expected: `a native method of this version (${nativeMethods.map(({ id }) => id).join(', ')})`,
      found: spec.id,
    })
  requireSound(path, spec, native)
  const own = join(ownFolder('baselines'), spec.id, 'method.json')
  if (native === undefined) await requireOwnName(path, spec, own)
  if (native !== undefined && path !== own) requireNoMore(path, spec, await readSpec(own))
  return { spec, folder: dirname(path), native }
}

/** Names of the methods that come with this version: the folders of `baselines/` with a method.json, in order. */
export function methodNames(): string[] {
  const root = ownFolder('baselines')
  if (!existsSync(root)) return []
  return readdirSync(root)
    .filter((name) => existsSync(join(root, name, 'method.json')))
    .sort()
}

/** A program from elsewhere under the name of a method that comes along would have its scores stand for that method's. @throws KinemetricError `bad-spec` */
async function requireOwnName(path: string, { id }: MethodSpec, own: string): Promise<void> {
  if (!methodNames().includes(id) || (await realpath(path)) === (await realpath(own))) return
  throw runnerError('bad-spec', path, {
    expected: '`id` that no method has which comes with kinemetric',
    found: id,
    then: 'give your program an id of its own: its scores would stand as that method’s',
  })
}

/** What the schema cannot say. */
function requireSound(path: string, spec: MethodSpec, native: NativeMethod | undefined): void {
  const { reference } = spec.capabilities
  if (spec.bound !== undefined && !spec.trivial)
    throw runnerError('bad-spec', path, {
      expected: `\`trivial\` of what is a ${spec.bound} of others`,
      found: 'no word of it',
    })
  if (spec.kind === 'process' && (spec.command ?? []).length === 0)
    throw runnerError('bad-spec', path, {
      expected: 'a process method to name its program in `command`',
      found: 'none',
    })
  if (reference && !spec.trivial)
    throw runnerError('bad-spec', path, {
      expected: '`trivial` of what is given the reference',
      found: 'no word of it',
    })
  const sees = native !== undefined && native.sees !== 'condition'
  if (reference !== sees)
    throw runnerError('bad-spec', path, {
      expected: `\`capabilities.reference\` ${sees} of ${spec.id}`,
      found: String(reference),
    })
}

/** Holds a method.json of somebody's own against what our code can do, which ours of that name says. @throws KinemetricError `bad-spec` */
function requireNoMore(path: string, { id, capabilities }: MethodSpec, { capabilities: able }: MethodSpec): void {
  const refuse = (what: string, expected: string, found: string | number): never => {
    throw runnerError('bad-spec', path, {
      expected: `\`capabilities.${what}\` ${expected} of ${id}`,
      found: String(found),
    })
  }
  const multiple = able.multipleOf ?? 1
  if ((capabilities.multipleOf ?? 1) % multiple !== 0)
    refuse('multipleOf', `a multiple of ${multiple}`, capabilities.multipleOf ?? 'none')
  const other = capabilities.devices.find((device) => !able.devices.includes(device))
  if (other !== undefined) refuse('devices', `among ${able.devices.join(', ')}`, other)
  const [control, controls] = [[capabilities.control].flat(), [able.control].flat()]
  if (control.some((kind) => !controls.includes(kind))) refuse('control', controls.join(' or '), control.join(' or '))
  const [claimed, most] = [capabilities.frames ?? {}, able.frames ?? {}]
  const fewest = claimed.fixed ?? claimed.min ?? 1
  if (fewest < (most.fixed ?? most.min ?? 1)) refuse('frames', `of at least ${most.fixed ?? most.min}`, fewest)
  const longest = claimed.fixed ?? claimed.max ?? Infinity
  if (longest > (most.fixed ?? most.max ?? Infinity)) refuse('frames', `of at most ${most.fixed ?? most.max}`, longest)
}

async function readSpec(path: string): Promise<MethodSpec> {
  return readJson(path, methodFileSchema).catch((error: unknown) => {
    throw isError(error, 'input') ? runnerError('bad-spec', path, error.sentence, { cause: error }) : error
  })
}
