import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { commandTable } from '../src/command-table.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await kinemetric(['completion', shell], { cwd })
    await writeFile(join(cwd, `script.${shell}`), stdout)
  }
})

function run(shell: string, script: string): string {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script], { cwd, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout
}

/** What bash offers for the last of some words, as a shell splits them. */
function offered(...words: string[]): string[] {
  const list = ['kinemetric', ...words].map((word) => `'${word}'`).join(' ')
  return run(
    'bash',
    `source script.bash; COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _kinemetric; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
    .split('\n')
    .filter((word) => word !== '')
}

describe('in bash', () => {
  test('commands, and those within them', () => {
    expect(offered('').toSorted()).toEqual(commandTable.map(({ name }) => name).toSorted())
    expect(offered('sc').toSorted()).toEqual(['scenes', 'score'])
    expect(offered('report', '')).toEqual(['build', 'serve'])
  })

  test('options of the very command', () => {
    expect(offered('score', '--pre')).toEqual(['--previews'])
    expect(offered('report', 'build', '--med')).toEqual(['--media'])
    expect(offered('cite', '--')).toEqual(['--json', '--help'])
  })

  test.each([
    ['choices', ['score', '--provider', 'w'], ['webgpu']],
    ['choices behind an equals sign', ['score', '--provider', '=', 'cu'], ['cuda']],
    ['the last of a list', ['score', '--metrics', 'psnr,ss'], ['psnr,ssim']],
    ['protocols', ['prepare', 'physics', '--protocol', 'clev'], ['clevrer-320x448']],
    ['datasets', ['prepare', 'ss'], ['ssv2']],
    ['methods', ['run', 'stat'], ['static']],
    ['media', ['publish', 'results', '--media', ''], ['none', 'own']],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
  ])('%s', (_, words, expected) => {
    expect(offered(...words)).toEqual(expected)
  })

  test('paths', () => {
    expect(offered('score', '--out', 'scr').toSorted()).toEqual(['script.bash', 'script.fish', 'script.zsh'])
  })
})

if (!has('zsh')) console.warn('skipped: zsh is not there')
test.runIf(has('zsh'))('zsh takes its script', () => {
  expect(
    run(
      'zsh',
      'zsh -n script.zsh && autoload -U compinit && compinit -u -d zcompdump && source script.zsh && whence -w _kinemetric_score',
    ),
  ).toContain('_kinemetric_score: function')
})

/** What fish offers for a line. */
function complete(line: string): string[] {
  return run('fish', `source script.fish; complete -C '${line}'`)
    .split('\n')
    .map((each) => each.split('\t')[0])
    .filter((each) => each !== '')
}

if (!has('fish')) console.warn('skipped: fish is not there')
test.runIf(has('fish'))('fish completes commands, options, choices and lists', () => {
  expect(complete('kinemetric sc')).toEqual(['scenes', 'score'])
  expect(complete('kinemetric report b')).toEqual(['build'])
  expect(complete('kinemetric score --prev')).toEqual(['--previews'])
  expect(complete('kinemetric score --provider cu')).toEqual(['cuda'])
  expect(complete('kinemetric score --metrics psnr,ss')).toEqual(['psnr,ssim'])
})

test('another shell is refused with those that are known', async () => {
  expect(await refused(['completion', 'tcsh'], { cwd })).toContain('Allowed choices are bash, zsh, fish')
})
