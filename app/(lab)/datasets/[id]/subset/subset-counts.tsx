import type { Split } from '#lib/services/imports/format-catalog'
import { formatCount } from '../../../../_ui/format'
import { Notice } from '../../../../_ui/notice'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'
import type { useSubsetPreview } from './use-subset-preview'

interface Props {
  preview: ReturnType<typeof useSubsetPreview>
  isComplete: boolean
  whole: { split: Split; examples: number }[]
}

/** How much the rule chooses, split by split, beside the whole. */
export function SubsetCounts({ preview: { value, message, isStale }, isComplete, whole }: Props) {
  return (
    <section aria-label="Preview" aria-busy={isStale} className="lg:sticky lg:top-16 lg:self-start">
      <h2 className="mb-3 border-b border-line pb-2 text-lg font-semibold">Preview</h2>
      {!isComplete && <p className="text-muted">Complete the rule to see what it chooses.</p>}
      {message && <Notice tone="warning">{message}</Notice>}
      {isComplete && !value && !message && <div className="skeleton h-40" />}
      {isComplete && value && (
        <>
          {value.examples === 0 && (
            <Notice tone="warning" className="mb-3">
              No example fulfils all conditions.
            </Notice>
          )}
          <Table label="What the rule chooses">
            <THead>
              <Tr>
                <Th>Split</Th>
                <Th numeric>Examples</Th>
                <Th numeric>of</Th>
                <Th numeric>Images</Th>
              </Tr>
            </THead>
            <TBody>
              {whole.map(({ split, examples }) => {
                const found = value.splits.find((counted) => counted.split === split)
                return (
                  <Tr key={split}>
                    <Td>{split}</Td>
                    <Td numeric>{formatCount(found?.examples ?? 0)}</Td>
                    <Td numeric>{formatCount(examples)}</Td>
                    <Td numeric>{formatCount(found?.images ?? 0)}</Td>
                  </Tr>
                )
              })}
              <Tr>
                <Td className="font-medium">all</Td>
                <Td numeric className="font-medium">
                  {formatCount(value.examples)}
                </Td>
                <Td numeric>{formatCount(whole.reduce((sum, { examples }) => sum + examples, 0))}</Td>
                <Td numeric className="font-medium">
                  {formatCount(value.images)}
                </Td>
              </Tr>
            </TBody>
          </Table>
        </>
      )}
    </section>
  )
}
