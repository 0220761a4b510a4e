import Link from 'next/link'
import type { Context } from '#lib/services/context'
import type { ImageDetail } from '#lib/services/datasets/get-image'
import { listImageUses } from '#lib/services/datasets/list-image-uses'
import { formatCount } from '../../../../../_ui/format'
import { Section } from '../../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../../_ui/table'

/** Where models of the lab met the image: index maps, and answers to its texts. */
export async function Uses({ ctx, image }: { ctx: Context; image: ImageDetail }) {
  const { indexMaps, answers } = await listImageUses(ctx, { imageId: image.id })
  if (indexMaps.length === 0 && answers.length === 0) return null
  return (
    <>
      {indexMaps.length > 0 && (
        <Section title="Index maps" description="Which codewords fire on this image, in each dictionary that was indexed with it.">
          <ul className="grid gap-1">
            {indexMaps.map((map) => (
              <li key={map.runId}>
                <Link href={`/codebooks/${map.runId}/images/${image.id}`} className="text-accent underline">
                  {map.ablationName}, seed {map.seed}
                </Link>{' '}
                <span className="text-muted">
                  {map.gridHeight} x {map.gridWidth} tokens, {formatCount(map.codewordCount)} codewords
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {answers.length > 0 && (
        <Section title="Answers of runs" description={`The latest ${formatCount(answers.length)}.`}>
          <Table label="What runs answered to texts that show this image">
            <THead>
              <Tr>
                <Th>Run of</Th>
                <Th>Text</Th>
                <Th>Answer</Th>
                <Th>Label</Th>
              </Tr>
            </THead>
            <TBody>
              {answers.map(({ runId, ablationName, text, answer, label }, i) => (
                <Tr key={`${runId} ${i}`}>
                  <Td>
                    <Link href={`/runs/${runId}`} className="text-accent hover:underline">
                      {ablationName}
                    </Link>
                  </Td>
                  <Td className="min-w-40">{text}</Td>
                  <Td>{answer}</Td>
                  <Td className="text-muted">{label}</Td>
                </Tr>
              ))}
            </TBody>
          </Table>
        </Section>
      )}
    </>
  )
}
