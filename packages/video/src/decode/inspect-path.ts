import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'

import { VideoError } from '../frames/video-error.ts'

/**
 * What lies at a path, before any decoder sees it.
 * Throws VideoError `not-found`, `not-readable`, `empty`, or `unsupported` for a playlist.
 */
export async function inspectPath(path: string): Promise<{ kind: 'video' | 'image-folder'; absolute: string }> {
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
  // A pipe or a device could keep the decoder waiting for ever.
  if (!stats.isFile())
    throw new VideoError('not-readable', path, 'expected a file or a folder, found a device, pipe or socket')
  if (stats.size === 0) throw new VideoError('empty', path, 'expected a video file, found an empty file (0 bytes)')
  await refusePlaylist(path, absolute)
  return { kind: 'video', absolute }
}

/** The error of the file system as a VideoError that says what was expected. */
export function accessError(path: string, error: NodeJS.ErrnoException): VideoError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new VideoError('not-found', path, 'expected a video file or a folder of images, found nothing', {
      cause: error,
    })
  }
  return new VideoError('not-readable', path, `expected something readable, found: ${error.code ?? error.message}`, {
    cause: error,
  })
}

const playlists = /^\s*(#EXTM3U|ffconcat version|<\?xml[^>]*>\s*<(MPD|SmoothStreamingMedia)|<MPD|v=0\r?\n|\[playlist\])/

/** Decoders refuse these anyway (see `containerFormats`); said here in words that help. */
async function refusePlaylist(path: string, absolute: string): Promise<void> {
  const file = await open(absolute).catch((error: NodeJS.ErrnoException) => {
    throw accessError(path, error)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    const start = buffer.toString('latin1', 0, bytesRead).replace(/^\u00ef\u00bb\u00bf/, '')
    if (playlists.test(start)) {
      throw new VideoError(
        'unsupported',
        path,
        'expected a video file, found a playlist; it could name other files, so it is not followed',
      )
    }
  } finally {
    await file.close()
  }
}
