import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSafetensors, writeTorchZip } from '@kinemetric/networks'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasTinyModels, writeTinyCoshand, writeTinyInterdyn } from '../../../test/tiny-models.ts'
import { formulaTensors } from '../../networks/test/formula-weights.ts'
import { writeMaskManifest } from '../../runners/test/write-mask-manifest.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()
const env = { KINEMETRIC_WEIGHTS: join(cwd, 'none') }
const native = ['interdyn', 'coshand-independent', 'coshand-autoregressive']

beforeAll(async () => {
  await writeMaskManifest(cwd, ['a', 'b'], [64, 64], 3)
})

const run = (method: string, ...more: string[]) =>
  ['run', method, '--manifest', 'prepared/manifest.jsonl', '--quiet'].concat(more)

describe('methods', () => {
  test('list --json names all, with what show --json says of each: nothing is left to defaults', async () => {
    const { stdout } = await kinemetric(['methods', 'list', '--json'], { cwd, env })
    const listed: { id: string }[] = JSON.parse(stdout)
    expect(listed.map(({ id }) => id)).toEqual(
      expect.arrayContaining([...native, 'static', 'mask-warp', 'driver-only', 'seer', 'dynamicrafter']),
    )
    for (const spec of listed.filter(({ id }) => native.includes(id))) {
      const shown = await kinemetric(['methods', 'show', spec.id, '--json'], { cwd, env })
      expect(JSON.parse(shown.stdout)).toEqual(spec)
      expect(spec).toMatchObject({
        capabilities: {
          control: spec.id === 'interdyn' ? ['mask', 'rgb'] : 'mask',
          multipleOf: 64,
          devices: ['cpu', 'webgpu', 'cuda'],
          reference: false,
        },
        settings: {
          steps: { type: 'integer', min: 2, max: 1000, default: 50 },
          dtype: { choices: ['float32', 'float16'] },
        },
        presets: { demo: {}, paper: {}, fast: { settings: { dtype: 'float16' } } },
      })
    }
  })

  test('show --json has every setting with its range, also of what is trivial', async () => {
    const { stdout } = await kinemetric(['methods', 'show', 'blurred-reference', '--json'], { cwd, env })
    expect(JSON.parse(stdout)).toMatchObject({
      settings: { sigma: { type: 'number', max: 100, default: 2.5 } },
      defaults: {},
    })
    const { stdout: all } = await kinemetric(['methods', 'list', '--json'], { cwd, env })
    for (const { defaults } of JSON.parse(all)) expect(defaults).toEqual({})
  })

  test('test: a device that the method does not have is bad usage, no failure of the method', async () => {
    expect(await refused(['methods', 'test', 'seer'], { cwd, env })).toMatch(
      /device: expected one .*\(cuda\), found cpu/,
    )
    expect(await refused(['methods', 'test', 'static', '--set', 'a=1'], { cwd, env })).toMatch(/found a/)
  })

  test('show prints range and default of every setting, what presets set, and licences', async () => {
    const { stdout } = await kinemetric(['methods', 'show', 'interdyn'], { cwd, env })
    expect(stdout).toMatch(/^ {2}steps = 50 \(a whole number from 2 to 1000\): /m)
    expect(stdout).toMatch(/^ {2}dtype = "float32" \(float32 or float16\): /m)
    expect(stdout).toMatch(/^ {2}fast: .*dtype "float16"/m)
    expect(stdout).toMatch(/svd=<folder>: .*behind an agreement/)
  })
})

test('a run says the licence once on standard error, also beside JSON, and nothing with --quiet', async () => {
  const asked = ['run', 'static', '--manifest', 'prepared/manifest.jsonl', '--out']
  const json = await kinemetric([...asked, 'licence', '--json', '--no-pairs'], { cwd, env })
  expect(JSON.parse(json.stdout)).toMatchObject({ done: 2 })
  expect(json.stderr.match(/Apache-2\.0/g)).toHaveLength(1)
  expect((await kinemetric([...asked, 'licence', '--json', '--quiet'], { cwd, env })).stderr).toBe('')
})

