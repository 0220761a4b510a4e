interface Props {
  label: string
  value: string
  onChange: (value: string) => void
}

/** Why a version is made, asked inside the dialog that makes it. */
export function ReasonField({ label, value, onChange }: Props) {
  return (
    <label className="mt-4 block text-sm font-medium text-text">
      {label}
      <textarea
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={2000}
        rows={2}
        className="mt-1 w-full rounded border border-line-strong bg-surface px-2 py-1.5 font-normal text-text"
      />
    </label>
  )
}
