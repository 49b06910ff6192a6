// Run by missingLibraries in a process of its own: loads each library that is named and prints a line of JSON with what the system's loader had against it.
import { constants } from 'node:os'

const against: Record<string, string> = {}
for (const name of process.argv.slice(2)) {
  try {
    process.dlopen({ exports: {} }, name, constants.dlopen.RTLD_LAZY)
  } catch (error) {
    const [said] = (error instanceof Error ? error.message : String(error)).split('\n', 1)
    // The library was loaded, and is no extension of Node's.
    if (!said.startsWith('Module did not self-register')) against[name] = said
  }
}
console.log(JSON.stringify(against))
