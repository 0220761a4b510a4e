import { formatCatalog, type ImportFormat } from '#lib/services/imports/format-catalog'

interface Props {
  format: ImportFormat
  /** A known dataset keeps its format. */
  isFixed: boolean
  onChange: (format: ImportFormat) => void
}

export function FormatChoice({ format, isFixed, onChange }: Props) {
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      {formatCatalog
        .filter((entry) => !isFixed || entry.format === format)
        .map((entry) => (
          <label
            key={entry.format}
            className="flex cursor-pointer items-start gap-2 rounded border border-line p-3 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="format"
              value={entry.format}
              checked={entry.format === format}
              onChange={() => onChange(entry.format)}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="block font-medium">{entry.label}</span>
              <span className="block text-sm text-muted">{entry.sentence}</span>
            </span>
          </label>
        ))}
    </div>
  )
}
