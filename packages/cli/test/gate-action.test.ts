import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { writeGateResults } from './gate-results.ts'
import { temporaryFolder } from './kinemetric.ts'

// What a runner does with the action: inputs into expressions, steps one after another in its bash.

const root = join(import.meta.dirname, '..', '..', '..')
interface ActionFile {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>
  outputs: Record<string, { description: string; value: string }>
  runs: { using: string; steps: { id: string; shell: string; env: Record<string, string>; run: string }[] }
}

const action: ActionFile = parse(readFileSync(join(root, 'action.yml'), 'utf8'))

const cwd = await temporaryFolder()
const command = `${process.execPath} ${join(root, 'packages/cli/bin/kinemetric.js')}`
const hasBash = process.platform !== 'win32' && spawnSync('bash', ['-c', 'true']).status === 0

/** Runs the action's steps as a runner does, and gives its outputs by their own expressions. */
function runAction(given: Readonly<Record<string, string>>) {
  const [output, summary] = ['output', 'summary'].map((name) => join(cwd, `${name}.txt`))
  writeFileSync(output, '')
  writeFileSync(summary, '')
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
  )
  const steps: Record<string, Record<string, string>> = {}
  const resolve = (text: string) =>
    text.replace(
      /\$\{\{ (inputs|steps)\.([\w-]+)(?:\.outputs\.([\w-]+))? \}\}/g,
      (_, kind, name: string, key?: string) => (kind === 'inputs' ? inputs[name] : (steps[name][key ?? ''] ?? '')),
    )
  let code: number | null = 0
  let said = ''
  for (const { id, env, run } of action.runs.steps) {
    const script = join(cwd, 'step.sh')
    writeFileSync(script, resolve(run))
    const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, resolve(value)]))
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd,
      encoding: 'utf8',
      env: {
        ...process.env,
        XDG_CACHE_HOME: join(cwd, 'cache'),
        ...variables,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
    })
    said += ended.stderr
    steps[id] = Object.fromEntries(
      readFileSync(output, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    code = ended.status
    if (code !== 0) break
  }
  const outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, resolve(value)]))
  return { code, said, outputs, summary: readFileSync(summary, 'utf8') }
}

const sides = (candidate: string) => ({ baseline: 'r/before', candidate: `r/${candidate}`, command })

test('is a composite action whose inputs are told, and each of them is used', () => {
  expect(action.runs.using).toBe('composite')
  const used = action.runs.steps.flatMap(({ env }) => Object.values(env)).join(' ')
  for (const [name, { description, required }] of Object.entries(action.inputs)) {
    expect(description, name).not.toBe('')
    expect(used).toContain(`\${{ inputs.${name} }}`)
    expect(required ?? false, name).toBe(name === 'baseline' || name === 'candidate')
  }
})

test('no input stands in a script, where what it holds would be run', () => {
  for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
})

test('the release that it starts is this one', () => {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(root, 'packages/kinemetric/package.json'), 'utf8'),
  )
  expect(action.inputs['command'].default).toBe(`npx --yes kinemetric@${version}`)
})

describe.skipIf(!hasBash)('its steps', () => {
  beforeAll(() => writeGateResults(cwd, ['again', 'worse']))

  test('pass what passes, and leave the four files', () => {
    const { code, outputs, summary, said } = runAction({ ...sides('again'), margin: 'psnr=0.5,ssim=0.01' })
    expect({ code, said }).toEqual({ code: 0, said: '' })
    expect(outputs).toEqual({ verdict: 'pass', passed: 'true', folder: 'kinemetric-gate' })
    expect(summary).toMatch(/^### gate: pass\n/)
    for (const file of ['gate.json', 'gate.xml', 'gate.md', 'gate.html'])
      expect(existsSync(join(cwd, 'kinemetric-gate', file)), file).toBe(true)
  })

  test('fail what fails with the gate’s own code, by margins or by rules a line each', () => {
    const byMargin = runAction({ ...sides('worse'), margin: 'psnr=0.5', out: 'out of this' })
    expect(byMargin).toMatchObject({ code: 10, outputs: { verdict: 'fail', passed: 'false', folder: 'out of this' } })
    const byRules = runAction({ ...sides('worse'), rules: 'psnr > 1\n\n  psnr > baseline.psnr - 0.2\n' })
    expect(byRules).toMatchObject({ code: 10, outputs: { verdict: 'fail' } })
    expect(byRules.summary).toMatch(/rule does not hold/)
  })

  test('say that they were refused, and leave no file of the gate before', () => {
    const { code, outputs, said, summary } = runAction(sides('worse'))
    expect({ code, outputs, summary }).toEqual({
      code: 2,
      outputs: { verdict: 'refused', passed: 'false', folder: 'kinemetric-gate' },
      summary: '',
    })
    expect(said).toMatch(/--margin psnr=/)
    expect(existsSync(join(cwd, 'kinemetric-gate', 'gate.xml'))).toBe(false)
  })

  test('run nothing that an input holds', () => {
    const evil = '$(touch hacked) `touch hacked` "; touch hacked; \' --help'
    const names = ['baseline', 'candidate', 'margin', 'calibration', 'rules', 'undecided', 'method', 'protocol']
    expect(runAction({ ...Object.fromEntries(names.map((name) => [name, evil])), command }).code).toBe(2)
    expect(runAction({ ...sides('again'), rules: evil }).code).toBe(2)
    expect(existsSync(join(cwd, 'hacked'))).toBe(false)
  })
})
