// Runs before each test file, also where files share a process.
import { removeTemporaryFolders } from './temporary-folder.ts'

removeTemporaryFolders()
