import { z } from 'zod'
import { invalid } from '#lib/errors'
import { actorId } from '#lib/services/context'
import { openEventStream } from '../../_server/event-streams'
import { route } from '../../_server/route'

const Topics = z.array(z.string().regex(/^[a-z]+(:[\w.:-]+)?$/)).max(200)

/** `?topic=ablation:<id>&topic=queue`: says when one of them changed. */
export const GET = route(async ({ ctx, request }) => {
  const topics = Topics.safeParse(new URL(request.url).searchParams.getAll('topic'))
  if (!topics.success) throw invalid('A topic is a kind and an id, such as run:<id>; at most 200 of them.')
  return openEventStream(request, actorId(ctx) ?? '', new Set(topics.data))
})
