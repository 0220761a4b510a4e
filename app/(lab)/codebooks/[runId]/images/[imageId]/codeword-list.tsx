import Link from 'next/link'
import type { IndexMapCell } from '#lib/services/codebooks/get-index-map'
import { formatPercent } from '../../../../../_ui/format'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../../_ui/table'
import { codewordHref } from '../../../addresses'

interface CodewordListProps {
  runId: string
  cells: IndexMapCell[]
  colours: Map<number, string>
  current: number | null
}

/** The codewords of one image: the map as a table. */
export function CodewordList({ runId, cells, colours, current }: CodewordListProps) {
  const byCode = new Map<number, IndexMapCell[]>()
  for (const cell of cells) byCode.set(cell.code, [...(byCode.get(cell.code) ?? []), cell])
  const rows = [...byCode].toSorted(([a, m], [b, n]) => n.length - m.length || a - b)
  return (
    <Table label="Codewords of this image">
      <THead>
        <Tr>
          <Th>Codeword</Th>
          <Th numeric>Patches here</Th>
          <Th numeric>Usage</Th>
        </Tr>
      </THead>
      <TBody>
        {rows.map(([code, own]) => (
          <Tr key={code} className={code === current ? 'bg-accent-soft' : undefined}>
            <Td>
              <span
                aria-hidden="true"
                className="mr-2 inline-block size-3 align-middle"
                style={{ background: colours.get(code) ?? 'var(--series-8)' }}
              />
              <Link href={codewordHref(runId, code)} prefetch={false} className="tabular text-accent hover:underline">
                {code}
              </Link>
            </Td>
            <Td numeric>{own.length}</Td>
            <Td numeric>{formatPercent(own[0]?.usage ?? 0)}</Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
