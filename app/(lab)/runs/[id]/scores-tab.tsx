import type { RunDetail } from '#lib/services/runs/get-run'
import { scoreCatalog, writeScore } from '#lib/services/evaluations/score-catalog'
import { stageLabels } from '#lib/services/stages/stage-kind'
import type { StageKind } from '#lib/soho/config'
import { isControl } from '../../../_charts/prepare/ablation-scores'
import { writeMetric } from '../../../_charts/prepare/metrics'
import { EmptyState } from '../../../_ui/empty-state'
import { formatCount } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Section } from '../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'

/** Every score of the run, split by split, controls last. */
export function ScoresTab({ run }: { run: RunDetail }) {
  if (run.evaluations.length === 0)
    return (
      <EmptyState
        title="No scores yet"
        text="A stage is evaluated when its training ends: on the validation split, and once on the test split."
      />
    )
  const kinds = run.stages.map(({ kind }) => kind).filter((kind) => run.evaluations.some((one) => one.kind === kind))
  return (
    <div className="grid grid-cols-1 gap-x-12 xl:grid-cols-2">
      {kinds.map((kind) => (
        <Section key={kind} title={stageLabels[kind]}>
          <KindScores kind={kind} evaluations={run.evaluations.filter((one) => one.kind === kind)} />
          {kind === 'vqa' && <Submission run={run} />}
        </Section>
      ))}
    </div>
  )
}

/** The answers themselves, as the official evaluation server takes them. */
function Submission({ run }: { run: RunDetail }) {
  if (!run.evaluations.some(({ kind, split }) => kind === 'vqa' && split === 'test')) return null
  return (
    <p className="mt-2 text-sm">
      <a href={`/api/runs/${run.id}/vqa-submission`} download className="font-medium text-accent hover:underline">
        Test answers in the official format
      </a>
    </p>
  )
}

function KindScores({ kind, evaluations }: { kind: StageKind; evaluations: RunDetail['evaluations'] }) {
  const names = inOrder(kind, [...new Set(evaluations.flatMap(({ scores }) => scores.map(({ name }) => name)))])
  return (
    <Table label={`Scores of ${stageLabels[kind]}`}>
      <THead>
        <Tr>
          <Th>Score</Th>
          {evaluations.map(({ split, exampleCount }) => (
            <Th key={split} numeric>
              {split} <span className="font-normal">({formatCount(exampleCount)} examples)</span>
            </Th>
          ))}
        </Tr>
      </THead>
      <TBody>
        {names.map((name) => (
          <Tr key={name} className={isControl({ name }) ? 'text-muted' : undefined}>
            <Th scope="row" className="font-normal">
              {isControl({ name }) && 'Control: '}
              {labelOf(kind, name)}
            </Th>
            {evaluations.map(({ split, scores }) => (
              <Td key={split} numeric>
                <Value kind={kind} name={name} value={scores.find((score) => score.name === name)?.value ?? null} />
              </Td>
            ))}
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

const infoOf = (kind: StageKind, name: string) => scoreCatalog.find((score) => score.task === kind && score.name === name)

/** Names of pre-training's own measures. */
const pretrainLabels: Record<string, string> = {
  'mvm.mostFrequent': 'MVM accuracy of always the most frequent codeword',
  'codebook.used': 'Codewords used',
  'codebook.perplexity': 'Codebook perplexity',
}

function labelOf(kind: StageKind, name: string): string {
  const [what = '', term] = name.split('.')
  const plain = term
    ? `${term.toUpperCase()} ${what}`
    : what === 'loss'
      ? 'Total loss'
      : name === 'meanRecall'
        ? 'Mean of the six recalls'
        : name
  return infoOf(kind, name)?.label ?? pretrainLabels[name] ?? plain
}

/** The catalogue's order; what it does not know comes before its controls. */
function inOrder(kind: StageKind, names: string[]): string[] {
  const place = (name: string) => {
    const at = scoreCatalog.findIndex((score) => score.task === kind && score.name === name)
    return isControl({ name }) ? 1000 + at : at < 0 ? 500 : at
  }
  return names.toSorted((a, b) => place(a) - place(b) || a.localeCompare(b))
}

function Value({ kind, name, value }: { kind: StageKind; name: string; value: number | null }) {
  if (value === null) return <Missing reason="Undefined here: the split has no example for it." />
  const info = infoOf(kind, name)
  if (info) return writeScore(value, info.format)
  if (name === 'codebook.used') return formatCount(value)
  const isShare = name.startsWith('accuracy') || name === 'mvm.mostFrequent' || name === 'meanRecall'
  return isShare ? writeScore(value, 'percent') : writeMetric(value, 'number')
}
