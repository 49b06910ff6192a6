import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { methodSpecSchema, type MethodSpec } from '@kinemetric/records'
import { generateBlurredReference } from './blurred-reference.ts'
import { generateDriverOnly } from './driver-only.ts'
import type { Generator } from '../generator/generator.ts'
import { RunnerError } from '../generator/runner-error.ts'
import { generateStatic } from './static.ts'

/** The methods that are code of this package; every other one is a program that `method.json` names. */
const builtIn: Readonly<Record<string, Generator>> = {
  static: generateStatic,
  'driver-only': generateDriverOnly,
  'blurred-reference': generateBlurredReference,
}

/** A method ready to run: its spec, the folder its command runs in, and the generator if it is built in. */
export interface Method {
  readonly spec: MethodSpec
  readonly folder: string
  readonly generate?: Generator
}

/** Folder of the checkout's or package's own method specs. */
export function ownMethodsFolder(): string {
  return join(import.meta.dirname, '..', '..', '..', '..', 'baselines')
}

/**
 * Finds a method by the name of a folder in `baselines/`, or by the path of a `method.json` or of its folder.
 * @throws RunnerError `unknown-method` where there is none, `bad-spec` where the file does not fit the schema
 */
export async function findMethod(name: string): Promise<Method> {
  const candidates = [join(ownMethodsFolder(), name, 'method.json'), resolve(name), resolve(name, 'method.json')]
  const path = candidates.find((candidate) => candidate.endsWith('.json') && existsSync(candidate))
  if (path === undefined) {
    throw new RunnerError(
      'unknown-method',
      `expected one of the built-in methods (${Object.keys(builtIn).join(', ')}) or the path of a method.json; found ${name}`,
    )
  }
  const spec = await readSpec(path)
  const generate = builtIn[spec.id]
  if (spec.kind === 'native' && generate === undefined) {
    throw new RunnerError(
      'unknown-method',
      `${path}: expected a native method of this version (${Object.keys(builtIn).join(', ')}); found ${spec.id}`,
    )
  }
  if (spec.kind === 'process' && (spec.command === undefined || spec.command.length === 0)) {
    throw new RunnerError(
      'bad-spec',
      `${path}: expected a process method to name its program in \`command\`; found none`,
    )
  }
  return { spec, folder: dirname(path), ...(spec.kind === 'native' ? { generate: generate } : {}) }
}

async function readSpec(path: string): Promise<MethodSpec> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new RunnerError(
      'bad-spec',
      `${path}: expected JSON; found ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
  const result = methodSpecSchema.safeParse(value)
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`)
    throw new RunnerError('bad-spec', `${path}: does not fit the method schema: ${issues.join('; ')}`)
  }
  return result.data
}
