import { accessSync, constants, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { defaultCacheFolder } from '@kinemetric/evaluation'
import {
  generatorCatalogue,
  isOfficial,
  listWeights,
  locateGenerator,
  notedBytes,
  nvidiaCards,
  probeProviders,
  proxiesOf,
  weightSearchPath,
} from '@kinemetric/networks'
import { decoderIdentity } from '@kinemetric/video'
import { countOf } from '@kinemetric/files'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { notOfficial } from '../../output/not-official.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

interface Finding {
  what: string
  ok: boolean
  found: string
  help?: string | undefined
}

/** `kinemetric doctor`: what works here, and what to do about what does not. */
export const define: DefineCommand = (command, settle) => {
  command
    .option('--all', 'a line for each file of weights that is not here')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  kinemetric doctor\n  kinemetric doctor --json > machine.json')
    .action(async (flags: { all?: boolean; json?: boolean }) => {
      const findings = [
        nodeFinding(),
        machineFinding(),
        await decoderFinding('node-av'),
        await decoderFinding('ffmpeg'),
        ...(await providerFindings()),
        cacheFinding(),
        ...proxyFindings(),
        ...folderFindings(),
        ...(await weightFindings()),
      ]
      if (flags.json) printJson(findings)
      else {
        for (const { what, ok, found, help } of flags.all ? findings : withWeightsTogether(findings)) {
          print(`${ok ? 'ok     ' : 'missing'} ${what.padEnd(34)} ${found}`)
          if (!ok && help) print(`        ${help}`)
        }
      }
      // A decoder is the only thing without which nothing works; the rest depends on what is asked for.
      const decodes = findings.some((finding) => finding.what.startsWith('decoder') && finding.ok)
      settle(decodes ? exitCode.done : exitCode.badInput)
    })
}

/** What is found with one finding in the place of all weights that are not here: nobody needs all of them. */
function withWeightsTogether(findings: readonly Finding[]): Finding[] {
  const isAway = ({ what, ok }: Finding) => !ok && what.startsWith('weights ')
  const away = findings.filter(isAway)
  if (away.length === 0) return [...findings]
  const together = {
    what: `weights of ${countOf(away.length, 'kind')}`,
    ok: false,
    found: 'a metric or method that needs some says which, and how to get them',
    help: 'kinemetric weights list has all, with sizes and licences; PSNR, SSIM and motion by Lucas-Kanade need none',
  }
  return [...findings.filter((finding) => !isAway(finding)), together]
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > 22 || (major === 22 && minor >= 18)
  return {
    what: 'Node',
    ok,
    found: process.versions.node,
    help: 'kinemetric needs Node 22.18 or newer (24 is what it is tested with)',
  }
}

function machineFinding(): Finding {
  return {
    what: 'machine',
    ok: true,
    found: `${countOf(availableParallelism(), 'core')}, ${formatBytes(totalmem())} memory, ${process.platform} ${process.arch}`,
  }
}

async function decoderFinding(decoder: 'node-av' | 'ffmpeg'): Promise<Finding> {
  try {
    const { version } = await decoderIdentity(decoder)
    return { what: `decoder ${decoder}`, ok: true, found: version }
  } catch (error) {
    return {
      what: `decoder ${decoder}`,
      ok: false,
      found: error instanceof Error ? error.message : String(error),
      help:
        decoder === 'ffmpeg'
          ? 'only the fallback; install FFmpeg from your system if you want it'
          : 'reinstall with optional dependencies',
    }
  }
}

async function providerFindings(): Promise<Finding[]> {
  const providers = await probeProviders()
  const cards = nvidiaCards()
  return [
    ...providers.map((probe) => ({
      what: `provider ${probe.provider}`,
      ok: probe.available,
      found: probe.available ? 'works' : (probe.reason ?? 'not available'),
      help:
        probe.provider === 'cuda'
          ? 'its libraries: kinemetric gpu setup (with --dry-run it only says what it would do)'
          : undefined,
    })),
    ...(cards.length === 0 ? [] : [{ what: 'GPU', ok: true, found: cards.join('; ') }]),
  ]
}

function cacheFinding(): Finding {
  const folder = defaultCacheFolder()
  const help =
    'scoring works without a cache; XDG_CACHE_HOME names a folder for all that is kept, KINEMETRIC_CACHE one for features'
  if (folder === undefined) return { what: 'cache', ok: false, found: 'no folder: the user has no home', help }
  const ok = takesFiles(folder)
  return { what: 'cache', ok, found: ok ? folder : `${folder} cannot be written to`, help }
}

/** Whether this user can write to a folder, or make it where it is not there yet. */
function takesFiles(folder: string): boolean {
  const there = statSync(folder, { throwIfNoEntry: false })
  if (there === undefined && dirname(folder) !== folder) return takesFiles(dirname(folder))
  if (there?.isDirectory() !== true) return false
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The proxies that downloads go through, without their passwords. */
function proxyFindings(): Finding[] {
  try {
    const { https, http } = proxiesOf() ?? {}
    const found = [...new Set([https, http].filter((proxy) => proxy !== undefined))]
    return found.map((proxy) => ({ what: 'proxy', ok: true, found: new URL(proxy).host }))
  } catch (error) {
    const help = 'HTTPS_PROXY, HTTP_PROXY and ALL_PROXY name proxies of http or https'
    return [{ what: 'proxy', ok: false, found: error instanceof Error ? error.message : String(error), help }]
  }
}

function folderFindings(): Finding[] {
  return weightSearchPath().map((folder) => ({
    what: 'weight folder',
    ok: statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false,
    found: folder,
    help: 'not there yet; `kinemetric weights pull` makes the last one',
  }))
}

async function weightFindings(): Promise<Finding[]> {
  const listed = await listWeights()
  const generators = generatorCatalogue.map(async (entry) => {
    const there = await locateGenerator(entry)
    const unknown = there !== undefined && !isOfficial(there.note)
    const said = unknown ? ` (${formatBytes(notedBytes(there.note))}, ${notOfficial})` : ''
    return { entry, path: there && `${there.folder}${said}` }
  })
  return [...listed, ...(await Promise.all(generators))].map(({ entry, path }) => ({
    what: `weights ${entry.id}`,
    ok: path !== undefined,
    found: path ?? `${'size' in entry ? entry.size : formatBytes(entry.bytes)}, ${entry.licence}`,
    help: `kinemetric weights pull ${entry.id}`,
  }))
}
