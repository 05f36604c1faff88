// A real Java edition server for tests, on loopback. Prints one JSON line when it listens.
//   node java_server.js --port 25565 [--motd TEXT] [--online N] [--max N] [--version V] [--icon DATA_URI]
const { parseArgs } = require('node:util')
const { createServer } = require('minecraft-protocol')

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    motd: { type: 'string', default: '§aHello' },
    online: { type: 'string', default: '7' },
    max: { type: 'string', default: '50' },
    version: { type: 'string', default: '1.20.4' },
    icon: { type: 'string' }
  }
})

const server = createServer({
  host: '127.0.0.1',
  port: Number(values.port),
  version: values.version,
  'online-mode': false,
  maxPlayers: Number(values.max),
  motd: values.motd,
  favicon: values.icon,
  beforePing: (response) => {
    response.players.online = Number(values.online)
    return response
  }
})

server.on('listening', () => console.log(JSON.stringify({ ready: true, port: Number(values.port) })))
server.on('error', (error) => { console.error(error.message); process.exit(1) })
process.on('SIGTERM', () => process.exit(0))
// Whoever started us holds the other end, and has ended: however that was, so do we.
process.stdin.on('end', () => process.exit(0)).resume()
