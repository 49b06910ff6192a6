import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { KinemetricError } from '@kinemetric/files'

import { videoError } from '../frames/video-error.ts'

/**
 * What lies at a path, before any decoder sees it.
 * @throws KinemetricError `not-found`, `not-readable`, `empty`, or `unsupported` for a playlist.
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
    throw videoError('not-readable', path, { expected: 'a file or a folder', found: 'a device, pipe or socket' })
  if (stats.size === 0) throw videoError('empty', path, { expected: 'a video file', found: 'an empty file (0 bytes)' })
  await refusePlaylist(path, absolute)
  return { kind: 'video', absolute }
}

/** The error of the file system as an error of ours that says what was expected. */
export function accessError(path: string, error: NodeJS.ErrnoException): KinemetricError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return videoError(
      'not-found',
      path,
      { expected: 'a video file or a folder of images', found: 'nothing' },
      {
        cause: error,
      },
    )
  }
  return videoError(
    'not-readable',
    path,
    { expected: 'something readable', found: error.code ?? error.message },
    {
      cause: error,
    },
  )
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
      throw videoError('unsupported', path, {
        expected: 'a video file',
        found: 'a playlist',
        then: 'it could name other files, so it is not followed',
      })
    }
  } finally {
    await file.close()
  }
}
