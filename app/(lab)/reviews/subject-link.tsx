import Link from 'next/link'
import type { NamedSubject } from '#lib/services/reviews/name-subjects'
import { codewordHref } from '../codebooks/addresses'
import { runName } from '../codebooks/run-name'

/** Names what was reviewed and leads to its review. */
export function SubjectLink({ subject }: { subject: NamedSubject | null }) {
  if (!subject) return <span className="text-muted">something deleted since</span>
  const { ablation, run, code, picture } = subject
  if (picture) return <Reviewed href={`/datasets/${picture.datasetId}/images/${picture.imageId}`} text={pictureText(picture)} />
  if (!ablation) return null
  const runText = run && runName({ size: run.dictionarySize, seed: run.seed, factors: [] })
  const href = run && code !== null ? codewordHref(run.id, code) : run ? `/runs/${run.id}` : `/ablations/${ablation.id}`
  const text = [ablation.name, runText, code !== null && `codeword ${code}`].filter(Boolean).join(' · ')
  return <Reviewed href={href} text={text} />
}

function Reviewed({ href, text }: { href: string; text: string }) {
  return (
    <Link href={`${href}#review`} className="font-medium break-words text-accent hover:underline">
      {text}
    </Link>
  )
}

const pictureText = ({ datasetName, key, text }: NonNullable<NamedSubject['picture']>) =>
  [datasetName, `image ${key}`, text && `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`].filter(Boolean).join(' · ')
