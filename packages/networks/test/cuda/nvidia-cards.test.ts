import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { nvidiaCards } from '../../src/cuda/nvidia-cards.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test.skipIf(process.platform === 'win32')(
  'cards are what the driver says, and none where there is no driver',
  async () => {
    const folder = await temporaryFolder()
    vi.stubEnv('PATH', folder)
    expect(nvidiaCards()).toEqual([])
    await writeFile(join(folder, 'nvidia-smi'), '#!/bin/sh\necho "NVIDIA H200, 570.1"\necho "NVIDIA L4, 570.1"\n')
    await chmod(join(folder, 'nvidia-smi'), 0o755)
    expect(nvidiaCards()).toEqual(['NVIDIA H200, 570.1', 'NVIDIA L4, 570.1'])
    await writeFile(join(folder, 'nvidia-smi'), '#!/bin/sh\nexit 9\n')
    expect(nvidiaCards()).toEqual([])
    vi.unstubAllEnvs()
  },
)
