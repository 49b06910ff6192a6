import { expect, test } from 'vitest'

import { clipVisionConfig } from '../../../src/models/clip-vision/config.ts'
import { huggingFaceTensors, openaiTensors } from '../../../src/models/clip-vision/tensors.ts'
import { hasShared } from '../../../../../test/shared.ts'
import { tensorList } from '../runner-goldens.ts'
import { vitH } from './configs.ts'

test.skipIf(!hasShared('spec', 'tensors', 'clip_vit_h_vision.json'))(
  'ViT-H/14 has the tensors of its file',
  async () => {
    const config = clipVisionConfig(vitH, 'config.json')
    expect(huggingFaceTensors(config)).toEqual(await tensorList('clip_vit_h_vision.json'))
  },
)

const prefix = 'cond_stage_model.model.visual.'

test.skipIf(!hasShared('spec', 'tensors', 'clip_vit_l_visual.json'))(
  'ViT-L/14 has the tensors of its checkpoint',
  async () => {
    const json = { ...vitH, hidden_size: 1024, num_hidden_layers: 24, intermediate_size: 4096, projection_dim: 768 }
    const shapes = Object.entries(openaiTensors(clipVisionConfig(json, 'config.json')))
    const inFile = Object.fromEntries(shapes.map(([name, shape]) => [`${prefix}${name}`, shape]))
    expect(inFile).toEqual(await tensorList('clip_vit_l_visual.json'))
  },
)
