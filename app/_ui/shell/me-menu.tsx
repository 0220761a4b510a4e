'use client'

import { Menu } from '@base-ui/react/menu'
import { useTheme } from 'next-themes'
import Link from 'next/link'
import { toast } from 'sonner'
import { buttonClasses } from '../button'
import type { Me } from './me'

const item = 'flex h-8 w-full cursor-pointer items-center rounded px-2 outline-none data-highlighted:bg-hover'
const themes = [
  { value: 'system', label: 'Light or dark as the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

async function signOut(): Promise<void> {
  const response = await fetch('/api/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).catch(
    () => undefined,
  )
  if (response?.ok) window.location.assign('/sign-in')
  else toast.error('Signing out did not work: the server does not answer.')
}

/** Who is signed in, the look of the pages, and the way out. */
export function MeMenu({ me }: { me: Me }) {
  const { theme, setTheme } = useTheme()
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClasses({ variant: 'quiet', size: 'small' })}>
        <span aria-hidden="true" className="flex size-6 items-center justify-center rounded-full border border-line-strong text-xs">
          {me.name.slice(0, 1).toUpperCase()}
        </span>
        <span className="max-w-40 truncate max-lg:sr-only">
          <span className="sr-only">Account of </span>
          {me.name}
        </span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-50">
          <Menu.Popup className="w-64 rounded border border-line-strong bg-surface p-1 text-text outline-none">
            <div className="border-b border-line px-2 pt-1 pb-2">
              <div className="truncate font-medium">{me.name}</div>
              <div className="truncate text-sm text-muted">{me.email}</div>
              <div className="text-sm text-muted">{me.role}</div>
            </div>
            <Menu.RadioGroup value={theme ?? 'system'} onValueChange={setTheme} className="border-b border-line py-1">
              {themes.map(({ value, label }) => (
                <Menu.RadioItem key={value} value={value} className={item}>
                  <span className="w-5" aria-hidden="true">
                    <Menu.RadioItemIndicator>✓</Menu.RadioItemIndicator>
                  </span>
                  {label}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Item className={`${item} mt-1`} render={<Link href="/settings/account">My account</Link>} />
            <Menu.Item className={item} onClick={() => void signOut()}>
              Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
