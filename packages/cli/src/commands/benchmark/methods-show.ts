import type { MethodSpec } from '@kinemetric/records'
import { allowed, findMethod } from '@kinemetric/runners'
import { countOf } from '@kinemetric/files'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

/** `kinemetric methods show <method>`: what it can do, its weights, settings and presets. */
export const defineShow: DefineCommand = (command, settle) => {
  command
    .description('Show what a method can do, its weights, settings and presets')
    .argument('<method>', 'a built-in method, or the path of a method.json')
    .option('--json', 'print its method.json with nothing left to defaults')
    .addHelpText('after', '\nExample:\n  kinemetric methods show interdyn')
    .action(async (name: string, flags: { json?: boolean }) => {
      const { spec } = await findMethod(name)
      if (flags.json) printJson(spec)
      else print(describe(spec).join('\n'))
      settle(exitCode.done)
    })
}

function describe(spec: MethodSpec): string[] {
  const { capabilities, paper } = spec
  return [
    `${spec.displayName} (${spec.id}, version ${spec.version}; ${spec.kind}, ${spec.implementationStatus})`,
    ...(spec.summary === undefined ? [] : [spec.summary]),
    ...(paper === undefined ? [] : [`paper: ${[paper.title, paper.url].filter(Boolean).join(', ')}`]),
    ...spec.licences.map((licence) => `licence: ${licence}`),
    `takes: ${takes(capabilities)}`,
    `runs on: ${capabilities.devices.join(', ')}; the same again: ${spec.determinism}`,
    ...section('weights (--checkpoint <word>=<path>)', Object.entries(spec.checkpoints), ([word, checkpoint]) => {
      const { holds, doc, from, licence, gated, optional } = checkpoint
      const asks = gated ? ', behind an agreement' : ''
      return `${word}=<${holds}>${optional ? ' (optional)' : ''}: ${doc}; ${from}${asks}; ${licence}`
    }),
    ...section('settings (--set <name>=<value>)', Object.entries(spec.settings), ([setting, described]) => {
      return `${setting} = ${JSON.stringify(described.default)} (${allowed(described)}): ${described.doc}`
    }),
    ...section('further settings', Object.entries(spec.defaults), ([setting, value]) => {
      return `${setting} = ${JSON.stringify(value)}`
    }),
    ...section('presets (--preset <name>)', Object.entries(spec.presets), ([preset, { doc, settings }]) => {
      const values = Object.entries(settings).map(([setting, value]) => `${setting} ${JSON.stringify(value)}`)
      return `${preset}: ${values.join(', ')}${doc === undefined ? '' : `. ${doc}`}`
    }),
  ]
}

function section<Entry>(title: string, entries: readonly Entry[], line: (entry: Entry) => string): string[] {
  return entries.length === 0 ? [] : [`${title}:`, ...entries.map((entry) => `  ${line(entry)}`)]
}

/** What a clip must have, in words. */
function takes({
  control,
  text,
  assets,
  resolutions,
  multipleOf,
  frames,
  samples,
}: MethodSpec['capabilities']): string {
  const { fixed, min, max } = frames ?? {}
  const range = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`]
  return [
    control === 'none' ? 'no control' : `a control (${[control].flat().join(' or ')})`,
    ...(text ? ['a text'] : []),
    ...assets.map((name) => `${name} beside the clip`),
    resolutions === undefined
      ? 'any size'
      : `${resolutions.map((size) => size.join('×')).join(' or ')} (height × width)`,
    ...(multipleOf === undefined ? [] : [`height and width in multiples of ${multipleOf}`]),
    fixed === undefined ? `${range.filter(Boolean).join(', ') || 'any number of'} frames` : countOf(fixed, 'frame'),
    ...(samples === undefined ? [] : [`at most ${countOf(samples, 'sample')}`]),
  ].join(', ')
}
