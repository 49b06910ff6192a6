import { copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { readTensorBytes } from '../../../src/checkpoints/read-tensor.ts'
import { openCoshand, readCoshandParts } from '../../../src/models/coshand/open.ts'
import { type LegacyTensor, writeTorchLegacy } from '../../checkpoints/write-torch-legacy.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { hasTinyCoshand, tinyCoshand, tinyCoshandPath, tinyGolden, tinyYaml } from './tiny.ts'

describe.skipIf(!hasTinyCoshand)("CosHand's checkpoint in torch's format before the zip files", () => {
  let files: { coshand: string; config: string }
  beforeAll(async () => {
    const folder = await temporaryFolder()
    files = { coshand: join(folder, 'old.ckpt'), config: join(folder, 'old.yaml') }
    const { tensors } = await tinyCoshand()
    const all = new Map<string, LegacyTensor>()
    for (const [name, tensor] of tensors) {
      const { dtype, shape } = tensor
      if (dtype !== 'float16' && dtype !== 'float32' && dtype !== 'int32')
        throw new TypeError(`no ${dtype} is expected`)
      all.set(name, { dtype, shape, bytes: await readTensorBytes(tensor) })
    }
    await writeTorchLegacy(files.coshand, all)
    await writeFile(files.config, tinyYaml())
  })

  test('is the same model, and gives the same numbers though its tensors lie at odd bytes', async () => {
    const parts = await readCoshandParts(files)
    expect(parts.checkpoint.format).toBe('torch-legacy')
    expect([...parts.checkpoint.tensors.values()].some(({ offset }) => offset % 2 !== 0)).toBe(true)
    const old = await openCoshand(parts, { threads: 1 })
    const zip = await openCoshand(await readCoshandParts({ ...files, coshand: tinyCoshandPath() }), { threads: 1 })
    expect(old.digest).toBe(zip.digest)
    const golden = await tinyGolden()
    const picture = await golden('img')
    expect(await old.embed(picture)).toEqual(await zip.embed(picture))
    expect(await old.encode(picture)).toEqual(await zip.encode(picture))
    await old.close()
    await zip.close()
  })

  test('cut short is refused, wherever it is cut', async () => {
    const cut = `${files.coshand}.cut`
    for (const bytes of [16_000_000, 300_000, 5_000, 20]) {
      await copyFile(files.coshand, cut)
      await truncate(cut, bytes)
      await expect(readCoshandParts({ ...files, coshand: cut })).rejects.toMatchObject({ kind: 'input', where: cut })
    }
  })
})
