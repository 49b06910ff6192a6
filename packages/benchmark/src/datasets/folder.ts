import type { DatasetAdapter } from './dataset-adapter.ts'
import { folderClips } from './paired/folder-clips.ts'
import { type FolderOptions, folderOptionsSchema } from './paired/folder-options.ts'

/** A folder of videos (files, or folders of frames), each one a clip named after its file; or of single images, each a clip of one frame; or of prompts. */
export const folder: DatasetAdapter<FolderOptions> = {
  id: 'folder',
  title: 'A folder of videos',
  options: folderOptionsSchema,
  clips: folderClips,
}
