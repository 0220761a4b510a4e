import { invalid } from '#lib/errors'
import type { Configuration } from '#lib/soho/config'
import type { StageData } from '#lib/soho/contract'
import { candidateAnswers } from '#lib/soho/tasks/vqa'

/** @throws LabError when there is nothing to train on: the launch counted before, but images may have been lost since */
export function checkStageData(data: StageData, configuration: Configuration): void {
  const { train } = data.examples
  if (train.length === 0)
    throw invalid('The data have no training example whose image can be read: they are missing or unreadable. Import the dataset again.')
  if (data.kind !== 'vqa') return
  const { answerMinimumCount } = configuration.vqa
  if (candidateAnswers(data.examples.train, answerMinimumCount).length === 0)
    throw invalid(
      `No answer is the most frequent one of ${answerMinimumCount} training questions or more, so that there is none to learn: lower the least count.`,
    )
}
