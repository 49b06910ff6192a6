import { consistencySpec } from './consistency-spec.ts'

// VBench's subject consistency (Vchitect/VBench at 45e79ec, vbench/subject_consistency.py): DINO's class token of every frame.

export const vbenchSubjectSpec = consistencySpec({
  id: 'vbench-subject',
  title: 'Subject consistency (VBench)',
  label: { short: 'Subject', long: 'VBench subject consistency: DINO’s rows of a video’s frames', decimals: 4 },
  sees: 'Whether what is shown stays the same thing: each frame beside the one before it and beside the first, as DINO sees them. It needs no reference.',
  misses:
    'Whether it should stay the same: a still video has the best value, and a cut, a turn or a true transformation lowers it.',
  matches:
    'Vchitect/VBench subject_consistency.py, one process (average: videos is that of several); cosines in float64',
  need: { network: 'dino-vitb16', preprocessing: 'vbench', checkpoints: ['dino-vitb16'], dimension: 768 },
  board: [0.1462, 1],
})
