import { findFormat } from '#lib/services/imports/format-catalog'
import type { FolderImport } from '#lib/services/imports/inspect-folder'
import { Button } from '../../../_ui/button'
import { formatBytes, formatCount } from '../../../_ui/format'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'

interface Props {
  found: FolderImport
  isUsable: boolean
  onUse: () => void
}

/** One import that a folder has the files for: which file plays which role, and what is missing. */
export function FoundImport({ found, isUsable, onUse }: Props) {
  const { format, label, files, imageRoots, missing, leftOut } = found
  const roleLabel = (role: string) => findFormat(format)?.roles.find((known) => known.role === role)?.label ?? role
  return (
    <section aria-label={label} className="rounded border border-line p-3">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h2 className="font-medium">{label}</h2>
        <Button variant="primary" size="small" className="ml-auto" disabled={!isUsable} onClick={onUse}>
          Use these files
        </Button>
      </div>
      {!isUsable && <p className="mb-2 text-sm text-muted">The dataset has another format: this needs a dataset of its own.</p>}
      <div className="overflow-x-auto">
        <Table>
          <THead>
            <Tr>
              <Th>Role</Th>
              <Th>Split</Th>
              <Th>File</Th>
              <Th numeric>Size</Th>
            </Tr>
          </THead>
          <TBody>
            {files.map(({ role, split, name, path, sizeBytes }) => (
              <Tr key={path}>
                <Td>{roleLabel(role)}</Td>
                <Td>{split ?? 'by record'}</Td>
                <Td className="font-mono break-all">{name}</Td>
                <Td numeric>{formatBytes(sizeBytes)}</Td>
              </Tr>
            ))}
            {imageRoots.map(({ name, path, imageCount }) => (
              <Tr key={path}>
                <Td>Images</Td>
                <Td>by record</Td>
                <Td className="font-mono break-all">{name}</Td>
                <Td numeric>{formatCount(imageCount)} images</Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      </div>
      <Sentences title="Missing" sentences={missing} />
      <Sentences title="Left out" sentences={leftOut} />
    </section>
  )
}

const shown = 6

function Sentences({ title, sentences }: { title: string; sentences: string[] }) {
  if (sentences.length === 0) return null
  return (
    <div className="mt-3 text-sm">
      <p className="font-medium">{title}</p>
      <ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-muted">
        {sentences.slice(0, shown).map((sentence) => (
          <li key={sentence} className="break-words">
            {sentence}
          </li>
        ))}
        {sentences.length > shown && <li>and {formatCount(sentences.length - shown)} more</li>}
      </ul>
    </div>
  )
}
