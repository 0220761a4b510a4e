'use client'

import { createContext, useContext, useId, type ComponentProps, type ReactNode } from 'react'
import { classNames } from './class-names'

interface FieldIds {
  id: string
  describedBy: string | undefined
  isInvalid: boolean
}

const FieldContext = createContext<FieldIds | null>(null)

interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  error?: string
  children: ReactNode
  className?: string
}

/** Label, control, hint and error of one value. The control inside (TextInput, TextArea, Select) finds its label by itself. */
export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId()
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return (
    <FieldContext value={{ id, describedBy, isInvalid: Boolean(error) }}>
      <div className={classNames('flex flex-col gap-1', className)}>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {children}
        {hint && (
          <div id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </div>
        )}
        {error && (
          <p id={`${id}-error`} role="alert" className="text-xs text-bad">
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  )
}

function useFieldProps(props: { id?: string; 'aria-describedby'?: string }) {
  const field = useContext(FieldContext)
  return {
    id: props.id ?? field?.id,
    'aria-describedby': props['aria-describedby'] ?? field?.describedBy,
    'aria-invalid': field?.isInvalid || undefined,
  }
}

const control =
  'w-full rounded border border-line-strong bg-surface px-2 text-base text-text placeholder:text-muted disabled:opacity-60 aria-invalid:border-bad'

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} {...useFieldProps(rest)} className={classNames(control, 'h-8', className)} />
}

export function TextArea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} {...rest} {...useFieldProps(rest)} className={classNames(control, 'py-1.5', className)} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} {...useFieldProps(rest)} className={classNames(control, 'h-8 pr-1', className)} />
}

/** A box with its own label; it needs no Field around it. */
export function Checkbox({ label, className, ...rest }: Omit<ComponentProps<'input'>, 'type'> & { label: ReactNode }) {
  return (
    <label className={classNames('inline-flex min-h-6 items-start gap-2', className)}>
      <input {...rest} type="checkbox" className="mt-1 size-4 shrink-0 accent-accent" />
      <span>{label}</span>
    </label>
  )
}
