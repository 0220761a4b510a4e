/** The arrows of the architecture: app and workers → services → formats, stats, soho/config → ground; never back, never around. */
/** Tests, and what only tests read. */
const tests = '\\.test\\.tsx?$|^tests/|^lib/soho/goldens/'
const ground = '^lib/(env|log|errors|db|artifacts|queue|events)\\.ts$'

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'app-arrows',
      comment: 'Pages and handlers reach data through services only.',
      severity: 'error',
      from: { path: '^app/', pathNot: tests },
      to: { path: '^(lib/db\\.ts|lib/generated/|workers/|lib/soho/(?!(config|presets)\\.ts))|(^|/)node_modules/@tensorflow/' },
    },
    {
      name: 'services-arrows',
      severity: 'error',
      from: { path: '^lib/services/', pathNot: tests },
      to: {
        path: '^(app|workers)/|^lib/soho/(?!(config|contract|presets)\\.ts|weights/|memory/|data/(word-pieces|vocabulary|basic-words)\\.ts)|(^|/)node_modules/(next|@tensorflow)/',
      },
    },
    {
      name: 'weights-plain',
      comment: 'Services read weights files and predict memory too: both work without TensorFlow.',
      severity: 'error',
      from: { path: '^lib/soho/(weights|memory)/', pathNot: tests },
      to: { path: '^lib/soho/(nn|pretrain|tasks|model/(?!encoder-plan\\.ts))|(^|/)node_modules/@tensorflow/' },
    },
    { name: 'workers-arrows', severity: 'error', from: { path: '^workers/' }, to: { path: '^app/|(^|/)node_modules/next/' } },
    {
      name: 'soho-pure',
      comment: 'The model does no I/O: bytes come in, values go out. Its tests may read goldens.',
      severity: 'error',
      from: { path: '^lib/soho/', pathNot: tests },
      to: { path: '^(app|workers|prisma|lib/(?!soho/))|(^|/)node_modules/(next|pg|@prisma)/|^(node:)?(fs|net|http|child_process)' },
    },
    {
      name: 'soho-down',
      comment: 'Tasks build on pre-training, both on the model; nothing below knows what is trained.',
      severity: 'error',
      from: { path: '^lib/soho/(nn|data|eval|model|train|pretrain)/', pathNot: tests },
      to: { path: '^lib/soho/tasks/' },
    },
    {
      name: 'model-down',
      severity: 'error',
      from: { path: '^lib/soho/(nn|data|eval|model|train)/', pathNot: tests },
      to: { path: '^lib/soho/pretrain/' },
    },
    {
      name: 'stats-pure',
      severity: 'error',
      from: { path: '^lib/stats/', pathNot: tests },
      to: { path: '^(app|workers|lib/(?!stats/))|^(node:)?fs' },
    },
    {
      name: 'formats-arrows',
      comment: 'Importers know no database.',
      severity: 'error',
      from: { path: '^lib/formats/', pathNot: tests },
      to: { path: '^(app|workers|lib/(?!formats/|errors\\.ts))|(^|/)node_modules/(next|pg|@prisma)/' },
    },
    { name: 'ground-arrows', severity: 'error', from: { path: ground }, to: { path: '^(app|workers|lib/(services|formats|stats|soho))/' } },
    {
      name: 'one-backend',
      comment: 'The TensorFlow.js backend package is named in one place.',
      severity: 'error',
      from: { pathNot: '^workers/backend\\.ts$|^tests/numerics-set-up\\.ts$' },
      to: { path: '(^|/)node_modules/@tensorflow/tfjs-node' },
    },
    {
      name: 'tests-stay-tests',
      severity: 'error',
      from: { path: '^(app|lib|workers)/', pathNot: tests },
      to: { path: '\\.test\\.tsx?$|^tests/|(^|/)node_modules/(vitest|@playwright)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^lib/generated|\\.next' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
}
