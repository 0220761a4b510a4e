import { checkNlvr2, checkSnliVe, checkVqaAccuracy } from './check-answers.ts'
import { checkBertEmbeddings, checkBertEncoder, checkBertLayer } from './check-bert.ts'
import { checkDictionary } from './check-dictionary.ts'
import { checkMaskingMlm, checkMaskingMvm } from './check-masking.ts'
import { checkNeckPaper, checkNeckRepo } from './check-neck.ts'
import { checkOptimizers } from './check-optimizers.ts'
import { checkPosition } from './check-position.ts'
import { checkResnetBasic, checkResnetBottleneck } from './check-resnet.ts'
import { checkRetrieval } from './check-retrieval.ts'
import { checkSchedules } from './check-schedules.ts'
import { checkSohoForward } from './check-soho-forward.ts'
import { checkVqaHead } from './check-vqa-head.ts'
import { checkWordPieces } from './check-word-pieces.ts'
import type { Families, Family } from './run-goldens.ts'

const withKernels = (check: Family['check']): Family => ({ usesKernels: true, check })
const plainly = (check: Family['check']): Family => ({ usesKernels: false, check })

/** Every family but `statistics`, which is not the model's. */
export const modelFamilies: Families = {
  'resnet-basic': withKernels(checkResnetBasic),
  'resnet-bottleneck': withKernels(checkResnetBottleneck),
  'soho-neck-paper': withKernels(checkNeckPaper),
  'soho-neck-repo': withKernels(checkNeckRepo),
  'visual-dictionary': withKernels(checkDictionary),
  'bert-embeddings': withKernels(checkBertEmbeddings),
  'bert-layer': withKernels(checkBertLayer),
  'bert-encoder': withKernels(checkBertEncoder),
  'visual-position-encoding': plainly(checkPosition),
  'soho-forward': withKernels(checkSohoForward),
  'masking-mvm': plainly(checkMaskingMvm),
  'masking-mlm': plainly(checkMaskingMlm),
  'lr-schedules': plainly(checkSchedules),
  'optimizer-steps': withKernels(checkOptimizers),
  'vqa-head': withKernels(checkVqaHead),
  'retrieval-recall': plainly(checkRetrieval),
  'vqa-accuracy': plainly(checkVqaAccuracy),
  'nlvr2-metrics': plainly(checkNlvr2),
  'snli-ve-accuracy': plainly(checkSnliVe),
  wordpiece: plainly(checkWordPieces),
}
