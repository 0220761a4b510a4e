import type { FindingExample } from '#lib/services/checks/finding-view'
import { formatCount } from '../../../../../_ui/format'
import { Missing } from '../../../../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../../_ui/table'

/** The examples that a finding is about. */
export function ExamplePair({ example, other }: { example: FindingExample; other: FindingExample | null }) {
  return (
    <div className="mb-6">
      <Table label="Examples of the finding">
        <THead>
          <Tr>
            <Th>Text</Th>
            <Th>Label</Th>
            <Th>Split</Th>
            <Th>Id</Th>
            <Th numeric>Characters</Th>
          </Tr>
        </THead>
        <TBody>
          {[example, other].map(
            (shown) =>
              shown && (
                <Tr key={shown.id}>
                  <Td className="max-w-[80ch] min-w-60 align-top break-words">{shown.text.trim() || '(no text)'}</Td>
                  <Td className="align-top">{shown.label ?? <Missing reason="This kind of example has no label." />}</Td>
                  <Td className="align-top">{shown.split}</Td>
                  <Td className="min-w-24 align-top break-all">{shown.externalId}</Td>
                  <Td numeric className="align-top">
                    {formatCount(shown.text.length)}
                  </Td>
                </Tr>
              ),
          )}
        </TBody>
      </Table>
    </div>
  )
}