describe('a run that cannot be is refused before anything is made', () => {
  test.each([
    [['--set', 'step=5'], /expected a setting of interdyn \(steps: a whole number from 2 to 1000, .*found step/],
    [['--set', 'steps=many'], /set steps: expected a whole number from 2 to 1000, found "many"/],
    [['--set', 'steps=1'], /set steps: expected a whole number from 2 to 1000, found 1/],
    [['--set', 'dtype=bfloat16'], /set dtype: expected float32 or float16, found "bfloat16"/],
    [['--set', 'steps'], /expected name=value, found steps/],
    [['--preset', 'slow'], /expected a preset of interdyn \(demo, paper, fast\), found slow/],
    [['--samples', '0'], /--samples.*expected a whole number/],
    [
      ['--samples', '3', '--set', 'samples=2'],
      /samples: expected one number of samples, found 3, and 2 as the setting/,
    ],
    [['--set', 'noiseAug=1e400'], /set noiseAug: expected a number from 0 to .*, found Infinity/],
    [['--checkpoint', 'svd=a', '--checkpoint', 'svd=b'], /expected one path of svd, found two: a and b/],
    [['--checkpoint', 'coshand=x.ckpt'], /expected one of interdyn \(svd=<folder>, interdyn=<folder>\), found coshand/],
    [['--provider', 'tpu'], /--provider.*cpu, webgpu, cuda/],
  ])('%j', async (options, message) => {
    expect(await refused(run('interdyn', ...options, '--out', 'never'), { cwd, env })).toMatch(message)
  })

  test('without weights: code 3, the command that gets them, and that it takes a token', async () => {
    const said = await refused(run('interdyn', '--out', 'x1'), { cwd, env: { ...env, HF_TOKEN: '' } }, 3)
    expect(said).toMatch(/kinemetric weights pull svd-img2vid .*licence: .*HF_TOKEN/)
    expect(await refused(run('coshand-independent', '--out', 'x2'), { cwd, env }, 3)).toContain(
      'kinemetric weights pull coshand',
    )
  })

  test.each([
    ['multipleOf', { multipleOf: 8 }, /`capabilities\.multipleOf` a multiple of 64 of interdyn, found 8/],
    ['devices', { devices: ['cpu', 'mps'] }, /`capabilities\.devices` among cpu, webgpu, cuda of interdyn, found mps/],
    ['control', { control: 'none' }, /`capabilities\.control` mask or rgb of interdyn, found none/],
    ['frames', { frames: { min: 0 } }, /frames/],
    ['samples', { reference: true }, /reference/],
  ])('by a method.json that claims more than its method can: %s', async (what, claims, message) => {
    const own = JSON.parse(await readFile(join(import.meta.dirname, '../../../baselines/interdyn/method.json'), 'utf8'))
    const path = join(cwd, `claims-${what}`)
    await mkdir(path)
    await writeFile(
      join(path, 'method.json'),
      JSON.stringify({ ...own, capabilities: { ...own.capabilities, ...claims } }),
    )
    expect(await refused(run(path, '--out', 'never'), { cwd, env })).toMatch(message)
  })

  test('and less is taken', async () => {
    const own = JSON.parse(await readFile(join(import.meta.dirname, '../../../baselines/interdyn/method.json'), 'utf8'))
    const path = join(cwd, 'claims-less')
    await mkdir(path)
    const capabilities = { ...own.capabilities, control: 'mask', multipleOf: 128, devices: ['cpu'] }
    await writeFile(join(path, 'method.json'), JSON.stringify({ ...own, capabilities }))
    expect(await refused(run(path, '--out', 'never'), { cwd, env })).toMatch(/multiples of 128.*64×64/)
  })
})

describe.skipIf(!hasTinyModels())('with tiny weights', { timeout: 240_000 }, () => {
  let interdyn: string[]
  let coshand: string
  beforeAll(async () => {
    const folders = await writeTinyInterdyn(join(cwd, 'weights'))
    interdyn = Object.entries(folders).flatMap(([word, path]) => ['--checkpoint', `${word}=${path}`])
    coshand = await writeTinyCoshand(join(cwd, 'weights'))
  })

  test('--plan --json: what would run, by which settings, and nothing is written', async () => {
    const asked = [...interdyn, '--preset', 'fast', '--set', 'steps=4', '--samples', '3']
    const { code, stdout } = await kinemetric(run('interdyn', ...asked, '--plan', '--json'), { cwd, env })
    expect(code).toBe(0)
    const plan: { memoryBytes: number } = JSON.parse(stdout)
    expect(plan).toMatchObject({
      method: 'interdyn',
      device: 'cpu',
      config: { steps: 4, dtype: 'float16' },
      clips: 2,
      samples: 3,
      unfit: [],
      weights: [
        { word: 'svd', path: join(cwd, 'weights', 'svd') },
        { word: 'interdyn', path: join(cwd, 'weights', 'interdyn') },
      ],
      diskBytes: 2 * 3 * 3 * 64 * 64 * 3,
      basis: { kind: 'matrix-products' },
    })
    expect(plan.memoryBytes).toBeLessThan(2e9)
    expect(plan).toMatchObject({
      weights: [{ official: false }, { official: false }],
      refused: [expect.stringMatching(/nothing vouches for svd, interdyn .*--unverified/)],
    })
    const { stdout: text } = await kinemetric(run('interdyn', ...asked, '--plan'), { cwd, env })
    expect(text).toMatch(/^weights: svd: .*svd, not known to be the official ones/m)
    expect(text).toMatch(/^a run would be refused: nothing vouches for svd, interdyn/m)
    const unverified = await kinemetric(run('interdyn', ...asked, '--unverified', '--plan', '--dump', 'd'), {
      cwd,
      env,
    })
    expect(unverified.stdout).not.toContain('refused')
    expect(unverified.stdout).toMatch(/^disk: at most .* of frames, .* of what is dumped$/m)
    expect(text).toMatch(/^memory: about .* \(here: .*\)$/m)
    expect(text).toMatch(/^time: about .* \(by products of matrices for two seconds/m)
  })

  test('a preset, a setting over it and samples are what runs, and stand in run.json with the unverified weights', async () => {
    const asked = [
      ...interdyn,
      '--unverified',
      '--threads',
      '1',
      '--preset',
      'fast',
      '--set',
      'steps=2',
      '--samples',
      '2',
    ]
    const { code, stdout, stderr } = await kinemetric(run('interdyn', ...asked, '--out', 'made', '--json'), {
      cwd,
      env,
    })
    expect(stderr).toMatch(
      /^warning: nothing vouches for the weights \(svd, interdyn\): not known to be the official ones/m,
    )
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, done: 4, resumed: 0, failures: [] })
    expect(JSON.parse(await readFile(join(cwd, 'made', 'run.json'), 'utf8'))).toMatchObject({
      config: { steps: 2, dtype: 'float16', maxGuidance: 3 },
      samples: 2,
      counts: { total: 4, ok: 4, failed: 0 },
    })
    const item = (sample: number) => readFile(join(cwd, 'made', 'a', `s${sample}`, 'item.json'), 'utf8')
    expect(JSON.parse(await item(1))).toMatchObject({ status: 'ok', seed: 1 })
  })

  test('weights of one’s own need --unverified; what lies in a model’s place is told by name', async () => {
    expect(await refused(run('interdyn', ...interdyn, '--out', 'o1'), { cwd, env })).toMatch(/expected --unverified/)
    const config = join(cwd, 'weights', 'svd', 'unet', 'config.json')
    const said = await readFile(config, 'utf8')
    await writeFile(config, JSON.stringify({ ...JSON.parse(said), num_frames: 25 }))
    const asked = [...interdyn, '--unverified']
    expect(await refused(run('interdyn', ...asked, '--out', 'o2'), { cwd, env })).toMatch(/img2vid-xt, 25 frames/)
    await writeFile(config, said)
    const other = join(cwd, 'weights', 'svd', 'unet', 'diffusion_pytorch_model.safetensors')
    const kept = await readFile(other)
    await writeSafetensors(
      other,
      formulaTensors({
        'time_embedding.linear_1.weight': [8, 8],
        'down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight': [8, 768],
      }),
    )
    expect(await refused(run('interdyn', ...asked, '--out', 'o3'), { cwd, env })).toMatch(
      /found the UNet of Stable Diffusion 1\.x/,
    )
    await writeFile(other, kept)
  })

  test('the plan refuses what the run does: steps that the schedule does not have, a folder of something else', async () => {
    const steps = ['--set', 'steps=3', '--checkpoint', `coshand=${coshand}`, '--unverified']
    for (const end of [['--plan'], ['--out', 'o5']])
      expect(await refused(run('coshand-independent', ...steps, ...end), { cwd, env })).toMatch(/does not divide 999/)
    const { interdyn: own } = { interdyn: join(cwd, 'weights', 'interdyn') }
    const swapped = ['--checkpoint', `svd=${own}`, '--checkpoint', `interdyn=${own}`, '--unverified']
    for (const end of [['--plan'], ['--out', 'o6']])
      expect(await refused(run('interdyn', ...swapped, ...end), { cwd, env })).toMatch(/found InterDyn’s folder/)
  })

  test('zero123 in the place of CosHand, by name', async () => {
    const zero = join(cwd, 'weights', 'zero123.ckpt')
    const shapes = {
      'model.diffusion_model.input_blocks.0.0.weight': [8, 8, 3, 3],
      'cond_stage_model.model.visual.class_embedding': [8],
      'cc_projection.weight': [16, 20],
    }
    await writeTorchZip(zero, formulaTensors(shapes))
    const asked = [
      '--unverified',
      '--checkpoint',
      `coshand=${zero}`,
      '--checkpoint',
      `coshand-config=${coshand.replace('.ckpt', '.yaml')}`,
    ]
    expect(await refused(run('coshand-independent', ...asked, '--out', 'o4'), { cwd, env })).toMatch(
      /expected CosHand, found Zero-1-to-3 \(zero123\)/,
    )
  })
})
