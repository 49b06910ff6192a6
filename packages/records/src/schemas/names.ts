import { z } from 'zod'

/** Names that become file names: no separators, no leading dot. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, ".", "_" and "-", starting with a letter or digit')

/** A path below the folder of the file that names it, with forward slashes. */
export const relativePathSchema = z
  .string()
  .min(1)
  .refine(
    (path) =>
      !path.startsWith('/') && !/^[A-Za-z]:/.test(path) && !path.includes('\\') && !path.split('/').includes('..'),
    'expected a relative path without ".."',
  )

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256 as 64 lower-case hex digits')

/** [height, width] in pixels. */
export const sizeSchema = z.tuple([z.number().int().positive(), z.number().int().positive()])

/** `floor`: what does not model anything gets that much; `ceiling`: nothing that is not the reference itself should get more. */
export const boundSchema = z.enum(['floor', 'ceiling'])
