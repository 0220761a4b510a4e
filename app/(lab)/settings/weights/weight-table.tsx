'use client'

import { useRouter } from 'next/navigation'
import { inWords } from '#lib/services/weights/in-words'
import type { WeightFileView } from '#lib/services/weights/weight-file-view'
import { ConfirmButton } from '../../../_ui/confirm-button'
import { EmptyState } from '../../../_ui/empty-state'
import { formatBytes } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'
import { deleteWeightFile } from '../actions'
import { namesOf } from './names-of'

/** Every registered file with what was found in it. */
export function WeightTable({ files, isEditor }: { files: WeightFileView[]; isEditor: boolean }) {
  const router = useRouter()
  if (files.length === 0)
    return <EmptyState title="No file is registered" text="Every pre-training starts from random weights and builds its own vocabulary." />
  const remove = async (id: string) => {
    const result = await deleteWeightFile({ id })
    if (result.ok) router.refresh()
    return result
  }
  return (
    <Table label="Weights and vocabularies">
      <THead>
        <Tr>
          <Th>Name</Th>
          <Th>What is in it</Th>
          <Th numeric>Size</Th>
          <Th>sha256</Th>
          <Th>Registered</Th>
          <Th>By</Th>
          {isEditor && <Th>Actions</Th>}
        </Tr>
      </THead>
      <TBody>
        {files.map((file) => (
          <Tr key={file.id}>
            <Td className="font-medium">{file.name}</Td>
            <Td>
              {inWords(file)}
              <UnusedTensors file={file} />
            </Td>
            <Td numeric>{formatBytes(file.sizeBytes)}</Td>
            <Td>
              <code className="text-xs" title={file.digest}>
                {file.digest.slice(0, 8)}
              </code>
            </Td>
            <Td>
              <Time at={file.createdAt} />
            </Td>
            <Td>{file.createdBy ?? <Missing reason="From the server’s command line" />}</Td>
            {isEditor && (
              <Td>
                <ConfirmButton
                  size="small"
                  label="Delete"
                  title={`Delete ${file.name}?`}
                  text="Its bytes leave the server. A file that a run starts from stays."
                  confirmLabel="Delete"
                  onConfirm={() => remove(file.id)}
                />
              </Td>
            )}
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function UnusedTensors({ file: { summary } }: { file: WeightFileView }) {
  const lists = [
    ['Ignored', namesOf(summary.ignored, summary.ignoredCount)],
    ['Not known', namesOf(summary.extra, summary.extraCount)],
  ].filter(([, names]) => names !== '')
  if (lists.length === 0) return null
  return (
    <details className="text-xs text-muted">
      <summary className="cursor-pointer">Tensors that are not used</summary>
      {lists.map(([label, names]) => (
        <p key={label} className="max-w-[60ch] break-words">
          {label}: {names}
        </p>
      ))}
    </details>
  )
}
