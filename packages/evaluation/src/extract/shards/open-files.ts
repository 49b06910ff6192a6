import { type OpenFile, openRegularFile } from '@kinemetric/files'

/** A process may have no more than a thousand or so. */
const most = 200

/** A file that stays open. */
export type OpenedFile = (path: string) => Promise<OpenFile>

/** Gives an action files that stay open from one use to the next, a bounded number at a time; all are closed at the end. */
export async function withOpenFiles<T>(action: (opened: OpenedFile) => Promise<T>): Promise<T> {
  const files = new Map<string, OpenFile>()
  const opened = async (path: string) => {
    const known = files.get(path)
    if (known !== undefined) return known
    for (const [oldest, file] of files) {
      if (files.size < most) break
      files.delete(oldest)
      await file.handle.close()
    }
    const file = await openRegularFile(path)
    files.set(path, file)
    return file
  }
  try {
    return await action(opened)
  } finally {
    for (const file of files.values()) await file.handle.close()
  }
}
