// Writes charsets.json: what Next.js makes of the bytes 0 to 255 in charsets of one byte a character.
// In a folder with next@16.4.6 installed: node charsets.js > charsets.json
const getRawBody = require('next/dist/compiled/raw-body')
const { Readable } = require('stream')

const names = `latin1 iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-10
iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255
windows-1256 windows-1257 windows-1258 windows-874 cp437 cp850 cp852 cp855 cp858 cp860 cp862 cp863 cp865 cp866 koi8-r us-ascii
win1252 cp1252 l2 latin9 iso_8859-1 binary`.split(/\s+/)

const main = async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const out = {}
  for (const encoding of names) out[encoding] = await getRawBody(Readable.from([bytes]), { encoding, limit: '1mb' })
  console.log(JSON.stringify(out, null, 1))
}
main()
