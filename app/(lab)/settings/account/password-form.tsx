'use client'

import { useState, type FormEvent } from 'react'
import { Button } from '../../../_ui/button'
import { Field, TextInput } from '../../../_ui/field'
import { changePassword } from '../actions'

export function PasswordForm({ email }: { email: string }) {
  const [fields, setFields] = useState<Record<string, string>>({})
  const [isPending, setIsPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setIsPending(true)
    const result = await changePassword(Object.fromEntries(new FormData(event.currentTarget)))
    if (result.ok) return window.location.assign('/sign-in')
    setIsPending(false)
    setFields(Object.keys(result.fields).length > 0 ? result.fields : { currentPassword: result.message })
  }
  return (
    <form onSubmit={submit} className="flex max-w-80 flex-col gap-4">
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <Field label="Current password" error={fields['currentPassword']}>
        <TextInput name="currentPassword" type="password" autoComplete="current-password" required />
      </Field>
      <Field label="New password" hint="12 characters or more." error={fields['newPassword']}>
        <TextInput name="newPassword" type="password" autoComplete="new-password" required />
      </Field>
      <Button type="submit" variant="primary" disabled={isPending} className="self-start">
        Change the password
      </Button>
    </form>
  )
}
