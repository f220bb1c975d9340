// Asks retext-readability which texts hold a sentence that is hard to read at an age. In: {age, texts} as JSON; out: the places of those.
import { json } from 'node:stream/consumers'
import english from 'retext-english'
import readability from 'retext-readability'
import stringify from 'retext-stringify'
import { unified } from 'unified'

const { age, texts } = await json(process.stdin)
const reader = unified().use(english).use(readability, { age }).use(stringify)
const hard = texts.flatMap((text, place) => (reader.processSync(text).messages.length ? [place] : []))
console.log(JSON.stringify(hard))
