import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeVideo } from './small-videos.ts'

/** Five small videos in `refs`, and others of the same names in `gens`. */
export async function writeFivePairs(folder: string): Promise<void> {
  for (const side of ['refs', 'gens']) await mkdir(join(folder, side))
  for (const [index, id] of ['ant', 'bee', 'cat', 'dog', 'eel'].entries()) {
    await writeVideo(join(folder, 'refs'), id, { phase: index })
    await writeVideo(join(folder, 'gens'), id, { phase: index + 0.4 })
  }
}
