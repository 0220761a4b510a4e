import Link from 'next/link'
import type { NamedSubject } from '#lib/services/reviews/name-subjects'
import { codewordHref } from '../codebooks/addresses'
import { runName } from '../codebooks/run-name'

/** Names what was reviewed and leads to its review. */
export function SubjectLink({ subject }: { subject: NamedSubject | null }) {
  if (!subject) return <span className="text-muted">something deleted since</span>
  const { ablation, run, code } = subject
  const runText = run && runName({ size: run.dictionarySize, seed: run.seed, factors: [] })
  const href = run && code !== null ? codewordHref(run.id, code) : run ? `/runs/${run.id}` : `/ablations/${ablation.id}`
  const text = [ablation.name, runText, code !== null && `codeword ${code}`].filter(Boolean).join(' · ')
  return (
    <Link href={`${href}#review`} className="font-medium break-words text-accent hover:underline">
      {text}
    </Link>
  )
}
