import type { ReactNode } from 'react'
import type { AblationPreview } from '#lib/services/ablations/preview-ablation'
import { seriesLook } from '../../../_charts/prepare/series'
import { formatBytes, formatCount, formatDuration } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Notice } from '../../../_ui/notice'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import type { PreviewState } from './use-preview'

/** What a launch would do, before it is one. */
export function PreviewPanel({ preview, isComplete }: { preview: PreviewState; isComplete: boolean }) {
  const { value, message, isStale } = preview
  return (
    <section aria-label="Preview" aria-busy={isStale && isComplete} className="lg:sticky lg:top-16 lg:self-start">
      <h2 className="mb-3 border-b border-line pb-2 text-lg font-semibold">Preview</h2>
      {!isComplete && (
        <p className="mb-3 text-muted">
          {value ? 'The form has faults: this is what it said before them.' : 'Complete the form to see what a launch would do.'}
        </p>
      )}
      {message && (
        <Notice tone="warning" className="mb-3">
          {message}
        </Notice>
      )}
      {value ? <Found preview={value} /> : isComplete && !message && <div className="skeleton h-56" />}
    </section>
  )
}

const shownCells = 48

function Found({ preview }: { preview: AblationPreview }) {
  const { cells, runCount, stageCount, sharedStageCount, reusedStageCount, predictedSeconds, predictedBasis, diskBytes, memory, warnings } =
    preview
  const left = stageCount - sharedStageCount - reusedStageCount
  const facts: [string, ReactNode][] = [
    ['Runs', `${formatCount(runCount)} (${formatCount(cells.length)} ${cells.length === 1 ? 'cell' : 'cells'})`],
    ['Stages to run', `${formatCount(left)} of ${formatCount(stageCount)}`],
    ['Shared between runs', formatCount(sharedStageCount)],
    ['Reused, finished before', formatCount(reusedStageCount)],
    [
      'Predicted time',
      predictedSeconds === null ? <Missing key="time" reason={predictedBasis} /> : `about ${formatDuration(predictedSeconds)}`,
    ],
    [
      'Disk',
      diskBytes === null ? <Missing key="disk" reason="Not known before a stage like this has run." /> : `about ${formatBytes(diskBytes)}`,
    ],
    [
      'Memory a trainer has',
      memory.availableBytes === null ? (
        <Missing key="memory" reason="No worker that is alive says how much memory it has." />
      ) : (
        formatBytes(memory.availableBytes)
      ),
    ],
  ]
  return (
    <>
      <dl className="tabular mb-2 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
        {facts.map(([name, fact]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      <p className="mb-4 text-xs text-muted">{predictedBasis}</p>
      <StageMemoryTable memory={memory} />
      {warnings.map((warning) => (
        <Notice key={warning} tone="warning" className="mb-2">
          {warning}
        </Notice>
      ))}
      <Table label="Cells" className="mt-4">
        <THead>
          <Tr>
            <Th>Cell</Th>
            <Th numeric>Runs</Th>
          </Tr>
        </THead>
        <TBody>
          {cells.slice(0, shownCells).map(({ label, runCount: runs }, i) => (
            <Tr key={label}>
              <Td>
                <span className="inline-flex items-center gap-2">
                  <span aria-hidden="true" className="inline-block size-2.5" style={{ background: seriesLook(i).color }} />
                  {label}
                </span>
              </Td>
              <Td numeric>{runs}</Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      {cells.length > shownCells && (
        <p className="mt-1 text-xs text-muted">
          First {shownCells} of {cells.length} cells.
        </p>
      )}
    </>
  )
}

/** What each stage needs at its peak, beside the largest batch that fits. */
function StageMemoryTable({ memory: { stages, availableBytes } }: { memory: AblationPreview['memory'] }) {
  return (
    <Table label="Memory of each stage" className="mb-4">
      <THead>
        <Tr>
          <Th>Memory</Th>
          <Th numeric>Batch</Th>
          <Th numeric>Needs about</Th>
          <Th numeric>Largest batch</Th>
        </Tr>
      </THead>
      <TBody>
        {stages.map(({ kind, label, batch, predictedBytes, largestBatch }) => (
          <Tr key={kind}>
            <Td>{label}</Td>
            <Td numeric>{formatCount(batch)}</Td>
            <Td numeric className={availableBytes !== null && predictedBytes > availableBytes ? 'text-bad' : ''}>
              {formatBytes(predictedBytes)}
            </Td>
            <Td numeric>
              {largestBatch === null ? (
                <Missing reason="No worker that is alive says how much memory it has." />
              ) : largestBatch === 0 ? (
                'none fits'
              ) : (
                formatCount(largestBatch)
              )}
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
