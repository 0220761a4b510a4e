'use client'

import { useState, type FormEvent } from 'react'
import { Button } from '../../_ui/button'
import { Field, TextInput } from '../../_ui/field'
import { Notice } from '../../_ui/notice'
import { signIn } from '../sign-in'

export function SignInForm() {
  const [problem, setProblem] = useState('')
  const [isPending, setIsPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setIsPending(true)
    const failure = await signIn(String(form.get('email')), String(form.get('password')))
    if (!failure) return window.location.assign('/')
    setProblem(failure)
    setIsPending(false)
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {problem && <Notice tone="error">{problem}</Notice>}
      <Field label="E-mail">
        <TextInput name="email" type="email" autoComplete="username" required autoFocus />
      </Field>
      <Field label="Password">
        <TextInput name="password" type="password" autoComplete="current-password" required />
      </Field>
      <Button type="submit" variant="primary" disabled={isPending}>
        Sign in
      </Button>
    </form>
  )
}
