import next from 'eslint-config-next/core-web-vitals'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

/** dependency-cruiser is the judge of the arrows; these zones show the same ones in an editor. */
const zones = [
  { target: './app', from: './lib/db.ts' },
  { target: './app', from: './workers' },
  { target: './app', from: './lib/soho', except: ['./config.ts', './presets.ts'] },
  { target: './lib', from: './app' },
  { target: './lib', from: './workers' },
  { target: './workers', from: './app' },
  { target: './lib/soho', from: './lib', except: ['./soho'] },
]
const environmentOnlyInEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read in lib/env.ts only.',
}

const config = [
  { ignores: ['.next/**', '.data/**', 'lib/generated/**', 'node_modules/**', 'next-env.d.ts', 'playwright-report/**', 'test-results/**'] },
  ...next,
  // Signing in and out loads the page afresh, so that nothing of the former member stays in memory.
  { rules: { '@next/next/no-html-link-for-pages': 'off', '@next/next/no-location-assign-relative-destination': 'off' } },
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['app/**', 'lib/**', 'workers/**'],
    ignores: ['lib/env.ts', '**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', environmentOnlyInEnv], 'no-console': 'error' },
  },
  {
    files: ['lib/soho/**'],
    ignores: ['**/*.test.ts', 'lib/soho/goldens/read-golden.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:fs*', 'fs', 'next', 'next/*', 'pg*', '@prisma/*', '@tensorflow/tfjs-node*'] }] },
      ],
    },
  },
  { files: ['.dependency-cruiser.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
]
export default config
