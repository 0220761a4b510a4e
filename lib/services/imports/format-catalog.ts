/** The formats that can be imported, in the order a person is offered them. Forms import this file, so it depends on nothing. */

export const importFormats = [
  ...(['coco_karpathy', 'coco_captions', 'flickr_tokens', 'visual_genome'] as const),
  ...(['vqa_v2', 'nlvr2', 'nlvr', 'snli_ve', 'json_lines'] as const),
] as const
export type ImportFormat = (typeof importFormats)[number]

/** In the order in which files are read: what others refer to comes first. */
export const fileRoles = [
  ...(['image-data', 'split-list', 'captions', 'regions', 'questions', 'annotations'] as const),
  ...(['statements', 'hypotheses', 'examples', 'instances'] as const),
] as const
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
  /** What its examples are; null: each says itself. */
  exampleKind: 'caption' | 'question' | 'statement' | 'hypothesis' | null
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
    format: 'flickr_tokens',
    label: 'Flickr30K, Flickr8k: token file',
    sentence: 'Five captions a photo, one a line: results_20130124.token, Flickr8k.token.txt, results.csv.',
    exampleKind: 'caption',
    exampleWord: 'captions',
    imageHint: '1000092795.jpg, or 1000268201_693b08cb0e.jpg for Flickr8k.',
    roles: [
      {
        role: 'captions',
        label: 'Captions',
        hint: 'A line is image#number, a tab, the caption. Without split lists all of it belongs to the chosen split, or to train.',
        isPerSplit: false,
        isRequired: true,
      },
      perSplit('split-list', 'Split list', 'One image name a line: Flickr_8k.trainImages.txt. Images in no list are left out.', false),
    ],
  },
  {
    format: 'visual_genome',
    label: 'Visual Genome regions',
    sentence: 'About fifty short descriptions of regions an image, for pre-training: region_descriptions.json.',
    exampleKind: 'caption',
    exampleWord: 'descriptions',
    imageHint: 'VG_100K/2317586.jpg and VG_100K_2/1.jpg.',
    roles: [
      {
        role: 'regions',
        label: 'Region descriptions',
        hint: 'region_descriptions.json: a list of images with their regions.',
        isPerSplit: false,
        isRequired: true,
      },
      {
        role: 'image-data',
        label: 'Image data',
        hint: 'image_data.json says which images are COCO or Flickr photos: without it leaks into test sets cannot be found.',
        isPerSplit: false,
        isRequired: false,
      },
    ],
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
  {
    format: 'json_lines',
    label: 'JSON Lines',
    sentence: 'The lab’s own form, for data of your own: captions, questions, statements or hypotheses, one a line.',
    exampleKind: null,
    exampleWord: 'examples',
    imageHint: 'Any path below the image folder, as the records name it.',
    roles: [
      {
        role: 'examples',
        label: 'Examples',
        hint: 'One JSON object a line: {"image": "a.jpg", "text": "A dog runs.", "split": "train"}.',
        isPerSplit: false,
        isRequired: true,
      },
    ],
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
