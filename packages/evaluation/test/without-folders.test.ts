import { expect, test } from 'vitest'
import { withoutFolders } from '../src/conclude/without-folders.ts'

test.each([
  [
    "cannot be read (Error: ENOENT: no such file, open '/home/me/data/a.mp4')",
    "cannot be read (Error: ENOENT: no such file, open 'a.mp4')",
  ],
  ['/home/me/x.ckpt', 'x.ckpt'],
  ['in /mnt/d/ and C:\\Users\\me\\clip.mp4: gone', 'in  and clip.mp4: gone'],
  ['\\\\server\\share\\clip.mp4', 'clip.mp4'],
  ['file:///home/me/a.js:3:1', 'a.js:3:1'],
  ['checkpoint=/data/weights/a.pth', 'checkpoint=a.pth'],
  // What is no path of a machine stays.
  ['see https://example.org/a/b/c and http://h:80/x/y', 'see https://example.org/a/b/c and http://h:80/x/y'],
  ['clips/a/reference.mkv, 3/4 of them, and/or, 256×384', 'clips/a/reference.mkv, 3/4 of them, and/or, 256×384'],
  ['a/s0: the method says failed', 'a/s0: the method says failed'],
  ['psnr/frame-mean', 'psnr/frame-mean'],
  ['/tmp', '/tmp'],
])('%j without folders is %j', (text, expected) => {
  expect(withoutFolders(text)).toBe(expected)
})

test('in a configuration every text is cut and nothing else changes', () => {
  const config = { steps: 25, init: '/home/me/a.png', nested: [{ path: '/a/b/c', none: null, on: true }] }
  expect(withoutFolders(config)).toEqual({ steps: 25, init: 'a.png', nested: [{ path: 'c', none: null, on: true }] })
})
