import { parseArgs } from 'node:util'
import { CuredError } from '../setup/cured-error.mjs'

export const HELP = `Usage: npm start -- [flags]

  --port N             port of the web pages (default 3000; 0 takes a free one)
  --host ADDRESS       address to listen on (default 127.0.0.1: this machine only)
  --data-dir DIR       database, files, secrets, logs (default .data in the checkout)
  --workers N          worker processes (default 1; 0: workers run elsewhere)
  --accelerator WHICH  auto, cpu or cuda (default auto; cuda is not yet verified on a GPU)
  --no-demo            do not import the demo datasets
  --help               this text

Environment: DATABASE_URL (a PostgreSQL server, 15 or newer, instead of the embedded one), BASE_URL (what browsers type, where it is not
http://HOST:PORT). docs/operating.md has the rest.`

const OPTIONS = {
  port: { type: 'string', default: '3000' },
  host: { type: 'string', default: '127.0.0.1' },
  'data-dir': { type: 'string', default: '.data' },
  workers: { type: 'string', default: '1' },
  accelerator: { type: 'string', default: 'auto' },
  'no-demo': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
}

/** The checked flags; throws one sentence for a wrong one. */
export function parseArguments(argv) {
  const { values } = parse(argv)
  if (!['auto', 'cpu', 'cuda'].includes(values.accelerator))
    throw new CuredError(`--accelerator is auto, cpu or cuda, not "${values.accelerator}".`)
  return {
    port: wholeNumber('--port', values.port, 65_535),
    host: values.host,
    dataDir: values['data-dir'],
    workers: wholeNumber('--workers', values.workers, 64),
    accelerator: values.accelerator,
    demo: !values['no-demo'],
    help: values.help,
  }
}

function parse(argv) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, strict: true })
  } catch (error) {
    throw new CuredError(`${error.message.split('. ')[0]}. \`npm start -- --help\` lists the flags.`)
  }
}

function wholeNumber(flag, text, maximum) {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > maximum) throw new CuredError(`${flag} is a whole number from 0 to ${maximum}, not "${text}".`)
  return number
}
