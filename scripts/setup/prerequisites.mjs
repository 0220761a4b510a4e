import { spawnSync } from 'node:child_process'
import { CuredError } from './cured-error.mjs'

const OLDEST_NODE = [20, 19]

/** Throws one sentence for the first thing that is missing. Python and the compiler matter only where the addon is still to be built. */
export function checkPrerequisites({ platform = process.platform, arch = process.arch, nodeVersion = process.versions.node } = {}) {
  if (platform !== 'linux' || arch !== 'x64')
    throw new CuredError(
      `SOHO Lab runs on Linux x64 for now, not on ${platform} ${arch}: use such a machine, a virtual one or a container.`,
    )
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new CuredError(`Node.js ${nodeVersion} is too old: install Node.js ${OLDEST_NODE.join('.')} or newer from nodejs.org.`)
  }
}

export function checkBuildTools(works = answers) {
  if (!works('python3', ['--version']))
    throw new CuredError('Python 3 is missing: install it (Debian, Ubuntu: apt install python3 python3-pip) and start again.')
  if (!works('python3', ['-m', 'pip', '--version']))
    throw new CuredError('Python has no pip: install it (Debian, Ubuntu: apt install python3-pip) and start again.')
  if (!works('g++', ['--version']))
    throw new CuredError('The C++ compiler g++ is missing: install it (Debian, Ubuntu: apt install g++) and start again.')
}

function answers(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
