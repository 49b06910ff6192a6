import type { KinemetricError } from '@kinemetric/files'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { cotracker3 } from './model.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** The two models of CoTracker3. */
export type Cotracker3Model = 'offline' | 'online'

/** Frames that each model's time embedding was made for. */
export const timeEmbeddingLength = { offline: 60, online: 16 } as const

/**
 * Checks that a checkpoint is CoTracker3's: the offline and the online model have the same tensors but for the length of
 * their time embedding.
 *
 * @throws KinemetricError `wrong-checkpoint` for CoTracker 1, CoTracker 2 or the other model of CoTracker3, by name
 * @throws KinemetricError for any other checkpoint, with what is missing
 */
export function checkCotracker3(checkpoint: Checkpoint, model: Cotracker3Model): void {
  const names = [...checkpoint.tensors.keys()]
  const has = (part: string): boolean => names.some((name) => name.startsWith(part))
  const wrong = (found: string): KinemetricError =>
    networkError('wrong-checkpoint', checkpoint.path, {
      expected: `the weights of CoTracker3 (scaled_${model}.pth)`,
      found: `those of ${found}`,
    })
  // Only CoTracker 1 and 2 refine features (track_feat_updater); only CoTracker 2 and 3 have virtual tracks.
  if (has('track_feat_updater.') || has('ffeat_updater.')) {
    throw wrong(has('updateformer.virual_tracks') ? 'CoTracker 2' : 'CoTracker 1')
  }
  const length = checkpoint.tensors.get('time_emb')?.shape[1]
  const other = model === 'offline' ? 'online' : 'offline'
  if (has('corr_mlp.') && length === timeEmbeddingLength[other]) throw wrong(`CoTracker3's ${other} model`)
  expectTensors(checkpoint, expectedTensors(timeEmbeddingLength[model]))
}

/** Which model a checkpoint is of, by the length of its time embedding; the offline one when that says nothing. */
export function modelOf(checkpoint: Checkpoint): Cotracker3Model {
  return checkpoint.tensors.get('time_emb')?.shape[1] === timeEmbeddingLength.online ? 'online' : 'offline'
}

/** Names and shapes of all tensors. */
export function expectedTensors(timeEmbedding: number): Record<string, number[]> {
  const shapes: Record<string, number[]> = { time_emb: [1, timeEmbedding, cotracker3.token] }
  const convolution = (name: string, from: number, to: number, kernel: number): void => {
    shapes[`fnet.${name}.weight`] = [to, from, kernel, kernel]
    shapes[`fnet.${name}.bias`] = [to]
  }
  const linear = (name: string, from: number, to: number): void => {
    shapes[`${name}.weight`] = [to, from]
    shapes[`${name}.bias`] = [to]
  }
  convolution('conv1', 3, 64, 7)
  const widths = [64, 64, 96, 128, 128]
  for (let layer = 1; layer <= 4; layer++) {
    const [from, to] = [widths[layer - 1], widths[layer]]
    convolution(`layer${layer}.0.conv1`, from, to, 3)
    convolution(`layer${layer}.0.conv2`, to, to, 3)
    if (layer > 1) convolution(`layer${layer}.0.downsample.0`, from, to, 1)
    convolution(`layer${layer}.1.conv1`, to, to, 3)
    convolution(`layer${layer}.1.conv2`, to, to, 3)
  }
  convolution('conv2', 416, 256, 3)
  convolution('conv3', 256, 128, 1)
  linear('corr_mlp.fc1', cotracker3.support ** 2, 384)
  linear('corr_mlp.fc2', 384, 256)
  const { hidden } = cotracker3
  shapes['updateformer.virual_tracks'] = [1, cotracker3.virtualTracks, 1, hidden]
  linear('updateformer.input_transform', cotracker3.token, hidden)
  linear('updateformer.flow_head', hidden, 2)
  linear('updateformer.vis_conf_head', hidden, 2)
  for (let block = 0; block < cotracker3.blocks; block++) {
    for (const kind of [
      'time_blocks',
      'space_virtual_blocks',
      'space_point2virtual_blocks',
      'space_virtual2point_blocks',
    ]) {
      const name = `updateformer.${kind}.${block}`
      const crosses = kind.includes('2')
      const attention = `${name}.${crosses ? 'cross_attn' : 'attn'}`
      if (crosses) {
        shapes[`${name}.norm_context.weight`] = [hidden]
        shapes[`${name}.norm_context.bias`] = [hidden]
      }
      linear(`${attention}.to_q`, hidden, hidden)
      linear(`${attention}.to_kv`, hidden, 2 * hidden)
      linear(`${attention}.to_out`, hidden, hidden)
      linear(`${name}.mlp.fc1`, hidden, 4 * hidden)
      linear(`${name}.mlp.fc2`, 4 * hidden, hidden)
    }
  }
  return shapes
}
