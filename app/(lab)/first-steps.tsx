import Link from 'next/link'
import { ButtonLink } from '../_ui/button'

interface Step {
  title: string
  text: string
  link: { label: string; href: string }
  isDone: boolean
}

/** On an empty lab: data, ablation, look. */
export function FirstSteps({ hasData, mayEdit }: { hasData: boolean; mayEdit: boolean }) {
  const steps: Step[] = [
    {
      title: 'Data',
      text: hasData
        ? 'There are datasets to train on. Look at their images and texts, or import your own.'
        : 'Import image-text data in one of the public formats: captions, questions, statements, hypotheses.',
      link: hasData || !mayEdit ? { label: 'Datasets', href: '/datasets' } : { label: 'Import a dataset', href: '/datasets/new' },
      isDone: hasData,
    },
    {
      title: 'Ablation',
      text: 'Choose what varies, the size of the visual dictionary for a start, and the seeds. The form shows grid and time before you launch.',
      link: mayEdit ? { label: 'New ablation', href: '/ablations/new' } : { label: 'Ablations', href: '/ablations' },
      isDone: false,
    },
    {
      title: 'Look',
      text: 'Scores fill the grid while stages run. Then see which image patches each codeword collects.',
      link: { label: 'Codebooks', href: '/codebooks' },
      isDone: false,
    },
  ]
  const next = steps.findIndex(({ isDone }) => !isDone)
  return (
    <ol className="max-w-3xl">
      {steps.map((step, i) => (
        <li key={step.title} className="grid grid-cols-[2rem_1fr] border-b border-line py-5 last:border-b-0">
          <span className="tabular text-lg font-semibold text-muted">{i + 1}</span>
          <div>
            <h2 className="text-lg font-semibold">
              {step.title}
              {step.isDone && <span className="ml-2 text-sm font-normal text-good">done</span>}
            </h2>
            <p className="mt-1 mb-3 text-muted">{step.text}</p>
            {i === next ? (
              <ButtonLink href={step.link.href} variant="primary">
                {step.link.label}
              </ButtonLink>
            ) : (
              <Link href={step.link.href} className="text-accent hover:underline">
                {step.link.label}
              </Link>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}
