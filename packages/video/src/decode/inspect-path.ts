import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { resolve } from 'node:path'

import { hasEnding, imageEndings } from '../frames/endings.ts'
import { accessError, openFile } from '../frames/open-file.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * What lies at a path, before any decoder sees it: a decoder is given nothing but regular files, for a pipe or a device could keep it waiting for ever.
 * @throws KinemetricError `not-found`, `not-readable`, `empty`, or `unsupported` for a playlist.
 */
export async function inspectPath(
  path: string,
): Promise<{ kind: 'video' | 'image' | 'image-folder'; absolute: string }> {
  const absolute = resolve(path)
  const stats = await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    throw accessError(path, error)
  })
  if (stats.isDirectory()) {
    await access(absolute, constants.R_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
      throw accessError(path, error)
    })
    return { kind: 'image-folder', absolute }
  }
  const { handle, size } = await openFile(path)
  try {
    if (size === 0) throw videoError('empty', path, { expected: 'a video file', found: 'an empty file (0 bytes)' })
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    refusePlaylist(path, buffer.toString('latin1', 0, bytesRead))
  } finally {
    await handle.close()
  }
  return { kind: hasEnding(path, imageEndings) ? 'image' : 'video', absolute }
}

const playlists = /^\s*(#EXTM3U|ffconcat version|<\?xml[^>]*>\s*<(MPD|SmoothStreamingMedia)|<MPD|v=0\r?\n|\[playlist\])/

/** Decoders refuse these anyway (see `containerFormats`); said here in words that help. */
function refusePlaylist(path: string, start: string): void {
  if (!playlists.test(start.replace(/^\u00ef\u00bb\u00bf/, ''))) return
  const then = 'it could name other files, so it is not followed'
  throw videoError('unsupported', path, { expected: 'a video file', found: 'a playlist', then })
}
