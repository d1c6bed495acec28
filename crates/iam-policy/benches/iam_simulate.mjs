// Times @cloud-copilot/iam-simulate on the inputs of bench.rs, one request after the other in one warm
// process. Arguments: the folder where npm installed it, and the folder of the inputs.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, inputs] = process.argv.slice(2)
const entry = createRequire(pathToFileURL(modules + '/')).resolve('@cloud-copilot/iam-simulate')
const { runSimulation } = await import(pathToFileURL(entry))

const read = (name) => JSON.parse(readFileSync(join(inputs, name + '.json')))
const scenario = read('scenario')
const named = (documents) => documents.map((policy, n) => ({ name: `p${n}`, policy }))

const simulation = (action, identity, boundary, levels) => ({
  request: {
    principal: 'arn:aws:iam::111122223333:user/alice',
    action,
    resource: { resource: '*', accountId: '111122223333' },
    contextVariables: scenario.context,
  },
  identityPolicies: named(identity),
  serviceControlPolicies: levels.map((level, n) => ({ orgIdentifier: `ou-${n}`, policies: named(level) })),
  resourceControlPolicies: [],
  ...(boundary ? { permissionBoundaryPolicies: named([boundary]) } : {}),
})

const admin = [simulation(scenario.actions[0], [read('AdministratorAccess')], null, [])]
const identity = scenario.identity.map(read)
const layered = scenario.actions.map((action) => simulation(action, identity, scenario.boundary, scenario.serviceControl))

async function median(simulations, rounds) {
  const times = []
  const decisions = {}
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    for (const each of simulations) {
      const { overallResult, resultType } = await runSimulation(each, {})
      const key = overallResult ?? resultType
      if (round === 0) decisions[key] = (decisions[key] ?? 0) + 1
    }
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  return { milliseconds: times[Math.floor(rounds / 2)], decisions }
}

await median(admin, 100) // Warm up.
console.log('a  one request, AdministratorAccess', await median(admin, 300))
console.log('b  60 requests, 3 managed policies, boundary, 3 levels', await median(layered, 9))
