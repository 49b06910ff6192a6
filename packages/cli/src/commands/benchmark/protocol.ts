import { clipsDigest, draftProtocol, findProtocol, protocolDigest, protocols } from '@kinemetric/benchmark'
import type { Command } from 'commander'
import { protocolOption } from '../../options/benchmark/protocol-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { print } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'

/** `kinemetric protocol list | init | check`. */
export const define: DefineCommand = (command, settle) => {
  defineList(command.command('list'), settle)
  defineInit(command.command('init'), settle)
  defineCheck(command.command('check'), settle)
}

const defineList: DefineCommand = (command, settle) => {
  command
    .description('List the protocols of the toolkit')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  kinemetric protocol list --json')
    .action((flags: { json?: boolean }) => {
      if (flags.json)
        printJson(protocols.map((protocol) => ({ ...protocol.identity, digest: protocolDigest(protocol) })))
      else
        for (const { identity } of protocols) {
          print(`${`${identity.id}@${identity.version}`.padEnd(24)} ${identity.title}`)
          print(`${' '.repeat(25)}${identity.summary}`)
        }
      settle(exitCode.done)
    })
}

const defineInit: DefineCommand = (command: Command, settle) => {
  command
    .description('Print a protocol to begin one of your own with: kinemetric protocol init > mine.json')
    .option('--from <id>', 'the protocol of the toolkit that it is a copy of', 'interdyn-256x384')
    .option('--id <name>', 'its name', 'mine')
    .option('--json', 'changes nothing: a protocol is JSON anyway')
    .addHelpText('after', fields)
    .addHelpText('after', '\nExample:\n  kinemetric protocol init --from physics-256x384 --id my-clips > my-clips.json')
    .action((flags: { from: string; id: string }) => {
      printJson(draftProtocol(findProtocol(flags.from), flags.id))
      settle(exitCode.done)
    })
}

const defineCheck: DefineCommand = (command, settle) => {
  command
    .description('Say whether a file is a protocol, and if not which field is wrong')
    .argument('<file>', 'a protocol of your own')
    .option('--json', 'print it as it is understood')
    .addHelpText('after', '\nExample:\n  kinemetric protocol check my-clips.json')
    .action(async (file: string, flags: { json?: boolean }) => {
      const protocol = await protocolOption(file)
      const { identity, added } = protocol
      const digests = { digest: protocolDigest(protocol), clips: clipsDigest(protocol) }
      if (flags.json) printJson({ ...identity, metrics: added, ...digests })
      else print(`${identity.id}@${identity.version}: a protocol (digest ${digests.digest.slice(0, 12)})`)
      settle(exitCode.done)
    })
}

const fields = `
Fields (what is left out is as in the toolkit's own protocols):
  window.frames         frames of a clip, or "all"
  window.start          the first of them, counted in the video; a dataset's own start comes before it
  window.fps            frames a second of the clip, of which the video's rate must be a multiple (folders of frames: prepare --fps)
  window.stride         or: every how many frames, whatever the rate
  window.resample       "nearest": of a video of any other rate, at each tick of fps the nearest frame
                        "whole": frames spread evenly over the whole video, whatever its length
  geometry              null: every clip at its own size
  geometry.size         [height, width]
  geometry.fit          "cover": resized to cover the size, then cropped; "exact": refused unless of this size
  geometry.crop         "centre-round-half-even", or "clip": where the dataset says
  excludedFrames        frames that are given and not scored
  metrics               [{"metric": "psnr", "recipe": "frame-mean", "default": true}, …]: no part of what clips are
A clip of another rate, length or size is refused by name unless a field says how it is fitted.`
