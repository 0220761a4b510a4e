import type { Metadata } from 'next'
import { findInvitation } from '#lib/services/accounts/find-invitation'
import { createContext } from '#lib/services/context'
import { ButtonLink } from '../../../_ui/button'
import { AcceptForm } from './accept-form'

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' }

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const invitation = await findInvitation(createContext({ kind: 'anonymous' }), { token })
  if (!invitation) {
    return (
      <>
        <h1 className="mb-2 text-xl font-semibold">This link does not work</h1>
        <p className="mb-6 text-muted">It was used, revoked, or has expired. Ask an administrator for a new one.</p>
        <ButtonLink href="/sign-in" className="self-start">
          Sign in
        </ButtonLink>
      </>
    )
  }
  const isReset = invitation.purpose === 'password_reset'
  return (
    <>
      <h1 className="mb-2 text-xl font-semibold">{isReset ? 'Set a new password' : 'Make your account'}</h1>
      <p className="mb-6 text-muted">
        {isReset ? `For ${invitation.email}. Every session of the account ends.` : `You join this lab as ${invitation.role}.`}
      </p>
      <AcceptForm token={token} isReset={isReset} email={invitation.email} />
    </>
  )
}
