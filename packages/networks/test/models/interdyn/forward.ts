import { findTensor } from '../../../src/checkpoints/find-tensor.ts'
import type { Layers } from '../../../src/layers/layers.ts'
import { sinusoid } from '../../../src/layers/sinusoid.ts'
import { readInterdynConfig } from '../../../src/models/interdyn/config.ts'
import { accumulated, type Control, controlnet, embedControl } from '../../../src/models/interdyn/controlnet.ts'
import type { InterdynNetworks } from '../../../src/models/interdyn/step.ts'
import { type Residuals, svdUnet } from '../../../src/models/svd/unet.ts'
import { GraphBuilder } from '../../../src/onnx/graph-builder.ts'
import { float32Data, type HostTensor, openSession, type SessionOptions } from '../../../src/session/session.ts'
import { tinyCheckpoint, tinyConfigs, tinyTensor } from './tiny.ts'

/** The tiny diffusion networks. `configs` replaces fields of both. */
export async function tinyNetworks(fields: Record<string, unknown> = {}): Promise<InterdynNetworks> {
  const [configs, unet, branch] = [tinyConfigs(), await tinyCheckpoint('unet'), await tinyCheckpoint('controlnet')]
  const of = (config: Record<string, unknown>) => ({ config: { ...config, ...fields }, where: 'tiny' })
  return {
    config: readInterdynConfig(of(configs.unet), of(configs.controlnet)),
    unet: (name) => findTensor(unet, name),
    controlnet: (name) => findTensor(branch, name),
  }
}

export interface Forward {
  /** The UNet's output. */
  readonly v: Float32Array
  /** Of the ControlNet: one a skip, then the middle. */
  readonly residuals: Float32Array[]
}

/** Both networks on the goldens' inputs of one forward pass, without scaling and guidance. `add` replaces how the residuals are counted. */
export async function tinyForward(
  networks: InterdynNetworks,
  options: SessionOptions & { add?: (layers: Layers, control: Control) => Residuals } = {},
): Promise<Forward> {
  const graph = new GraphBuilder('forward')
  const { config } = networks
  const [sample, context, cond] = await Promise.all(
    ['sample', 'context', 'cond'].map((name) => tinyTensor('golden', `fwd.${name}`)),
  )
  const [samples, frames, channels, height, width] = sample.shape
  const flat = { ...sample, shape: [samples * frames, channels, height, width] }
  const [t, ids] = [await tinyTensor('golden', 'fwd.t'), await tinyTensor('golden', 'fwd.added_time_ids')]
  const feeds: Record<string, HostTensor> = {
    sample: flat,
    context: { ...context, shape: [samples, context.shape[2]] },
    control: { ...cond, shape: cond.shape.slice(1) },
    time: row(sinusoid(t.data[0], config.unet.levels[0].width)),
    ids: row(Float32Array.from([...ids.data.subarray(0, 3)].flatMap((id) => [...sinusoid(id, config.unet.idSize)]))),
  }
  const input = (name: string) => graph.input(name, 'float32', feeds[name].shape)
  const cpu = options.provider !== 'webgpu'
  const layers = {
    graph,
    dtype: 'float32',
    fusedAttention: cpu,
    spelledNorms: !cpu,
    gatherSmallMaps: cpu,
    skipDoubledMaps: cpu,
  } as const
  const [unet, branch] = [networks.unet, networks.controlnet].map((tensor): Layers => ({ ...layers, tensor }))
  const grid = { samples, frames, height, width }
  const told = { time: input('time'), ids: input('ids'), context: input('context') }
  const x = input('sample')
  const once = embedControl(branch, input('control'), config.controlnet)
  const condition = graph.node('Tile', [once, graph.ints([samples, 1, 1, 1])])
  const control = controlnet(branch, x, { config: config.controlnet, grid, told, condition, scale: graph.scalar(1) })
  const add = options.add ?? ((with_, of) => accumulated(with_, of, config.unet.levels.length))
  const v = svdUnet(unet, x, { config: config.unet, grid, told, residuals: add(unet, control) })
  const names = [...control.skips.map(({ residual }) => residual), control.middle].map((value, at) => {
    graph.output(value, `residual/${at}`, 'float32', ['n', `c${at}`, `h${at}`, `w${at}`])
    return `residual/${at}`
  })
  graph.output(v, 'v', 'float32', [samples * frames, config.unet.outChannels, height, width])
  const session = await openSession(graph.build(), options)
  const outputs = await session.run(feeds)
  await session.close()
  return { v: float32Data(outputs.v), residuals: names.map((name) => float32Data(outputs[name])) }
}

function row(data: Float32Array): HostTensor {
  return { type: 'float32', data, shape: [1, data.length] }
}
