/**
 * Words of any English text about pictures: function words, question words, numbers, places. A vocabulary built from captions lacks
 * the words of questions and statements, which would fall into single letters and be cut at the text's length.
 */
export const basicEnglish = [
  'a an the this that these those it its they them their there here',
  'of in on at to from by with without for as into and or not no nor but if than then only just also',
  'is are was were be been being has have had do does did can could will would may might must',
  'what which who whose where when why how many much more most less least few some any all both each every either neither other another same different',
  'zero one two three four five six seven eight nine ten first second last once',
  'left right top bottom middle center side corner front back above below under over near next behind between beside inside outside around',
  'thing things object objects image images picture pictures photo photos color colors shape shapes size kind type number part',
  'big large small little tall short long wide old new',
  'show shows shown contain contains see seen look looks make made use used wear wearing hold holding stand standing sit sitting',
  'yes man woman men women person people child children',
].flatMap((line) => line.split(' '))
