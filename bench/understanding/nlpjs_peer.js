// NLP.js. Arguments: folder with its node_modules, language, train, test.
'use strict'
const fs = require('fs')
const path = require('path')
const [folder, language, train, test] = process.argv.slice(2)
const { NlpManager } = require(path.join(folder, 'node_modules', 'node-nlp'))

const read = file => fs.readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line))

function auroc (scores, foreign) {
  const outside = scores.filter((_, i) => foreign[i])
  const inside = scores.filter((_, i) => !foreign[i]).sort((a, b) => a - b)
  if (!outside.length || !inside.length) return null
  const count = (value, strict) => {
    let low = 0
    let high = inside.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (strict ? inside[middle] <= value : inside[middle] < value) low = middle + 1
      else high = middle
    }
    return inside.length - low
  }
  const wins = outside.reduce((sum, value) => sum + (count(value, true) + count(value, false)) / 2, 0)
  return wins / (outside.length * inside.length)
}

function calibrationError (rows) {
  const order = [...rows].sort((a, b) => a.score - b.score)
  let error = 0
  for (let part = 0; part < 10; part++) {
    const bin = order.slice(Math.floor(order.length * part / 10), Math.floor(order.length * (part + 1) / 10))
    error += Math.abs(bin.reduce((sum, row) => sum + row.score - (row.right ? 1 : 0), 0)) / order.length
  }
  return error
}

async function main () {
  const examples = read(train)
  const judged = read(test)
  const manager = new NlpManager({ languages: [language], forceNER: false, nlu: { log: false }, autoSave: false })
  for (const { text, intent } of examples) manager.addDocument(language, text, intent)
  let started = process.hrtime.bigint()
  await manager.train()
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const known = new Set(examples.map(row => row.intent).filter(label => label !== 'out_of_scope'))
  const hasForeign = examples.some(row => row.intent === 'out_of_scope')
  const times = []
  const said = []
  for (const { text } of judged) {
    started = process.hrtime.bigint()
    const result = await manager.process(language, text)
    times.push(Number(process.hrtime.bigint() - started) / 1e3)
    const score = result.intent === 'None' ? 1 - result.score : result.score
    // Where the class was trained, its score is what tells foreign texts.
    const foreign = result.classifications.find(one => one.intent === 'out_of_scope')
    said.push({ label: result.intent, score, familiar: hasForeign ? -(foreign ? foreign.score : 0) : score })
  }
  times.sort((a, b) => a - b)
  const rows = said
    .map((one, i) => ({ gold: judged[i].intent, said: one.label, score: one.score, right: one.label === judged[i].intent }))
    .filter(row => known.has(row.gold))
  const labels = new Set(rows.map(row => row.gold))
  let f1 = 0
  for (const label of labels) {
    const hit = rows.filter(row => row.gold === label && row.said === label).length
    const both = rows.filter(row => row.gold === label).length + rows.filter(row => row.said === label).length
    f1 += both ? 2 * hit / both : 0
  }
  console.log(JSON.stringify({
    accuracy: rows.filter(row => row.right).length / rows.length,
    macro_f1: f1 / labels.size,
    oos_auroc: auroc(said.map(one => one.familiar), judged.map(row => !known.has(row.intent))),
    ece: calibrationError(rows),
    train_seconds: seconds,
    p50_us: times[Math.floor(times.length / 2)],
    p99_us: times[Math.floor(times.length * 0.99)]
  }))
}

main().catch(error => {
  console.error(String(error && error.message))
  process.exit(1)
})
