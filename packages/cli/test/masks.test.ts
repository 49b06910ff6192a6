import { readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint } from '@kinemetric/networks'
import { readFrames, readImage } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { kinemetric, refused, spawned, temporaryFolder } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const at = { cwd }
const checkpoint = sharedPath('goldens', 'sam2', 'sam2.1_tiny_golden.pt')
const masks = (...args: string[]) => ['masks', 'video.mkv', '--out', 'masks', ...args]
const small = ['--checkpoint', checkpoint, '--unverified', '--config', 'config.json', '--quiet']
const box = [10, 8, 40, 30]

async function prompts(name: string, ...objects: { id: number | string; prompts: object[] }[]): Promise<string> {
  await writeFile(join(cwd, name), JSON.stringify({ objects }))
  return name
}

interface Written {
  identity: string
  model: { id: string; unverified: boolean; weights: { id: string }[] }
  objects: { id: string; masks: { file: string; area: number; prompted: boolean; iou: number | null }[] }[]
  warnings: string[]
}

async function written(): Promise<Written> {
  const found: Written = JSON.parse(await readFile(join(cwd, 'masks', 'masks.json'), 'utf8'))
  return found
}

async function pictures(): Promise<string[]> {
  const names = await readdir(join(cwd, 'masks'), { recursive: true })
  return names.filter((name) => name.endsWith('.png')).sort()
}

beforeAll(async () => {
  await writeVideo(cwd, 'video', { frames: 4 })
  const trunk = {
    embed_dim: 8,
    num_heads: 1,
    stages: [1, 2, 7, 2],
    global_att_blocks: [5, 7, 9],
    window_spec: [8, 4, 14, 7],
    window_pos_embed_bkg_spatial_size: [7, 7],
  }
  const config = { image_size: 256, trunk, d_model: 64, mem_dim: 16, memory_attention_ffn: 128 }
  await writeFile(join(cwd, 'config.json'), JSON.stringify(config))
  await prompts('boxes.json', { id: 1, prompts: [{ frame: 0, box }] })
})

async function refusal(...objects: Parameters<typeof prompts>[1][]): Promise<string> {
  return refused(masks('--boxes', await prompts('bad.json', ...objects), ...small), at)
}

test('prompts that do not fit are refused before any weights are looked for', async () => {
  if (!hasShared('goldens', 'sam2', 'sam2.1_tiny_golden.pt')) return
  expect(await refusal()).toMatch(/bad\.json/)
  expect(await refusal({ id: 1, prompts: [{ frame: 4, box }] })).toMatch(/frame 4: expected a frame of 0\.\.3/)
  for (const beside of [
    [64, 0, 80, 20],
    [-9, 0, 0, 20],
    [0, 48, 9, 60],
    [0, -9, 9, 0],
  ])
    expect(await refusal({ id: 1, prompts: [{ frame: 0, box: beside }] })).toMatch(/inside the frame of 64×48/)
  for (const id of ['masks.json', 'Masks.JSON', '.frames'])
    expect(await refusal({ id, prompts: [{ frame: 0, box }] })).toContain(id)
  expect(await refusal({ id: 1, prompts: [{ frame: 0, box: [9, 9, 9, 20] }] })).toMatch(/x1 < x2/)
  const twice = [
    { frame: 0, box },
    { frame: 0, box },
  ]
  expect(await refusal({ id: 1, prompts: twice })).toMatch(/object 1 on frame 0: expected one prompt, found two/)
  const same = { id: 1, prompts: [{ frame: 0, box }] }
  expect(await refusal(same, same)).toMatch(/every object once/)
  expect(await refusal({ id: '../x', prompts: [{ frame: 0, box }] })).toMatch(/bad\.json/)
  expect(await readdir(cwd)).not.toContain('masks')
})

test('options that do not go together are refused; weights that are missing are named with what gets them', async () => {
  expect(await refused(masks(), at)).toMatch(/--boxes <file> or --points <file>, found neither/)
  expect(await refused(masks('--boxes', 'boxes.json', '--checkpoint', 'x.pt'), at)).toMatch(/--unverified/)
  expect(await refused(masks('--boxes', 'boxes.json', '--config', 'config.json'), at)).toMatch(/--checkpoint beside it/)
  const none = { cwd, env: { KINEMETRIC_WEIGHTS: join(cwd, 'nowhere') } }
  expect(await refused(masks('--boxes', 'boxes.json'), none, 3)).toMatch(/kinemetric weights pull sam2\.1-large/)
})

