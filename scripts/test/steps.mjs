const cli = {
  prettier: 'prettier/bin/prettier.cjs',
  eslint: 'eslint/bin/eslint.js',
  tsc: 'typescript/bin/tsc',
  cruiser: 'dependency-cruiser/bin/dependency-cruise.mjs',
  next: 'next/dist/bin/next',
  vitest: 'vitest/vitest.mjs',
  playwright: '@playwright/test/cli.js',
}

/** A step is a program of node_modules; `report` says how its results are counted (a plain one counts as one). */
const steps = {
  format: { name: 'format', cli: cli.prettier, args: ['--check', '--log-level', 'warn', '.'] },
  lint: { name: 'lint', cli: cli.eslint, args: ['--max-warnings', '0', '.'] },
  routes: { name: 'route types', cli: cli.next, args: ['typegen'] },
  types: { name: 'types', cli: cli.tsc, args: ['--noEmit'] },
  arrows: {
    name: 'arrows and cycles',
    cli: cli.cruiser,
    args: ['--config', '.dependency-cruiser.cjs', 'app', 'lib', 'workers', 'scripts', 'tests', 'examples'],
  },
  migrations: { name: 'migrations match the schema', script: 'scripts/create-migration.ts', args: ['--check'] },
  browser: { name: 'browser', cli: cli.playwright, args: ['test'], report: 'playwright', limitMinutes: 15 },
}

function vitest(project, limitMinutes = 5) {
  return { name: project, cli: cli.vitest, args: ['run', '--project', project], report: 'vitest', limitMinutes }
}

export function stepsOf({ quick = false, long = false }) {
  if (long) return [vitest('long', 60)]
  const seconds = [steps.format, steps.lint, steps.routes, steps.types, steps.arrows, vitest('unit')]
  if (quick) return seconds
  return [...seconds, steps.migrations, vitest('numerics', 6), vitest('integration', 10), vitest('learning', 6), steps.browser]
}
