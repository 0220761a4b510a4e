/** The formats that can be imported, in the order a person is offered them. Forms import this file, so it depends on nothing. */

export const importFormats = ['coco_karpathy', 'coco_captions', 'vqa_v2', 'nlvr2', 'nlvr', 'snli_ve'] as const
export type ImportFormat = (typeof importFormats)[number]

export const fileRoles = ['captions', 'instances', 'questions', 'annotations', 'statements', 'hypotheses'] as const
export type FileRole = (typeof fileRoles)[number]

export const splits = ['train', 'restval', 'val', 'test'] as const
export type Split = (typeof splits)[number]

export interface RoleDescription {
  role: FileRole
  label: string
  hint: string
  /** One file for each split; otherwise the records name their split, or it does not matter. */
  isPerSplit: boolean
  isRequired: boolean
}

export interface FormatDescription {
  format: ImportFormat
  label: string
  /** What it is for, in a sentence. */
  sentence: string
  exampleKind: 'caption' | 'question' | 'statement' | 'hypothesis'
  /** `captions`, as in `11,500 captions`. */
  exampleWord: string
  /** How the files of images are named. */
  imageHint: string
  roles: RoleDescription[]
}

const instances: RoleDescription = {
  role: 'instances',
  label: 'Instances',
  hint: 'COCO instances with labelled boxes: lets the purity of codewords be measured.',
  isPerSplit: false,
  isRequired: false,
}

const perSplit = (role: FileRole, label: string, hint: string, isRequired = true): RoleDescription => ({
  role,
  label,
  hint,
  isPerSplit: true,
  isRequired,
})

export const formatCatalog: FormatDescription[] = [
  {
    format: 'coco_karpathy',
    label: 'COCO, Flickr: Karpathy splits',
    sentence: 'Captions with the splits that image-text retrieval is measured on: dataset_coco.json, dataset_flickr30k.json.',
    exampleKind: 'caption',
    exampleWord: 'captions',
    imageHint: 'train2014/COCO_train2014_000000000009.jpg, or 1000092795.jpg for Flickr30K.',
    roles: [
      {
        role: 'captions',
        label: 'Captions',
        hint: 'One file with images[]; every image names its split.',
        isPerSplit: false,
        isRequired: true,
      },
      instances,
    ],
  },
  {
    format: 'coco_captions',
    label: 'COCO captions',
    sentence: 'Captions in the official COCO form, one file a split: captions_train2017.json, captions_val2017.json.',
    exampleKind: 'caption',
    exampleWord: 'captions',
    imageHint: '000000397133.jpg, or COCO_val2014_000000397133.jpg.',
    roles: [perSplit('captions', 'Captions', 'A file with images[] and annotations[].'), instances],
  },
  {
    format: 'vqa_v2',
    label: 'VQA v2',
    sentence: 'Questions about an image, with ten answers each: a questions file and an annotations file a split.',
    exampleKind: 'question',
    exampleWord: 'questions',
    imageHint: 'COCO_train2014_000000000009.jpg; any name that ends in the image’s number is found.',
    roles: [
      perSplit('questions', 'Questions', 'v2_OpenEnded_mscoco_train2014_questions.json'),
      perSplit('annotations', 'Annotations', 'v2_mscoco_train2014_annotations.json; the official test splits have none.', false),
    ],
  },
  {
    format: 'nlvr2',
    label: 'NLVR2',
    sentence: 'Statements about two photographs, true or false: train.json, dev.json, test1.json.',
    exampleKind: 'statement',
    exampleWord: 'statements',
    imageHint: 'dev-850-0-img0.png and dev-850-0-img1.png.',
    roles: [perSplit('statements', 'Statements', 'One JSON object a line; dev.json goes into val, test1.json into test.')],
  },
  {
    format: 'nlvr',
    label: 'NLVR v1',
    sentence: 'Statements about three drawn boxes, true or false; trains and evaluates the NLVR2 task.',
    exampleKind: 'statement',
    exampleWord: 'statements',
    imageHint: 'dev-1572-0-0.png, a strip of three boxes that is cut into three images.',
    roles: [perSplit('statements', 'Statements', 'One JSON object a line: train.json, dev.json, test.json.')],
  },
  {
    format: 'snli_ve',
    label: 'SNLI-VE',
    sentence: 'A hypothesis about a Flickr30K photo: entailed, neutral or contradicted.',
    exampleKind: 'hypothesis',
    exampleWord: 'hypotheses',
    imageHint: '2248275918.jpg, the photos of Flickr30K.',
    roles: [perSplit('hypotheses', 'Hypotheses', 'snli_ve_train.jsonl, snli_ve_dev.jsonl, snli_ve_test.jsonl')],
  },
]

/** Undefined for a format that the importer does not read yet. */
export const findFormat = (format: string): FormatDescription | undefined => formatCatalog.find((entry) => entry.format === format)

export const splitLabels: Record<Split, string> = {
  train: 'train',
  restval: 'restval (trained on)',
  val: 'val',
  test: 'test',
}
