'use client'

import { useState, type FormEvent } from 'react'
import { MINIMUM_PASSWORD_LENGTH } from '#lib/services/accounts/password'
import { Button } from '../../../_ui/button'
import { Field, TextInput } from '../../../_ui/field'
import { Notice } from '../../../_ui/notice'
import { signIn } from '../../sign-in'
import { acceptInvitation } from './actions'

export function AcceptForm({ token, isReset, email }: { token: string; isReset: boolean; email: string | null }) {
  const [problem, setProblem] = useState('')
  const [fields, setFields] = useState<Record<string, string>>({})
  const [isPending, setIsPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = Object.fromEntries(new FormData(event.currentTarget))
    setIsPending(true)
    const result = await acceptInvitation(isReset ? { token, password: form['password'] } : { ...form, token })
    if (result.ok) return window.location.assign((await signIn(result.value.email, String(form['password']))) ? '/sign-in' : '/')
    setIsPending(false)
    setFields(result.fields)
    setProblem(Object.keys(result.fields).length > 0 ? '' : result.message)
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {problem && <Notice tone="error">{problem}</Notice>}
      {!isReset && (
        <Field label="Name" hint="Shown beside what you write and launch." error={fields['name']}>
          <TextInput name="name" autoComplete="name" required />
        </Field>
      )}
      <Field label="E-mail" error={fields['email']}>
        <TextInput name="email" type="email" autoComplete="username" required readOnly={email !== null} defaultValue={email ?? ''} />
      </Field>
      <Field label="Password" hint={`${MINIMUM_PASSWORD_LENGTH} characters or more.`} error={fields['password']}>
        <TextInput name="password" type="password" autoComplete="new-password" required />
      </Field>
      <Button type="submit" variant="primary" disabled={isPending}>
        {isReset ? 'Set the password' : 'Make the account'}
      </Button>
    </form>
  )
}
