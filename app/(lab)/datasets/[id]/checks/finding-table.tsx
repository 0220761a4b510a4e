import Link from 'next/link'
import type { CheckDetail } from '#lib/services/checks/get-check'
import { findingCodes, leakCodes, type FindingCode } from '#lib/services/checks/finding-catalog'
import { hrefWith } from '../../../../_server/page-data'
import { formatCount } from '../../../../_ui/format'
import { Section } from '../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'
import { ExcludeButton } from './exclude-button'

interface Props {
  check: CheckDetail
  code: string
  /** Address of the report, without the kind. */
  path: string
  query: Record<string, string | number | undefined>
  mayEdit: boolean
}

const isOf = ({ against }: CheckDetail) => against.map(({ datasetName, number }) => `${datasetName}, version ${number}`).join('; ')

/** Every kind of finding with its number, also those that were looked for in vain. */
export function FindingTable({ check, code, path, query, mayEdit }: Props) {
  const counts = check.summary?.counts ?? {}
  const leaks = leakCodes.reduce((sum, leak) => sum + (counts[leak] ?? 0), 0)
  const common = { datasetId: check.version.datasetId, versionId: check.version.id, checkId: check.id }
  return (
    <Section
      title="What was found"
      description={
        leaks === 0
          ? 'No image that is trained on is a validation or test image.'
          : `${formatCount(leaks)} images leak. Choose a kind to see its findings.`
      }
      actions={
        mayEdit &&
        leaks > 0 && (
          <ExcludeButton
            {...common}
            label="Exclude leaking images"
            codes={leakCodes}
            count={leaks}
            isPrimary
            text="The training examples that show these images are left out, and so are the images that no other example shows."
            reason={`Images of validation and test splits${check.against.length > 0 ? ` (also of ${isOf(check)})` : ''} must not be trained on.`.slice(
              0,
              500,
            )}
          />
        )
      }
    >
      <Table label="Kinds of findings">
        <THead>
          <Tr>
            <Th>Kind</Th>
            <Th numeric>Found</Th>
            <Th className="hidden pl-6 md:table-cell">What it means</Th>
            {mayEdit && (
              <Th>
                <span className="sr-only">Exclude</span>
              </Th>
            )}
          </Tr>
        </THead>
        <TBody>
          {findingCodes.map((kind) => (
            <KindRow
              key={kind.code}
              kind={kind}
              count={counts[kind.code] ?? 0}
              code={code}
              href={hrefWith(path, { ...query, code: kind.code })}
            >
              {mayEdit && (
                <Td className="text-right">
                  {kind.excludes && (counts[kind.code] ?? 0) > 0 && (
                    <ExcludeButton
                      {...common}
                      label="Exclude"
                      codes={[kind.code]}
                      count={counts[kind.code] ?? 0}
                      text={exclusionText(kind)}
                      reason={kind.label}
                    />
                  )}
                </Td>
              )}
            </KindRow>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function exclusionText({ group, excludes }: FindingCode): string {
  if (group === 'leak') return 'The training examples that show these images are left out, and so are images that no other example shows.'
  return excludes === 'image' ? 'These images are left out with all examples that show them.' : 'These examples are left out.'
}

interface KindRowProps {
  kind: FindingCode
  count: number
  code: string
  href: string
  children: React.ReactNode
}

function KindRow({ kind, count, code, href, children }: KindRowProps) {
  return (
    <Tr>
      <Td className="min-w-44">
        {count > 0 ? (
          <Link
            href={`${href}#findings`}
            aria-current={kind.code === code ? 'true' : undefined}
            className="font-medium text-accent hover:underline aria-[current]:underline"
          >
            {kind.label}
          </Link>
        ) : (
          <span className="text-muted">{kind.label}</span>
        )}
        <span className="block text-xs text-muted md:hidden">{kind.text}</span>
      </Td>
      <Td numeric className={count > 0 && kind.severity === 'warning' ? 'font-semibold text-warn' : undefined}>
        {formatCount(count)}
      </Td>
      <Td className="hidden min-w-60 pl-6 text-muted md:table-cell">{kind.text}</Td>
      {children}
    </Tr>
  )
}