describe.runIf(hasShared('goldens', 'sam2', 'sam2.1_tiny_golden.pt'))('with a small network', () => {
  test('every frame by itself: a mask a frame, empty and said where nobody asked; a run that was cut off goes on', async () => {
    await prompts('three.json', {
      id: 'cup',
      prompts: [0, 1, 3].map((frame) => ({ frame, box })),
    })
    const args = masks('--boxes', 'three.json', ...small)
    const { code, stdout, stderr } = await spawned(args, at)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/1 object through 4 frames by sam2\.1-tiny, weights unverified, box-per-frame: masks/)
    expect(stderr).toMatch(/nothing vouches for the weights[^]*object cup: 1 of 4 frames have no prompt/)
    const whole = await written()
    expect(await pictures()).toEqual([0, 1, 2, 3].map((frame) => join('cup', `frame_000${frame}.png`)))
    expect(whole.model).toMatchObject({ unverified: true, weights: [{ id: 'unverified:sam2.1_tiny_golden.pt' }] })
    const { data } = await readImage(join(cwd, 'masks', whole.objects[0].masks[0].file))
    expect(new Set(data)).toEqual(new Set([0, 255]))
    expect(data.filter((sample) => sample > 0).length).toBe(3 * whole.objects[0].masks[0].area)
    expect(whole.objects[0].masks[2]).toMatchObject({ area: 0, prompted: false, iou: null })

    // A picture that is lost is made again, and only that.
    await unlink(join(cwd, 'masks', 'cup', 'frame_0001.png'))
    const again = await kinemetric(args, at)
    expect(again.stdout).toMatch(/3 frames were there/)
    expect((await written()).objects).toEqual(whole.objects)
  }, 60_000)

  test('masks of other inputs stay unless they are given up', async () => {
    const args = masks('--boxes', 'boxes.json', ...small)
    const said = await refused(args, at)
    expect(said).toMatch(/masks: expected an empty folder, or masks of the same video/)
    expect(said).not.toContain('--restart')
    expect((await kinemetric([...args, '--overwrite'], at)).code).toBe(0)
    expect((await pictures()).every((name) => name.startsWith('1'))).toBe(true)
    await writeFile(join(cwd, 'masks', 'other.png'), '')
    expect(await refused(args, at)).toMatch(/without other PNG files[^]*other\.png/)
    await rm(join(cwd, 'masks'), { recursive: true })
  }, 60_000)

  test('a box that sticks out of the frame is taken as it is; an overlay’s folder is made', async () => {
    const sticking = [
      [20, 10, 64.00000000000003, 48.00000000000001],
      [-0.4, 5, 40, 30],
      [-20, -20, 200, 200],
    ]
    const prompted = sticking.map((each, frame) => ({ frame, box: each }))
    await prompts('sticking.json', { id: 'a.png', prompts: prompted })
    const args = ['masks', 'video.mkv', '--boxes', 'sticking.json', '--out', 'sticking', ...small]
    const { code, stderr } = await kinemetric([...args, '--overlay', 'looks/at/it.mp4'], at)
    expect(code, stderr).toBe(0)
    const file: { objects: { prompts: object[] }[] } = JSON.parse(
      await readFile(join(cwd, 'sticking', 'masks.json'), 'utf8'),
    )
    expect(file.objects[0].prompts).toEqual(prompted)
    expect((await readFrames(join(cwd, 'looks', 'at', 'it.mp4'))).pixels.shape).toEqual([4, 48, 64, 3])
    expect((await kinemetric(args, at)).stdout).toMatch(/4 frames were there/)
    expect(await refused([...args, '--overlay', 'looks'], at)).toMatch(/--overlay looks: expected a file/)
  }, 60_000)

  test('a checkpoint of another network than --model says is refused, with a --config too', async () => {
    const args = masks('--boxes', 'boxes.json', '--model', 'sam2.1-large', ...small)
    expect(await refused(args, at)).toMatch(/expected the checkpoint of sam2\.1-large, found one of other sizes/)
  })

  test('through the video, from points, with an overlay and a dump', async () => {
    await prompts('points.json', {
      id: 7,
      prompts: [
        {
          frame: 1,
          points: [
            [20, 20, 1],
            [50, 40, 0],
          ],
        },
      ],
    })
    const more = ['--mode', 'box-propagate', '--overlay', 'o.mp4', '--dump', 'd.safetensors', '--json']
    const { code, stdout, stderr } = await kinemetric(masks('--points', 'points.json', ...small, ...more), at)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ mode: 'box-propagate', settings: { fillHoles: 8 }, warnings: [] })
    expect((await written()).objects[0].masks.map(({ prompted }) => prompted)).toEqual([false, true, false, false])
    expect((await readFrames(join(cwd, 'o.mp4'))).pixels.shape).toEqual([4, 48, 64, 3])
    const { tensors } = await openCheckpoint(join(cwd, 'd.safetensors'))
    expect([...tensors].map(([name, { shape }]) => `${name} ${shape.join('×')}`)).toEqual([
      'order 5',
      'logits 5×1×48×64',
      'ious 3×3',
      'obj0.frames 4',
      'obj0.is_cond 4',
      'obj0.object_score 4',
      'obj0.obj_ptr 4×64',
      'obj0.low 4×64×64',
      'obj0.maskmem 4×16×16×16',
    ])
  }, 60_000)
})
