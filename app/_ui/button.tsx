import Link from 'next/link'
import type { ComponentProps } from 'react'
import { classNames } from './class-names'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'
export type ButtonSize = 'small' | 'normal'

interface Look {
  variant?: ButtonVariant
  size?: ButtonSize
}

const variants: Record<ButtonVariant, string> = {
  primary: 'border-accent bg-accent text-accent-contrast enabled:hover:opacity-90',
  secondary: 'border-line bg-surface text-text enabled:hover:bg-hover',
  quiet: 'border-transparent bg-transparent text-text enabled:hover:bg-hover',
  danger: 'border-bad bg-surface text-bad enabled:hover:bg-hover',
}
const linkHover: Record<ButtonVariant, string> = {
  primary: 'hover:opacity-90',
  secondary: 'hover:bg-hover',
  quiet: 'hover:bg-hover',
  danger: 'hover:bg-hover',
}
const sizes: Record<ButtonSize, string> = { small: 'h-7 px-2 text-sm', normal: 'h-8 px-3 text-base' }

export function buttonClasses({ variant = 'secondary', size = 'normal' }: Look): string {
  return classNames(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded border font-medium whitespace-nowrap select-none',
    'disabled:cursor-not-allowed disabled:opacity-60',
    variants[variant],
    sizes[size],
  )
}

export function Button({ variant, size, className, type = 'button', ...rest }: ComponentProps<'button'> & Look) {
  return <button type={type} className={classNames(buttonClasses({ variant, size }), className)} {...rest} />
}

export function ButtonLink({ variant = 'secondary', size, className, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link className={classNames(buttonClasses({ variant, size }), linkHover[variant], className)} {...rest} />
}
