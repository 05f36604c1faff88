// A real Bedrock edition server for tests, on loopback. Prints one JSON line when it listens.
//   node bedrock_server.js --port 19132 [--motd TEXT] [--max N] [--version V]
// The number of players is what is connected: 0.
const { parseArgs } = require('node:util')
const Module = require('node:module')

// bedrock-protocol asks for its compiled backend on loading, whichever one is chosen afterwards.
// `npm ci --ignore-scripts` builds nothing, so it gets an empty one that is never used.
const load = Module._load
Module._load = (name, ...rest) => (name === 'raknet-native' ? {} : load(name, ...rest))
const { Server } = require('bedrock-protocol')

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    motd: { type: 'string', default: 'Bedrock' },
    max: { type: 'string', default: '30' },
    version: { type: 'string', default: '1.21.50' }
  }
})

const server = new Server({
  host: '127.0.0.1',
  port: Number(values.port),
  version: values.version,
  offline: true,
  raknetBackend: 'jsp-raknet', // the pure JavaScript one: nothing is compiled
  maxPlayers: Number(values.max),
  motd: { motd: values.motd, levelName: 'World' }
})

server.listen().then(
  () => console.log(JSON.stringify({ ready: true, port: Number(values.port) })),
  (error) => { console.error(error.message); process.exit(1) }
)
process.on('SIGTERM', () => process.exit(0))
// Whoever started us holds the other end, and has ended: however that was, so do we.
process.stdin.on('end', () => process.exit(0)).resume()
