import Image from 'next/image'
import Link from 'next/link'
import type { ImageDetail, ImageText } from '#lib/services/datasets/get-image'
import { formatCount } from '../../../../../_ui/format'
import { Missing } from '../../../../../_ui/missing'
import { Section } from '../../../../../_ui/section'

const titles = { caption: 'Captions', question: 'Questions', statement: 'Statements', hypothesis: 'Hypotheses' }
const kinds = ['caption', 'question', 'statement', 'hypothesis'] as const

/** Every text that shows the image, by kind. */
export function Texts({ image }: { image: ImageDetail }) {
  if (image.texts.length === 0) return <p className="text-muted">No text of this dataset shows the image.</p>
  const isCut = image.textCount > image.texts.length
  return (
    <>
      {kinds.map((kind) => {
        const texts = image.texts.filter((text) => text.kind === kind)
        return texts.length > 0 && <TextList key={kind} title={titles[kind]} texts={texts} image={image} />
      })}
      {isCut && (
        <p className="text-muted">
          The first {formatCount(image.texts.length)} of {formatCount(image.textCount)} texts.
        </p>
      )}
    </>
  )
}

function TextList({ title, texts, image }: { title: string; texts: ImageText[]; image: ImageDetail }) {
  return (
    <Section title={`${title} (${formatCount(texts.length)})`}>
      <ul className="divide-y divide-line">
        {texts.map((text) => (
          <li key={text.id} className="py-2 first:pt-0">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <span className="min-w-0 break-words">{text.text}</span>
              <Answer text={text} />
              <span className="ml-auto text-xs whitespace-nowrap text-muted" title={`Id ${text.externalId}`}>
                {text.split}
              </span>
            </div>
            {text.answers.length > 1 && <Answers text={text} />}
            {text.imageIds.length > 1 && <ShownImages text={text} image={image} />}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Answer({ text }: { text: ImageText }) {
  if (text.kind === 'caption') return null
  return (
    <span className="rounded border border-line px-1.5 text-table font-medium">
      {text.label ?? <Missing reason="No answer is published." />}
    </span>
  )
}

function Answers({ text }: { text: ImageText }) {
  return (
    <p className="mt-1 text-table text-muted">
      {text.answers.map(({ answer, count }) => `${answer} ×${count}`).join(', ')}
      {text.answerType && ` (${text.answerType})`}
    </p>
  )
}

/** All images of the example in their order, the one of this page marked. */
function ShownImages({ text, image }: { text: ImageText; image: ImageDetail }) {
  return (
    <ol className="mt-2 flex gap-2" aria-label="Images of this example">
      {text.imageIds.map((id, place) => (
        <li key={`${id} ${place}`}>
          <Link
            href={`/datasets/${image.dataset.id}/images/${id}`}
            aria-current={id === image.id ? 'page' : undefined}
            className="block rounded border border-line p-0.5 hover:border-accent aria-[current]:border-accent"
          >
            <Image
              unoptimized
              src={`/api/images/${id}/thumbnail?size=96`}
              alt={`Image ${place + 1} of ${text.imageIds.length}`}
              width={72}
              height={72}
              loading="lazy"
              className="size-18 object-contain [image-rendering:pixelated]"
            />
          </Link>
        </li>
      ))}
    </ol>
  )
}
