import { consistencySpec } from './consistency-spec.ts'

// VBench's background consistency (Vchitect/VBench at 45e79ec, vbench/background_consistency.py): CLIP's embedding of every frame, in float32 (on a GPU VBench's is
// float16, whose cosines carry some 1e-3 of noise).

export const vbenchBackgroundSpec = consistencySpec({
  id: 'vbench-background',
  title: 'Background consistency (VBench)',
  label: { short: 'Background', long: 'VBench background consistency: CLIP’s rows of a video’s frames', decimals: 4 },
  sees: 'Whether the scene stays the same: each frame beside the one before it and beside the first, as CLIP sees their middle. It needs no reference.',
  misses:
    'What is background: nothing is cut out, the whole middle of the picture counts; and whether the scene should stay, for a moving camera lowers it.',
  matches: 'Vchitect/VBench background_consistency.py on a CPU (float32); cosines in float64',
  need: { network: 'clip-vitb32', preprocessing: 'vbench', checkpoints: ['clip-vitb32'], dimension: 512 },
  board: [0.2615, 1],
})
