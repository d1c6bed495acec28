// Puts every case of a file (one JSON object a line, each with an "id" and a "simulation") to
// @cloud-copilot/iam-simulate and prints one line of JSON for each: the decision, what each layer said,
// the statements that it names, and the context keys that it left out.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [modules, cases] = process.argv.slice(2)
const entry = createRequire(pathToFileURL(modules + '/')).resolve('@cloud-copilot/iam-simulate')
const { runSimulation } = await import(pathToFileURL(entry))

function layers(analysis) {
  const found = {}
  const add = (name, part) => {
    if (part) found[name] = part.result
  }
  add('identity', analysis.identityAnalysis)
  add('permissionsBoundary', analysis.permissionBoundaryAnalysis)
  add('session', analysis.sessionAnalysis)
  add('serviceControl', analysis.scpAnalysis)
  add('resourceControl', analysis.rcpAnalysis)
  return found
}

for await (const line of createInterface({ input: createReadStream(cases) })) {
  const { id, simulation } = JSON.parse(line)
  let answer
  try {
    const response = await runSimulation(simulation, {})
    if (response.resultType === 'error') answer = { error: JSON.stringify(response.errors) }
    else if (response.resultType === 'wildcard') answer = { error: 'taken as a wildcard resource' }
    else {
      const { analysis, ignoredContextKeys } = response.result
      answer = { decision: response.overallResult, layers: layers(analysis), ignored: ignoredContextKeys ?? [] }
    }
  } catch (error) {
    answer = { error: String(error) }
  }
  process.stdout.write(JSON.stringify({ id, ...answer }) + '\n')
}
