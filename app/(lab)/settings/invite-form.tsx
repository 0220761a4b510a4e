'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { roles } from '#lib/services/accounts/role'
import { Button } from '../../_ui/button'
import { Field, Select, TextInput } from '../../_ui/field'
import { inviteMember } from './actions'
import { OneTimeLink } from './one-time-link'

export function InviteForm() {
  const router = useRouter()
  const [link, setLink] = useState('')
  const [problem, setProblem] = useState('')
  const [isPending, setIsPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    setIsPending(true)
    const result = await inviteMember(Object.fromEntries(new FormData(form)))
    setIsPending(false)
    setProblem(result.ok ? '' : (result.fields['email'] ?? result.message))
    setLink(result.ok ? result.value.link : '')
    if (!result.ok) return
    form.reset()
    router.refresh()
  }
  return (
    <>
      <form onSubmit={submit} noValidate className="mb-4 flex flex-wrap items-start gap-3">
        <Field label="E-mail (optional)" error={problem || undefined} hint="When given, only this address can join." className="w-72">
          <TextInput name="email" type="email" autoComplete="off" />
        </Field>
        <Field label="Role" className="w-40">
          <Select name="role" defaultValue="viewer">
            {roles.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </Select>
        </Field>
        <Button type="submit" variant="primary" disabled={isPending} className="mt-6">
          Make an invitation
        </Button>
      </form>
      {link && <OneTimeLink title="The invitation" link={link} />}
    </>
  )
}
